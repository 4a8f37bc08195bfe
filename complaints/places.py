"""Divisions as the public chooses them: a province, then a city or county of it. Reads only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from directory.models import Division
from directory.nearest import division_and_ancestors

CODE = re.compile(r"[1-9][0-9]{5}")


@dataclass(frozen=True)
class Choice:
    """One line of a list."""

    code: str
    name: str


@dataclass(frozen=True)
class Group:
    """A prefecture with its counties, itself first. The group of a province holds what stands directly under it."""

    name: str
    choices: tuple[Choice, ...]


def provinces() -> list[Choice]:
    """All provinces. One query."""
    found = Division.objects.open().filter(level=Division.Level.PROVINCE).order_by("code")
    return [Choice(code, name) for code, name in found.values_list("code", "name")]


def groups_of(province_code: str) -> list[Group]:
    """What can be chosen in a province, grouped by prefecture; empty if there is no such province. One query."""
    if not CODE.fullmatch(province_code):
        return []
    found = list(
        Division.objects.open()
        .filter(code__startswith=province_code[:2])
        .order_by("code")
        .values_list("code", "name", "level", "parent_id")
    )
    if not any(code == province_code and level == Division.Level.PROVINCE for code, _, level, _ in found):
        return []
    heads = [(code, name) for code, name, level, _ in found if level != Division.Level.COUNTY]
    return [
        Group(
            name=name,
            choices=(
                Choice(code, name),
                *(
                    Choice(child, child_name)
                    for child, child_name, level, parent in found
                    if level == Division.Level.COUNTY and parent == code
                ),
            ),
        )
        for code, name in heads
    ]


def full_name(code: str) -> str:
    """`江西省 南昌市 东湖区`; empty for a code that is none or was closed. One query."""
    if not CODE.fullmatch(code):
        return ""
    found = list(Division.objects.open().filter(code__in=division_and_ancestors(code)).order_by("level"))
    return " ".join(one.name for one in found) if any(one.code == code for one in found) else ""


def named(text: str, most: int = 10) -> list[Choice]:
    """Open divisions of this code or name, by their full names; the one of exactly this name alone. Two queries."""
    known = Division.objects.open()
    if CODE.fullmatch(text):
        found = list(known.filter(code=text))
    else:
        found = list(known.filter(name__contains=text).order_by("code")[:most])
    if len(found) > 1:
        exact = [one for one in found if one.name == text]
        found = exact if len(exact) == 1 else found
    above = {code for one in found for code in division_and_ancestors(one.code)}
    names = dict(known.filter(code__in=above).values_list("code", "name"))
    return [Choice(one.code, _full(one.code, names)) for one in found]


def _full(code: str, names: dict[str, str]) -> str:
    return " ".join(names[one] for one in reversed(division_and_ancestors(code)) if one in names)
