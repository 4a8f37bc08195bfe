"""What the views of the API for hospital systems share: their scopes, paging, and refusals as problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from accounts import api_views
from accounts.api_views import KeyedView, key_of
from accounts.key_scopes import ApiScope
from edge.openapi import Documented, problem_answers
from edge.problems import (
    Forbidden,
    Invalid,
    Malformed,
    NoSpace,
    NotFound,
    NotSignedIn,
    Problem,
    TooLarge,
    TooManyRequests,
    UnsupportedMediaType,
)
from registry.keyset import BadPlace, Order, Row, page_of
from registry.refusals import AlreadyDecided, ApplicationInvalid, NotAllowed, OutOfScope, StaleVersion, WrongRole

PAGE = 100
MOST_A_PAGE = 200


class NotInThisState(Problem):
    """The thing is in a state that does not allow the step."""

    status_code, code, title = 409, "not-in-this-state", _("The present state does not allow this step")


class Stale(Problem):
    """Somebody changed the application after this version was read."""

    status_code, code, title = 409, "stale-version", _("This was changed meanwhile")


class Decided(Problem):
    """Somebody took the step, or another one, before."""

    status_code, code, title = 409, "already-decided", _("Somebody was faster")


class DecodersBusy(Problem):
    """Too many files are being looked at; Retry-After says when to come again."""

    status_code, code, title = 503, "busy", _("Too many files are arriving at this moment")


class ScopeMissing(Forbidden):
    """The key is good for less (raised by `accounts.api_auth.has_scope`)."""

    code, title = "scope-missing", _("This key is not good for that")


_ANY = (NotSignedIn, ScopeMissing, TooManyRequests)
_BODY = (Invalid, Malformed, UnsupportedMediaType)
_STATE = (NotFound, NotInThisState, Decided)
READ_PROBLEMS: Documented = problem_answers(*_ANY, Invalid)
ONE_PROBLEMS: Documented = problem_answers(*_ANY, NotFound)
CHANGE_PROBLEMS: Documented = problem_answers(*_ANY, *_BODY, NotFound, NotInThisState)
BEGIN_PROBLEMS: Documented = problem_answers(*_ANY, *_BODY, NotInThisState)
STEP_PROBLEMS: Documented = problem_answers(*_ANY, *_BODY, Forbidden, *_STATE, Stale)
REMOVE_PROBLEMS: Documented = problem_answers(*_ANY, Forbidden, *_STATE)
UPLOAD_PROBLEMS: Documented = problem_answers(*_ANY, *_BODY, Forbidden, *_STATE, TooLarge, DecodersBusy, NoSpace)


class StaffView(KeyedView):
    """A view for a hospital's system."""

    reads = ApiScope.FLEET_READ
    writes = ApiScope.FLEET_WRITE


def by(request: Request) -> dict[str, Any]:
    """What every write is told of who does it, and through which key."""
    return {**api_views.by(request), "via": key_of(request).prefix}


@contextmanager
def scope_told(not_yours: Promise) -> Iterator[None]:
    """What lies outside of the key's reach is not there (404); what is another's step is refused with words (403)."""
    try:
        yield
    except OutOfScope as error:
        raise NotFound from error
    except WrongRole as error:
        raise Forbidden(not_yours) from error


@contextmanager
def refusals_told() -> Iterator[None]:
    """The refusals of the services as problems: 400, 403, 404, 409."""
    try:
        with scope_told(_("This step is the other institution's, or a reviewer's.")):
            yield
    except StaleVersion as error:
        words = _("Read it again: version %(version)d is current. What you sent was not kept.")
        raise Stale(words % {"version": error.version}) from error
    except AlreadyDecided as error:
        words = _("Since %(at)s it is: %(state)s.")
        at = timezone.localtime(error.at).isoformat(timespec="seconds")
        raise Decided(words % {"at": at, "state": error.state.label}) from error
    except NotAllowed as error:
        raise NotInThisState(_("Read it again and see `state`, or `status`, and what can be done.")) from error
    except ApplicationInvalid as error:
        raise invalid_fields(error) from error


def invalid_fields(error: ApplicationInvalid) -> ValidationError:
    """Every fault under the name of its field; those of the whole under none."""
    return ValidationError(
        {
            field or "non_field_errors": [ErrorDetail(str(fault.message), code=fault.code.replace("_", "-"))]
            for field, fault in error.faults.items()
        }
    )


def paged(
    request: Request, rows: QuerySet[Row], order: Order, asked: Mapping[str, Any]
) -> tuple[list[Row], dict[str, str]]:
    """A page of `rows`, and the Link header of the next one if there is any. One query. Raises ValidationError."""
    try:
        page = page_of(rows, order, size=asked["limit"], after=asked["after"])
    except BadPlace as error:
        words = _("Take `after` from the Link header of the page before, with the same filters.")
        raise ValidationError({"after": [ErrorDetail(str(words), code="bad-place")]}) from error
    if not page.later:
        return page.rows, {}
    query = request.query_params.copy()
    query["after"] = page.later
    return page.rows, {"Link": f'<{request.path}?{query.urlencode()}>; rel="next"'}
