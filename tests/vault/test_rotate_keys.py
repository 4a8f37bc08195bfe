"""`manage.py rotate_keys`: everything moves to the newest key, nothing is lost on the way."""

from __future__ import annotations

import io
from itertools import count
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from notifications.models import Message
from tests.vault.conftest import NEW, OLD
from vault.checks import WrongKeys, assert_keys_open_data
from vault.columns import SealedColumn, sealed_columns
from vault.derive import key_name
from vault.files import open_sealed, seal_file
from vault.models import KeyCheck
from vault.rotation import is_newest, retire_old_keys, rotate_columns, rotate_files, rotate_value

RECIPIENT = SealedColumn(Message, "recipient")
CONTEXT = SealedColumn(Message, "context")
FOREIGN = Fernet.generate_key().decode()

_numbers = count(1)


def message(**fields) -> Message:
    values = {"channel": "email", "template": "a/b", "language": "en", "recipient": "zhang@example.org"}
    return Message.objects.create(event_key=f"rotation-{next(_numbers)}", **{**values, **fields})


def tokens(column: SealedColumn) -> list[str]:
    return list(column.tokens().order_by("pk").values_list("token", flat=True))


def counts(results) -> dict[str, tuple[int, int, int, int]]:
    return {r.place: (r.resealed, r.already_newest, r.changed_meanwhile, r.unreadable) for r in results}


@pytest.fixture
def evidence(tmp_path, settings) -> Path:
    folder: Path = tmp_path / "evidence"
    settings.STORAGES = {**settings.STORAGES, "evidence": {"OPTIONS": {"location": folder}}}
    return folder


@pytest.fixture
def old_data(db, use_keys):
    use_keys(OLD)
    assert_keys_open_data()
    rows = [message(context={"reference": "C1"}), message(), message(recipient="13800138000", context={"n": [1, "二"]})]
    use_keys(NEW, OLD)
    return rows


def rotate(**options) -> str:
    out = io.StringIO()
    call_command("rotate_keys", stdout=out, **options)
    return out.getvalue()


def test_every_sealed_field_of_the_product_is_found():
    found = {str(column) for column in sealed_columns(apps)}
    assert {"notifications.Message.recipient", "notifications.Message.context"} <= found
    assert not any(place.startswith("vault.") for place in found)


def test_everything_opens_with_the_newest_key_alone_afterwards(old_data, evidence, use_keys):
    seal_file(io.BytesIO(b"picture"), evidence / "cleaned" / "ab" / "abc")
    rotate()
    use_keys(NEW)
    assert_keys_open_data()
    kept = Message.objects.order_by("pk")
    assert [row.recipient for row in kept] == ["zhang@example.org", "zhang@example.org", "13800138000"]
    assert [row.context for row in kept] == [{"reference": "C1"}, {}, {"n": [1, "二"]}]
    assert b"".join(open_sealed(evidence / "cleaned" / "ab" / "abc")) == b"picture"


def test_an_empty_value_stays_empty(old_data):
    list(rotate_columns())
    with connection.cursor() as cursor:
        cursor.execute("SELECT context FROM notifications_message WHERE id = %s", [old_data[1].pk])
        assert cursor.fetchone() == ("",)


def test_the_counts_are_told_and_a_second_run_finds_nothing_to_do(old_data):
    assert counts(rotate_columns())["notifications.Message.recipient"] == (3, 0, 0, 0)
    first = tokens(RECIPIENT)
    second = counts(rotate_columns())
    assert second["notifications.Message.recipient"] == (0, 3, 0, 0)
    assert second["notifications.Message.context"] == (0, 2, 0, 0)
    assert tokens(RECIPIENT) == first


@pytest.mark.parametrize("batch", [1, 2, 3, 500])
def test_no_row_falls_between_two_batches(old_data, batch):
    list(rotate_columns(batch=batch))
    assert all(is_newest(token) for token in [*tokens(RECIPIENT), *tokens(CONTEXT)])


def test_a_rotation_broken_off_is_taken_up_where_it_stopped(old_data):
    key, token = RECIPIENT.tokens().order_by("pk").values_list("pk", "token")[0]
    rotate_value(RECIPIENT, key, token)
    assert counts(rotate_columns())["notifications.Message.recipient"] == (2, 1, 0, 0)


def test_a_row_changed_meanwhile_keeps_its_new_value(old_data):
    key, token_read_before = RECIPIENT.tokens().order_by("pk").values_list("pk", "token")[0]
    Message.objects.filter(pk=key).update(recipient="li@example.org")
    assert rotate_value(RECIPIENT, key, token_read_before).changed_meanwhile == 1
    assert Message.objects.get(pk=key).recipient == "li@example.org"


def test_a_row_deleted_meanwhile_does_not_come_back(old_data):
    key, token = RECIPIENT.tokens().order_by("pk").values_list("pk", "token")[0]
    Message.objects.filter(pk=key).delete()
    assert rotate_value(RECIPIENT, key, token).changed_meanwhile == 1
    assert not Message.objects.filter(pk=key).exists()


def test_a_value_of_a_lost_key_is_left_alone_and_nothing_is_retired(old_data, evidence, use_keys):
    use_keys(FOREIGN)
    lost = message(recipient="lost@example.org")
    use_keys(NEW, OLD)
    with pytest.raises(CommandError, match="old key"):
        rotate()
    assert counts(rotate_columns())["notifications.Message.recipient"] == (0, 3, 0, 1)
    assert KeyCheck.objects.filter(key_id=key_name(OLD)).exists()
    use_keys(FOREIGN)
    assert Message.objects.only("recipient").get(pk=lost.pk).recipient == "lost@example.org"


def test_a_file_of_a_lost_key_keeps_the_old_keys_known(old_data, evidence):
    (evidence / "originals").mkdir(parents=True)
    (evidence / "originals" / "abc").write_bytes(b"not sealed by us")
    with pytest.raises(CommandError, match="old key"):
        rotate()
    assert KeyCheck.objects.count() == 2


def test_files_are_counted_and_drafts_left_alone(db, tmp_path, use_keys):
    use_keys(OLD)
    seal_file(io.BytesIO(b"old"), tmp_path / "ab" / "old")
    use_keys(NEW, OLD)
    seal_file(io.BytesIO(b"new"), tmp_path / "cd" / "new")
    (tmp_path / "ab" / ".old.1234.part").write_bytes(b"half")
    rotated = rotate_files(folder=tmp_path)
    assert (rotated.resealed, rotated.already_newest, rotated.unreadable) == (1, 1, 0)


def test_a_ring_that_misses_a_key_does_not_rotate(old_data, evidence, use_keys):
    use_keys(NEW)
    before = tokens(RECIPIENT)
    with pytest.raises(WrongKeys):
        rotate()
    assert tokens(RECIPIENT) == before


def test_the_command_tells_what_it_did(old_data, evidence):
    told = rotate()
    assert "notifications.Message.recipient: 3 sealed anew, 0 already new, 0 changed meanwhile, 0 unreadable" in told
    assert "Old keys retired: 1" in told


def test_a_batch_of_nothing_is_refused(db):
    with pytest.raises(CommandError, match="1 or more"):
        rotate(batch=0)


def test_retiring_leaves_the_newest_key_known(old_data):
    assert retire_old_keys() == 1
    assert KeyCheck.objects.get().key_id == key_name(NEW)
