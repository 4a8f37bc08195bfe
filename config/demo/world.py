"""The invented bodies: authorities in every province and prefecture, institutions, their prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from directory.formats import make_credit_code
from directory.kinds import AuthorityKind, InstitutionKind
from directory.models import Authority, Division, Institution, PostedPrice

MARK = "（演示）"
"""Ends every invented name, so that nobody takes it for a real body."""

AUTHORITY_NAMES = {
    AuthorityKind.HEALTH: "卫生健康委员会",
    AuthorityKind.POLICE: "公安局",
    AuthorityKind.TRANSPORT: "交通运输局",
    AuthorityKind.MARKET_REGULATION: "市场监督管理局",
    AuthorityKind.TCM: "中医药管理局",
    AuthorityKind.CDC: "疾病预防控制局",
}
WORDS = "青云 和安 仁济 康宁 明德 长青 春晖 博爱 同泽 瑞禾 安澜 惠民 泰和 宁远 嘉禾 景明".split()  # noqa: SIM905 - shorter
SHAPES: tuple[tuple[InstitutionKind, str], ...] = (
    (InstitutionKind.HOSPITAL, "医院"),
    (InstitutionKind.EMERGENCY_CENTRE, "医疗急救中心"),
    (InstitutionKind.TCM_HOSPITAL, "中医医院"),
    (InstitutionKind.HEALTH_CENTRE, "中心卫生院"),
    (InstitutionKind.BLOOD_STATION, "中心血站"),
    (InstitutionKind.CDC, "疾病预防控制中心"),
    (InstitutionKind.OTHER, "医疗转运服务公司"),
)
WEIGHTS = (40, 20, 12, 12, 5, 5, 6)


@dataclass(frozen=True)
class Places:
    """Where demo data may stand: counties, each with the authority chain above it."""

    provinces: dict[str, Division]
    counties: list[Division]


def places() -> Places:
    """The open divisions of the mainland. Raises LookupError before `load_divisions` has run."""
    divisions = list(Division.objects.open().order_by("code"))
    counties = [one for one in divisions if one.level == Division.Level.COUNTY and one.code < "700000"]
    if not counties:
        raise LookupError("no divisions are loaded: run manage.py load_divisions first")
    return Places({one.code[:2]: one for one in divisions if one.level == Division.Level.PROVINCE}, counties)


def phone(random: Random) -> str:
    """A number that nobody can have: no local number in China begins with 0."""
    return f"0{random.randint(310, 999)}-0{random.randint(0, 9_999_999):07d}"


def make_authorities(random: Random) -> None:
    """All six kinds in every province; health, police and market regulation in every prefecture."""
    every = Division.objects.open().filter(level__lte=Division.Level.PREFECTURE).order_by("level", "code")
    made: dict[tuple[str, str], Authority] = {}
    for level in (Division.Level.PROVINCE, Division.Level.PREFECTURE):
        kinds = list(AuthorityKind) if level == Division.Level.PROVINCE else PREFECTURE_KINDS
        rows = [
            Authority(
                name=f"{division.name}{AUTHORITY_NAMES[kind]}{MARK}",
                kind=kind,
                division=division,
                parent=made.get((division.code[:2], kind)) if level > Division.Level.PROVINCE else None,
                complaint_phone=phone(random),
                desk_email=f"{kind}-{division.code}@desk.example",
            )
            for division in every
            if division.level == level
            for kind in kinds
        ]
        for row in Authority.objects.bulk_create(rows, batch_size=500):
            if row.division_id and level == Division.Level.PROVINCE:
                made[row.division_id[:2], row.kind] = row


PREFECTURE_KINDS = [AuthorityKind.HEALTH, AuthorityKind.POLICE, AuthorityKind.MARKET_REGULATION]


def make_institutions(
    count: int, random: Random, today: date, counties: Sequence[Division], step: Callable[[int], None]
) -> list[Institution]:
    """`count` institutions with a price each. The second one has closed down; one in sixty after it, too."""
    rows = [_institution(number, random, today, random.choice(counties)) for number in range(count)]
    made: list[Institution] = []
    for start in range(0, count, 500):
        made += Institution.objects.bulk_create(rows[start : start + 500])
        step(len(rows[start : start + 500]))
    PostedPrice.objects.bulk_create((_price(one, random, today) for one in made), batch_size=500)
    return made


def _institution(number: int, random: Random, today: date, county: Division) -> Institution:
    kind, ending = random.choices(SHAPES, WEIGHTS)[0] if number > 1 else SHAPES[number]
    closed = number == 1 or (number > 1 and number % 60 == 0)
    return Institution(
        name=f"{county.name}{random.choice(WORDS)}{ending}{MARK}",
        kind=kind,
        credit_code=make_credit_code(f"12{county.code}{number:09d}"),
        licence_number=f"DEMO{number:08d}",
        division=county,
        address=f"{county.name}演示路{random.randint(1, 300)}号",
        complaint_phone=phone(random),
        in_120_network=kind in {InstitutionKind.EMERGENCY_CENTRE, InstitutionKind.HOSPITAL},
        closed_on=today - timedelta(days=90) if closed else None,
    )


def _price(institution: Institution, random: Random, today: date) -> PostedPrice:
    return PostedPrice(
        institution=institution,
        base_fee=Decimal(random.choice([20, 30, 50, 80])),
        included_km=Decimal(random.choice([3, 5])),
        per_km=Decimal(random.choice(["3.50", "5.00", "6.67", "8.00"])),
        waiting_per_hour=Decimal(random.choice([0, 30, 60])),
        valid_from=today - timedelta(days=random.randint(100, 900)),
    )
