"""Who reads: language and view, carried in the address, so that a public page needs no cookie.

`?lang=en` and `?view=elder` stay on every link made with the template tags of `edge`. Without `lang` the
browser's Accept-Language decides between Chinese (the default) and English.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.cache import patch_vary_headers

from edge.problems import is_api, json_error
from edge.views import bad_request

ELDER = "elder"
CHINESE = "zh-hans"
ENGLISH = "en"
LANGUAGES = {"zh": CHINESE, "zh-hans": CHINESE, "zh-cn": CHINESE, "en": ENGLISH}


@dataclass(frozen=True)
class Reader:
    """How one request wants its page."""

    language: str = CHINESE
    is_elder: bool = False
    asked: tuple[tuple[str, str], ...] = ()
    """What of it was said in the address, and so must stay on the links of the page."""

    def keep(self, url: str, **changed: str) -> str:
        """`url` with the reader's own parameters; `changed` replaces or (empty) drops one."""
        kept = {**dict(self.asked), **changed}
        query = urlencode({name: value for name, value in kept.items() if value})
        if not query:
            return url
        path, hash_mark, fragment = url.partition("#")
        return f"{path}{'&' if '?' in path else '?'}{query}{hash_mark}{fragment}"


def reader_of(request: HttpRequest) -> Reader:
    """The reader of this request; a plain one where the middleware did not run."""
    return getattr(request, "reader", Reader())


def accepted_language(header: str) -> str:
    """The first language of Accept-Language that is Chinese or English; Chinese if none is."""
    for part in header.lower().split(","):
        tag = part.partition(";")[0].strip()
        if tag.startswith("zh"):
            return CHINESE
        if tag.startswith("en"):
            return ENGLISH
    return CHINESE


def read(request: HttpRequest) -> Reader:
    """Work out language and view from address and headers."""
    asked: list[tuple[str, str]] = []
    language = LANGUAGES.get(request.GET.get("lang", "").lower())
    if language:
        asked.append(("lang", "zh" if language == CHINESE else "en"))
    is_elder = request.GET.get("view") == ELDER
    if is_elder:
        asked.append(("view", ELDER))
    return Reader(
        language=language or accepted_language(request.headers.get("Accept-Language", "")),
        is_elder=is_elder,
        asked=tuple(asked),
    )


def refused(request: HttpRequest, error: TooManyFieldsSent) -> HttpResponse:
    """An address with more parameters than are read: 413, as a page or for programs."""
    return json_error(request, error) if is_api(request) else bad_request(request, error)


class ReaderMiddleware:
    """Put `request.reader` in place and turn the language on for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request in the reader's language."""
        refusal = None
        try:
            reader = read(request)
        except TooManyFieldsSent as error:
            request.GET = QueryDict()  # the page that says so reads it for its links
            reader, refusal = read(request), error
        request.reader = reader  # type: ignore[attr-defined]  # set here, read by `reader_of`
        with translation.override(reader.language):
            request.LANGUAGE_CODE = reader.language
            response = refused(request, refusal) if refusal else self.get_response(request)
        response.headers.setdefault("Content-Language", reader.language)
        patch_vary_headers(response, ["Accept-Language"])
        return response


def page(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page: the reader and who runs the service."""
    env = settings.ENV
    reader = reader_of(request)
    english = reader.language == ENGLISH
    return {
        "reader": reader,
        "service_name": env.SERVICE_NAME_EN if english else env.SERVICE_NAME,
        "operator_name": env.OPERATOR_NAME,
        "icp_number": env.ICP_NUMBER,
        "police_filing_number": env.POLICE_FILING_NUMBER,
        "is_demo": env.DEMO,
    }
