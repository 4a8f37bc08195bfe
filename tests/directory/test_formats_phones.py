"""Telephone numbers: one form for each, so that a person is found again by phone."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.formats import BadFormat, check_phone, is_mobile

DATA = Path(__file__).parent / "data"


def phones() -> list[dict[str, str]]:
    with (DATA / "phones.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", phones(), ids=lambda row: row["why"])
def test_a_number_is_read_however_it_is_typed(row):
    phone = check_phone(row["typed"])
    assert phone == row["phone"]
    assert is_mobile(phone) is (row["is_mobile"] == "yes")


@pytest.mark.parametrize("row", phones(), ids=lambda row: row["why"])
def test_a_number_that_was_checked_stays_as_it_is(row):
    assert check_phone(row["phone"]) == row["phone"]


@pytest.mark.parametrize(
    "typed",
    [
        "12800138000",
        "1380013800",
        "138001380000",
        "23800138000",
        "88886666",
        "0791-888866",
        "0791-888866666",
        "791-88886666",
        "010-12345678-1234567",
        "010-12345678-",
        "--",
        "+",
        "+86",
        "+86+8613800138000",
        "+8612345678",
        "+852 2345 6789",
        "+1 202 555 0123",
        "4001234",
        "40012345678",
        "500-123-4567",
        "111",
        "1234",
        "123456",
        "97120",
        "1２0a",
        "1380013800o",
        "１３８００１３８00٣",
        "13800138000,13900139000",
        "tel:13800138000",
        "电话13800138000",
    ],
)
def test_what_is_no_number_of_the_mainland_is_refused(typed):
    with pytest.raises(BadFormat) as refusal:
        check_phone(typed)
    assert refusal.value.code == "phone_shape"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("　", "empty"),
        ("138\x000013\x008000", "control_character"),
        ("13800138000\r\nBcc: x", "control_character"),
        ("1" * 65, "too_long"),
    ],
)
def test_empty_over_long_and_control_characters_are_refused_early(typed, code):
    with pytest.raises(BadFormat) as refusal:
        check_phone(typed)
    assert refusal.value.code == code


def test_a_refusal_shows_how_a_number_looks():
    with pytest.raises(BadFormat, match=r"13800138000.*010-12345678"):
        check_phone("88886666")


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "+86 ", "0086", "86", "0"]))
def test_every_mobile_is_found_under_one_form(phone, before):
    assert check_phone(before + phone) == phone
    assert is_mobile(phone)


@given(st.from_regex(r"(010|02[0-9]|0[3-9][0-9]{2})-[0-9]{7,8}", fullmatch=True))
def test_a_landline_is_found_under_one_form_with_or_without_its_dash(phone):
    assert check_phone(phone) == phone
    assert check_phone(phone.replace("-", "")) == phone
    assert not is_mobile(phone)


@given(st.text(max_size=64) | st.text(alphabet="0123468-+()转４－ ", max_size=16))
def test_any_text_is_either_a_number_or_refused_as_a_bad_format(text):
    try:
        phone = check_phone(text)
    except BadFormat:
        return
    assert check_phone(phone) == phone


@pytest.mark.parametrize("phone", ["", "010-12345678", "+8613800138000", "13800138000 ", "13800138000\n", "12345"])
def test_only_a_normalised_mobile_is_one(phone):
    assert not is_mobile(phone)
