"""Deadlines of complaints: which step is due by which rule. Pure; the counting itself is `directory.clock`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from directory.clock import Due, Limit, due_after, due_date
from directory.kinds import AuthorityKind
from directory.workdays import Calendar


class Step(TextChoices):
    """A step that has a deadline."""

    INSTITUTION_REPLY = "institution_reply", _("The institution replies")
    INSTITUTION_REPLY_SEVERAL = "institution_reply_several", _("The institution replies, several departments")
    ACCEPTANCE = "acceptance", _("You are told whether it is accepted")
    OBJECTION = "objection", _("The authority says it is not the right one")
    DECISION = "decision", _("Decision")
    EXTENSION = "extension", _("Extension of the decision, once")
    REVIEW_REQUEST = "review_request", _("You may ask for a review")
    REVIEW_ANSWER = "review_answer", _("The review is answered")
    SECOND_REVIEW_REQUEST = "second_review_request", _("You may ask for a second review")
    SECOND_REVIEW_ANSWER = "second_review_answer", _("The second review is answered")
    MEDIATION_ACCEPTANCE = "mediation_acceptance", _("Mediation is accepted")
    MEDIATION = "mediation", _("Mediation is finished")


class Sureness(StrEnum):
    """How well a rule is known: only A and B are shown to people as law."""

    A = "A"
    """Read in an official text or a verbatim reprint."""
    B = "B"
    """Several second-hand copies agree."""
    C = "C"
    """One weak source."""
    M = "M"
    """Common knowledge, no text found."""


@dataclass(frozen=True)
class Basis:
    """The article a rule stands on. The name of the law is data, in Chinese."""

    law: str
    article: int

    def __str__(self) -> str:
        return _("%(law)s, article %(article)s") % {"law": f"《{self.law}》", "article": self.article}


@dataclass(frozen=True)
class Rule:
    """The limit of one step, for one kind of authority or (None) for all."""

    step: Step
    limit: Limit
    basis: Basis | str | None
    sureness: Sureness
    authority: AuthorityKind | None = None

    @property
    def shown_basis(self) -> Basis | str | None:
        """The basis if it is sure enough to be shown to people as law."""
        return self.basis if self.sureness in {Sureness.A, Sureness.B} else None


PETITIONS = "信访工作条例"
CONSUMERS = "消费者权益保护法"
HOSPITAL_COMPLAINTS = "医疗机构投诉管理办法"
MEDICAL_DISPUTES = "医疗纠纷预防和处理条例"


def _rule(
    step: Step, limit: str, law: str, article: int | None, sureness: str, authority: AuthorityKind | None = None
) -> Rule:
    basis = Basis(law, article) if article else None
    return Rule(step, Limit.parse(limit), basis, Sureness(sureness), authority)


STEPS: tuple[Rule, ...] = (
    _rule(Step.INSTITUTION_REPLY, "5wd", HOSPITAL_COMPLAINTS, None, "M"),
    _rule(Step.INSTITUTION_REPLY_SEVERAL, "10wd", HOSPITAL_COMPLAINTS, None, "M"),
    _rule(Step.ACCEPTANCE, "15d", PETITIONS, 23, "A"),
    _rule(Step.ACCEPTANCE, "7wd", CONSUMERS, 46, "A", AuthorityKind.MARKET_REGULATION),
    _rule(Step.OBJECTION, "5wd", PETITIONS, 23, "A"),
    _rule(Step.DECISION, "60d", PETITIONS, 34, "A"),
    _rule(Step.EXTENSION, "30d", PETITIONS, 34, "A"),
    _rule(Step.REVIEW_REQUEST, "30d", PETITIONS, 35, "A"),
    _rule(Step.REVIEW_ANSWER, "30d", PETITIONS, 35, "A"),
    _rule(Step.SECOND_REVIEW_REQUEST, "30d", PETITIONS, 36, "A"),
    _rule(Step.SECOND_REVIEW_ANSWER, "30d", PETITIONS, 36, "A"),
    _rule(Step.MEDIATION_ACCEPTANCE, "5wd", MEDICAL_DISPUTES, 40, "A"),
    _rule(Step.MEDIATION, "30wd", MEDICAL_DISPUTES, 40, "A"),
)
"""The limits where no region has set its own."""


def rule_for(step: Step, authority: AuthorityKind, rules: Iterable[Rule] = STEPS) -> Rule:
    """The rule of a step for a kind of authority: its own if it has one, else the general one. Raises LookupError."""
    fitting = [rule for rule in rules if rule.step == step and rule.authority in {authority, None}]
    if not fitting:
        raise LookupError(f"no deadline is set for {step} at {authority}")
    return next((rule for rule in fitting if rule.authority), fitting[0])


@dataclass(frozen=True)
class StepDue:
    """The deadline of one step, with the rule it follows."""

    step: Step
    due: Due
    rule: Rule


def first_dues(
    received_at: datetime, authority: AuthorityKind, calendar: Calendar, rules: Iterable[Rule] = STEPS
) -> tuple[StepDue, ...]:
    """What can be promised on the receipt: acceptance, and the decision at the latest.

    A decision is due so many days after acceptance (信访工作条例 34); until it is accepted, the last day of
    acceptance is taken, so the date is the latest that the law allows. Raises ValueError, LookupError.
    """
    known = tuple(rules)
    acceptance, decision = (rule_for(step, authority, known) for step in (Step.ACCEPTANCE, Step.DECISION))
    accepted = due_date(received_at, acceptance.limit, calendar)
    decided = due_after(accepted.due_on, decision.limit, calendar)
    if accepted.provisional:
        decided = Due(decided.due_on, provisional=True, counted=decided.counted, skipped=decided.skipped)
    return (
        StepDue(Step.ACCEPTANCE, accepted, acceptance),
        StepDue(Step.DECISION, decided, decision),
    )
