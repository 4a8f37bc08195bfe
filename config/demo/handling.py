"""Invented cases brought through every state, by the same services as real ones: what the demo's desks are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from complaints.entry import Entry
from complaints.kinds import FACTS, Kind
from complaints.models import Complaint, Forwarding, Handling
from complaints.models.complaint import Channel
from complaints.services.answering import answer_question
from complaints.services.asking import ask
from complaints.services.concluding import (
    close,
    conclude,
    investigate,
    propose_conclusion,
)
from complaints.services.extending import ask_extension
from complaints.services.forwarding import forward
from complaints.services.linking import merge
from complaints.services.noting import note
from complaints.services.rating import rate
from complaints.services.replying import reply
from complaints.services.reviewing import ask_review, ask_second_review
from complaints.services.submit import submit_complaint
from complaints.services.taking_on import accept, assign, decline, hand_over, object_to
from complaints.superiors import superior_of
from complaints.wall import Audience
from config.demo.accounts import ACCOUNTS
from directory.models import Authority, Institution
from registry.models import Marking

ADDRESS = "127.0.0.1"
STORIES = 15
"""How many cases are told."""
NARRATIVES = {
    Kind.SERVICE: "家属询问费用时，随车人员态度生硬，不肯说明收费依据，也没有出示工作证件。",
    Kind.OVERCHARGING: "从医院转回老家，一千六百公里，上车前没有说明总价，下车时收了两万八千元，没有发票。",
    Kind.REFUSAL_OR_DELAY: "拨打电话后等了五十分钟，期间两次催促，均说已经出发。",
    Kind.CREW_OR_EQUIPMENT: "车上没有医生和护士，氧气瓶是空的。",
    Kind.ILLEGAL_AMBULANCE: "一辆面包车在医院门口揽客，车身贴着急救字样，没有二维码，要价一万二。",
    Kind.PRAISE: "夜里送老人就医，医生护士一路照顾，非常感谢。",
}
FACTS_FOUND = "经调取收费记录、行车轨迹和随车人员笔录，反映的情况基本属实。"
REASONS = "收费高于该机构公示的价格，未在上车前告知总价。"
ANSWERED = "经核查，您反映的情况属实。已责令该院退还多收费用、完善收费公示并对责任人员作出处理。感谢您的监督。"


@dataclass
class Story:
    """One case, and the moment its next step is taken at."""

    complaint: Complaint
    now: datetime
    ends: datetime
    people: dict[str, User]

    def later(self, **time: float) -> None:
        """Let time pass, but never beyond the present."""
        self.now = min(self.now + timedelta(**time), self.ends)

    def part(self, user: User) -> Handling:
        """The newest part of the authority the person belongs to."""
        return self.complaint.handlings.filter(authority_id=user.scope.authority_id).latest("pk")

    def step(self, service: Callable[..., Any], who: str, **values: Any) -> Any:
        """The named person takes a step in the own authority's part; some hours pass."""
        user = self.people[who]
        part = self.part(user)
        done = service(handling=part, version=part.version, actor=user, now=self.now, address=ADDRESS, **values)
        self.later(hours=20)
        return done

    def accepted(self, who: str = "handler") -> None:
        """Given to an officer, who accepts it."""
        self.step(assign, who, to=self.people[who])
        self.step(accept, who)

    def proposed(self, who: str = "handler", finding: str = "substantiated", **values: Any) -> None:
        """Investigated, and a conclusion laid before the supervisor."""
        self.step(investigate, who, text=FACTS_FOUND)
        proposal = {"measures": ["correction"], "facts": FACTS_FOUND, "reasons": REASONS, "decision": ANSWERED}
        self.step(propose_conclusion, who, finding=finding, **{**proposal, **values})

    def concluded(self, desk: str = "", **values: Any) -> None:
        """Proposed by the desk's handler, decided by its supervisor."""
        self.proposed(f"{desk}handler", **values)
        self.step(conclude, f"{desk}supervisor")


