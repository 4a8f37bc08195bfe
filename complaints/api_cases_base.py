"""What the views for systems of authorities share: the case by key, its refusals as problems, pages of a list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.api_views import KeyedView
from accounts.key_scopes import ApiScope
from accounts.models import User
from complaints.problems import CaseStale, StepNotPossible, Unsoundness
from complaints.refusals import StaleVersion, Unsound
from complaints.workflow import NotAllowed
from registry.api_staff_base import scope_told


class CaseView(KeyedView):
    """A view for an authority's own system."""

    reads = ApiScope.CASES_READ
    writes = ApiScope.CASES_WRITE


@contextmanager
def refusals_told() -> Iterator[None]:
    """The refusals of the services as problems: 403, 404, 409, 422."""
    try:
        with scope_told(_("This step is another authority's, or one that only people take.")):
            yield
    except StaleVersion as error:
        told_stale(error)
    except NotAllowed as error:
        raise StepNotPossible(_("Read it again and see `state` and `actions`.")) from error
    except Unsound as error:
        faults = [{"field": name, "code": error.code, "message": str(words)} for name, words in error.faults.items()]
        raise Unsoundness(_("See `errors` for what to correct."), errors=tuple(faults)) from error


def told_stale(error: StaleVersion) -> NoReturn:
    """Raise CaseStale: the version that is current, which office took the step, when, and what it was."""
    words = _("Read it again: version %(version)d is current. What you sent was not kept.")
    raise CaseStale(
        words % {"version": error.version},
        members={
            "version": error.version,
            "by": office_of(error.by),
            "at": timezone.localtime(error.at).isoformat(timespec="seconds"),
            "what": error.what.value,
        },
    ) from error


def office_of(user: User | None) -> str | None:
    """The office for which somebody acted: of its people no name is told to a machine. None for the service itself."""
    body = (user.authority or user.institution) if user else None
    return body.name if body else None
