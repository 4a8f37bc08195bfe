"""Errors of the API as problem details (RFC 9457), the same for every cause.

    {"type": "/problems/invalid", "title": …, "status": 400, "detail": …, "code": "invalid",
     "errors": [{"field": "contact.phone", "code": "required", "message": …}]}

`type` and `code` are stable; `title`, `detail` and messages are in the reader's language. `field` is empty when a
message is about the whole. An unexpected error says nothing about itself; the log does.
"""

from __future__ import annotations

import errno
import logging
import math
from collections.abc import Iterator, Mapping
from typing import Any

from django.core import exceptions as django_errors
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as rest_errors
from rest_framework.fields import get_error_detail
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

logger = logging.getLogger("django.request")

CONTENT_TYPE = "application/problem+json"
API_PREFIX = "/api/"

Text = str | Promise


class Problem(rest_errors.APIException):
    """An error with a stable code. Subclass it with `code`, `status_code`, `title`, or give them.

    `detail` says what is wrong with this one request and what to do; without it the title stands alone.
    """

    status_code = 400
    code = "bad-request"
    title: Text = _("The request is not right")

    def __init__(
        self,
        detail: Text = "",
        *,
        code: str | None = None,
        status: int | None = None,
        title: Text | None = None,
        errors: tuple[dict[str, Any], ...] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        """`members` are further members of this one answer, as RFC 9457 allows."""
        super().__init__(str(detail) or str(title or self.title), code or self.code)
        self.code = code or self.code
        self.status_code = status or self.status_code
        self.title = title or self.title
        self.errors = errors
        self.headers = dict(headers or {})
        self.members = dict(members or {})

    def response(self) -> HttpResponse:
        """The answer. Never kept by a cache."""
        body = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status_code,
            "detail": str(self.detail),
            "code": self.code,
            "errors": list(self.errors),
            **self.members,
        }
        return JsonResponse(
            body,
            status=self.status_code,
            content_type=CONTENT_TYPE,
            headers={"Cache-Control": "no-store", **self.headers},
            json_dumps_params={"ensure_ascii": False},
        )


class Invalid(Problem):
    """Fields are wrong; `errors` names them."""

    code, title = "invalid", _("Some of the data is not right")


class Malformed(Problem):
    """The body cannot be read at all."""

    code, title = "malformed", _("The request cannot be read")


class Forbidden(Problem):
    """Known who asks, and not allowed."""

    status_code, code, title = 403, "forbidden", _("This is not allowed")


class NotSignedIn(Problem):
    """Not known who asks."""

    status_code, code, title = 401, "not-signed-in", _("Sign in first")


class NotFound(Problem):
    """Nothing here, or nothing that this reader may see."""

    status_code, code, title = 404, "not-found", _("There is nothing here")


class MethodNotAllowed(Problem):
    """The address exists, the method does not."""

    status_code, code, title = 405, "method-not-allowed", _("This address does not take this method")


class NotAcceptable(Problem):
    """No format the client accepts."""

    status_code, code, title = 406, "not-acceptable", _("Only JSON can be answered here")


class TooLarge(Problem):
    """More bytes, fields or files than are taken."""

    status_code, code, title = 413, "too-large", _("That is more than can be taken at once")


class UnsupportedMediaType(Problem):
    """A body in a format that is not read here."""

    status_code, code, title = 415, "unsupported-media-type", _("This kind of body is not read here")


class TooManyRequests(Problem):
    """A limit is used up; Retry-After says for how long."""

    status_code, code, title = 429, "too-many-requests", _("Too many requests")


class NoSpace(Problem):
    """The disk is full; nothing was kept."""

    status_code, code, title = 507, "no-space", _("There is no room to keep this now")


class ServerError(Problem):
    """Our fault. Says nothing about itself."""

    status_code, code, title = 500, "server-error", _("Something went wrong on our side")


