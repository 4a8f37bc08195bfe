"""What the public sees of the registry: front page, card, look-up, institution, photograph.

None of these pages touches a session or sets a cookie. Browsers ask again every time (and mostly hear that nothing
changed); a shared cache may keep a page for two seconds, so that a suspension shows at once.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.paginator import EmptyPage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory.models import Institution
from edge.address import client_address, limit_key
from edge.limits import limiter
from edge.reader import Reader, reader_of
from edge.views import too_many
from registry.bands import band_of
from registry.cards import (
    CodeMistyped,
    CodeUnknown,
    card_by_code,
    cards_by_plate,
    rounded,
)
from registry.codes import printed
from registry.forms import LookupForm
from registry.lookup import LONGEST_QUERY, Asked, Question, question_in
from registry.pages import (
    card_page,
    complaint_address,
    full_card_page,
    ordered_hotlines,
    pricing_of,
)
from registry.photos import FOLDER
from registry.standing import Standing

PAGE_SIZE = 20
LAST_PAGE = 50
"""Deeper pages are refused: who is still looking should type more of the name."""

PUBLIC = "public, max-age=0, s-maxage=2, must-revalidate"
PRIVATE = "private, no-cache"
FOR_EVER = "public, max-age=31536000, immutable"


def revalidated(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, or 304 if the browser already has it.

    The tag is made from the page as it was rendered (data, day, language, view and operator are all in it) and the
    release. It is weak, because the same page may travel compressed or not.
    """
    digest = hashlib.sha256(settings.RELEASE.encode() + response.content).hexdigest()[:32]
    response["ETag"] = f'W/"{digest}"'
    response["Cache-Control"] = PUBLIC
    patch_vary_headers(response, ["Accept-Language", "Accept-Encoding"])
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return answer if isinstance(answer, HttpResponse) else response


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: one box, how to recognise a regular ambulance, where to complain."""
    host = settings.ENV.PUBLIC_BASE_URL.partition("://")[2]
    return revalidated(request, render(request, "registry/home.html", {"form": LookupForm(), "host": host}))


@require_safe
def card(request: HttpRequest, code: str = "") -> HttpResponse:
    """The card of a scanned or typed code, in any letter case and grouping."""
    reader = reader_of(request)
    try:
        found = card_by_code(code, timezone.now())
    except CodeMistyped:
        return mistyped_page(request, code, status=404)
    except CodeUnknown as unknown:
        return unknown_page(request, unknown.code)
    page = full_card_page(found, reader, request.GET)
    return revalidated(request, render(request, "registry/card.html", page))


def mistyped_page(request: HttpRequest, typed: str, status: int) -> HttpResponse:
    """What was typed is no code: a box to put it right, with what was typed still in it."""
    page = {"band": band_of(Standing.CODE_MISTYPED), "form": LookupForm.asking_again(typed)}
    return uncertain(render(request, "registry/mistyped.html", page, status=status))


def unknown_page(request: HttpRequest, code: str) -> HttpResponse:
    """The code is well formed and nobody's: what to do now, and where to report it."""
    page = {
        "band": band_of(Standing.CODE_UNKNOWN),
        "printed_code": printed(code),
        "form": LookupForm.asking_again(printed(code)),
        "report": complaint_address(reader_of(request), code=code, kind="illegal_ambulance"),
        "hotlines": ordered_hotlines(None),
        "checked_at": rounded(timezone.now()),
    }
    return uncertain(render(request, "registry/unknown.html", page, status=404))


def uncertain(response: HttpResponse) -> HttpResponse:
    """A refusal may turn into a card as soon as a vehicle is registered: kept as briefly as a card."""
    response["Cache-Control"] = PUBLIC
    return response


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """Answer what was typed into the box. Counted by address, so that nobody lists the register by guessing."""
    key = limit_key(client_address(request))
    if not limiter().hit("lookups", key):
        return too_many(request, limiter().retry_after("lookups", key))
    typed = request.GET.get("q", "")
    response = answer_to(request, question_in(typed), typed)
    response["Cache-Control"] = PRIVATE
    return response


def answer_to(request: HttpRequest, question: Question, typed: str) -> HttpResponse:
    """The page that answers a question."""
    match question.asked:
        case Asked.CODE:
            return redirect(reader_of(request).keep(reverse("registry:card", kwargs={"code": question.text})))
        case Asked.MISTYPED_CODE:
            return mistyped_page(request, question.text, status=200)
        case Asked.PLATE:
            return plate_page(request, question.text)
        case Asked.BAD_PLATE:
            return bad_plate_page(request, question, typed)
        case Asked.NAME:
            return names_page(request, question.text)
        case _:
            return ask_again(request, typed, shape_error(question.asked))


