"""One search over all in a person's scope, except what is sealed: vehicles, codes, institutions, applications."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from accounts.scope import Scope
from directory.models import Institution
from edge.text import cleaned
from registry.bodies import institutions_visible_to
from registry.codes import Mistyped, read_code
from registry.fleet_filters import named, within
from registry.models import Ambulance, Application, Marking

SHOWN = 20
LONGEST = 100
SHORTEST_NAME = 2
_NUMBER = re.compile(r"#?([1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Found:
    """What a text was found in, at most twenty of each sort."""

    text: str
    vehicles: list[Ambulance] = field(default_factory=list)
    codes: list[Marking] = field(default_factory=list)
    institutions: list[Institution] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.vehicles or self.codes or self.institutions or self.applications)


def search(typed: str, scope: Scope) -> Found:
    """Look for a plate or its beginning, a VIN, a fleet number, a code, part of a name, or an application's number.

    Four queries at most, none for an empty or over-long text.
    """
    text = cleaned(typed)
    if not text or len(text) > LONGEST:
        return Found(text[:LONGEST])
    vehicles = within(Ambulance.objects.visible_to(scope), scope)
    names = institutions_visible_to(scope).select_related("division")
    return Found(
        text=text,
        vehicles=list(vehicles.filter(named(text)).select_related("institution").order_by("plate", "pk")[:SHOWN]),
        codes=_codes(text, scope),
        institutions=list(names.named_like(text)[:SHOWN]) if len(text) >= SHORTEST_NAME else [],  # type: ignore[attr-defined]
        applications=_applications(text, scope),
    )


def _codes(text: str, scope: Scope) -> list[Marking]:
    try:
        code = read_code(text)
    except Mistyped:
        return []
    visible = Ambulance.objects.visible_to(scope)
    return list(Marking.objects.filter(code=code, ambulance__in=visible).select_related("ambulance__institution"))


def _applications(text: str, scope: Scope) -> list[Application]:
    number = _NUMBER.fullmatch(text)
    if number is None:
        return []
    found = Application.objects.visible_to(scope).filter(pk=int(number[1]))
    return list(found.select_related("institution", "ambulance"))
