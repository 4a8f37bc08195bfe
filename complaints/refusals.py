"""Why a step of a case is refused. A page explains each in words; the API answers 404, 403, 409 or 422.

`registry.refusals` has those that both rooms share: OutOfScope (404) and WrongRole (403).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.models import User
from complaints.workflow import Action

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class StaleVersion(Exception):
    """Somebody else took a step after the officer's page was made (409): who, when, what. Nothing was written."""

    def __init__(self, by: User | None, at: datetime, what: Action, version: int) -> None:
        super().__init__(f"changed to version {version} at {at:%Y-%m-%d %H:%M}: {what}")
        self.by, self.at, self.what = by, at, what
        self.version = version
        """The version that is current now."""


class Unsound(Exception):
    """What was written or chosen cannot be taken (422): what to do, for each field. Nothing was written."""

    def __init__(self, faults: Mapping[str, _StrOrPromise], code: str = "invalid") -> None:
        super().__init__(", ".join(faults))
        self.faults = dict(faults)
        self.code = code


class AlreadyDecided(Exception):
    """Somebody else decided it before (409): who, and when. Nothing was written."""

    def __init__(self, by: User | None, at: datetime | None) -> None:
        super().__init__("decided already")
        self.by, self.at = by, at
