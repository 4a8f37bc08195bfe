"""Whatever is done to the audit record by SQL is found, and the row is named."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from accounts import audit_guards, audit_verify
from accounts.audit import record, row_hash
from accounts.audit_prune import prune_audit
from accounts.audit_verify import verify
from accounts.models import AuditHead, AuditRow

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ten_rows(db, monkeypatch):
    monkeypatch.setattr(audit_verify, "BATCH", 3)
    for number in range(1, 11):
        record(action="people.looked_at", actor=None, detail={"n": number}, now=NOW + timedelta(days=number))


def tamper(*statements: str) -> None:
    """As the owner of the tables can."""
    with audit_guards.lifted(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rehash(number: int) -> None:
    """As somebody would who has read how the chain is made."""
    with audit_guards.lifted(connection):
        row = AuditRow.objects.get(number=number)
        AuditRow.objects.filter(number=number).update(hash=row_hash(row))


def test_an_untouched_record_is_whole():
    report = verify()
    assert report.is_whole
    assert (report.rows, report.number, report.hash) == (10, 10, AuditHead.objects.get().hash)


def test_an_empty_record_is_whole():
    tamper("DELETE FROM accounts_auditrow", "DELETE FROM accounts_audithead")
    assert verify().is_whole


SWAP = "UPDATE accounts_auditrow SET number = {} WHERE number = {}"
TAMPERINGS = {
    "a name changed": (
        ["UPDATE accounts_auditrow SET actor_name = 'x' WHERE number = 4"],
        ["row 4 was altered or moved"],
    ),
    "a success made of a refusal": (
        ["UPDATE accounts_auditrow SET is_success = {false} WHERE number = 4"],
        ["row 4 was altered or moved"],
    ),
    "a detail changed": (
        ["UPDATE accounts_auditrow SET detail = '{{\"n\": 5}}' WHERE number = 4"],
        ["row 4 was altered or moved"],
    ),
    "a deed moved in time": (
        ["UPDATE accounts_auditrow SET at = '2026-01-01 00:00:00+00:00' WHERE number = 7"],
        ["row 7 was altered or moved"],
    ),
    "a hash changed": (
        ["UPDATE accounts_auditrow SET hash = 'x' WHERE number = 4"],
        ["row 4 was altered or moved", "row 5 does not follow row 4: one of them was altered"],
    ),
    "one row removed": (["DELETE FROM accounts_auditrow WHERE number = 5"], ["row 5 is missing"]),
    "several removed": (["DELETE FROM accounts_auditrow WHERE number IN (5, 6, 7)"], ["rows 5 to 7 are missing"]),
    "the beginning removed": (["DELETE FROM accounts_auditrow WHERE number < 4"], ["rows 1 to 3 are missing"]),
    "the end removed": (["DELETE FROM accounts_auditrow WHERE number > 8"], ["rows 9 to 10 are missing at the end"]),
    "everything removed": (["DELETE FROM accounts_auditrow"], ["rows 1 to 10 are missing at the end"]),
    "two rows exchanged": (
        [SWAP.format(99, 3), SWAP.format(3, 6), SWAP.format(6, 99)],
        [
            "row 3 does not follow row 2: one of them was altered",
            "row 3 was altered or moved",
            "row 4 does not follow row 3: one of them was altered",
            "row 6 does not follow row 5: one of them was altered",
            "row 6 was altered or moved",
            "row 7 does not follow row 6: one of them was altered",
        ],
    ),
    "a row put in at the end": (
        ["INSERT INTO accounts_auditrow (number, {rest}) SELECT 11, {rest} FROM accounts_auditrow WHERE number = 10"],
        [
            "row 11 does not follow row 10: one of them was altered",
            "row 11 was altered or moved",
            "row 11 is beyond the head, which stands at 10",
        ],
    ),
    "a row put in before the beginning": (
        ["INSERT INTO accounts_auditrow (number, {rest}) SELECT 0, {rest} FROM accounts_auditrow WHERE number = 10"],
        ["row 0 was put in before the beginning"],
    ),
    "the head set back": (
        ["UPDATE accounts_audithead SET number = 9"],
        [
            "row 9 is not the one that was known as the end of the record",
            "row 10 is beyond the head, which stands at 9",
        ],
    ),
    "the hash of the head changed": (
        ["UPDATE accounts_audithead SET hash = 'x'"],
        [
            "row 10 is not the one that was known as the end of the record",
            "the head does not have the hash of row 10",
        ],
    ),
    "the head removed": (["DELETE FROM accounts_audithead"], ["rows 1 to 10 are beyond the head, which stands at 0"]),
}
REST = (
    "at, actor_id, actor_name, institution_id, authority_id, division_code, address, action, object_type, object_id, "
    "is_success, detail, previous_hash, hash"
)


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_every_kind_of_tampering_is_found_and_the_row_named(kind):
    statements, faults = TAMPERINGS[kind]
    tamper(*(statement.format(false="false", rest=REST) for statement in statements))
    assert verify().faults == faults


def test_a_row_altered_together_with_its_hash_is_found_by_the_next():
    tamper("UPDATE accounts_auditrow SET actor_name = 'x' WHERE number = 4")
    rehash(4)
    assert verify().faults == ["row 5 does not follow row 4: one of them was altered"]


def test_the_last_row_altered_together_with_its_hash_is_found_by_the_head():
    tamper("UPDATE accounts_auditrow SET actor_name = 'x' WHERE number = 10")
    rehash(10)
    assert verify().faults[0] == "row 10 is not the one that was known as the end of the record"


def test_an_instant_that_is_none_is_found_on_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows what an instant is")
    tamper("UPDATE accounts_auditrow SET at = '2026-99-99 00:00:00' WHERE number = 4")
    tamper("UPDATE accounts_auditrow SET at = 'never' WHERE number = 6")
    assert verify().faults == ["row 4 was altered or moved", "row 6 was altered or moved"]


def test_a_record_computed_anew_is_found_by_the_heads_that_were_published():
    published = {5: AuditRow.objects.get(number=5).hash}
    assert verify(published=published).is_whole
    with audit_guards.lifted(connection):
        previous = ""
        for row in AuditRow.objects.order_by("number"):
            row.previous_hash, row.address = previous, "203.0.113.1"
            previous = row.hash = row_hash(row)
            AuditRow.objects.filter(pk=row.pk).update(
                address=row.address, previous_hash=row.previous_hash, hash=row.hash
            )
        AuditHead.objects.update(hash=previous)
    assert verify().is_whole
    assert verify(published=published).faults == ["row 5 is not the one that was known as the end of the record"]


def test_an_end_cut_off_together_with_the_head_is_found_by_the_heads_that_were_published():
    published = {10: AuditHead.objects.get().hash}
    before = AuditRow.objects.get(number=8).hash
    tamper(
        "DELETE FROM accounts_auditrow WHERE number > 8", f"UPDATE accounts_audithead SET number = 8, hash = '{before}'"
    )
    assert verify().is_whole
    assert verify(published=published).faults == ["rows 9 to 10 are missing at the end"]


def test_a_walk_from_the_middle_looks_only_from_there_on():
    tamper("UPDATE accounts_auditrow SET actor_name = 'x' WHERE number = 4")
    report = verify(start=6)
    assert report.is_whole
    assert report.rows == 5
    assert verify(start=4).faults == ["row 4 was altered or moved"]


def test_a_walk_cannot_begin_behind_a_row_that_is_missing():
    tamper("DELETE FROM accounts_auditrow WHERE number = 5")
    assert verify(start=6).faults[0] == "row 5 is missing: the walk cannot begin after it"


def test_a_record_that_is_wrong_everywhere_is_told_of_in_few_words():
    tamper("UPDATE accounts_auditrow SET hash = 'x'")
    assert 0 < len(verify().faults) <= audit_verify.MOST_FAULTS


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out, stderr=err, no_color=True)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_command_prints_the_head_and_ends_with_0():
    head = AuditHead.objects.get()
    assert run() == (0, f"10 rows, whole.\nhead 10 {head.hash}\n", "")


def test_the_command_names_the_row_and_ends_with_1():
    tamper("UPDATE accounts_auditrow SET actor_name = 'x' WHERE number = 4")
    assert run() == (1, "", "row 4 was altered or moved\n")


def test_the_command_keeps_a_list_of_heads_and_holds_the_record_against_it(tmp_path):
    path = tmp_path / "heads"
    assert run("--head-file", str(path))[0] == 0
    record(action="people.looked_at", actor=None, now=NOW)
    assert run("--head-file", str(path))[0] == 0
    lines = path.read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["10", "11"]
    path.write_text("\n".join([lines[0].replace(lines[0].split()[1], "0" * 64), lines[1]]) + "\n")
    assert run("--head-file", str(path))[::2] == (1, "row 10 is not the one that was known as the end of the record\n")
    assert len(path.read_text().splitlines()) == 2


@pytest.mark.parametrize("content", ["10 abc 2026\n", f"1 {'a' * 64} x\n1 {'b' * 64} x\n"])
def test_a_list_of_heads_that_cannot_be_read_is_refused_with_its_line(tmp_path, content):
    path = tmp_path / "heads"
    path.write_text(content)
    with pytest.raises(CommandError, match="line"):
        call_command("verify_audit", "--head-file", str(path))
    assert path.read_text() == content


def test_rows_are_numbered_from_1():
    with pytest.raises(CommandError, match="from 1"):
        call_command("verify_audit", "--from", "0")


def prune(days: int, now: datetime = NOW + timedelta(days=20)) -> int:
    with transaction.atomic():
        return prune_audit(keep_days=days, now=now)


def test_pruning_removes_the_old_and_leaves_a_whole_record():
    assert prune(15) == 4  # rows 1 to 4 are older than 5 December
    kept = list(AuditRow.objects.order_by("number").values_list("number", flat=True))
    assert kept == [5, 6, 7, 8, 9, 10, 11]
    report = verify()
    assert report.is_whole
    assert (report.rows, report.pruned_through) == (7, 4)
    assert AuditRow.objects.get(number=11).detail["rows"] == 4
    assert audit_guards.missing(connection) == set()


def test_pruning_twice_and_then_altering_is_found():
    prune(15)
    prune(13)
    assert verify().is_whole
    tamper("UPDATE accounts_auditrow SET actor_name = 'x' WHERE number = 7")
    assert verify().faults == ["row 7 was altered or moved"]


def test_removing_more_than_was_pruned_is_found():
    prune(15)
    tamper("DELETE FROM accounts_auditrow WHERE number = 5")
    assert verify().faults == ["row 5 is missing"]


def test_pruning_everything_leaves_the_row_that_says_so():
    assert prune(1, now=NOW + timedelta(days=300)) == 10
    assert AuditRow.objects.get().number == 11
    assert verify().is_whole


def test_nothing_old_is_nothing_pruned_and_nothing_recorded():
    assert prune(200) == 0
    assert AuditRow.objects.count() == 10


def test_an_old_row_behind_a_young_one_waits_for_it():
    record(action="people.looked_at", actor=None, now=NOW - timedelta(days=500))
    assert prune(15) == 4


def test_the_heads_of_pruned_rows_do_not_disturb_but_a_wrong_last_one_does():
    heads = {n: AuditRow.objects.get(number=n).hash for n in (2, 4, 6)}
    prune(15)
    assert verify(published=heads).is_whole
    assert verify(published={4: "0" * 64}).faults == ["row 4 is not the one that was known as the end of the record"]


def test_the_command_prunes_by_the_setting_and_only_a_whole_record(settings, time_machine):
    time_machine.move_to(NOW + timedelta(days=1099, hours=1))
    out = io.StringIO()
    call_command("prune_audit", "--dry-run", stdout=out)
    call_command("prune_audit", stdout=out)
    assert out.getvalue() == "Rows up to 4 would be removed.\n4 rows removed.\n"
    tamper("UPDATE accounts_auditrow SET actor_name = 'x' WHERE number = 7")
    time_machine.move_to(NOW + timedelta(days=1105))
    with pytest.raises(CommandError, match="not whole"):
        call_command("prune_audit")
    assert AuditRow.objects.filter(number=5).exists()
