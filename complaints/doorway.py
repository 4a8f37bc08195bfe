"""What the public's complaint pages share: headers, whose draft it is, which complaint this browser has open.

Nothing about a person is in a cookie or an address: the session (on the server) lists the drafts this browser began,
and whoever else has the address of one gets 404.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from complaints.models import Complaint, Draft
from edge.address import client_address, limit_key
from edge.limits import limiter
from edge.reader import reader_of
from vault.files import StorageFull, full_disk_named
from vault.keys import CannotUnseal, seal, unseal

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
"""A view; the request comes first and has no name to call it by."""

BEGUN = "complaints_begun"
MOST_BEGUN = 20
FOLLOWED = "complaint_followed"
FOLLOWED_FOR = timedelta(minutes=30)
TOLD = "complaint_told"

REFUSED_BODIES: dict[type[Exception], tuple[int, Promise]] = {
    TooManyFilesSent: (413, _("These are too many files at once, so none was taken. Send fewer.")),
    TooManyFieldsSent: (413, _("This form came with too many fields. Open the page again and fill it in once more.")),
    RequestDataTooBig: (413, _("This is too much text for one page. Shorten it and send it again.")),
    StorageFull: (507, _("There is no room for files at this moment. Nothing else is lost: try again later.")),
}
"""What can go wrong while the body is read: the status and the words."""


def private_page(view: View[P]) -> View[P]:
    """Keep the page out of caches, histories of proxies, search engines, and addresses sent elsewhere.

    The referrer policy is `same-origin`, not `no-referrer`: with the latter browsers send `Origin: null` with every
    form, which the protection against forged forms must refuse. To other sites both send nothing.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return guarded


def readable_body(refused: Callable[..., HttpResponse]) -> Callable[[View[P]], View[P]]:
    """Read the body before the view; one that cannot be taken is answered by `refused(request, status, words, …)`.

    Else Django would answer with a bare page that forgets the form. The check against forged forms reads the body
    as well, so it runs inside instead of before.
    """

    def decorator(view: View[P]) -> View[P]:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def reading(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                read_body(request)
            except tuple(REFUSED_BODIES) as error:
                return refused(request, *REFUSED_BODIES[type(error)], *args, **kwargs)
            return protected(request, *args, **kwargs)

        return reading

    return decorator


def read_body(request: HttpRequest) -> int:
    """Read and parse the body, files included; the number of fields. Raises what `REFUSED_BODIES` lists."""
    with full_disk_named():
        return len(request.POST)


def begun_here(request: HttpRequest, draft_id: str) -> bool:
    """Whether this browser began the draft, filed since or not."""
    return draft_id in request.session.get(BEGUN, [])


def remember_begun(request: HttpRequest, draft_id: str) -> None:
    """Let this browser open the draft, and later its receipt."""
    request.session[BEGUN] = [*request.session.get(BEGUN, []), draft_id][-MOST_BEGUN:]


def own_draft(request: HttpRequest, draft_id: str) -> Draft | None:
    """The draft, if this browser began it; None once it was filed or is a day old. Raises Http404 for strangers."""
    if not begun_here(request, draft_id):
        raise Http404("no draft of this browser")
    return Draft.objects.filter(pk=draft_id).first()


def go(request: HttpRequest, name: str, *args: str, query: str = "") -> HttpResponseRedirect:
    """A redirect (303: the browser fetches, never sends again) that keeps the reader's language and view."""
    url = reverse(f"complaints:{name}", args=args)
    address = reader_of(request).keep(f"{url}?{query}" if query else url)
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def remember_followed(request: HttpRequest, complaint: Complaint, now: datetime) -> None:
    """Keep the complaint open in this browser for a while, under a new session key."""
    request.session.cycle_key()
    request.session[FOLLOWED] = {
        "id": complaint.pk,
        "until": (now + FOLLOWED_FOR).isoformat(),
        "code": complaint.receipt_hash,
    }


def forget_followed(request: HttpRequest) -> None:
    """Close the complaint in this browser."""
    request.session.pop(FOLLOWED, None)


def followed(request: HttpRequest, now: datetime) -> Complaint | None:
    """The complaint this browser has open; None when it has none, its time is over, or its code was replaced."""
    kept = request.session.get(FOLLOWED)
    if not kept or datetime.fromisoformat(kept["until"]) < now:
        return None
    found = Complaint.objects.select_related("ambulance", "institution")
    return found.filter(pk=kept["id"], receipt_hash=kept.get("code", "")).first()


def tell_next(request: HttpRequest, lines: list[str]) -> None:
    """Say these lines on the next page this browser opens. Sealed until then: they hold names of files."""
    if lines:
        request.session[TOLD] = seal(json.dumps(lines))


def told(request: HttpRequest) -> list[str]:
    """What was to be said, once. Nothing when it was sealed with a key that is gone."""
    if TOLD not in request.session:
        return []
    try:
        lines: list[str] = json.loads(unseal(request.session.pop(TOLD)))
    except CannotUnseal:
        return []
    return lines


def may_look_up(request: HttpRequest, plate: str) -> bool:
    """Count a plate as a look-up; whether these pages may say what vehicle it belongs to.

    With those of the look-up page, so that nobody lists the register here instead. Over the limit nobody is refused.
    """
    return not plate or limiter().hit("lookups", limit_key(client_address(request)))


def row_number(text: str) -> int | None:
    """The number of a row as it stands in a form or an address; None for what can be none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
