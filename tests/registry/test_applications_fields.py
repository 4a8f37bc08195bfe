"""Each field as it is typed: right, wrong, and what was probably meant."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.applications import CONTROLLED_FIELDS, FREE_FIELDS, ApplicationKind
from registry.dates import NoDate, read_date
from registry.models import Ambulance, ApplicationDocument
from registry.proposals import ASKED, FIELDS, NEEDED_DOCUMENTS, SCOPES, Sort, check_field, checked, plain
from registry.refusals import FieldFault
from tests import build
from tests.registry.applications import TODAY, asked


def check(name, raw, **others):
    return check_field(name, raw, others={**others, name: raw}, today=TODAY)


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("plate", " 赣a·1234 5", "赣A12345"),
        ("vin", build.vin(1).lower(), build.vin(1)),
        ("plate_kind", "02", "02"),
        ("licence_use", "j", "J"),
        ("licence_use", "救护", "J"),
        ("registered_on", "2024年3月15日", date(2024, 3, 15)),
        ("scrap_due_on", "", None),
        ("licence_seats", 6, 6),
        ("licence_seats", "", None),
        ("station", None, ""),
        ("has_negative_pressure", "on", True),
        ("has_negative_pressure", None, False),
        ("division", "360102", "360102"),
    ],
)
def test_what_is_right_is_read(name, raw, value):
    assert check(name, raw) == value


@pytest.mark.parametrize(
    ("name", "raw", "code", "suggestion"),
    [
        ("plate", "赣AO1234", "plate_letter", "赣A01234"),
        ("plate", "", "empty", ""),
        ("vin", "LZFF25M4X8D00424I", "vin_letter", "LZFF25M4X8D004241"),
        ("fleet_number", "  ", "empty", ""),
        ("fleet_number", "急" * 31, "too_long", ""),
        ("colour", "白\n色", "control_character", ""),
        ("vehicle_type", "E", "no_choice", ""),
        ("plate_kind", "99", "no_choice", ""),
        ("licence_use", "A", "licence_use", "J"),
        ("registered_on", "2026-02-30", "not_a_date", ""),
        ("registered_on", "2026-11-24", "in_future", ""),
        ("inspection_valid_until", "1026-03-01", "date_out_of_range", ""),
        ("licence_seats", "-1", "not_a_number", ""),
        ("licence_seats", "0", "not_a_number", ""),
        ("licence_seats", "６", "not_a_number", ""),
        ("has_negative_pressure", "maybe", "not_yes_no", ""),
        ("division", "江西", "division_shape", ""),
        ("station", ["x"], "not_plain", ""),
    ],
)
def test_what_is_wrong_is_told_with_what_was_meant(name, raw, code, suggestion):
    fault = check(name, raw)
    assert isinstance(fault, FieldFault)
    assert (fault.code, fault.suggestion) == (code, suggestion)
    assert str(fault.message)


def test_a_plate_must_be_of_its_kind():
    assert check("plate", "赣AD12345", plate_kind="02").code == "plate_kind"
    assert check("plate", "赣AD12345", plate_kind="52") == "赣AD12345"


@pytest.mark.parametrize(
    ("name", "day", "is_right"),
    [
        ("licence_issued_on", "2024-03-15", True),
        ("licence_issued_on", "2024-03-14", False),
        ("inspection_valid_until", "2024-03-15", False),
        ("scrap_due_on", "2024-03-16", True),
    ],
)
def test_dates_stand_in_their_order(name, day, is_right):
    result = check(name, day, registered_on="2024-03-15")
    assert (result == date.fromisoformat(day)) is is_right
    assert is_right or result.code == "before_registration"


def test_at_least_one_service_is_chosen():
    assert check(SCOPES[0], False).code == "no_scope"
    assert check(SCOPES[0], False, **{SCOPES[3]: "on"}) is False


def test_a_wrong_check_digit_and_a_date_past_warn_and_do_not_block():
    vin = build.vin(9)
    wrong = vin[:8] + ("0" if vin[8] != "0" else "1") + vin[9:]
    read = checked(ApplicationKind.NEW, asked(vin=wrong, inspection_valid_until="2026-11-22"), today=TODAY)
    assert read.faults == {}
    assert {name: fault.code for name, fault in read.warnings.items()} == {
        "vin": "vin_check_digit",
        "inspection_valid_until": "past",
    }


def test_what_a_change_does_not_name_keeps_what_is_registered():
    read = checked(ApplicationKind.RENEWAL, {"scrap_due_on": ""}, today=TODAY, current=asked())
    assert read.values["inspection_valid_until"] == date(2027, 3, 31)
    assert read.values["scrap_due_on"] is None


def test_every_column_of_a_vehicle_is_asked_for_or_decided_elsewhere():
    columns = {field.name for field in Ambulance._meta.concrete_fields}
    decided = {"id", "institution", "certified_by", "status", "retired_on", "photo", "created_at", "updated_at"}
    assert columns - decided == set(FIELDS) == {*CONTROLLED_FIELDS, *FREE_FIELDS}


def test_no_field_is_asked_longer_than_its_column():
    for field in FIELDS.values():
        if field.sort is Sort.TEXT and field.name != "division":
            assert field.longest == getattr(Ambulance._meta.get_field(field.name), "max_length", None), field.name


def test_every_kind_says_what_it_asks_and_needs():
    assert set(ASKED) == set(NEEDED_DOCUMENTS) == set(ApplicationKind)
    needed = {purpose for purposes in NEEDED_DOCUMENTS.values() for purpose in purposes}
    assert needed <= set(ApplicationDocument.Purpose.values)


@given(st.sampled_from(sorted(FIELDS)), st.none() | st.booleans() | st.integers() | st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused_in_words_and_reads_the_same_when_stored(name, raw):
    result = check(name, raw)
    if isinstance(result, FieldFault):
        assert str(result.message)
    else:
        assert check(name, plain(result)) == result


@pytest.mark.parametrize(
    "text", ["2026-03-05", "2026/3/5", "2026.3.5", "2026年3月5日", "20260305", " ２０２６－０３－０５ "]
)
def test_a_date_is_read_as_people_write_it(text):
    assert read_date(text) == date(2026, 3, 5)


@pytest.mark.parametrize("text", ["", "26-3-5", "2026-13-01", "2026-3", "5.3.2026", "明天", "2026-03-05 10:00"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(NoDate):
        read_date(text)
