"""Words and files that a complainant gives to a case that goes on: taken together, or shown again with what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from complaints.doorway import go, tell_next
from complaints.entry import Invalid
from complaints.files import discard
from complaints.models import Evidence
from complaints.sending import NO_ROOM, TOO_OFTEN
from complaints.uploads import Taken, TooOften, chosen_files, take_files
from complaints.workflow import NotAllowed
from vault.files import StorageFull


class ShownAgain(Protocol):
    """The page once more, with what was typed and what is to be said."""

    def __call__(self, *, status: int, notices: Sequence[str | Promise]) -> HttpResponse:
        """Answer with `status`."""


def take(
    request: HttpRequest,
    *,
    text: str,
    room: int,
    give: Callable[[list[Evidence]], object],
    shown_again: ShownAgain,
    said: Callable[[Taken], str],
) -> HttpResponse:
    """Store the files, `give` what there is, and say on the next page what was taken and what was not.

    Files are taken or refused one by one. Whatever goes wrong, no file stays that belongs to nobody.
    """
    stored: list[Evidence] = []
    try:
        taken = take_files(chosen_files(request), room=room, now=timezone.now(), keep=stored.append)
        if stored or text or not taken.refused:
            give(stored)
    except TooOften:
        return shown_again(status=429, notices=[TOO_OFTEN])
    except StorageFull:
        discard(stored)
        return shown_again(status=507, notices=[NO_ROOM])
    except Invalid as invalid:
        discard(stored)
        return shown_again(status=422, notices=[fault.message for fault in invalid.faults])
    except NotAllowed:
        discard(stored)
        return go(request, "track")
    except BaseException:
        discard(stored)
        raise
    if not stored and not text:
        return shown_again(status=422, notices=taken.refused)
    tell_next(request, [said(taken), *taken.refused])
    return go(request, "track")


def added(taken: Taken) -> str:
    """What was added, in a sentence."""
    if not taken.stored:
        return _("What you wrote was added.")
    return _("Added: %(names)s") % {"names": _(", ").join(one.name for one in taken.stored)}


def answered(taken: Taken) -> str:
    """That the question was answered."""
    if not taken.stored:
        return _("Your answer was sent to the authority.")
    return _("Your answer was sent to the authority, with %(names)s") % {
        "names": _(", ").join(one.name for one in taken.stored)
    }
