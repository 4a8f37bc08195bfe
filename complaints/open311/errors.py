"""Refusals in the form of the specification, whatever went wrong and wherever: code and description, never a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.open311.written import Form, written
from edge.reader import reader_of

PREFIX: Final = "/open311/"
Text = str | Promise

KEPT: Final = frozenset({400, 403, 404, 405, 429})
"""Statuses that are answered as they are, and all from 500: a monitor has to see our own faults. The rest becomes 400,
as the specification asks for."""
WORDS: Final[Mapping[int, Text]] = {
    403: _("This is not allowed."),
    404: _("There is nothing here. The addresses are those of Open311 GeoReport v2, ending in .json or .xml."),
    405: _("This address does not take this method."),
    429: _("Too many requests. Please try again later."),
    500: _("Something went wrong on our side. Please tell us."),
}
UNREADABLE: Final = _("The request cannot be read, or it is too large. Please check address and form.")


class Refusal(Exception):
    """A request is refused: the status, a sentence for each thing that is wrong, and headers if any."""

    def __init__(self, status: int, *descriptions: Text, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.descriptions = descriptions or (WORDS.get(status, UNREADABLE),)
        self.headers = dict(headers or {})


class ErrorAnswer(HttpResponse):
    """An answer that is in the form of the specification already."""


def error_answer(
    form: Form, status: int, descriptions: Sequence[Text], headers: Mapping[str, str] | None = None
) -> ErrorAnswer:
    """The answer to whoever is refused. Never kept by a cache."""
    errors = [{"code": status, "description": str(words)} for words in descriptions]
    answer = ErrorAnswer(written(form, "errors", errors), status=status, content_type=form.content_type)
    for name, value in {**(headers or {}), "Cache-Control": "no-store"}.items():
        answer.headers[name] = value
    return answer


class OnlyThisForm:
    """Middleware: under `/open311/` an error is told in the form of the specification, wherever it arose.

    Unknown addresses, too many parameters, bodies that are too large, our own faults: none of them reaches a view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request, and put an error into its form."""
        response = self.get_response(request)
        is_ours = request.path_info.startswith(PREFIX) and response.status_code >= 400
        return in_this_form(request, response) if is_ours and not isinstance(response, ErrorAnswer) else response


def in_this_form(request: HttpRequest, response: HttpResponse) -> ErrorAnswer:
    """The same refusal, told as the specification has it."""
    status = response.status_code
    told = status if status in KEPT or status >= 500 else 400
    with translation.override(reader_of(request).language):
        words = WORDS.get(min(500, told), UNREADABLE)
        kept = {name: response.headers[name] for name in ("Retry-After", "Allow") if name in response.headers}
        return error_answer(Form.of(request.path_info), told, [words], kept)
