"""Who does something, when and from where: what every write of the registry is given and records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model

from accounts import audit
from accounts.models import User
from directory.clock import SHANGHAI


@dataclass(frozen=True)
class Deed:
    """One write: the person, the instant, the client's address, and (`via`) the API key's prefix if one was used."""

    actor: User
    now: datetime
    address: str
    via: str = ""

    @property
    def today(self) -> date:
        """The day in Asia/Shanghai."""
        return self.now.astimezone(SHANGHAI).date()

    def record(self, action: str, thing: Model, division_code: str, detail: Mapping[str, audit.JSON]) -> None:
        """Write the audit row; the last statement of the transaction."""
        audit.record(
            action=action,
            actor=self.actor,
            address=self.address,
            thing=thing,
            division_code=division_code,
            detail={**detail, "via": self.via} if self.via else detail,
            now=self.now,
        )
