"""The desks of a case for tests: authorities of one province with their people, and a case brought to a state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint, Conclusion, Handling
from complaints.services import accept, conclude, investigate, propose_conclusion
from directory.kinds import AuthorityKind
from directory.models import Authority
from tests import build
from tests.complaints.entries import NOW, filed
from tests.people import person

ADDRESS = "192.0.2.7"
A_DAY = timedelta(days=1)


@dataclass
class Desk:
    """An authority with a handler and two supervisors."""

    authority: Authority
    handler: User
    supervisor: User
    other_supervisor: User


def desk(kind: AuthorityKind = AuthorityKind.HEALTH, division: str = "360102") -> Desk:
    """A desk with people; the authority is the one that tests meet everywhere."""
    authority = build.authority(kind=kind, division=build.division(division))
    return Desk(
        authority,
        person(Role.HANDLER, body=authority),
        person(Role.SUPERVISOR, body=authority),
        person(Role.SUPERVISOR, body=authority),
    )


@dataclass
class Case:
    """A filed case and the part of one desk in it."""

    complaint: Complaint
    desk: Desk
    at: datetime = field(default=NOW + A_DAY)

    @property
    def part(self) -> Handling:
        """The open or last part of the desk, as it is in the database."""
        return self.complaint.handlings.filter(authority=self.desk.authority).latest("pk")

    def by(self, who: User, **more: Any) -> dict[str, Any]:
        """The keywords every service takes; the version is the one that stands now."""
        part = self.part
        return {
            "handling": part,
            "version": part.version,
            "actor": who,
            "now": self.at,
            "address": ADDRESS,
            **more,
        }

    def accepted(self) -> Case:
        """The handler accepts it."""
        accept(**self.by(self.desk.handler))
        return self

    def proposed(self, **values: Any) -> Case:
        """Accepted, investigated, a conclusion proposed."""
        if self.part.state == Handling.State.PENDING:
            self.accepted()
        investigate(**self.by(self.desk.handler, text="已向医院调取收费记录。"))
        propose_conclusion(**self.by(self.desk.handler, **conclusion(**values)))
        return self

    def concluded(self, **values: Any) -> Case:
        """Decided by the supervisor."""
        self.proposed(**values)
        conclude(**self.by(self.desk.supervisor))
        return self

    @property
    def conclusion(self) -> Conclusion:
        """The last conclusion."""
        return self.part.conclusions.latest("pk")


def conclusion(**values: Any) -> dict[str, Any]:
    """What a handler proposes, unless said otherwise."""
    return {
        "finding": "substantiated",
        "measures": ["correction"],
        "facts": "收费高于公示价格。",
        "reasons": "公示价格为每公里6.67元。",
        "decision": "责令退还多收费用并整改。",
        **values,
    }


def case(kind: Kind = Kind.SERVICE, at_desk: Desk | None = None, **fields: Any) -> Case:
    """A filed case at the desk of Donghu's health authority, unless another desk is given."""
    at_desk = at_desk or desk()
    return Case(filed(kind=kind, **fields), at_desk)
