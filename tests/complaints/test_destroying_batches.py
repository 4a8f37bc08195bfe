"""What is past its time is laid before the supervisors in batches; two confirm; what hangs together goes together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint, DestructionBatch, Hold
from complaints.refusals import Unsound
from complaints.services import retaining
from complaints.services.destroying import destroy_confirmed
from complaints.services.holds import lift_hold, place_hold
from complaints.services.retaining import confirm_batch, kin_of, make_batches
from complaints.tasks import destroy, retire
from notifications.models import Message
from notifications.rendering import render_parts
from registry.refusals import OutOfScope, WrongRole
from tests import build
from tests.complaints.desk import ADDRESS, Desk, desk
from tests.complaints.entries import NOW, filed
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
YEARS = timedelta(days=1096)
LATER = NOW + YEARS + timedelta(days=1)


@pytest.fixture
def here() -> Desk:
    return desk()


def ended(at: datetime = NOW, **fields) -> Complaint:
    """A case that ended at `at`, all its parts closed."""
    complaint = filed(**fields)
    complaint.handlings.update(state="closed", closed_at=at)
    Complaint.objects.filter(pk=complaint.pk).update(state="closed", closed_at=at)
    complaint.refresh_from_db()
    return complaint


def confirm(batch, who, now=LATER):
    return confirm_batch(batch=batch, actor=who, now=now, address=ADDRESS)


def test_each_nature_has_its_own_time(here, settings):
    claim, report, praise = ended(), ended(kind=Kind.ILLEGAL_AMBULANCE), ended(kind=Kind.PRAISE)
    settings.ENV = settings.ENV.model_copy(
        update={"RETENTION_CLAIM_DAYS": 100, "RETENTION_REPORT_DAYS": 200, "RETENTION_PRAISE_DAYS": 10}
    )
    for days, expected in ((10, []), (11, [praise]), (101, [claim]), (201, [report])):
        made = make_batches(now=NOW + timedelta(days=days))
        assert [one for batch in made for one in batch.complaints.all()] == expected


def test_a_batch_tells_the_supervisors_and_is_made_once(here):
    ended()
    (batch,) = make_batches(now=LATER)
    assert make_batches(now=LATER) == []
    assert batch.authority == here.authority
    told = Message.objects.filter(template="complaints/batch_made")
    assert {m.recipient for m in told} == {here.supervisor.email, here.other_supervisor.email}
    assert "1" in render_parts(told[0].template, "zh-hans", ("email.txt",), told[0].context)["email.txt"]
    assert AuditRow.objects.get(action="batch.made").detail == {"complaints": 1}


def test_what_is_open_held_or_not_yet_due_is_left_alone(here):
    filed()
    busy = ended()
    busy.handlings.update(state="concluded", closed_at=None)
    held = ended()
    Hold.objects.create(complaint=held, reason="诉讼", placed_by=here.supervisor, placed_at=NOW)
    ended(at=LATER - timedelta(days=1))
    assert make_batches(now=LATER) == []


def test_claim_report_and_merged_cases_go_together_or_not_at_all(here):
    first, twin, merged = ended(), ended(), ended()
    twin.twin_of = first
    merged.merged_into = twin
    for one in (twin, merged):
        one.save()
    whole = {first.pk, twin.pk, merged.pk}
    assert all(kin_of([pk])[pk] == whole for pk in whole)
    Complaint.objects.filter(pk=merged.pk).update(closed_at=LATER)
    assert make_batches(now=LATER) == []
    Complaint.objects.filter(pk=merged.pk).update(closed_at=NOW)
    (batch,) = make_batches(now=LATER)
    assert {one.pk for one in batch.complaints.all()} == whole


def test_a_hold_on_one_takes_its_kin_out_of_the_batch(here):
    first, twin, other = ended(), ended(), ended()
    twin.twin_of = first
    twin.save()
    (batch,) = make_batches(now=LATER)
    place_hold(complaint=twin, reason="诉讼", actor=here.supervisor, now=LATER, address=ADDRESS)
    assert list(batch.complaints.all()) == [other]


def test_a_batch_is_never_larger_than_two_people_can_look_through(here, monkeypatch):
    monkeypatch.setattr(retaining, "BATCH", 2)
    first, twin = ended(), ended()
    twin.twin_of = first
    twin.save()
    for _ in range(3):
        ended()
    made = make_batches(now=LATER)
    assert sorted(batch.complaints.count() for batch in made) == [1, 2, 2]
    assert all(batch.complaints.count() == 2 for batch in made if first in batch.complaints.all())


def test_two_different_supervisors_confirm(here):
    ended()
    (batch,) = make_batches(now=LATER)
    confirm(batch, here.supervisor)
    assert destroy_confirmed(now=LATER) == 0
    with pytest.raises(Unsound) as refused:
        confirm(batch, here.supervisor)
    assert refused.value.code == "own"
    done = confirm(batch, here.other_supervisor)
    assert done.second_by == here.other_supervisor
    with pytest.raises(Unsound) as refused:
        confirm(batch, person(Role.SUPERVISOR, body=here.authority))
    assert refused.value.code == "confirmed"
    assert [row.detail["is_second"] for row in AuditRow.objects.filter(action="batch.confirmed").order_by("pk")] == [
        False,
        True,
    ]


def test_a_supervisor_from_above_may_give_the_second_word_strangers_and_handlers_none(here):
    ended()
    (batch,) = make_batches(now=LATER)
    with pytest.raises(WrongRole):
        confirm(batch, here.handler)
    for stranger in (build.authority(division=build.division("110105")), build.authority(kind="police")):
        with pytest.raises(OutOfScope):
            confirm(batch, person(Role.SUPERVISOR, body=stranger))
    confirm(batch, here.supervisor)
    confirm(batch, person(Role.SUPERVISOR, body=build.authority(division=build.division("360100"))))


def test_a_case_opened_again_after_the_confirmation_stays(here):
    complaint = ended()
    (batch,) = make_batches(now=LATER)
    confirm(batch, here.supervisor)
    confirm(batch, here.other_supervisor)
    complaint.handlings.update(state="accepted", closed_at=None)
    assert destroy_confirmed(now=LATER) == 0
    assert Complaint.objects.get(pk=complaint.pk).destroyed_at is None
    assert DestructionBatch.objects.get().complaints.count() == 0


def test_a_case_without_an_authority_waits_for_health_around_it():
    complaint = filed()
    complaint.handlings.update(state="closed", closed_at=NOW, authority=None)
    Complaint.objects.filter(pk=complaint.pk).update(closed_at=NOW)
    assert make_batches(now=LATER) == []
    city = build.authority(division=build.division("360100"))
    (batch,) = make_batches(now=LATER)
    assert batch.authority == city


def test_holds_need_a_reason_a_supervisor_and_the_right_place(here):
    complaint = ended()
    keywords: dict[str, Any] = {"complaint": complaint, "now": LATER, "address": ADDRESS}
    with pytest.raises(Unsound):
        place_hold(reason=" ", actor=here.supervisor, **keywords)
    with pytest.raises(WrongRole):
        place_hold(reason="诉讼", actor=here.handler, **keywords)
    with pytest.raises(OutOfScope):
        place_hold(
            reason="诉讼",
            actor=person(Role.SUPERVISOR, body=build.authority(division=build.division("110105"))),
            **keywords,
        )
    with pytest.raises(Unsound):
        lift_hold(reason="无", actor=here.supervisor, **keywords)
    place_hold(reason="诉讼", actor=here.supervisor, **keywords)
    with pytest.raises(Unsound) as refused:
        place_hold(reason="诉讼", actor=here.supervisor, **keywords)
    assert refused.value.code == "held"
    hold = lift_hold(reason="已判决", actor=here.other_supervisor, **keywords)
    assert "诉讼" in hold.reason
    assert "已判决" in hold.reason
    assert {row.action for row in AuditRow.objects.filter(action__startswith="complaint.hold")} == {
        "complaint.hold_placed",
        "complaint.hold_lifted",
    }
    assert "诉讼" not in str([row.detail for row in AuditRow.objects.all()])


def test_the_pages_confirm_and_hold(here):
    complaint = ended()
    (batch,) = make_batches(now=LATER)
    first, second = client_of(here.supervisor), client_of(here.other_supervisor)
    page = first.get(reverse("supervision:batch", args=[batch.pk]))
    assert complaint.reference in page.content.decode()
    address = reverse("supervision:confirm", args=[batch.pk])
    assert first.post(address).status_code == 303
    assert first.post(address).status_code == 422
    hold = reverse("supervision:hold", args=[complaint.pk])
    assert second.post(hold, {"do": "place", "reason": ""}).status_code == 422
    assert second.post(hold, {"do": "place", "reason": "诉讼"}).status_code == 303
    assert complaint.reference in second.get(reverse("supervision:retention")).content.decode()
    assert second.post(hold, {"do": "lift", "reason": "已判决"}).status_code == 303
    assert "已判决" in second.get(hold).content.decode()
    assert second.post(address).status_code == 303
    stranger = client_of(person(Role.SUPERVISOR, body=build.authority(division=build.division("110105"))))
    for name, pk in (("batch", batch.pk), ("hold", complaint.pk)):
        assert stranger.get(reverse(f"supervision:{name}", args=[pk])).status_code == 404
    assert stranger.post(address).status_code == 404
    assert client_of(here.handler).post(address).status_code == 403


@pytest.mark.parametrize("rows", [1, 8])
def test_the_pages_cost_the_same_for_any_number_of_rows(here, rows, django_assert_max_num_queries):
    for _ in range(rows):
        ended()
        Hold.objects.create(complaint=ended(), reason="诉讼", placed_by=here.supervisor, placed_at=NOW)
    (batch,) = make_batches(now=LATER)
    client = client_of(here.supervisor)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("supervision:retention")).status_code == 200
    with django_assert_max_num_queries(10):
        assert client.get(reverse("supervision:batch", args=[batch.pk])).status_code == 200


def test_the_tasks_run_twice_without_harm(here):
    ended(at=NOW - timedelta(days=4000))
    for task in (retire, destroy):
        task()
        task()
    assert DestructionBatch.objects.count() == 1
