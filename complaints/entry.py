"""What one person files: the shape both doors (pages and API) bring it to, and what can be wrong with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise

from complaints.kinds import FACTS, Kind, Nature
from vault.keys import keyed_hash

PLATE_LENGTH = 20
PLACE_LENGTH = 200
NARRATIVE_LENGTH = 5000
ANSWER_LENGTH = 500
NAME_LENGTH = 50
MOST_KILOMETRES = Decimal(20_000)
MOST_YUAN = Decimal(10_000_000)
MOST_MINUTES = 9_999
OLDEST_YEARS = 10
OLDEST = timedelta(days=365 * OLDEST_YEARS + 3)
AHEAD = timedelta(minutes=5)
"""A clock may be a little fast."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the field, a stable code, and a sentence that says what to do."""

    field: str
    code: str
    message: str | Promise


class Invalid(Exception):
    """A complaint cannot be taken as it is. Nothing was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = tuple(faults)


class KeyReused(Exception):
    """The idempotency key was used before with another content."""


@dataclass(frozen=True)
class Entry:
    """A complaint as filed. Texts are cleaned; amounts in yuan, distances in kilometres; instants are aware."""

    kind: Kind
    ambulance_code: str = ""
    plate: str = ""
    institution_id: int | None = None
    division_code: str = ""
    place: str = ""
    occurred_at: datetime | None = None
    narrative: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    distance_km: Decimal | None = None
    amount_charged: Decimal | None = None
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    consent_sensitive: bool = False
    consent_share_contact: bool = False
    files_both: bool = False
    """A claim and a report in one: it becomes two cases under one receipt."""
    only_report: bool = False
    """What is a claim by its kind is meant as a report of illegality alone."""
    about_authority_kind: str = ""
    """Of which kind the authority is that is complained of; the one in charge of the place is meant."""
    about_authority_id: int | None = None
    """The very authority that is complained of, where it is known."""

    @property
    def nature(self) -> Nature:
        """What it is in law: what the kind is, unless the person said otherwise."""
        facts = FACTS[self.kind]
        return Nature.REPORT if self.only_report and facts.asks_money else facts.nature

    def without_forbidden_consent(self) -> Entry:
        """The entry with the consent to pass on the contact dropped where it may never be passed on.

        Reports of illegality: nothing that identifies the person reaches the accused (信访工作条例 30).
        """
        has_contact = bool(self.contact_phone or self.contact_email)
        may_share = FACTS[self.kind].may_share_contact and has_contact and self.nature is not Nature.REPORT
        return replace(self, consent_share_contact=self.consent_share_contact and may_share)

    def fingerprint(self, file_hashes: Sequence[str]) -> str:
        """A keyed hash of everything in it, files included: equal for equal content only."""
        content = json.dumps(
            {**asdict(self), "files": sorted(file_hashes)}, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False
        )
        return keyed_hash("submission", content)
