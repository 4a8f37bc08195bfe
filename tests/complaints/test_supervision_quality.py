"""Quality checks: a month's sample is drawn by chance, once, and looked at by somebody who had no part in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.models import Handling, QualityCheck
from complaints.refusals import Unsound
from complaints.services.quality import check_quality, concluded_in, draw_sample, wanted
from registry.refusals import OutOfScope, WrongRole
from tests import build
from tests.complaints.desk import ADDRESS, case, desk
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)
LATER = datetime(2026, 12, 2, 2, tzinfo=UTC)


@pytest.fixture
def here():
    return desk()


def draw(who, month=NOVEMBER, now=LATER):
    return draw_sample(month=month, actor=who, now=now, address=ADDRESS)


def check(found, who, verdict="good", note=""):
    return check_quality(check=found, verdict=verdict, note=note, actor=who, now=LATER, address=ADDRESS)


@pytest.mark.parametrize(("concluded", "drawn"), [(0, 0), (2, 2), (3, 3), (40, 3), (60, 3), (61, 4), (1000, 50)])
def test_five_percent_but_three_at_least(concluded, drawn):
    assert wanted(concluded) == drawn


def test_drawing_again_adds_nothing_until_more_was_concluded(here):
    for _ in range(5):
        case(at_desk=here).concluded()
    assert draw(here.supervisor) == 3
    assert draw(here.supervisor) == 0
    assert draw(here.other_supervisor) == 0
    row = AuditRow.objects.filter(action="quality.drawn").order_by("pk")[0]
    assert row.detail == {"month": "2026-11", "concluded": 5, "drawn": 3}


def test_chance_decides(here, monkeypatch):
    parts = [case(at_desk=here).concluded().part.pk for _ in range(6)]
    seen = set()
    for _ in range(12):
        draw(here.supervisor)
        seen.add(frozenset(QualityCheck.objects.values_list("handling_id", flat=True)))
        QualityCheck.objects.all().delete()
    assert len(seen) > 1
    assert all(chosen <= set(parts) for chosen in seen)


def test_the_month_is_that_of_shanghai_and_of_the_own_desk_and_below(here):
    held = case(at_desk=here).concluded()
    city = desk(division="360100")
    for at, months in (
        (datetime(2026, 10, 31, 16, tzinfo=UTC), [11]),
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), [11]),
        (datetime(2026, 11, 30, 16, tzinfo=UTC), [12]),
    ):
        Handling.objects.filter(pk=held.part.pk).update(concluded_at=at)
        found = [m for m in (10, 11, 12) if concluded_in(city.supervisor.scope, date(2026, m, 1)).exists()]
        assert found == months
    stranger = person(Role.SUPERVISOR, body=build.authority(division=build.division("110105")))
    assert not concluded_in(stranger.scope, date(2026, 12, 1)).exists()
    assert concluded_in(city.supervisor.scope, date(2026, 12, 31)).exists()


def test_a_month_that_is_not_over_and_another_duty_are_refused(here):
    with pytest.raises(Unsound):
        draw(here.supervisor, month=date(2026, 12, 1))
    with pytest.raises(WrongRole):
        draw(here.handler)


def test_a_verdict_is_written_once_by_somebody_without_a_part(here):
    case(at_desk=here).concluded()
    draw(here.supervisor)
    found = QualityCheck.objects.get()
    with pytest.raises(Unsound) as refused:
        check(found, here.supervisor)  # who decided the conclusion
    assert refused.value.code == "own-work"
    for verdict, note, code in (("serious", "", "required"), ("nonsense", "x", "no-verdict")):
        with pytest.raises(Unsound) as refused:
            check(found, here.other_supervisor, verdict, note)
        assert refused.value.code == code
    done = check(found, here.other_supervisor, "minor", "理由过于简单。")
    assert (done.verdict, done.checked_by, done.note) == ("minor", here.other_supervisor, "理由过于简单。")
    with pytest.raises(Unsound) as refused:
        check(found, here.other_supervisor)
    assert refused.value.code == "checked"
    row = AuditRow.objects.get(action="quality.checked")
    assert row.detail["verdict"] == "minor"
    assert "理由" not in str(row.detail)


def test_another_desk_sees_no_check(here):
    case(at_desk=here).concluded()
    draw(here.supervisor)
    found = QualityCheck.objects.get()
    stranger = person(Role.SUPERVISOR, body=build.authority(division=build.division("110105")))
    with pytest.raises(OutOfScope):
        check(found, stranger)
    assert client_of(stranger).get(reverse("supervision:check", args=[found.pk])).status_code == 404
    above = person(Role.SUPERVISOR, body=build.authority(division=build.division("360100")))
    check(found, above)


def test_the_pages_draw_and_check(here):
    held = case(at_desk=here).concluded()
    client = client_of(here.other_supervisor)
    address = reverse("supervision:draw")
    assert client.post(address, {"month": "nonsense"}).status_code == 422
    assert client.post(address, {"month": "2099-01"}).status_code == 422
    Handling.objects.filter(pk=held.part.pk).update(concluded_at=datetime(2026, 10, 5, tzinfo=UTC))
    assert client.post(address, {"month": "2026-10"}).status_code == 303
    listed = client.get(reverse("supervision:quality")).content.decode()
    assert held.complaint.reference in listed
    one = reverse("supervision:check", args=[QualityCheck.objects.get().pk])
    assert client.post(one, {"verdict": "serious"}).status_code == 422
    assert client.post(one, {"verdict": "serious", "note": "未核实收费记录。"}).status_code == 303
    assert "未核实收费记录。" in client.get(one).content.decode()
    assert client_of(here.handler).get(one).status_code == 403


@pytest.mark.parametrize("rows", [1, 8])
def test_the_list_costs_the_same_for_any_number_of_rows(here, rows, django_assert_max_num_queries):
    for _ in range(rows):
        QualityCheck.objects.create(handling=case(at_desk=here).concluded().part, drawn_at=LATER)
    client = client_of(here.supervisor)
    with django_assert_max_num_queries(9):
        assert client.get(reverse("supervision:quality")).status_code == 200
