"""The receipt: shown to the browser that filed, for a day; after that nobody can show it again."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from complaints.doorway import begun_here, go, private_page
from complaints.models import Draft
from complaints.reading import DueLine, Receipt
from complaints.receipts import printed_receipt_code
from complaints.services import answer_of
from complaints.steps import Step


@require_safe
@private_page
def receipt(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Reference and receipt code, what happens next and by when. A stranger with the address gets 404."""
    if not begun_here(request, draft_id):
        raise Http404("not filed by this browser")
    found = answer_of(key=draft_id, now=timezone.now())
    if found is not None:
        return shown(request, found)
    if Draft.objects.filter(pk=draft_id).exists():
        return go(request, "step", draft_id, Step.REVIEW)
    return render(request, "complaints/receipt_gone.html", status=410)


def shown(request: HttpRequest, found: Receipt) -> HttpResponse:
    """The page to keep."""
    response = render(
        request,
        "complaints/receipt.html",
        {
            "receipt": found,
            "printed_code": printed_receipt_code(found.receipt_code),
            "tracking_address": tracking_address(found.reference),
            "short_address": settings.ENV.PUBLIC_BASE_URL.partition("://")[2] + reverse("short_track").rstrip("/"),
            "is_provisional": any_provisional(found.due),
        },
    )
    # No form here, so nothing at all may be sent along, not even to our own logs.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def any_provisional(lines: tuple[DueLine, ...]) -> bool:
    """Whether the explanation of provisional days belongs on the page."""
    return any(line.provisional for line in lines)


def tracking_address(reference: str) -> str:
    """What the QR code holds: the tracking page with the reference filled in, never the receipt code.

    In a query the code would stand in server logs; in a fragment it would still stand in the history of the browser
    and be sent to the scanners that check addresses for their users (WeChat does). Who photographs the symbol over
    a shoulder must not hold the key either.
    """
    return f"{settings.ENV.PUBLIC_BASE_URL}{reverse('complaints:track')}?{urlencode({'reference': reference})}"
