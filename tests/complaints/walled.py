"""A case with everything that can tell who complained, and the people on both sides of the wall."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from complaints.files import store_upload
from complaints.kinds import Kind
from complaints.models import Complaint, Evidence, Forwarding, Handling
from complaints.services.forwarding import forward
from complaints.services.replying import reply
from directory.models import Institution
from registry.models import Ambulance
from tests import build
from tests.complaints.desk import ADDRESS, Case, Desk, desk
from tests.complaints.entries import entry, submit
from tests.evidence.samples import talkative_jpeg
from tests.people import client_of, person

FILED = datetime(2026, 11, 23, 1, 47, 31, tzinfo=UTC)
"""09:47:31 in Shanghai: a minute that no page of the institution may show."""
OCCURRED = datetime(2026, 11, 22, 15, 38, tzinfo=UTC)
NAME, PHONE, EMAIL = "欧阳雪晴", "13912345678", "xueqing.oy@example.org"
PLACE = "东湖区百花洲路88号3栋502室"
STORY = "当晚我母亲突发胸痛，司机要价两万八千元。"
ANSWER = "报价人戴蓝色口罩"
FILE_NAME = "欧阳雪晴家门口_20261122_2338.jpg"
OWN_NOTE, BETWEEN = "与举报人电话核实过一次", "请市场监管同步核价"
SUMMARY = "11月22日，贵院一辆救护车收费28,000元，公示价格应为10,672元。请说明收费依据。"
REPLY, ACTION = "已核实，系临时加价。", "已退还差额，司机停岗培训。"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@dataclass
class Walled:
    """The case, its desk, and the people who must not know."""

    desk: Desk
    hospital: Institution
    complaint: Complaint
    receipt_code: str
    evidence: Evidence
    officers: dict[str, User] = field(default_factory=dict)
    """The institution's people by duty; `other` is the complaint officer of another institution."""
    at: datetime = NOW

    @property
    def case(self) -> Case:
        """The same case, as the other tests bring it from state to state."""
        return Case(self.complaint, self.desk, at=self.at)

    @property
    def part(self) -> Handling:
        """The desk's part as it stands."""
        return self.case.part

    @property
    def sent(self) -> Forwarding:
        """What was sent last."""
        return Forwarding.objects.latest("pk")

    def client(self, who: str) -> Client:
        """A browser in which one of the institution's people is signed in."""
        return client_of(self.officers[who])

    def by(self, who: User | None = None, **more: Any) -> dict[str, Any]:
        """The keywords of an authority's step on the part."""
        return self.case.by(who or self.desk.handler, **more)

    def at_forwarding(self, **more: Any) -> dict[str, Any]:
        """The keywords of an authority's step on what was sent."""
        values = self.by(**more)
        values.pop("handling")
        return {"forwarding": self.sent, **values}

    def forwarded(self, **more: Any) -> Forwarding:
        """Accepted if needed, and sent to the institution."""
        if self.part.state == Handling.State.PENDING:
            self.case.accepted()
        return forward(**self.by(**{"summary": SUMMARY, "shown_files": [self.evidence.pk], **more}))

    def replied(self, **more: Any) -> Forwarding:
        """The complaint officer's reply."""
        values: dict[str, Any] = {
            "forwarding": self.sent,
            "version": self.sent.version,
            "text": REPLY,
            "corrective_action": ACTION,
            "evidence": [],
            "actor": self.officers["complaint_officer"],
            "now": self.at,
            "address": ADDRESS,
        }
        return reply(**{**values, **more})


@dataclass
class Bodies:
    """A hospital with a vehicle and its people, and the desk above it, before anybody complains."""

    desk: Desk
    hospital: Institution
    vehicle: Ambulance
    officers: dict[str, User]


def bodies() -> Bodies:
    """The bodies of a case."""
    hospital = build.institution(name="东湖区第九医院")
    officers = {
        "complaint_officer": person(Role.COMPLAINT_OFFICER, body=hospital, name="院办王主任"),
        "institution_admin": person(Role.INSTITUTION_ADMIN, body=hospital),
        "fleet_manager": person(Role.FLEET_MANAGER, body=hospital),
        "everything": person(Role.COMPLAINT_OFFICER, Role.INSTITUTION_ADMIN, Role.FLEET_MANAGER, body=hospital),
        "other": person(Role.COMPLAINT_OFFICER, Role.INSTITUTION_ADMIN, body=build.institution()),
    }
    return Bodies(desk(), hospital, build.ambulance(institution=hospital), officers)


def walled(kind: Kind = Kind.OVERCHARGING, at: Bodies | None = None, **fields: Any) -> Walled:
    """A case about a hospital's vehicle, filed with every field that identifies; nothing is forwarded yet."""
    here = at or bodies()
    photo = store_upload(upload=io.BytesIO(talkative_jpeg()), name=FILE_NAME, now=FILED)
    values: dict[str, Any] = {
        "kind": kind,
        "plate": here.vehicle.plate,
        "occurred_at": OCCURRED,
        "narrative": STORY,
        "place": PLACE,
        "contact_name": NAME,
        "contact_phone": PHONE,
        "contact_email": EMAIL,
        "consent_share_contact": True,
        **fields,
    }
    receipt = submit(entry(**values), evidence=[photo], now=FILED).receipt
    complaint = Complaint.objects.get(reference=receipt.reference)
    complaint.institution, complaint.ambulance, complaint.answers = here.hospital, here.vehicle, {"who": ANSWER}
    complaint.save()
    return Walled(
        desk=here.desk,
        hospital=here.hospital,
        complaint=complaint,
        receipt_code=receipt.receipt_code,
        evidence=complaint.evidence.get(),
        officers=here.officers,
    )


def in_english(user: User) -> Client:
    """A browser of somebody who chose English, so that a test can look for words."""
    User.objects.filter(pk=user.pk).update(language="en")
    return client_of(user)


def jpeg(name: str = "reply.jpg") -> SimpleUploadedFile:
    """A real picture that says where it was taken."""
    return SimpleUploadedFile(name, talkative_jpeg(), content_type="image/jpeg")