REST_PROBLEMS: dict[type[rest_errors.APIException], type[Problem]] = {
    rest_errors.ParseError: Malformed,
    rest_errors.NotFound: NotFound,
    rest_errors.PermissionDenied: Forbidden,
    rest_errors.NotAuthenticated: NotSignedIn,
    rest_errors.AuthenticationFailed: NotSignedIn,
    rest_errors.MethodNotAllowed: MethodNotAllowed,
    rest_errors.NotAcceptable: NotAcceptable,
    rest_errors.UnsupportedMediaType: UnsupportedMediaType,
}

TOO_LARGE = (django_errors.RequestDataTooBig, django_errors.TooManyFieldsSent, django_errors.TooManyFilesSent)
ABOUT_THE_WHOLE = {api_settings.NON_FIELD_ERRORS_KEY, django_errors.NON_FIELD_ERRORS}


def problem_response(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """The exception handler of the REST framework: every exception becomes a problem."""
    set_rollback()
    problem = problem_of(error)
    if problem.status_code >= 500:
        # The test client and error reporters listen here, so that a hidden 500 stays loud for us.
        got_request_exception.send(sender=None, request=context.get("request"))
        logger.error("API: %s", type(error).__name__, exc_info=error)
    return problem.response()


def problem_of(error: Exception) -> Problem:
    """The problem an exception means to the client."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, rest_errors.APIException):
        return _from_rest(error)
    return _from_django(error)


def _from_rest(error: rest_errors.APIException) -> Problem:
    if isinstance(error, rest_errors.ValidationError):
        return invalid(error.detail)
    if isinstance(error, rest_errors.Throttled):
        return too_many_requests(getattr(error, "wait", None))
    for kind, problem in REST_PROBLEMS.items():
        if isinstance(error, kind):
            header = getattr(error, "auth_header", None)
            headers = {"WWW-Authenticate": header} if header else None
            return problem(str(error.detail), status=error.status_code, headers=headers)
    if error.status_code >= 500:
        return ServerError(status=error.status_code)
    return Problem(str(error.detail), status=error.status_code)


def _from_django(error: Exception) -> Problem:
    if isinstance(error, django_errors.ValidationError):
        return invalid(get_error_detail(error))
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, django_errors.PermissionDenied):
        return Forbidden()
    if isinstance(error, TOO_LARGE):
        return TooLarge(_("Send fewer or smaller files, or less text."))
    if isinstance(error, (UnreadablePostError, django_errors.BadRequest, django_errors.SuspiciousOperation)):
        return Malformed()
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return NoSpace(_("Nothing was kept. Try again later, or without files."))
    return ServerError()


def invalid(detail: Any) -> Invalid:
    """The problem of a validation error, nested as deep as the serializer is."""
    return Invalid(_("See `errors` for what to correct."), errors=tuple(flat_errors(detail)))


def too_many_requests(wait: float | None) -> TooManyRequests:
    """The problem of a used-up limit; `wait` in seconds."""
    if wait is None:
        return TooManyRequests()
    seconds = max(1, math.ceil(wait))
    return TooManyRequests(
        _("Try again in %(seconds)s seconds.") % {"seconds": seconds},
        headers={"Retry-After": str(seconds)},
    )


def flat_errors(detail: Any, path: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """One entry per message, its field as a dotted path (`contact.phone`, `evidence.0`)."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from flat_errors(inner, path if name in ABOUT_THE_WHOLE else (*path, str(name)))
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            is_message = isinstance(inner, str)
            yield from flat_errors(inner, path if is_message else (*path, str(place)))
    else:
        code = getattr(detail, "code", "") or "invalid"
        yield {"field": ".".join(path), "code": str(code), "message": str(detail)}


def is_api(request: HttpRequest) -> bool:
    """Whether errors of this request are answered in JSON, even where no view was reached."""
    return request.path_info.startswith(API_PREFIX)


def json_error(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400, 403, 404 and 500 for the API, where no view of the REST framework was reached."""
    return (_from_django(exception) if exception else ServerError()).response()