class Stories:
    """Tells the cases at the desk of the demo's authority, each to another end."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.people = people()
        self.authority: Authority = self.people["handler"].authority  # type: ignore[assignment]  # an authority's
        self.hospital: Institution = self.people["complaints"].institution  # type: ignore[assignment]  # a hospital's
        self.markings = list(
            Marking.objects.public()
            .filter(ambulance__institution=self.hospital, ambulance__certified_by=self.authority)
            .select_related("ambulance")
            .order_by("pk")
        )
        self.count = 0

    def begin(self, kind: Kind, *, days_ago: float) -> Story:
        """A case filed so many days ago about a vehicle of the demo's hospital."""
        self.count += 1
        at = self.now - timedelta(days=days_ago)
        marking = self.markings[self.count % len(self.markings)]
        is_unregistered = kind is Kind.ILLEGAL_AMBULANCE
        entry = Entry(
            kind=kind,
            ambulance_code="" if is_unregistered else marking.code,
            plate=f"赣A？{self.count:03d}" if is_unregistered else "",
            division_code=self.hospital.division_id,
            place="人民医院东门",
            occurred_at=at - timedelta(hours=6),
            narrative=NARRATIVES[kind],
            distance_km=Decimal(1600) if FACTS[kind].asks_money else None,
            amount_charged=Decimal(28000) if FACTS[kind].asks_money else None,
            contact_name="" if is_unregistered else "演示用户",
            contact_email="" if is_unregistered else f"case{self.count}@demo.example",
            consent_sensitive=not is_unregistered,
            consent_share_contact=kind is Kind.SERVICE,
        )
        receipt = submit_complaint(
            entry=entry,
            evidence=[],
            key=f"demo-case-{self.count}",
            channel=Channel.WEB,
            language="zh-hans",
            flags=(),
            now=at,
        ).receipt
        complaint = Complaint.objects.get(reference=receipt.reference)
        return Story(complaint, at + timedelta(hours=15), self.now, self.people)

    def tell(self, step: Callable[[int], None]) -> None:
        """All of them; none where the demo is so small that its hospital has no vehicle of that authority."""
        if not self.markings:
            step(STORIES)
            return
        for story in (
            self.with_the_hospital,
            self.replied_and_proposed,
            self.waiting_for_the_complainant,
            self.answered,
            self.answered_and_rated,
            self.two_authorities_two_outcomes,
            self.declined,
            self.under_review,
            self.reviewed,
            self.under_second_review,
            self.final,
            self.merged,
            self.objected,
            self.an_illegal_ambulance,
            self.overdue,
        ):
            story()
            step(1)

    def sent(self, story: Story) -> Forwarding:
        """Accepted and sent to the hospital."""
        story.accepted()
        sent: Forwarding = story.step(
            forward, "handler", summary="有群众反映贵院救护车收费前未说明价格、随车人员态度生硬，请核实并说明整改措施。"
        )
        return sent

    def with_the_hospital(self) -> None:
        """Waits for the reply of the hospital."""
        story = self.begin(Kind.SERVICE, days_ago=4)
        self.sent(story)

    def replied_and_proposed(self) -> None:
        """The hospital replied; the conclusion waits for the supervisor."""
        story = self.begin(Kind.SERVICE, days_ago=9)
        sent = self.sent(story)
        sent.refresh_from_db()
        reply(
            forwarding=sent,
            version=sent.version,
            text="经核实，当班人员未按规定出示收费公示，已批评教育并向家属致歉。",
            corrective_action="全部车辆补贴收费公示，组织一次培训。",
            evidence=[],
            actor=self.people["complaints"],
            now=story.now,
            address=ADDRESS,
        )
        story.later(hours=20)
        story.step(note, "handler", audience=Audience.OWN, text="收费凭证与公示价格相差较大，注意核对里程。")
        story.proposed(measures=["correction"])

    def waiting_for_the_complainant(self) -> None:
        """A question is open; the clock rests."""
        story = self.begin(Kind.REFUSAL_OR_DELAY, days_ago=6)
        story.accepted()
        story.step(ask, "handler", text="请问您拨打的是哪个号码，大约几点几分拨打？")

    def answered(self) -> None:
        """Answered a few days ago; a review can be asked for."""
        story = self.begin(Kind.SERVICE, days_ago=18)
        story.accepted()
        story.concluded(
            finding="partly",
            decision="经核查，您反映的情况部分属实：未主动出示收费公示。已责令该院整改。感谢您的监督。",
        )

    def answered_and_rated(self) -> None:
        """Asked, answered, concluded, closed, and rated."""
        story = self.begin(Kind.CREW_OR_EQUIPMENT, days_ago=35)
        story.accepted()
        question = story.step(ask, "handler", text="请问车上共有几名工作人员？")
        answer_question(
            complaint=story.complaint, question_id=question.pk, text="只有司机一人。", evidence=[], now=story.now
        )
        story.later(hours=20)
        story.concluded()
        story.step(close, "handler", reason="整改情况已经复查。")
        rate(complaint=story.complaint, stars=5, text="处理得很认真。", now=story.now)

    def two_authorities_two_outcomes(self) -> None:
        """Health has ordered refund and suspension; market regulation still looks into the prices."""
        story = self.begin(Kind.OVERCHARGING, days_ago=28)
        story.accepted()
        story.accepted("market-handler")
        posted = story.complaint.posted_amount or Decimal(0)
        story.concluded(measures=["refund", "suspension"], refund_amount=Decimal(28000) - posted)
        story.step(ask_extension, "market-handler", reason="涉及外省路段的收费凭证需要调取，期限内难以办结。")

    def declined(self) -> None:
        """Not accepted, with the reason."""
        story = self.begin(Kind.SERVICE, days_ago=12)
        story.step(decline, "handler", reason="所反映事项已由人民法院受理，请依照诉讼程序解决。")

    def under_review(self) -> Story:
        """The complainant asked the higher authority for a review."""
        story = self.begin(Kind.SERVICE, days_ago=30)
        story.accepted()
        story.concluded(finding="not_substantiated", measures=[], decision="经核查，未发现您反映的情况。")
        ask_review(complaint=story.complaint, reason="没有调取行车记录仪，结论不能令人信服。", now=story.now)
        story.later(hours=20)
        return story

    def reviewed(self) -> Story:
        """The review has been answered."""
        story = self.under_review()
        story.concluded("province-", finding="changed", decision="经复查，原结论事实不清，变更为部分属实。")
        return story

    def under_second_review(self) -> Story:
        """Handed down to the county, reviewed by the prefecture, and now once more by the province."""
        story = self.begin(Kind.SERVICE, days_ago=40)
        county = self.people["county-handler"].authority
        story.step(hand_over, "handler", to=county, reason="由登记地县级部门办理。")
        story.accepted("county-handler")
        story.concluded("county-", finding="not_substantiated", measures=[], decision="经核查，未发现您反映的情况。")
        ask_review(complaint=story.complaint, reason="请上级复查。", now=story.now)
        story.later(hours=20)
        story.concluded(finding="upheld", measures=[], decision="经复查，维持原处理意见。")
        ask_second_review(complaint=story.complaint, reason="请上级复核。", now=story.now)
        story.later(hours=20)
        return story

    def final(self) -> None:
        """The last word is spoken."""
        story = self.under_second_review()
        story.concluded("province-", finding="upheld", measures=[], decision="经复核，维持复查意见。")

    def merged(self) -> None:
        """A second report of one event is handled together with the first."""
        first, second = self.begin(Kind.SERVICE, days_ago=5), self.begin(Kind.SERVICE, days_ago=4.5)
        first.accepted()
        second.step(merge, "handler", main=first.complaint, reason="同一车辆同一次出车，两名家属分别反映。")

    def objected(self) -> None:
        """The desk says that another authority should answer; the superior decides."""
        story = self.begin(Kind.REFUSAL_OR_DELAY, days_ago=2)
        if superior_of(self.authority) is not None:
            story.step(object_to, "handler", proposed=None, reason="事件发生在外市，应由当地部门办理。")

    def an_illegal_ambulance(self) -> None:
        """An anonymous report; the institution side sees nothing of it."""
        story = self.begin(Kind.ILLEGAL_AMBULANCE, days_ago=3)
        story.accepted("county-handler")

    def overdue(self) -> None:
        """Nobody has answered; the day of acceptance is past."""
        self.begin(Kind.SERVICE, days_ago=24)


def people() -> dict[str, User]:
    """The demo's people by the first part of their address. Raises LookupError before they are made."""
    found = {user.email.partition("@")[0]: user for user in User.objects.filter(email__in=[a.email for a in ACCOUNTS])}
    if len(found) < len(ACCOUNTS):
        raise LookupError("the demo's accounts are not made yet")
    return found
