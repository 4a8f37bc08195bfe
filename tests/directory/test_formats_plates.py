"""A plate: many ways to type it, one way to keep it."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.formats import (
    LONGEST_INPUT,
    PLATE_HEADS,
    BadFormat,
    PlateKind,
    check_plate,
    display_plate,
    normalise_plate,
    plate_kinds_of,
)

DATA = Path(__file__).parent / "data"
SERIAL = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
NEW_ENERGY = "DABCEFGHJK"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def written(*places: str) -> st.SearchStrategy[str]:
    """Plates whose places are each drawn from a set of characters, after head and city."""
    city = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return st.tuples(*(st.sampled_from(place) for place in (PLATE_HEADS, city, *places))).map("".join)


DIGIT = "0123456789"
ORDINARY = written(*[SERIAL] * 5)
SMALL_NEW_ENERGY = written(NEW_ENERGY, SERIAL, *[DIGIT] * 4)
LARGE_NEW_ENERGY = written(*[DIGIT] * 5, NEW_ENERGY)


@pytest.mark.parametrize("row", rows("plates.csv"), ids=lambda row: row["why"])
def test_a_plate_is_read_however_it_is_typed(row):
    assert check_plate(row["typed"]) == row["plate"]
    assert [kind.value for kind in plate_kinds_of(row["plate"])] == row["kinds"].split()


@pytest.mark.parametrize("row", rows("bad_plates.csv"), ids=lambda row: row["why"])
def test_what_is_no_plate_is_refused_with_the_reason(row):
    with pytest.raises(BadFormat) as refusal:
        check_plate(row["typed"])
    assert (refusal.value.code, refusal.value.suggestion) == (row["code"], row["suggestion"])


def test_a_refusal_says_what_a_plate_looks_like():
    with pytest.raises(BadFormat, match="京A12345"):
        check_plate("12345")


@pytest.mark.parametrize("typed", ["京A\x0012345", "京A\n12345", "京A\t12345", "京A12345\x1b[0m", "京A\x9f12345"])
def test_control_characters_are_refused(typed):
    with pytest.raises(BadFormat) as refusal:
        check_plate(typed)
    assert refusal.value.code == "control_character"


def test_the_line_break_of_a_copied_plate_does_no_harm():
    assert check_plate(" 京A12345\r\n") == "京A12345"


def test_the_invisible_marks_of_a_copied_plate_do_no_harm():
    assert check_plate("\u202d京A\u200b12345\u202c") == "京A12345"


def test_a_text_that_is_too_long_is_refused_even_when_a_plate_hides_in_it():
    with pytest.raises(BadFormat) as refusal:
        check_plate("京A" + "·" * LONGEST_INPUT + "12345")
    assert refusal.value.code == "too_long"


@pytest.mark.parametrize(
    ("plate", "kind"),
    [
        ("京A12345", PlateKind.SMALL_NEW_ENERGY),
        ("京A12345", "51"),
        ("京AD12345", "02"),
        ("京AD12345", PlateKind.LARGE_NEW_ENERGY),
        ("京A12345D", "52"),
        ("京A12345", "99"),
        ("京A12345", ""),
    ],
)
def test_a_plate_of_another_kind_is_refused(plate, kind):
    with pytest.raises(BadFormat) as refusal:
        check_plate(plate, kind)
    assert refusal.value.code == "plate_kind"


@given(ORDINARY, st.sampled_from(["01", "02"]))
def test_every_ordinary_plate_is_accepted_as_large_and_as_small(plate, kind):
    assert check_plate(plate, kind) == plate


@given(SMALL_NEW_ENERGY)
def test_every_small_new_energy_plate_is_accepted_as_nothing_else(plate):
    assert check_plate(plate, "52") == plate
    assert plate_kinds_of(plate) == (PlateKind.SMALL_NEW_ENERGY,)


@given(LARGE_NEW_ENERGY)
def test_every_large_new_energy_plate_is_accepted_as_nothing_else(plate):
    assert check_plate(plate, "51") == plate
    assert plate_kinds_of(plate) == (PlateKind.LARGE_NEW_ENERGY,)


@given(ORDINARY | SMALL_NEW_ENERGY | LARGE_NEW_ENERGY, st.integers(2, 7), st.sampled_from("IOio"))
def test_the_letters_i_and_o_are_never_accepted_after_the_second_place(plate, place, letter):
    place = min(place, len(plate) - 1)
    with pytest.raises(BadFormat) as refusal:
        check_plate(plate[:place] + letter + plate[place + 1 :])
    # What is suggested must itself be a plate.
    assert not refusal.value.suggestion or plate_kinds_of(refusal.value.suggestion)


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise_plate(normalise_plate(text)) == normalise_plate(text)


@given(st.text(max_size=LONGEST_INPUT))
def test_any_text_is_either_a_plate_or_refused_as_a_bad_format(text):
    try:
        plate = check_plate(text)
    except BadFormat:
        return
    assert plate_kinds_of(plate)


@given(ORDINARY | SMALL_NEW_ENERGY | LARGE_NEW_ENERGY)
def test_a_displayed_plate_is_read_back_as_itself(plate):
    assert check_plate(display_plate(plate)) == plate


def test_a_plate_is_displayed_with_its_dot():
    assert display_plate("京A12345") == "京A·12345"
    assert display_plate("京a·d12345") == "京A·D12345"
    assert display_plate("") == ""
