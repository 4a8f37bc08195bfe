"""Invented applications in every state that waits for somebody: what the desks of fleet and review are about."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from config.demo.accounts import ACCOUNTS
from config.demo.drawing import drawn_ambulance, drawn_certificate, drawn_licence
from config.demo.fleet import demo_vin
from directory.models import Institution
from registry.applications import ApplicationKind
from registry.choices import AmbulanceStatus
from registry.models import Ambulance, Application, ApplicationDocument
from registry.proposals import NEEDED_DOCUMENTS
from registry.services import (
    attach_document,
    begin_application,
    return_with_reasons,
    save_application,
    submit_application,
)

ADDRESS = "127.0.0.1"
APPLICATIONS = 4
"""How many are made."""
FIRST_NUMBER = 99_001
"""Of plate and VIN: far behind those of the fleet."""
Purpose = ApplicationDocument.Purpose
VIEWS = {Purpose.PHOTO_LEFT: "white", Purpose.PHOTO_RIGHT: "blue", Purpose.PHOTO_REAR: "yellow"}


class Applications:
    """Makes them for the demo's hospital, by the same services as real ones."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        emails = {account.local_part: account.email for account in ACCOUNTS}
        self.manager = User.objects.get(email=emails["fleet"])
        self.reviewer = User.objects.get(email=emails["reviewer"])
        self.hospital: Institution = self.manager.institution
        self.vehicles = list(
            Ambulance.objects.filter(
                institution=self.hospital,
                status=AmbulanceStatus.IN_SERVICE,
                certified_by=self.reviewer.authority,
                division__code__startswith=self.reviewer.scope.division_prefix,
            ).order_by("inspection_valid_until", "pk")
        )

    def make(self, step: Callable[[int], None]) -> None:
        """A new vehicle and a renewal before the reviewer, a change that was returned, and a draft.

        Those about a vehicle are left out where the demo is so small that the hospital has none of that authority.
        """
        if self.vehicles:
            oldest, newest = self.vehicles[0], self.vehicles[-1]
            self._renewal(oldest)
            step(1)
            self._returned(newest)
            step(1)
            self._new(FIRST_NUMBER, days_ago=2.2)
            step(1)
        self._draft(FIRST_NUMBER + 1)
        step(1)

    def _by(self, user: User, days_ago: float) -> dict[str, Any]:
        return {"actor": user, "now": self.now - timedelta(days=days_ago), "address": ADDRESS}

    def _begun(
        self,
        kind: ApplicationKind,
        proposed: Mapping[str, object],
        reason: str,
        days_ago: float,
        ambulance: Ambulance | None = None,
    ) -> Application:
        """A draft of the fleet manager with every document its kind needs."""
        by = self._by(self.manager, days_ago)
        application = begin_application(kind=kind, institution=self.hospital, ambulance=ambulance, **by)
        for purpose in NEEDED_DOCUMENTS[kind]:
            picture = drawn(Purpose(purpose))
            name = f"{Purpose(purpose).label}.jpg"
            attach_document(application=application, purpose=Purpose(purpose), upload=picture, name=name, **by)
        return save_application(
            application=application, proposed=proposed, version=application.version, reason=reason, **by
        )

    def _submitted(self, application: Application, days_ago: float) -> Application:
        return submit_application(
            application=application, version=application.version, **self._by(self.manager, days_ago)
        )

    def _facts(self, number: int) -> dict[str, object]:
        today = self.now.date()
        plate = f"{self.vehicles[0].plate[:2] if self.vehicles else '京A'}{number:05d}"
        return {
            "plate": plate,
            "plate_kind": "02",
            "vin": demo_vin(number),
            "fleet_number": f"{number % 1000:03d}",
            "vehicle_type": "B",
            "colour": "白色",
            "brand_model": "福特全顺JX5041",
            "is_for_pre_hospital": True,
            "licence_owner": self.hospital.name,
            "licence_use": "J",
            "registered_on": (today - timedelta(days=40)).isoformat(),
            "inspection_valid_until": (today + timedelta(days=690)).isoformat(),
            "licence_seats": "6",
            "division": self.hospital.division_id,
            "station": "东区急救站",
        }

    def _new(self, number: int, *, days_ago: float) -> None:
        facts = self._facts(number)
        self._submitted(self._begun(ApplicationKind.NEW, facts, "新购车辆投入使用。", days_ago), days_ago)

    def _renewal(self, ambulance: Ambulance) -> None:
        until = (self.now + timedelta(days=365)).date().isoformat()
        begun = self._begun(
            ApplicationKind.RENEWAL, {"inspection_valid_until": until}, "年度检验合格。", 6.1, ambulance
        )
        self._submitted(begun, 6.0)

    def _returned(self, ambulance: Ambulance) -> None:
        begun = self._begun(ApplicationKind.CHANGE, {"colour": "黄白相间"}, "按规定重新喷涂。", 4.5, ambulance)
        submitted = self._submitted(begun, 4.4)
        return_with_reasons(
            application=submitted,
            version=submitted.version,
            field_reasons={"document_vehicle_licence": "行驶证照片不清晰，请重新拍摄。"},
            **self._by(self.reviewer, 3.0),
        )

    def _draft(self, number: int) -> None:
        by = self._by(self.manager, 0.2)
        application = begin_application(kind=ApplicationKind.NEW, institution=self.hospital, **by)
        plate = {"plate": self._facts(number)["plate"]}
        save_application(application=application, proposed=plate, version=application.version, **by)


def drawn(purpose: ApplicationDocument.Purpose) -> io.BytesIO:
    """What stands in the place of the photographed document."""
    if purpose in VIEWS:
        return io.BytesIO(drawn_ambulance(VIEWS[purpose]))
    return drawn_licence() if purpose == Purpose.VEHICLE_LICENCE else drawn_certificate()
