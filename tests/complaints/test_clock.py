"""Which rule sets the deadline of a step, and what the receipt may promise."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from complaints.clock import STEPS, Basis, Rule, Step, Sureness, first_dues, rule_for
from directory.clock import Limit
from directory.kinds import AuthorityKind
from directory.workdays import Calendar

CALENDAR = Calendar()


@pytest.mark.parametrize(
    ("authority", "limit", "basis"),
    [
        (AuthorityKind.HEALTH, "15d", Basis("信访工作条例", 23)),
        (AuthorityKind.TCM, "15d", Basis("信访工作条例", 23)),
        (AuthorityKind.POLICE, "15d", Basis("信访工作条例", 23)),
        (AuthorityKind.MARKET_REGULATION, "7wd", Basis("消费者权益保护法", 46)),
    ],
)
def test_acceptance_follows_the_law_of_the_department(authority, limit, basis):
    rule = rule_for(Step.ACCEPTANCE, authority)
    assert (str(rule.limit), rule.shown_basis) == (limit, basis)


def test_only_what_was_read_or_agreed_on_is_shown_as_law():
    for rule in STEPS:
        assert (rule.shown_basis is not None) == (rule.sureness in {Sureness.A, Sureness.B})
    weak = Rule(Step.DECISION, Limit.parse("10wd"), Basis("某办法", 1), Sureness.C)
    assert weak.shown_basis is None


def test_every_step_has_a_rule_for_every_authority_and_no_two_of_the_same_rank():
    for step in Step:
        for authority in AuthorityKind:
            assert rule_for(step, authority).step is step
    assert len({(rule.step, rule.authority) for rule in STEPS}) == len(STEPS)


def test_a_step_without_a_rule_is_an_error_and_not_an_endless_deadline():
    with pytest.raises(LookupError, match="mediation"):
        rule_for(Step.MEDIATION, AuthorityKind.HEALTH, rules=STEPS[:3])


def test_the_basis_is_cited_by_law_and_article():
    with translation.override("en"):
        assert str(Basis("信访工作条例", 23)) == "《信访工作条例》, article 23"


def test_the_receipt_promises_acceptance_and_counts_the_decision_from_its_last_day():
    acceptance, decision = first_dues(datetime(2026, 5, 6, 1, tzinfo=UTC), AuthorityKind.MARKET_REGULATION, CALENDAR)
    assert (acceptance.step, acceptance.due.due_on) == (Step.ACCEPTANCE, date(2026, 5, 14))  # Saturday 9 is worked
    assert (decision.step, decision.due.due_on) == (Step.DECISION, date(2026, 7, 13))
    assert not decision.due.provisional


def test_a_decision_counted_from_a_provisional_acceptance_is_provisional_too():
    acceptance, decision = first_dues(datetime(2026, 12, 28, 1, tzinfo=UTC), AuthorityKind.HEALTH, CALENDAR)
    assert acceptance.due.provisional
    assert decision.due.provisional
