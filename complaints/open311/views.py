"""The addresses of Open311 GeoReport v2: who asks → read the request → one read or one call → answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from accounts.api_auth import key_holder, note_use, usable_key
from accounts.key_scopes import ApiScope
from accounts.models import ApiKey
from complaints.entry import Invalid, KeyReused
from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.open311 import shape
from complaints.open311.asked import asked_in
from complaints.open311.errors import Refusal, error_answer
from complaints.open311.ids import Sort, identifier, key_of
from complaints.open311.reads import listed_between, listed_with
from complaints.open311.taking import FORM_TYPES, Posted, posted_in, refusal_of
from complaints.open311.written import Form, written
from complaints.services import file_for_platform, platform_repeat_of
from complaints.services.submit import Origin, Submitted
from edge.address import client_address, limit_key
from edge.api import revalidated
from edge.limits import limiter
from edge.problems import NotSignedIn
from edge.reader import reader_of

FIVE_MINUTES: Final = "public, max-age=300"
READS: Final = ("GET", "HEAD")

Read = Callable[..., tuple[str, Any]]
"""What a read answers: the name of the XML's root, and the value."""


def address(read: Read, post: Callable[[HttpRequest, Form], HttpResponse] | None = None) -> Callable[..., Any]:
    """The view of an address: reads for everybody, counted by address and kept five minutes; `post` where it takes any.

    No cookie is read, so no foreign page can act for anybody. Every refusal is in the form of the specification.
    """

    @csrf_exempt
    def view(request: HttpRequest, form: str, **named: str) -> HttpResponseBase:
        chosen = Form(form)
        try:
            if request.method in READS:
                count(request)
                root, value = read(request, **named)
                answer = HttpResponse(written(chosen, root, value), content_type=chosen.content_type)
                return revalidated(request, answer, FIVE_MINUTES)  # type: ignore[arg-type]  # it reads headers only
            if request.method == "POST" and post is not None:
                return post(request, chosen)
            raise Refusal(405, headers={"Allow": ", ".join((*READS, *(["POST"] if post else [])))})
        except Refusal as refusal:
            return error_answer(chosen, refusal.status, refusal.descriptions, refusal.headers)

    return view


def count(request: HttpRequest) -> None:
    """Count a read of this address. Raises Refusal (429)."""
    key = limit_key(client_address(request))
    if not limiter().hit("api", key):
        raise too_many("api", key)


def too_many(name: str, key: str) -> Refusal:
    """The refusal of a limit that is used up."""
    return Refusal(429, headers={"Retry-After": str(limiter().retry_after(name, key))})


def discovery(_request: HttpRequest) -> tuple[str, Any]:
    """Where the endpoint is."""
    return "discovery", shape.discovery()


def services(_request: HttpRequest) -> tuple[str, Any]:
    """What can be asked for."""
    return "services", shape.services()


def service(_request: HttpRequest, service_code: str) -> tuple[str, Any]:
    """The questions of one service. Raises Refusal (404)."""
    if service_code not in Kind.values:
        raise Refusal(404, _("service_code was not found. GET services lists them."))
    return "service_definition", shape.definition(Kind(service_code))


def requests(request: HttpRequest) -> tuple[str, Any]:
    """The listed cases that are asked for, a page of them. Raises Refusal."""
    now = timezone.now()
    asked = asked_in(request.GET, now)
    if asked.keys is not None:
        return "service_requests", [shape.request_row(row) for row in listed_with(now, asked.keys)]
    begin = (asked.page - 1) * asked.page_size
    page = slice(begin, begin + asked.page_size)
    rows = listed_between(now, asked.first, asked.last, asked.kinds, page) if asked.is_closed else []
    return "service_requests", [shape.request_row(row) for row in rows]


def one_request(_request: HttpRequest, service_request_id: str) -> tuple[str, Any]:
    """One listed case. Raises Refusal (404), the same for a case that is not listed and for nonsense, after as long."""
    rows = listed_with(timezone.now(), [key_of(Sort.REQUEST, service_request_id)])
    if not rows:
        raise Refusal(404, _("service_request_id was not found."))
    return "service_requests", [shape.request_row(rows[0])]


def token(_request: HttpRequest, token: str) -> tuple[str, Any]:
    """The identifier of the case that a token stands for, once it is listed. Raises Refusal (404) as `one_request`."""
    rows = listed_with(timezone.now(), [key_of(Sort.TOKEN, token)])
    if not rows:
        raise Refusal(404, _("token was not found. It answers once the case is concluded and listed."))
    return "service_requests", [{"service_request_id": rows[0].service_request_id, "token": token}]


def post_request(request: HttpRequest, form: Form) -> HttpResponse:
    """File a request of a partner platform: 201, or 200 for a repeat of the same content. Raises Refusal."""
    if request.content_type not in FORM_TYPES:
        raise Refusal(400, _("Send a form: Content-Type: application/x-www-form-urlencoded; charset=utf-8."))
    key = key_in(request)
    posted = posted_in(request)
    try:
        submitted = filed(request, key, posted)
    except Invalid as error:
        raise refusal_of(error) from error
    except KeyReused as error:
        raise Refusal(400, _("attribute[platform_reference]: another request came under this number.")) from error
    pk = Complaint.objects.values_list("pk", flat=True).get(reference=submitted.receipt.reference)
    notice = _("The authorities in charge have it. The token answers once the case is concluded and listed.")
    told = [{"token": identifier(Sort.TOKEN, pk), "service_notice": str(notice)}]
    answer = HttpResponse(
        written(form, "service_requests", told),
        status=201 if submitted.is_new else 200,
        content_type=form.content_type,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def filed(request: HttpRequest, key: ApiKey, posted: Posted) -> Submitted:
    """File it in the name of the platform, or find what came under its number. Raises Invalid, KeyReused."""
    now = timezone.now()
    origin = Origin(key.platform_id or 0, posted.platform_reference)
    known = platform_repeat_of(origin=origin, entry=posted.entry, file_hashes=(), now=now)
    return known or file_for_platform(
        origin=origin,
        entry=posted.entry,
        evidence=(),
        language=reader_of(request).language,
        actor=key_holder(key),
        now=now,
        address=client_address(request),
        via=key.prefix,
    )


def key_in(request: HttpRequest) -> ApiKey:
    """The key of a partner platform, sent in the form and never in the address, which is written into logs.

    Raises Refusal: 403 for none, a wrong one, and one that is good for something else. Wrong ones are counted by
    address, as at the other doors; what came with a good one is counted by key.
    """
    guesser = f"no-key:{limit_key(client_address(request))}"
    if not limiter().test("api", guesser):
        raise too_many("api", guesser)
    now = timezone.now()
    try:
        key = usable_key(request.POST.get("api_key", "").strip(), now)
    except NotSignedIn as error:
        limiter().hit("api", guesser)
        raise Refusal(403, _("api_key is missing or not valid.")) from error
    if not limiter().hit("keys", key.prefix):
        raise too_many("keys", key.prefix)
    note_use(key, now)
    if key.platform_id is None or ApiScope.COMPLAINTS_WRITE.value not in key.scopes:
        raise Refusal(403, _("This api_key is not good for handing over complaints."))
    return key