def shape_error(asked: Asked) -> str:
    """What to do about a text that is nothing yet."""
    if asked is Asked.TOO_LONG:
        return _("This is too long: enter a plate, a code or a name of at most %(count)d characters.") % {
            "count": LONGEST_QUERY
        }
    if asked is Asked.TOO_SHORT:
        return _("Enter at least two characters of the name.")
    return _("Enter a plate, a code or the name of an institution.")


def ask_again(request: HttpRequest, typed: str, error: str, **more: Any) -> HttpResponse:
    """The box once more, with what was typed and what to do about it."""
    form = LookupForm.asking_again(typed, error)
    return render(request, "registry/ask_again.html", {"form": form, **more})


def bad_plate_page(request: HttpRequest, question: Question, typed: str) -> HttpResponse:
    """A text that tried to be a plate: what a plate looks like, and the one that was probably meant."""
    reader, suggestion = reader_of(request), question.fault.suggestion if question.fault else ""
    address = f"{reverse('registry:lookup')}?{urlencode({'q': suggestion})}"
    return ask_again(
        request,
        typed,
        str(question.fault),
        suggestion=suggestion,
        suggestion_address=reader.keep(address),
    )


def plate_page(request: HttpRequest, plate: str) -> HttpResponse:
    """The vehicles with exactly this plate, or that there is none. Their codes are never told."""
    reader = reader_of(request)
    cards = cards_by_plate(plate, timezone.now())
    if len(cards) == 1:
        return render(request, "registry/card.html", full_card_page(cards[0], reader, {}))
    if cards:
        shown = [card_page(found, reader) for found in cards]
        return render(request, "registry/plate_cards.html", {"cards": shown, "checked_at": cards[0].checked_at})
    page = {
        "plate": plate,
        "form": LookupForm.asking_again(plate),
        "report": complaint_address(reader, plate=plate, kind="illegal_ambulance"),
        "hotlines": ordered_hotlines(None),
        "checked_at": rounded(timezone.now()),
    }
    return render(request, "registry/plate_unknown.html", page)


def names_page(request: HttpRequest, text: str) -> HttpResponse:
    """Institutions whose name holds the text, twenty a page. One row more is read instead of counting them all."""
    try:
        number = page_number(request.GET.get("page", "1"))
    except EmptyPage as error:
        raise Http404 from error
    start = (number - 1) * PAGE_SIZE
    matching = Institution.objects.named_like(text).select_related("division__parent__parent")
    found = list(matching[start : start + PAGE_SIZE + 1])
    reader = reader_of(request)
    page = {
        "text": text,
        "form": LookupForm.asking_again(text),
        "institutions": found[:PAGE_SIZE],
        "today": rounded(timezone.now()).date(),
        "earlier": names_address(reader, text, number - 1) if number > 1 else "",
        "later": names_address(reader, text, number + 1) if len(found) > PAGE_SIZE and number < LAST_PAGE else "",
        "is_cut": len(found) > PAGE_SIZE and number == LAST_PAGE,
    }
    return render(request, "registry/names.html", page)


def page_number(text: str) -> int:
    """A page between the first and the last that is served. Raises EmptyPage."""
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LAST_PAGE):
        raise EmptyPage
    return int(text)


def names_address(reader: Reader, text: str, number: int) -> str:
    """One page of a search by name."""
    return reader.keep(f"{reverse('registry:lookup')}?{urlencode({'q': text, 'page': str(number)})}")


@require_safe
def institution(request: HttpRequest, pk: int) -> HttpResponse:
    """One institution: whom to call, what it charges. Never its vehicles."""
    found = get_object_or_404(Institution.objects.select_related("division__parent__parent"), pk=pk)
    now = rounded(timezone.now())
    is_closed = found.closed_on is not None and found.closed_on <= now.date()
    page = {
        "institution": found,
        "is_closed": is_closed,
        "pricing": None if is_closed else pricing_of(found, now.date(), request.GET),
        "price_address": request.path,
        "complain": complaint_address(reader_of(request)),
        "hotlines": ordered_hotlines(found.division_id),
        "checked_at": now,
    }
    return revalidated(request, render(request, "registry/institution.html", page))


@require_safe
def photo(_request: HttpRequest, name: str) -> HttpResponseBase:
    """A vehicle's photograph. Its name follows from its content, so it may be kept for ever."""
    path = f"{FOLDER}{name}"
    if not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), content_type="image/jpeg")
    response["Cache-Control"] = FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    return response
