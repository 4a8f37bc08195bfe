"""The supervisor's desk: what waits, what is late where, what did not last, what looks like suppression."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint, Conclusion, Deadline, Handling, Reveal
from complaints.services import decline, object_to, reopen
from complaints.services.extending import ask_extension
from complaints.supervision import loads_by_desk, loads_by_officer, signs_in, undone, waiting_for
from registry.models import FieldChange, StatusChange
from tests import build
from tests.complaints.build import text_of
from tests.complaints.desk import A_DAY, case, desk
from tests.complaints.entries import EMAIL, NARRATIVE, NOW, PHONE, filed
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
DESK = "/staff/supervision/"
SORTS = ("conclusions", "extensions", "objections", "reveals", "escalated")


@pytest.fixture
def here():
    return desk()


def waiting(user) -> dict[str, list[str]]:
    return {
        name: [row.case.reference for row in sort.rows]
        for name, sort in zip(SORTS, waiting_for(user.scope), strict=True)
    }


def test_every_sort_of_decision_waits_where_it_is_made(here):
    city = desk(division="360100")
    proposed = case(at_desk=here).proposed()
    extended = case(at_desk=here).accepted()
    ask_extension(**extended.by(here.handler, reason="需要鉴定。"))
    masked = case(at_desk=here)
    Reveal.objects.create(
        complaint=masked.complaint, subject="identity", reason="核实身份", asked_by=here.handler, asked_at=NOW
    )
    objected = case(at_desk=here)
    object_to(**objected.by(here.handler, reason="不属于本机关。", proposed=None))
    late = case(at_desk=here).accepted()
    Deadline.objects.filter(handling=late.part).update(escalated_at=NOW, due_on=date(2026, 11, 1))
    assert waiting(here.supervisor) == {
        "conclusions": [proposed.complaint.reference],
        "extensions": [extended.complaint.reference],
        "objections": [],
        "reveals": [masked.complaint.reference],
        "escalated": [],
    }
    above = waiting(city.supervisor)
    assert above["objections"] == [objected.complaint.reference]
    assert above["escalated"] == [late.complaint.reference]
    assert above["conclusions"] == above["extensions"] == above["reveals"] == []
    stranger = person(Role.SUPERVISOR, body=build.authority(division=build.division("110105")))
    assert not any(waiting(stranger).values())


def test_a_supervisor_who_stepped_aside_sees_nothing_of_the_case(here):
    proposed = case(at_desk=here).proposed()
    proposed.complaint.recusals.create(user=here.supervisor, reason="亲属", at=NOW)
    assert not any(waiting(here.supervisor).values())
    assert waiting(here.other_supervisor)["conclusions"] == [proposed.complaint.reference]


def test_what_is_overdue_is_counted_by_desk_and_by_officer(here):
    city = desk(division="360100")
    case(at_desk=here)
    for _ in range(2):
        late = case(at_desk=here).accepted()
        Deadline.objects.filter(handling=late.part).update(due_on=date(2026, 11, 1))
    today = date(2026, 11, 25)
    (load,) = loads_by_desk(city.supervisor.scope, today)
    assert (load.name, load.held, load.overdue, load.is_own) == (here.authority.name, 3, 2, False)
    found = {one.name: (one.held, one.overdue) for one in loads_by_officer(here.supervisor.scope, today)}
    assert found == {here.handler.name: (2, 2), "": (1, 0)}
    assert loads_by_officer(city.supervisor.scope, today) == []


def test_reopenings_and_reviews_lost_are_shown_to_the_desk_whose_answer_it_was(here):
    again = case(at_desk=here).concluded()
    reopen(**again.by(here.supervisor, reason="发现新证据。"))
    lost = case(at_desk=here).concluded()
    review = Handling.objects.create(
        complaint=lost.complaint,
        authority_kind="health",
        authority=build.authority(division=build.division("360100")),
        role="review",
        reviewed=lost.part,
        state="concluded",
        opened_at=NOW,
        updated_at=NOW,
        concluded_at=NOW,
    )
    Conclusion.objects.create(
        handling=review,
        finding="changed",
        facts="-",
        reasons="-",
        decision="-",
        proposed_by=here.handler,
        proposed_at=NOW,
        is_approved=True,
        decided_at=NOW + A_DAY,
    )
    found = {one.case.reference for one in undone(here.supervisor.scope, NOW + 3 * A_DAY)}
    assert found == {again.complaint.reference, lost.complaint.reference}
    assert undone(here.supervisor.scope, NOW + 200 * A_DAY) == []


def kinds(user, now=NOW + 3 * A_DAY) -> dict[str, set[str]]:
    return {sign.kind.value: {one.reference for one in sign.cases} for sign in signs_in(user.scope, now)}


def test_a_record_edited_before_the_conclusion_but_not_a_suspension(here):
    vehicle = build.ambulance()
    held = case(at_desk=here, ambulance_code=build.marking(ambulance=vehicle).code)
    assert held.complaint.ambulance == vehicle
    held.concluded()
    StatusChange.objects.create(ambulance=vehicle, new_status="suspended", changed_at=held.at - timedelta(hours=1))
    assert kinds(here.supervisor) == {}
    FieldChange.objects.create(
        ambulance=vehicle, field="station", old="一站", new="二站", changed_at=held.at - timedelta(hours=47)
    )
    assert kinds(here.supervisor) == {"edited": {held.complaint.reference}}


def test_a_fleet_reported_again_and_again(here):
    hospital = build.institution()
    reported = {
        filed(
            kind=Kind.CARD_MISMATCH, ambulance_code=build.marking(ambulance=build.ambulance(institution=hospital)).code
        ).reference
        for _ in range(3)
    }
    assert kinds(here.supervisor) == {"mismatches": reported}


def test_how_many_say_that_the_code_is_missing_is_told_without_reading_what_is_sealed(here):
    hospital = build.institution()
    for ticked in ("plate", "colour,code", "code"):
        code = build.marking(ambulance=build.ambulance(institution=hospital)).code
        filed(kind=Kind.CARD_MISMATCH, ambulance_code=code, answers={"differences": ticked})
    with CaptureQueriesContext(connection) as asked:
        (sign,) = signs_in(here.supervisor.scope, NOW + 3 * A_DAY)
    assert sign.figures["missing"] == 2
    assert not any('"answers"' in query["sql"] for query in asked.captured_queries)
    page = text_of(client_of(here.supervisor).get(DESK))
    assert "其中2人次反映二维码缺失" in page


@pytest.mark.parametrize(
    ("kind", "ticked", "is_noted"),
    [
        (Kind.CARD_MISMATCH, "plate,code", True),
        (Kind.CARD_MISMATCH, "plate", False),
        (Kind.CARD_MISMATCH, "", False),
        (Kind.SERVICE, "code", False),
    ],
)
def test_only_a_missing_code_is_noted_in_the_open(kind, ticked, is_noted):
    complaint = filed(kind=kind, answers={"differences": ticked} if ticked else {})
    assert ("code_missing" in complaint.flags) is is_noted


def test_what_was_declined_and_told_again(here):
    references = set()
    for number in range(2):
        phone = f"1380013900{number}"
        refused = case(at_desk=here, contact_phone=phone)
        decline(**refused.by(here.handler, reason="不属于受理范围。"))
        told = filed(contact_phone=phone)
        Complaint.objects.filter(pk=told.pk).update(received_at=refused.at + A_DAY)
        references |= {refused.complaint.reference, told.reference}
    assert kinds(here.supervisor) == {"refiled": references}


def test_fast_conclusions_and_one_sided_ones(here):
    for _ in range(3):
        case(at_desk=here).concluded(finding="not_substantiated", measures=[])
    Handling.objects.update(opened_at=NOW + timedelta(hours=20))
    assert set(kinds(here.supervisor)) == {"fast"}


def test_the_page_says_why_and_leads_to_the_cases_without_a_word_of_them(here):
    vehicle = build.ambulance()
    marking = build.marking(ambulance=vehicle)
    held = case(at_desk=here, ambulance_code=marking.code, contact_email=EMAIL, place="民德路").proposed()
    for _ in range(3):
        filed(kind=Kind.CARD_MISMATCH, ambulance_code=marking.code)
    Complaint.objects.update(received_at=timezone.now())
    page = client_of(here.supervisor).get(f"{DESK}?lang=en").content.decode()
    assert held.complaint.reference in page
    assert reverse("cases:case", args=[held.complaint.pk]) in page
    assert "does not match its card" in page
    for secret in (NARRATIVE[:8], "李雷", PHONE, EMAIL, "民德路"):
        assert secret not in page


def test_other_duties_are_kept_out(here):
    assert client_of(here.handler).get(DESK).status_code == 403
    assert client_of(person(Role.COMPLAINT_OFFICER, body=build.institution())).get(DESK).status_code == 403
    rail = client_of(here.handler).get("/staff/complaints/").content.decode()
    assert f'href="{DESK}"' not in rail
    assert f'href="{DESK}"' in client_of(here.supervisor).get("/staff/complaints/").content.decode()


@pytest.mark.parametrize("rows", [1, 6])
def test_the_desk_costs_the_same_for_any_number_of_cases(here, rows, django_assert_max_num_queries):
    for _ in range(rows):
        case(at_desk=here).proposed()
        case(at_desk=here).concluded()
    client = client_of(here.supervisor)
    with django_assert_max_num_queries(26):
        assert client.get(DESK).status_code == 200
