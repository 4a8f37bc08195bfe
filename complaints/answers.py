"""What a draft holds, and the complaint that follows from it. Pure.

A draft's answers are plain JSON, keyed by the fields of the forms. An answer to a page that the kind no longer asks
stays in the draft (the kind may be changed back) and never reaches the complaint.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from complaints.entry import Entry
from complaints.kinds import FACTS, Kind
from complaints.steps import Step, steps_of
from complaints.wishes import files_both, is_only_report


def entry_of(answers: Mapping[str, Any]) -> Entry:
    """The complaint as answered so far. Raises ValueError when the kind is not known."""
    steps = steps_of(answers)
    money = answers if Step.RIDE in steps else {}
    occurred_at = answers.get("occurred_at")
    kind, wish = Kind(answers["kind"]), answers.get("wish", "")
    about = answers if FACTS[kind].about_authority else {}
    return Entry(
        kind=kind,
        ambulance_code=answers.get("code", ""),
        plate=answers.get("plate", ""),
        institution_id=answers.get("institution_id"),
        division_code=answers.get("division", ""),
        place=answers.get("place", ""),
        occurred_at=datetime.fromisoformat(occurred_at) if occurred_at else None,
        narrative=answers.get("narrative", ""),
        answers=_own_answers(answers, steps),
        distance_km=_number(money.get("distance_km")),
        amount_charged=_number(money.get("amount_charged")),
        contact_name=answers.get("contact_name", ""),
        contact_phone=answers.get("contact_phone", ""),
        contact_email=answers.get("contact_email", ""),
        consent_sensitive=bool(answers.get("consent_sensitive")),
        consent_share_contact=bool(answers.get("consent_share_contact")),
        files_both=files_both(kind, wish),
        only_report=is_only_report(kind, wish),
        about_authority_kind=about.get("about_authority_kind", ""),
        about_authority_id=about.get("about_authority_id"),
    )


def has_contact(answers: Mapping[str, Any]) -> bool:
    """Whether there is a way to reach the person."""
    return bool(answers.get("contact_phone") or answers.get("contact_email"))


def _own_answers(answers: Mapping[str, Any], steps: tuple[Step, ...]) -> dict[str, str]:
    """Answers that have no column of their own; empty ones are left out."""
    own = {"when_precision": _precision(answers)}
    if not answers.get("vehicle_is_known"):
        own["vehicle_description"] = answers.get("vehicle_description", "")
    if Step.DIFFERENCES in steps:
        own["differences"] = ",".join(answers.get("differences", []))
    if Step.RIDE in steps:
        own["waiting_minutes"] = answers.get("waiting_minutes") or ""
    if FACTS[Kind(answers["kind"])].about_authority:
        own["about_reference"] = answers.get("about_reference", "")
    return {name: value for name, value in own.items() if value}


def _precision(answers: Mapping[str, Any]) -> str:
    """How exact the instant is: to the minute, about, or only the day; empty without one."""
    if not answers.get("occurred_at"):
        return ""
    if answers.get("when_is_about"):
        return "about"
    return "minute" if answers.get("when_time") else "day"


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
