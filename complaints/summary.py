"""Everything a draft says, in lines that can be read again before sending. Pure, but for the words handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from complaints.forms import DIFFERENCES
from complaints.kinds import FACTS, Kind
from complaints.steps import TITLES, Step
from complaints.wishes import Wish
from directory.formats import display_plate, plate_kinds_of
from directory.kinds import AuthorityKind
from edge.written import written_day, written_number


@dataclass(frozen=True)
class Line:
    """One page's answers. `texts` are shown each on its own lines; empty means that nothing was answered."""

    step: Step
    title: str
    texts: tuple[str, ...]


def shown_plate(plate: str) -> str:
    """A plate as it is painted; anything else as it was given."""
    return display_plate(plate) if plate_kinds_of(plate) else plate


def lines_of(
    answers: Mapping[str, Any], steps: tuple[Step, ...], *, vehicle: str, division: str, posted: Decimal | None
) -> list[Line]:
    """The answers page by page. `vehicle` and `division` are their names, `posted` the yuan by the posted price."""
    texts = {
        Step.KIND: [str(Kind(answers["kind"]).label)],
        Step.VEHICLE: [vehicle, "" if answers.get("vehicle_is_known") else answers.get("vehicle_description", "")],
        Step.DIFFERENCES: [_(", ").join(_differences(answers))],
        Step.WHEN: [_when(answers)],
        Step.WHERE: [division, answers.get("place", "")],
        Step.RIDE: _ride(answers),
        Step.CHARGE: _charge(answers, posted),
        Step.WISH: [str(Wish(answers["wish"]).label) if answers.get("wish") else ""],
        Step.AUTHORITY: [_authority(answers)],
        Step.STORY: [answers.get("narrative", "")],
        Step.CONTACT: [answers.get(name, "") for name in ("contact_name", "contact_phone", "contact_email")],
        Step.CONSENT: _consents(answers),
    }
    about = Step.AUTHORITY if FACTS[Kind(answers["kind"])].about_authority else Step.VEHICLE
    told = [Step.KIND, about, *(step for step in steps if step not in {Step.KIND, about})]
    return [
        Line(step, str(TITLES[step]), tuple(text for text in texts[step] if text)) for step in told if step in texts
    ]


def _differences(answers: Mapping[str, Any]) -> list[str]:
    words = dict(DIFFERENCES)
    return [str(words[value]) for value in answers.get("differences", []) if value in words]


def _authority(answers: Mapping[str, Any]) -> str:
    kind = answers.get("about_authority_kind", "")
    return str(answers.get("about_authority_name") or (AuthorityKind(kind).label if kind else ""))


def _when(answers: Mapping[str, Any]) -> str:
    if not answers.get("when_day"):
        return ""
    when = f"{written_day(date.fromisoformat(answers['when_day']))} {answers.get('when_time', '')}".strip()
    return _("about %(when)s") % {"when": when} if answers.get("when_is_about") else when


def _ride(answers: Mapping[str, Any]) -> list[str]:
    distance, waiting = answers.get("distance_km"), answers.get("waiting_minutes")
    return [
        _("%(km)s km") % {"km": written_number(Decimal(distance))} if distance else "",
        _("%(minutes)s minutes of waiting") % {"minutes": waiting} if waiting else "",
    ]


def _charge(answers: Mapping[str, Any], posted: Decimal | None) -> list[str]:
    amount = answers.get("amount_charged")
    return [
        _("%(yuan)s yuan") % {"yuan": written_number(Decimal(amount))} if amount else "",
        _("By the posted price: %(yuan)s yuan") % {"yuan": written_number(posted)} if posted is not None else "",
    ]


def _consents(answers: Mapping[str, Any]) -> list[str]:
    sensitive = (
        _("You agree to the use of sensitive data.")
        if answers.get("consent_sensitive")
        else _("You do not agree to the use of sensitive data.")
    )
    sharing = _("Your contact may be passed to the institution.") if answers.get("consent_share_contact") else ""
    return [sensitive, sharing]
