"""Applications for tests: two hospitals, their people, reviewers near and far, and applications in any state."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from PIL import Image

from accounts.models import User
from accounts.roles import Role
from directory.models import Authority, Institution
from registry.applications import ApplicationKind, ApplicationState
from registry.models import Ambulance, Application, ApplicationDocument
from registry.proposals import NEEDED_DOCUMENTS
from registry.services import agree_transfer, begin_application, save_application, submit_application
from tests import build
from tests.people import person

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""14:00 in Shanghai, a Monday."""
TODAY = NOW.date()
ADDRESS = "203.0.113.7"
Purpose = ApplicationDocument.Purpose


def asked(**fields: Any) -> dict[str, Any]:
    """Everything a new registration asks for, right, as a form would send it."""
    number = next(build._numbers)
    return {
        "plate": build.plate(number),
        "plate_kind": "02",
        "vin": build.vin(number),
        "fleet_number": f"急{number:03d}",
        "vehicle_type": "B",
        "colour": "白色",
        "brand_model": "福特全顺JX5041",
        "is_for_special_goods": True,
        "licence_owner": "南昌市人民医院",
        "licence_use": "J",
        "registered_on": "2024-03-15",
        "inspection_valid_until": "2027-03-31",
        "scrap_due_on": "2039-03-15",
        "licence_seats": "6",
        "division": "360102",
        "station": "东站",
        **fields,
    }


@dataclass
class World:
    """Everybody round one hospital in Nanchang's Donghu district."""

    hospital: Institution = field(default_factory=build.institution)
    authority: Authority = field(default_factory=build.authority)

    @cached_property
    def manager(self) -> User:
        return person(Role.FLEET_MANAGER, body=self.hospital)

    @cached_property
    def officer(self) -> User:
        """A colleague of the hospital without a part in the fleet."""
        return person(Role.COMPLAINT_OFFICER, body=self.hospital)

    @cached_property
    def other_hospital(self) -> Institution:
        return build.institution()

    @cached_property
    def other_manager(self) -> User:
        return person(Role.FLEET_MANAGER, body=self.other_hospital)

    @cached_property
    def reviewer(self) -> User:
        return person(Role.REVIEWER, body=self.authority)

    @cached_property
    def second_reviewer(self) -> User:
        return person(Role.REVIEWER, body=self.authority)

    @cached_property
    def supervisor(self) -> User:
        """A colleague of the reviewer who sees, and does not decide."""
        return person(Role.SUPERVISOR, body=self.authority)

    @cached_property
    def far_reviewer(self) -> User:
        """A reviewer of another province."""
        return person(Role.REVIEWER, body=build.authority(division=build.division("110000")))

    @cached_property
    def ambulance(self) -> Ambulance:
        return build.ambulance(institution=self.hospital, certified_by=self.authority, licence_owner="南昌市人民医院")

    def begun(self, kind: str = "new", **options: Any) -> Application:
        """A draft with everything that was asked for, documents included."""
        kind = ApplicationKind(kind)
        proposed: Mapping[str, Any] = options.pop("proposed", {})
        if kind is not ApplicationKind.NEW:
            options.setdefault("ambulance", self.ambulance)
        if kind is ApplicationKind.TRANSFER:
            options.setdefault("receiving_institution", self.other_hospital)
        application = begin_application(kind=kind, institution=self.hospital, **by(self.manager), **options)
        filled: dict[str, Any] = {
            ApplicationKind.NEW: asked() if kind is ApplicationKind.NEW else {},
            ApplicationKind.CHANGE: {"colour": "黄色"},
            ApplicationKind.RENEWAL: {"inspection_valid_until": "2098-12-31"},
            ApplicationKind.TRANSFER: {"fleet_number": "转01"},
        }.get(kind, {})
        for purpose in NEEDED_DOCUMENTS[kind]:
            document(application, purpose)
        return save_application(
            application=application, proposed={**filled, **proposed}, version=1, reason="院内调整", **by(self.manager)
        )

    def submitted(self, kind: str = "new", **options: Any) -> Application:
        """The same, before the reviewers; the other side of a transfer has agreed."""
        application = self.waiting(kind, **options)
        if application.state == ApplicationState.AWAITING_OTHER:
            application = agree_transfer(application=application, version=application.version, **by(self.other_manager))
        return application

    def waiting(self, kind: str = "new", **options: Any) -> Application:
        """The same, submitted by the owner: a transfer waits for the other side."""
        application = self.begun(kind, **options)
        return submit_application(application=application, version=application.version, **by(self.manager))


def by(user: User, now: datetime = NOW) -> dict[str, Any]:
    """What every write is told of who does it."""
    return {"actor": user, "now": now, "address": ADDRESS}


def document(application: Application, purpose: str = "other", **fields: Any) -> ApplicationDocument:
    """A row of a document whose files nobody opens."""
    number = next(build._numbers)
    values = {
        "name": f"{purpose}.pdf",
        "media": "pdf",
        "content_type": "application/pdf",
        "size": 1000,
        "sha256": f"{number:064x}",
        "original_key": f"originals/{number}",
        "cleaned_key": f"cleaned/{number}",
        "cleaned_type": "application/pdf",
        "added_at": NOW,
    }
    return ApplicationDocument.objects.create(application=application, purpose=purpose, **{**values, **fields})


def photo(seed: int = 1, size: tuple[int, int] = (300, 200)) -> io.BytesIO:
    """A JPEG of an invented scene; each seed another one."""
    out = io.BytesIO()
    _patches(seed).resize(size, Image.Resampling.BICUBIC).convert("RGB").save(out, "JPEG", quality=85)
    out.seek(0)
    return out


def _patches(seed: int) -> Image.Image:
    """Grey patches from a small generator, so that the same seed is the same picture everywhere."""
    values, state = bytearray(), seed * 2654435761 % 2**32
    for _ in range(96):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append(state >> 24)
    return Image.frombytes("L", (12, 8), bytes(values))
