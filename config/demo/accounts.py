"""Accounts for the demo. Passwords and phones are public on purpose; the command refuses to run in production."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Literal

from allauth.mfa.models import Authenticator

from accounts.models import SealedSecret, User, UserRole
from accounts.roles import Role
from config.demo.world import AUTHORITY_NAMES, MARK
from directory.kinds import AuthorityKind
from directory.models import Authority, Institution

PASSWORD = "demo-only-ambulance"  # noqa: S105 - known to everybody, and printed at every start
DOMAIN = "demo.example"

Place = Literal[
    "operator",
    "authority",
    "county below",
    "province above",
    "market regulation",
    "hospital",
    "second hospital",
    "another province",
]


@dataclass(frozen=True)
class Account:
    """One person of the demo."""

    local_part: str
    name: str
    role: Role
    place: Place

    @property
    def email(self) -> str:
        """What to sign in with."""
        return f"{self.local_part}@{DOMAIN}"


ACCOUNTS = (
    Account("admin", "系统管理员（演示）", Role.SYSTEM_ADMIN, "operator"),
    Account("authority-admin", "主管部门管理员（演示）", Role.AUTHORITY_ADMIN, "authority"),
    Account("reviewer", "备案审核员（演示）", Role.REVIEWER, "authority"),
    Account("handler", "投诉承办人（演示）", Role.HANDLER, "authority"),
    Account("supervisor", "督办负责人（演示）", Role.SUPERVISOR, "authority"),
    Account("supervisor-2", "另一督办负责人（演示）", Role.SUPERVISOR, "authority"),
    Account("county-handler", "县级投诉承办人（演示）", Role.HANDLER, "county below"),
    Account("county-supervisor", "县级督办负责人（演示）", Role.SUPERVISOR, "county below"),
    Account("province-handler", "省级投诉承办人（演示）", Role.HANDLER, "province above"),
    Account("province-supervisor", "省级督办负责人（演示）", Role.SUPERVISOR, "province above"),
    Account("market-handler", "市场监管承办人（演示）", Role.HANDLER, "market regulation"),
    Account("market-supervisor", "市场监管督办负责人（演示）", Role.SUPERVISOR, "market regulation"),
    Account("hotline", "热线话务员（演示）", Role.HOTLINE_CLERK, "authority"),
    Account("hospital-admin", "医院管理员（演示）", Role.INSTITUTION_ADMIN, "hospital"),
    Account("fleet", "车队管理员（演示）", Role.FLEET_MANAGER, "hospital"),
    Account("complaints", "投诉专员（演示）", Role.COMPLAINT_OFFICER, "hospital"),
    Account("second-admin", "另一医院管理员（演示）", Role.INSTITUTION_ADMIN, "second hospital"),
    Account("second-fleet", "另一医院车队管理员（演示）", Role.FLEET_MANAGER, "second hospital"),
    Account("other-reviewer", "外省备案审核员（演示）", Role.REVIEWER, "another province"),
)
"""One person for every role, and strangers to all of them: of another hospital and of another province."""


def secret_of(email: str) -> str:
    """The Base32 secret that the phone of a demo account would hold: always the same, known to everybody."""
    return base64.b32encode(hashlib.sha256(f"demo phone of {email}".encode()).digest()[:20]).decode()


def make_accounts(institutions: list[Institution]) -> None:
    """Every account, in the bodies that have been made. Raises LookupError where there are too few."""
    bodies = bodies_for(institutions)
    for account in ACCOUNTS:
        body = bodies[account.place]
        is_operator = account.role is Role.SYSTEM_ADMIN
        user = User.objects.create_user(
            account.email,
            account.email,
            PASSWORD,
            name=account.name,
            institution=body if isinstance(body, Institution) else None,
            authority=body if isinstance(body, Authority) else None,
            is_staff=is_operator,
            is_superuser=is_operator,
        )
        UserRole.objects.create(user=user, role=account.role)
        sealed = SealedSecret.objects.create(text=secret_of(account.email))
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": str(sealed.pk)})


def bodies_for(institutions: list[Institution]) -> dict[Place, Institution | Authority | None]:
    """Which bodies the people belong to: an open hospital, the authority above it, and two strangers to both.

    The first one in a prefecture is taken, whose authority has another one above it to review what it answers.

    The second hospital lies under the same authority where there is such a one. Raises LookupError.
    """
    working = [one for one in institutions if one.closed_on is None]
    if not working:
        raise LookupError("no open institution for the demo's accounts")
    health = Authority.objects.active().filter(kind=AuthorityKind.HEALTH).order_by("division_id")
    prefectures = set(health.exclude(division__code__endswith="0000").values_list("division_id", flat=True))
    working.sort(key=lambda one: f"{one.division_id[:4]}00" not in prefectures)
    first = working[0]
    province = first.division_id[:2]
    near = sorted(working[1:], key=lambda one: one.division_id[:4] != first.division_id[:4])
    above = health.filter(division_id__in=[f"{first.division_id[:4]}00", f"{province}0000"]).order_by("-division_id")
    elsewhere = health.exclude(division__code__startswith=province).exclude(division=None).first()
    authority, top = above.first(), above.last()
    if authority is None or top is None or elsewhere is None:
        raise LookupError("no health authority for the demo's accounts")
    market = Authority.objects.active().get(kind=AuthorityKind.MARKET_REGULATION, division=authority.division)
    return {
        "operator": None,
        "authority": authority,
        "county below": county_below(authority, first),
        "province above": top,
        "market regulation": market,
        "hospital": first,
        "second hospital": near[0] if near else first,
        "another province": elsewhere,
    }


def county_below(authority: Authority, hospital: Institution) -> Authority:
    """The health authority of the hospital's county, made where the demo has none; else the authority itself."""
    if hospital.division_id == authority.division_id:
        return authority
    return Authority.objects.get_or_create(
        kind=AuthorityKind.HEALTH,
        division=hospital.division,
        defaults={
            "name": f"{hospital.division.name}{AUTHORITY_NAMES[AuthorityKind.HEALTH]}{MARK}",
            "parent": authority,
            "complaint_phone": authority.complaint_phone,
            "desk_email": f"health-{hospital.division_id}@desk.example",
        },
    )[0]
