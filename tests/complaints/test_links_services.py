"""Cases linked, merged and separated: who may, what follows, who is told, and what is never taken away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.merged import SharedOutcome, shared_outcomes
from complaints.models import CaseLink, Complaint, Forwarding, Handling
from complaints.refusals import StaleVersion, Unsound
from complaints.services import accept, close, conclude, reopen
from complaints.services.asking import ask
from complaints.services.linking import link, merge, unlink, unmerge
from complaints.workflow import NotAllowed, State
from directory.kinds import AuthorityKind
from notifications.models import Message
from registry.refusals import OutOfScope, WrongRole
from tests import build
from tests.complaints.desk import Case, case, desk
from tests.people import person

pytestmark = pytest.mark.django_db
WHY = "两件均反映11月22日同一次转运。"


@pytest.fixture
def here():
    return desk()


@pytest.fixture
def pair(here):
    """Two service complaints at one desk: the later one and the main case."""
    return case(at_desk=here), case(at_desk=here)


def fresh(one):
    return Complaint.objects.get(pk=one.complaint.pk)


def shown_outcome(complaint: Complaint) -> list[SharedOutcome]:
    return list(shared_outcomes(complaint, list(complaint.handlings.all())).values())


def refused(one, main, who=None):
    with pytest.raises(Unsound) as error:
        merge(**one.by(who or one.desk.handler, main=main.complaint, reason=WHY))
    assert fresh(one).merged_into_id is None
    return error.value.code


def test_a_link_stands_in_both_cases_and_changes_nothing_else(pair):
    one, other = pair
    Message.objects.all().delete()
    made = link(**one.by(one.desk.handler, other=other.complaint, kind="duplicate", reason=WHY))
    assert (made.complaint, made.other, made.reason) == (one.complaint, other.complaint, WHY)
    for each in pair:
        event = each.complaint.events.latest("pk")
        assert (event.action, event.is_public, event.audience, event.text) == ("link", False, "own", WHY)
        assert fresh(each).state == State.RECEIVED
    assert not Message.objects.exists()
    row = AuditRow.objects.latest("number")
    assert row.action == "complaint.link"
    assert row.detail["other"] == other.complaint.reference
    assert WHY not in str(row.detail)


def test_a_pair_is_linked_once_whichever_way_round(pair):
    one, other = pair
    link(**one.by(one.desk.handler, other=other.complaint, kind="related", reason=WHY))
    for a, b in ((one, other), (other, one)):
        with pytest.raises(Unsound) as error:
            link(**a.by(a.desk.handler, other=b.complaint, kind="duplicate", reason=WHY))
        assert error.value.code == "linked"
    assert CaseLink.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"kind": "twin"}, "no-kind"), ({"kind": ""}, "no-kind"), ({"reason": "  "}, "required")],
)
def test_a_link_needs_a_kind_and_a_reason(pair, changed, code):
    one, other = pair
    with pytest.raises(Unsound) as error:
        link(**one.by(one.desk.handler, **{"other": other.complaint, "kind": "related", "reason": WHY, **changed}))
    assert error.value.code == code


def test_no_case_is_linked_with_itself(pair):
    one, _ = pair
    with pytest.raises(Unsound) as error:
        link(**one.by(one.desk.handler, other=one.complaint, kind="related", reason=WHY))
    assert error.value.code == "same-case"


def test_a_case_out_of_sight_cannot_be_linked_or_merged(pair):
    one, _ = pair
    elsewhere = desk(division="110105")
    far = case(at_desk=elsewhere, division_code="110105")
    for deed in (
        lambda: link(**one.by(one.desk.handler, other=far.complaint, kind="related", reason=WHY)),
        lambda: merge(**one.by(one.desk.handler, main=far.complaint, reason=WHY)),
        lambda: link(**one.by(elsewhere.handler, other=far.complaint, kind="related", reason=WHY)),
    ):
        with pytest.raises(OutOfScope):
            deed()
    assert not CaseLink.objects.exists()


def test_whoever_only_reads_links_nothing_and_an_old_page_is_told(pair):
    one, other = pair
    reader = person(Role.REVIEWER, body=one.desk.authority)
    with pytest.raises(WrongRole):
        link(**one.by(reader, other=other.complaint, kind="related", reason=WHY))
    stale = one.by(one.desk.handler, other=other.complaint, kind="related", reason=WHY) | {"version": 99}
    with pytest.raises(StaleVersion):
        link(**stale)


def test_a_link_can_be_taken_away_from_either_side_with_a_reason(pair):
    one, other = pair
    made = link(**one.by(one.desk.handler, other=other.complaint, kind="duplicate", reason=WHY))
    with pytest.raises(Unsound):
        unlink(**other.by(one.desk.handler, case_link=made, reason=""))
    unlink(**other.by(one.desk.handler, case_link=made, reason="两车不同。"))
    assert not CaseLink.objects.exists()
    assert "两车不同。" in one.complaint.events.latest("pk").text
    assert AuditRow.objects.latest("number").action == "complaint.unlink"
    with pytest.raises(Unsound) as error:
        unlink(**other.by(one.desk.handler, case_link=made, reason="再次"))
    assert error.value.code == "no-link"


def test_halves_of_one_submission_stay_linked(pair):
    one, other = pair
    twin = CaseLink.objects.create(complaint=one.complaint, other=other.complaint, kind="twin", made_at=one.at)
    with pytest.raises(Unsound) as error:
        unlink(**one.by(one.desk.handler, case_link=twin, reason=WHY))
    assert error.value.code == "twin"


def test_a_link_of_two_other_cases_is_none_of_this_case(here, pair):
    one, other = pair
    third = case(at_desk=here)
    made = link(**one.by(here.handler, other=other.complaint, kind="related", reason=WHY))
    with pytest.raises(Unsound):
        unlink(**third.by(here.handler, case_link=made, reason=WHY))
    assert CaseLink.objects.exists()


def test_merging_ends_the_part_tells_the_complainant_and_the_desk_of_the_main_case(pair):
    one, main = pair
    main.accepted()
    Message.objects.all().delete()
    event = merge(**one.by(one.desk.handler, main=main.complaint, reason=WHY))
    merged = fresh(one)
    assert (merged.state, merged.merged_into) == (State.MERGED, main.complaint)
    assert merged.closed_at == one.at
    assert one.part.state == "merged"
    assert not one.part.deadlines.filter(met_at=None).exists()
    assert event.is_public
    assert event.audience == "own"
    noted = main.complaint.events.latest("pk")
    assert (noted.action, noted.is_public, noted.handling) == ("merge", False, main.part)
    told = [(message.channel, message.template) for message in Message.objects.order_by("pk")]
    assert ("sms", "complaints/step") in told
    assert ("email", "complaints/case_step") in told
    for message in Message.objects.all():
        assert WHY not in str(message.context)
    assert AuditRow.objects.latest("number").detail["main"] == main.complaint.reference


def test_whoever_was_merged_is_told_of_the_main_case_and_sees_its_outcome_without_its_words(pair):
    one, main = pair
    merge(**one.by(one.desk.handler, main=main.complaint, reason=WHY))
    (working,) = shown_outcome(fresh(one))
    assert (working.finding, working.answered_at) == ("", None)
    main.proposed(measures=["correction", "suspension"])
    Message.objects.all().delete()
    main.at += timedelta(hours=1)
    conclude(**main.by(main.desk.supervisor))
    assert Message.objects.filter(event_key__startswith=f"complaint-{one.complaint.pk}-", channel="sms").count() == 1
    (outcome,) = shown_outcome(fresh(one))
    assert outcome.authority == main.desk.authority.name
    assert outcome.finding == "substantiated"
    assert outcome.measures == ("correction", "suspension")
    assert outcome.answered_at == main.at
    conclusion = main.conclusion
    for words in (conclusion.facts, conclusion.reasons, conclusion.decision):
        assert words not in str(outcome)
    assert not hasattr(outcome, "refund_amount")


def told_of_merged(one):
    return Message.objects.filter(event_key__startswith=f"complaint-{one.complaint.pk}-", channel="sms").count()


def test_what_concerns_the_main_complainant_alone_is_not_told_to_whoever_was_merged(pair):
    one, main = pair
    merge(**one.by(one.desk.handler, main=main.complaint, reason=WHY))
    main.accepted()
    before = told_of_merged(one)
    ask(**main.by(main.desk.handler, text="请补充票据。"))
    assert told_of_merged(one) == before
    assert told_of_merged(main)


def test_steps_of_an_authority_that_merged_nothing_are_not_told(here):
    market = desk(AuthorityKind.MARKET_REGULATION)
    one, main = case(Kind.OVERCHARGING, here), case(Kind.OVERCHARGING, here)
    merge(**one.by(here.handler, main=main.complaint, reason=WHY))
    before = told_of_merged(one)
    accept(**Case(main.complaint, market).by(market.handler))
    assert told_of_merged(one) == before
    accept(**main.by(here.handler))
    assert told_of_merged(one) == before + 1


def test_a_case_that_is_not_merged_shows_no_outcome_of_others(pair, django_assert_num_queries):
    parts = list(pair[0].complaint.handlings.all())
    with django_assert_num_queries(0):
        assert shared_outcomes(pair[0].complaint, parts) == {}


def test_the_main_case_may_be_answered_already_but_not_closed(pair):
    one, main = pair
    main.concluded()
    close(**main.by(main.desk.handler, reason="已整改。"))
    assert refused(one, main) == "main-has-ended"
    reopen(**main.by(main.desk.supervisor, reason="有新情况。"))
    main.proposed()
    conclude(**main.by(main.desk.supervisor))
    merge(**one.by(one.desk.handler, main=main.complaint, reason=WHY))
    assert shown_outcome(fresh(one))[0].finding == "substantiated"


def test_a_part_of_another_authority_is_never_taken_away(here):
    market = desk(AuthorityKind.MARKET_REGULATION)
    one, main = case(Kind.OVERCHARGING, here), case(Kind.OVERCHARGING, here)
    lead = one.complaint.handlings.get(authority=market.authority)
    merge(**one.by(here.handler, main=main.complaint, reason=WHY))
    lead.refresh_from_db()
    assert lead.state == "pending"
    assert one.part.state == "merged"
    merged = fresh(one)
    assert (merged.state, merged.merged_into) == (State.RECEIVED, main.complaint)
    assert [outcome.authority for outcome in shown_outcome(merged)] == [here.authority.name]
    third = case(Kind.OVERCHARGING, market)
    one.desk = market
    with pytest.raises(Unsound) as error:
        merge(**one.by(market.handler, main=third.complaint, reason=WHY))
    assert error.value.code == "other-main"
    merge(**one.by(market.handler, main=main.complaint, reason=WHY))
    assert fresh(one).state == State.MERGED
    assert len(shown_outcome(fresh(one))) == 2


def test_no_event_is_merged_to_where_the_authority_does_not_answer(here):
    market = desk(AuthorityKind.MARKET_REGULATION)
    one, main = case(Kind.OVERCHARGING, market), case(Kind.SERVICE, here)
    Handling.objects.create(
        complaint=main.complaint,
        authority=market.authority,
        authority_kind=market.authority.kind,
        role="co",
        state="declined",
        opened_at=one.at,
        updated_at=one.at,
        closed_at=one.at,
    )
    assert refused(one, main) == "no-part-in-main"


def test_a_claim_and_a_report_are_not_merged(here):
    one, main = case(at_desk=here), case(Kind.UNLAWFUL_OPERATION, here)
    assert refused(one, main) == "other-nature"


def test_merged_cases_make_no_ring_and_no_chain(here, pair):
    one, main = pair
    third = case(at_desk=here)
    merge(**one.by(here.handler, main=main.complaint, reason=WHY))
    assert refused(third, one) == "ring"
    assert refused(main, third) == "is-main"
    assert refused(third, third) == "same-case"
    with pytest.raises(NotAllowed):
        merge(**one.by(here.handler, main=third.complaint, reason=WHY))


def test_nothing_is_merged_while_somebody_owes_an_answer_in_it(pair):
    one, main = pair
    one.accepted()
    Handling.objects.filter(pk=one.part.pk).update(waiting_since=one.at)
    assert refused(one, main) == "question-open"
    Handling.objects.filter(pk=one.part.pk).update(waiting_since=None, state="with_institution")
    Forwarding.objects.create(
        number="FW26-0001",
        handling=one.part,
        institution=build.institution(),
        purpose="reply",
        summary="请说明。",
        forwarded_by=one.desk.handler,
        forwarded_at=one.at,
    )
    assert refused(one, main) == "institution-owes"


def test_an_answered_part_is_not_merged(pair):
    one, main = pair
    one.concluded()
    with pytest.raises(NotAllowed):
        merge(**one.by(one.desk.handler, main=main.complaint, reason=WHY))


def test_a_supervisor_separates_what_was_merged_and_the_clock_starts_anew(pair):
    one, main = pair
    merge(**one.by(one.desk.handler, main=main.complaint, reason=WHY))
    with pytest.raises(WrongRole):
        unmerge(**one.by(one.desk.handler, reason="并非同一事件。"))
    with pytest.raises(Unsound) as error:
        reopen(**one.by(one.desk.supervisor, reason="并非同一事件。"))
    assert error.value.code == "merged"
    Message.objects.all().delete()
    unmerge(**one.by(one.desk.supervisor, reason="并非同一事件。"))
    separate = fresh(one)
    assert (separate.state, separate.merged_into, separate.closed_at) == (State.IN_PROGRESS, None, None)
    assert one.part.deadlines.filter(step="decision", met_at=None).count() == 1
    assert shown_outcome(separate) == []
    assert main.complaint.events.latest("pk").action == "reopen"
    assert Message.objects.filter(channel="sms").exists()
    merge(**one.by(one.desk.handler, main=main.complaint, reason=WHY))


def test_only_a_merged_part_is_separated(pair):
    one, _ = pair
    one.concluded()
    with pytest.raises(NotAllowed):
        unmerge(**one.by(one.desk.supervisor, reason="无"))
    assert one.part.state == "concluded"
