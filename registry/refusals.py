"""Why a write of the registry is refused. A page explains each in words; the API answers 404, 403, 409 or 422."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.models import User
from registry.applications import ApplicationAction, ApplicationState

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class OutOfScope(Exception):
    """The thing lies outside of the person's eye. Answer as if it did not exist (404)."""


class WrongRole(Exception):
    """The person sees the thing, but this step is somebody else's (403)."""


class NotAllowed(Exception):
    """The present state of the thing does not allow this step (409)."""


class StaleVersion(NotAllowed):
    """Somebody changed the application after the person's page was made (409): who, when, what."""

    def __init__(self, by: User | None, at: datetime, what: ApplicationAction, version: int) -> None:
        super().__init__(f"changed to version {version} at {at:%Y-%m-%d %H:%M}: {what}")
        self.by = by
        self.at = at
        self.what = what
        self.version = version
        """The version that is current now."""


class AlreadyDecided(NotAllowed):
    """The application has left the reviewers' desk (409): by whom, when, and where it stands now."""

    def __init__(self, by: User | None, at: datetime, state: ApplicationState) -> None:
        super().__init__(f"already {state} at {at:%Y-%m-%d %H:%M}")
        self.by = by
        self.at = at
        self.state = state


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field. `code` is stable; `suggestion` is what was probably meant, or empty."""

    code: str
    message: _StrOrPromise
    suggestion: str = ""


WHOLE = ""
"""The name under which a fault of the application as a whole stands, instead of a field's."""


class ApplicationInvalid(Exception):
    """What was asked cannot be (422): a fault for each field, or for the whole under `WHOLE`. Nothing was written."""

    def __init__(self, faults: Mapping[str, FieldFault]) -> None:
        super().__init__(", ".join(f"{field or 'application'}: {fault.code}" for field, fault in faults.items()))
        self.faults = dict(faults)
