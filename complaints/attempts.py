"""How a page of supervision tries a step: done, and back to where it began, or refused in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.doors import StaffRequest
from complaints.refusals import StaleVersion, Unsound
from complaints.workflow import NotAllowed
from edge.address import client_address
from registry.refusals import OutOfScope, WrongRole
from registry.views_staff import refused

SEE_OTHER = 303


def who(request: StaffRequest, **more: Any) -> dict[str, Any]:
    """The keywords that every service takes about whoever acts."""
    return {"actor": request.user, "address": client_address(request), **more}


Again = Callable[[Unsound, int], HttpResponse]
"""Shows the form once more, as it was typed, with what is to be said and a status."""


def attempt(request: StaffRequest, step: Callable[[], str], back: str, again: Again | None = None) -> HttpResponse:
    """Take the step, whose words are said on the page `back`. Where it is refused `again` keeps what was typed."""
    try:
        said = step()
    except OutOfScope as error:
        raise Http404 from error
    except WrongRole:
        return refused(
            request,
            _("This step is somebody else's"),
            _("You see the case, but this step belongs to another duty or desk."),
            status=403,
            back=back,
        )
    except StaleVersion as error:
        text = _(
            "%(who)s took a step after you had opened the page: %(what)s. Please read it again; nothing was saved."
        )
        by = str(error.by) if error.by else _("The service")
        told = text % {"who": by, "what": error.what.label}
        return not_done(request, _("Somebody was here before you"), told, back, again)
    except NotAllowed:
        told = _("The case stands differently than this step needs. Please read it again; nothing was saved.")
        return not_done(request, _("This is not possible now"), told, back, again)
    except Unsound as error:
        if again is not None:
            return again(error, 422)
        words = " ".join(str(fault) for fault in error.faults.values())
        return refused(request, _("Nothing was saved"), words, status=422, back=back)
    messages.success(request, said)
    answer = HttpResponseRedirect(back)
    answer.status_code = SEE_OTHER
    return answer


def not_done(request: StaffRequest, heading: str, words: str, back: str, again: Again | None) -> HttpResponse:
    """409: the form again with the words above it, or a page that leads back where nothing was typed."""
    if again is not None:
        return again(Unsound({"": words}), 409)
    return refused(request, heading, words, status=409, back=back)
