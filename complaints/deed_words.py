"""Words for the deeds of complaints, as the audit record shows them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEED_WORDS: Final[dict[str, Promise]] = {
    "complaint.letter_taken": _("Letter taken from the file"),
    "complaint.unlink": _("Case: link removed"),
}
