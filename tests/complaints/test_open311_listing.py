"""Concluded cases are listed by kind and day, monthly and in groups; nobody learns of an open one."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.utils import timezone

from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.open311.ids import NOBODY, Sort, identifier, key_of
from complaints.open311.reads import listed_between
from complaints.services import conclude
from complaints.workflow import State
from tests.complaints.desk import case
from tests.complaints.entries import EMAIL, NARRATIVE, PHONE
from tests.complaints.open311_calls import (
    NARRATIVE_WORD,
    SPAN,
    TODAY,
    call,
    concluded,
    read,
    refused,
    several,
)

pytestmark = pytest.mark.django_db
FORMS = pytest.mark.parametrize("form", ["json", "xml"])
REQUEST_NAMES = [
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
]
"""The fields of a request, from the table of the specification."""


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


def listed(form: str = "json", **query: str) -> list[dict[str, str]]:
    """The rows of a list."""
    answer = call(f"requests.{form}", {**SPAN, **query})
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, str]] = read(answer)
    return rows


@FORMS
def test_a_case_is_listed_with_every_field_of_the_specification_and_only_kind_and_days_filled(form):
    cases = several(5, closed="2026-09-20", received="2026-09-01")
    rows = listed(form)
    assert len(rows) == 5
    for row in rows:
        assert list(row) == REQUEST_NAMES
        told = {name: value for name, value in row.items() if value is not None}
        assert told == {
            "service_request_id": row["service_request_id"],
            "status": "closed",
            "service_name": "Poor service or attitude",
            "service_code": "service",
            "description": "Rude, careless or unhelpful treatment by the crew or the call desk.",
            "requested_datetime": "2026-09-01T00:00:00+08:00",
            "updated_datetime": "2026-09-20T00:00:00+08:00",
        }
    assert {row["service_request_id"] for row in rows} == {identifier(Sort.REQUEST, one.pk) for one in cases}


@FORMS
def test_nothing_of_person_vehicle_institution_place_or_text_is_in_any_answer(form):
    cases = several()
    pages = [call(f"requests.{form}", SPAN)]
    pages += [call(f"requests/{identifier(Sort.REQUEST, one.pk)}.{form}") for one in cases]
    pages += [call(f"tokens/{identifier(Sort.TOKEN, one.pk)}.{form}") for one in cases]
    for one in cases:
        assert one.institution is not None
        secrets = [
            one.reference,
            one.plate_given,
            one.institution.name,
            one.institution.credit_code,
            one.division_id,
            str(one.division),
            "民德路",
            "李雷",
            PHONE,
            EMAIL,
            NARRATIVE,
            NARRATIVE_WORD,
            "09:41",
            "01:41",
        ]
        for page in pages:
            assert page.status_code == 200
            text = page.content.decode()
            for secret in secrets:
                assert secret
                assert secret not in text


@pytest.mark.parametrize("state", State.values)
def test_only_answered_cases_are_listed(state):
    several(5)
    Complaint.objects.update(state=state)
    is_listed = state in {"concluded", "closed", "reviewed", "final"}
    assert len(listed()) == (5 if is_listed else 0)


def test_thanks_are_not_listed():
    several(5, kind=Kind.PRAISE)
    assert listed() == []
    assert listed(service_code="praise") == []


def test_fewer_than_five_of_a_kind_wait_for_the_next_month_that_makes_them_enough(today):
    several(4, closed="2026-09-20")
    several(5, closed="2026-09-20", kind=Kind.OTHER)
    assert {row["service_code"] for row in listed()} == {"other"}
    fifth = concluded("2026-10-10")
    assert {row["service_code"] for row in listed()} == {"other"}, "its own month is not over"
    today.move_to("2026-12-01T00:00:00+08:00")
    assert len(listed(service_code="service")) == 5
    sixth = concluded("2026-10-10")
    assert len(listed(service_code="service")) == 6
    Complaint.objects.filter(pk=sixth.pk).update(closed_at=fifth.closed_at + timedelta(days=30))
    today.move_to("2027-02-01T00:00:00+08:00")
    assert len(listed(service_code="service")) == 5, "the next one waits for four more"


def test_how_many_appear_together_is_a_setting(settings):
    concluded()
    assert listed() == []
    settings.ENV = settings.ENV.model_copy(update={"OPEN311_MIN_GROUP": 1})
    assert len(listed()) == 1


@pytest.mark.parametrize(
    ("closed", "now", "is_listed"),
    [
        ("2026-10-01", "2026-10-31T23:59:59+08:00", False),
        ("2026-10-01", "2026-11-01T00:00:00+08:00", True),  # 31 days
        ("2026-10-02", "2026-11-01T00:00:00+08:00", False),  # exactly thirty days lie between, not before
        ("2026-10-02", "2026-11-30T23:59:59+08:00", False),
        ("2026-10-02", "2026-12-01T00:00:00+08:00", True),
        ("2026-09-30", "2026-10-31T12:00:00+08:00", False),
    ],
)
def test_a_case_appears_on_the_first_of_a_month_when_it_has_been_concluded_long_enough(today, closed, now, is_listed):
    cases = several(5, closed=closed)
    today.move_to(now)
    assert bool(listed()) is is_listed
    status = 200 if is_listed else 404
    assert call(f"requests/{identifier(Sort.REQUEST, cases[0].pk)}.json").status_code == status


def test_the_minute_of_the_conclusion_decides_nothing(today):
    several(5, closed="2026-10-01")
    late = timezone.now().replace(year=2026, month=10, day=1, hour=15, minute=59, second=59)  # 23:59:59 in Shanghai
    Complaint.objects.update(closed_at=late)
    today.move_to("2026-11-01T00:00:00+08:00")
    assert len(listed()) == 5
    Complaint.objects.update(closed_at=late + timedelta(seconds=1))
    assert listed() == []


@FORMS
def test_an_open_case_answers_the_same_as_nonsense(form):
    several(5)
    waiting, withdrawn = concluded(state="in_progress"), concluded(state="withdrawn")
    fresh = case().complaint
    names = [identifier(Sort.REQUEST, one.pk) for one in (waiting, withdrawn, fresh)]
    names += [
        "nonsense",
        "1",
        waiting.reference,
        identifier(Sort.TOKEN, waiting.pk),
        names[0].upper(),
        "0" * 32,
        quote("一", safe=""),
    ]
    answers = [call(f"requests/{name}.{form}") for name in names]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert refused(answers[0], 404) == ["service_request_id was not found."]
    tokens = [identifier(Sort.TOKEN, one.pk) for one in (waiting, fresh)] + ["x", names[0]]
    assert len({call(f"tokens/{name}.{form}").content for name in tokens}) == 1


def test_an_open_case_costs_the_same_questions_as_nonsense(django_assert_num_queries):
    several(5)
    waiting = concluded(state="in_progress")
    for name in (identifier(Sort.REQUEST, waiting.pk), "nonsense"):
        with django_assert_num_queries(3):
            call(f"requests/{name}.json")


def test_a_case_that_is_opened_again_is_gone_at_once():
    cases = several(6)
    Complaint.objects.filter(pk=cases[0].pk).update(state="under_review", closed_at=None)
    assert len(listed()) == 5
    assert call(f"requests/{identifier(Sort.REQUEST, cases[0].pk)}.json").status_code == 404


@FORMS
def test_one_case_is_answered_as_a_list_of_one(form):
    one = several(5)[0]
    [row] = read(call(f"requests/{identifier(Sort.REQUEST, one.pk)}.{form}"))
    assert list(row) == REQUEST_NAMES


def test_cases_can_be_asked_for_by_identifier_whatever_else_is_asked():
    cases = several(5)
    names = [identifier(Sort.REQUEST, one.pk) for one in cases[:2]]
    rows = listed(service_request_id=",".join([*names, "nonsense", ""]), service_code="other", status="open")
    assert {row["service_request_id"] for row in rows} == set(names)
    assert listed(service_request_id="nonsense") == []


def test_a_token_answers_with_the_identifier_once_the_case_is_listed():
    one = several(5)[0]
    token = identifier(Sort.TOKEN, one.pk)
    told = read(call(f"tokens/{token}.json"))
    assert told == [{"service_request_id": identifier(Sort.REQUEST, one.pk), "token": token}]
    assert read(call(f"tokens/{token}.xml")) == told


def test_identifiers_are_stable_and_cannot_be_made_up():
    names = [identifier(sort, pk) for sort in Sort for pk in range(1, 300)]
    assert len(set(names)) == len(names)
    assert identifier(Sort.REQUEST, 7) == identifier(Sort.REQUEST, 7)
    assert key_of(Sort.REQUEST, identifier(Sort.REQUEST, 7)) == 7
    assert key_of(Sort.TOKEN, identifier(Sort.REQUEST, 7)) == NOBODY
    name = identifier(Sort.REQUEST, 7)
    for place in range(len(name)):
        other = "0" if name[place] != "0" else "1"
        assert key_of(Sort.REQUEST, name[:place] + other + name[place + 1 :]) == NOBODY
    with pytest.raises(ValueError, match="key"):
        identifier(Sort.REQUEST, 0)


def test_the_order_tells_days_but_not_the_order_of_filing():
    later, earlier = several(12, received="2026-09-02"), several(12, received="2026-09-01")
    rows = listed()
    days = [row["requested_datetime"] for row in rows]
    assert days == sorted(days, reverse=True)
    names = [row["service_request_id"] for row in rows]
    assert names[:12] == sorted(identifier(Sort.REQUEST, one.pk) for one in later)
    assert names[12:] == sorted(identifier(Sort.REQUEST, one.pk) for one in earlier)
    assert names[:12] != [identifier(Sort.REQUEST, one.pk) for one in later]


@pytest.mark.parametrize(
    ("start", "end", "is_in"),
    [
        ("2026-09-01T00:00:00+08:00", "2026-09-01T00:00:00+08:00", True),
        ("2026-09-01T00:00:00+08:00", "2026-09-01T23:59:59+08:00", True),
        ("2026-09-01T00:00:01+08:00", "2026-09-01T23:59:59+08:00", False),  # the true time, 09:41, lies in it
        ("2026-09-01T09:00:00+08:00", "2026-09-01T10:00:00+08:00", False),
        ("2026-08-31T00:00:00+08:00", "2026-08-31T23:59:59+08:00", False),
        ("2026-08-31T16:00:00Z", "2026-08-31T16:00Z", True),
        ("2026-08-31T16:00:00.000001Z", "2026-09-03T00:00:00Z", False),
    ],
)
def test_a_span_is_compared_with_the_day_and_never_with_the_true_time(start, end, is_in):
    several(5, received="2026-09-01")
    assert bool(listed(start_date=start, end_date=end)) is is_in


def test_without_a_span_the_last_ninety_days_are_listed():
    several(5, received="2026-08-28", closed="2026-09-20")
    several(5, received="2026-08-27", closed="2026-09-20")
    rows = read(call("requests.json"))
    assert {row["requested_datetime"] for row in rows} == {"2026-08-28T00:00:00+08:00"}


def test_one_end_of_a_span_is_enough():
    several(5, received="2026-05-01", closed="2026-06-20")
    for query in ({"start_date": "2026-04-01T00:00:00Z"}, {"end_date": "2026-06-01T00:00:00Z"}):
        assert len(read(call("requests.json", query))) == 5
    assert read(call("requests.json", {"start_date": "2026-01-01T00:00:00Z"})) == []


def test_a_plus_that_was_not_escaped_is_read_as_one():
    several(5, received="2026-09-01")
    query = "start_date=2026-09-01T00:00:00+08:00&end_date=2026-09-02T00:00:00+08:00"
    assert len(read(call(f"requests.json?{query}"))) == 5


def test_services_and_states_narrow_the_list():
    several(5)
    several(5, kind=Kind.OTHER)
    assert len(listed(service_code="service,other")) == 10
    assert {row["service_code"] for row in listed(service_code="other")} == {"other"}
    assert len(listed(status="open,closed")) == 10
    assert len(listed(status="closed")) == 10
    assert listed(status="open") == []
    assert len(read(call("requests.json?service_code=other&service_code=service", SPAN))) == 10


def test_pages_follow_one_another():
    several(7)
    names = [row["service_request_id"] for row in listed()]
    pages = [listed(page=str(page), page_size="3") for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [row["service_request_id"] for page in pages for row in page] == names


@FORMS
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"start_date": "2026-09-01"}, 400),
        ({"start_date": "2026-09-01T00:00:00"}, 400),
        ({"start_date": "2026-13-01T00:00:00Z"}, 400),
        ({"end_date": "yesterday"}, 400),
        ({"end_date": "9999-12-31T23:59:59Z"}, 400),
        ({"start_date": "0001-01-01T00:00:00+14:00"}, 400),
        ({"start_date": "2026-09-02T00:00:00Z", "end_date": "2026-09-01T00:00:00Z"}, 400),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"}, 400),
        ({"status": "pending"}, 400),
        ({"service_code": "potholes"}, 404),
        ({"page": "0"}, 400),
        ({"page": "-1"}, 400),
        ({"page": "1e3"}, 400),
        ({"page": "٣"}, 400),
        ({"page": "9" * 400}, 400),
        ({"page_size": "1001"}, 400),
        ({"service_request_id": ",".join("a" * 201)}, 400),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(form, query, status):
    assert len(refused(call(f"requests.{form}", query), status)) == 1


def test_ninety_days_are_not_too_many():
    query = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-01T00:00:00Z"}
    assert call("requests.json", query).status_code == 200


@pytest.mark.parametrize("count", [5, 25])
def test_a_list_costs_three_questions_whatever_its_length_and_one_soon_after(count, django_assert_num_queries):
    several(count)
    with django_assert_num_queries(3):
        assert len(listed()) == count
    with django_assert_num_queries(1):
        assert len(listed_between(timezone.now(), date(2026, 8, 1), date(2026, 9, 30), Kind)) == count


def test_a_list_may_be_kept_five_minutes_and_is_confirmed_by_its_tag():
    several(5)
    first = call("requests.json", SPAN)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert "Accept-Language" in first.headers["Vary"]
    again = call("requests.json", SPAN, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Set-Cookie" not in str(first.headers)


def test_a_case_that_was_really_handled_is_listed(today, settings):
    settings.ENV = settings.ENV.model_copy(update={"OPEN311_MIN_GROUP": 1})
    done = case(Kind.OVERCHARGING)
    name = identifier(Sort.REQUEST, done.complaint.pk)
    span = {"start_date": "2026-11-20T00:00:00Z", "end_date": "2026-11-30T00:00:00Z"}
    done.proposed()
    today.move_to("2027-03-01T10:00:00+08:00")
    assert call(f"requests/{name}.json").status_code == 404
    conclude(**done.by(done.desk.supervisor))
    [row] = read(call("requests.json", span))
    assert row["service_request_id"] == name
    assert row["requested_datetime"] == "2026-11-23T00:00:00+08:00"
