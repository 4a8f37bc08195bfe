"""Words for the deeds of complaints, as the audit record shows them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEED_WORDS: Final[dict[str, Promise]] = {
    "evidence.read": _("File of a case read"),
    "forwarding.read": _("Released contact read by the institution"),
    "forwarding.file_read": _("File from an authority read"),
    "forwarding.replied": _("Replied to an authority"),
    "reveal.asked": _("Look behind the mask asked for"),
    "reveal.granted": _("Look behind the mask granted"),
    "reveal.refused": _("Look behind the mask refused"),
    "reveal.shown": _("Looked behind the mask"),
}
