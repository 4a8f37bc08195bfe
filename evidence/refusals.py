"""Why a file is not taken, in words that say what to do; and the one fault that is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

EMPTY = "empty"
TOO_LARGE = "too-large"
UNSUPPORTED_TYPE = "unsupported-type"
DAMAGED = "damaged"
TOO_COMPLEX = "too-complex"
TOO_MANY_PIXELS = "too-many-pixels"
TOO_LONG = "too-long"
TOO_MANY_PAGES = "too-many-pages"
PASSWORD_PROTECTED = "password-protected"  # noqa: S105  # the name of a refusal, no password
BUSY = "busy"

MESSAGES: dict[str, _StrPromise] = {
    EMPTY: _("“%(name)s” is empty. Choose the file again, or another one."),
    TOO_LARGE: _("“%(name)s” is larger than %(limit)d MB. Send a smaller or shorter one."),
    UNSUPPORTED_TYPE: _(
        "“%(name)s” is of a kind that cannot be read here. Send a photo (JPEG, PNG, WebP, HEIC), a sound "
        "(MP3, M4A, AAC, AMR, OGG, WAV), a film (MP4, MOV, 3GP, WebM) or a PDF."
    ),
    DAMAGED: _("“%(name)s” is damaged and cannot be opened. Send it again, or take a screenshot of it and send that."),
    TOO_COMPLEX: _("“%(name)s” takes too long to read. Take a screenshot of it, or make it smaller, and send that."),
    TOO_MANY_PIXELS: _("“%(name)s” has more than %(limit)d million pixels. Make it smaller and send it again."),
    TOO_LONG: _("“%(name)s” lasts longer than %(limit)d minutes. Cut out the part that matters and send that."),
    TOO_MANY_PAGES: _("“%(name)s” has more than %(limit)d pages. Send only the pages that matter."),
    PASSWORD_PROTECTED: _("“%(name)s” is locked with a password. Save it without one, or photograph its pages."),
    BUSY: _("Many files are arriving at this moment and “%(name)s” had to wait too long. Send it again in a minute."),
}
"""Code → words. The codes are stable: the API shows them."""


class Refused(Exception):
    """A file that is not taken: a stable `code`, a translatable `message`, and what the message needs."""

    def __init__(self, code: str, message: _StrPromise | str, **params: str | int) -> None:
        super().__init__(code, message, params)
        self.code = code
        self.message = message
        self.params = params

    def __str__(self) -> str:
        """The words, in the language that is on at this moment."""
        return str(self.message) % self.params


def refusal(code: str, *, name: str, **params: int) -> Refused:
    """The refusal of the file shown as `name`. Raises KeyError for a code that has no words."""
    return Refused(code, MESSAGES[code], name=name, **params)
