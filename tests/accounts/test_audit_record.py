"""A deed is recorded with its transaction, in one chain, and nothing personal can be put into it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection, transaction

from accounts.audit import JSON, BadDetail, NotInTransaction, canonical, record, record_refusal, row_hash
from accounts.models import AuditHead, AuditRow
from accounts.roles import Role
from tests import build
from tests.people import person

NOW = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_row_says_who_did_what_to_which_thing_from_where():
    authority = build.authority()
    reviewer = person(Role.REVIEWER, body=authority, name="李　审")
    vehicle = build.ambulance()
    row = record(
        action="ambulance.suspended",
        actor=reviewer,
        address="203.0.113.9",
        thing=vehicle,
        detail={"fields": ["status"], "from": "in_service", "count": 1, "is_late": False},
        now=NOW,
    )
    kept = AuditRow.objects.get()
    assert kept == row
    assert (kept.actor_id, kept.actor_name, kept.authority_id) == (reviewer.pk, "李　审", authority.pk)
    assert kept.institution_id is None
    assert (kept.object_type, kept.object_id) == ("registry.Ambulance", str(vehicle.pk))
    assert (kept.division_code, kept.address, kept.at) == (vehicle.division_id, "203.0.113.9", NOW)
    assert kept.detail == {"fields": ["status"], "from": "in_service", "count": 1, "is_late": False}
    assert kept.is_success


def test_a_given_division_counts_more_than_the_things_own():
    row = record(action="ambulance.moved", actor=None, thing=build.ambulance(), division_code="110000", now=NOW)
    assert row.division_code == "110000"


def test_rows_are_numbered_without_gap_and_chained_by_their_hashes():
    rows = [record(action="people.looked_at", actor=None, now=NOW) for _ in range(3)]
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.previous_hash for row in rows] == ["", rows[0].hash, rows[1].hash]
    head = AuditHead.objects.get()
    assert (head.number, head.hash) == (3, rows[2].hash)


def test_the_hash_is_the_documented_one():
    row = record(action="people.looked_at", actor=None, address="::1", detail={"b": "救", "a": [None, 1][1]}, now=NOW)
    text = '[1,1795399200123456,null,"",null,null,"","::1","people.looked_at","","",true,{"a":1,"b":"\\u6551"},""]'
    assert canonical(row) == text
    assert row.hash == hashlib.sha256(text.encode()).hexdigest()
    assert json.loads(text)[1] == int(NOW.timestamp()) * 1_000_000 + 123456


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-5, minutes=-30))])
def test_a_row_read_back_has_the_same_hash_whatever_the_time_zone_and_the_letters(zone):
    user = person(Role.HANDLER, body=build.authority(), name='𠮷野家 "引号" \\ é é')
    detail: dict[str, JSON] = {
        "words": ["京A·12345", "😀", ""],
        "big": 2**53 - 1,
        "negative": -1,
        "none": None,
        "zh": "救护",
        "yes": True,
    }
    record(action="people.looked_at", actor=user, detail=detail, now=NOW.astimezone(zone))
    kept = AuditRow.objects.get()
    assert row_hash(kept) == kept.hash


def test_every_column_is_covered_by_the_hash():
    row = record(action="people.looked_at", actor=None, now=NOW)
    others = {
        "number": 2, "at": NOW + timedelta(microseconds=1), "actor_id": 1, "actor_name": "x", "institution_id": 1,
        "authority_id": 1, "division_code": "1", "address": "x", "action": "x", "object_type": "x", "object_id": "x",
        "is_success": False, "detail": {"x": 1}, "previous_hash": "x",
    }  # fmt: skip
    assert {field.attname for field in AuditRow._meta.fields} == {*others, "hash"}
    for name, value in others.items():
        changed = AuditRow(**{field.attname: getattr(row, field.attname) for field in AuditRow._meta.fields})
        setattr(changed, name, value)
        assert row_hash(changed) != row.hash, name


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_recorded():
    with pytest.raises(NotInTransaction):
        record(action="people.looked_at", actor=None, now=NOW)
    assert not AuditRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_is_rolled_back_leaves_no_row_and_its_refusal_leaves_one():
    with transaction.atomic():
        record(action="people.closed", actor=None, now=NOW)
        transaction.set_rollback(True)
    record_refusal(action="people.closed", actor=None, detail={"reason": "last_administrator"}, now=NOW)
    kept = AuditRow.objects.get()
    assert (kept.number, kept.is_success) == (1, False)


@pytest.mark.django_db(transaction=True)
def test_a_refusal_inside_a_transaction_that_may_still_roll_back_is_an_error():
    with pytest.raises(RuntimeError), transaction.atomic():
        record_refusal(action="people.closed", actor=None, now=NOW)


@pytest.mark.parametrize(
    "detail",
    [
        {"phone number": "x"},
        {"Name": "x"},
        {"story": "长" * 201},
        {"story": "line\nline"},
        {"nul": "\x00"},
        {"half": "\ud800"},
        {"ratio": 0.5},
        {"huge": 2**53},
        {"nested": {"a": 1}},
        {"list": [1]},
        {"list": ["x"] * 61},
        {"list": ["x" * 201]},
        {"when": NOW},
        {"pair": ("a", "b")},
    ],
)
def test_a_detail_that_is_no_name_state_or_count_is_refused(detail):
    with pytest.raises(BadDetail):
        record(action="people.looked_at", actor=None, detail=detail, now=NOW)
    assert not AuditRow.objects.exists()


@pytest.mark.parametrize("action", ["", "Closed", "闭", "a b", "x" * 61])
def test_a_deed_without_a_proper_name_is_refused(action):
    with pytest.raises(ValueError, match="no name of a deed"):
        record(action=action, actor=None, now=NOW)


def test_an_instant_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        record(action="people.looked_at", actor=None, now=NOW.replace(tzinfo=None))


def test_recording_costs_three_queries(django_assert_num_queries):
    record(action="people.looked_at", actor=None, now=NOW)
    with django_assert_num_queries(3):
        record(action="people.looked_at", actor=None, now=NOW)


def test_the_chain_begins_even_where_its_head_was_flushed_away():
    with connection.cursor() as cursor:
        trigger = "" if connection.vendor == "sqlite" else " ON accounts_audithead"
        cursor.execute(f"DROP TRIGGER audit_head_kept{trigger}")
    AuditHead.objects.all().delete()
    assert record(action="people.looked_at", actor=None, now=NOW).number == 1
