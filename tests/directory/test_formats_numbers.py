"""VINs, unified social credit codes and practice licence numbers."""

import pickle

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from directory.formats import (
    CREDIT_CODE_ALPHABET,
    BadFormat,
    check_credit_code,
    check_licence_number,
    check_vin,
    credit_code_check_character,
    licence_number_is_usual,
    make_credit_code,
    vin_check_digit_is_right,
)

RIGHT_VINS = ["1HGBH41JXMN109186", "LZFF25M4X8D004248"]
RIGHT_CODES = ["12000000000000019M", "52000000000000019H", "91000000000000019G"]
BODIES = st.text(alphabet=CREDIT_CODE_ALPHABET, min_size=17, max_size=17)
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def refusal_of(check, text):
    with pytest.raises(BadFormat) as refusal:
        check(text)
    return refusal.value.code, refusal.value.suggestion


@pytest.mark.parametrize("vin", RIGHT_VINS)
def test_a_vin_with_a_right_check_digit_is_known_as_such(vin):
    assert check_vin(vin) == vin
    assert vin_check_digit_is_right(vin)


@pytest.mark.parametrize("vin", ["1HGBH41J1MN109186", "LZFF25M408D004248", "1HGBH41JXMN109187", "11111111211111111"])
def test_a_vin_with_a_wrong_check_digit_is_accepted_and_can_be_warned_about(vin):
    assert check_vin(vin) == vin
    assert not vin_check_digit_is_right(vin)


def test_a_vin_of_ones_is_right_by_its_arithmetic():
    assert vin_check_digit_is_right("1" * 17)


@pytest.mark.parametrize(
    "typed",
    [
        "1hgbh41jxmn109186",
        "1HGB H41J XMN1 09186",
        "１ＨＧＢＨ４１ＪＸＭＮ１０９１８６",
        "1HGBH41JX-MN109186 ",
    ],
)
def test_a_vin_is_read_however_it_is_typed(typed):
    assert check_vin(typed) == RIGHT_VINS[0]


@pytest.mark.parametrize(
    ("typed", "code", "suggestion"),
    [
        ("", "empty", ""),
        ("1HGBH41JXMN10918", "vin_length", ""),
        ("1HGBH41JXMN1091866", "vin_length", ""),
        ("IHGBH41JXMN109186", "vin_letter", "1HGBH41JXMN109186"),
        ("1HGBH41JXMN1O9186", "vin_letter", "1HGBH41JXMN109186"),
        ("1HGBH41JXMN1Q9186", "vin_letter", "1HGBH41JXMN109186"),
        ("1HGBH41JXMN1京9186", "vin_shape", ""),
        ("1HGBH41JXMN1*9186", "vin_shape", ""),
        ("1HGBH41JXMN1٣9186", "vin_shape", ""),
        ("1HGBH41J\x00XMN109186", "control_character", ""),
        ("1" * 65, "too_long", ""),
    ],
)
def test_what_is_no_vin_is_refused_with_the_reason(typed, code, suggestion):
    assert refusal_of(check_vin, typed) == (code, suggestion)


def test_asking_for_the_check_digit_of_what_is_no_vin_is_refused():
    assert refusal_of(vin_check_digit_is_right, "1234") == ("vin_length", "")


@given(st.text(alphabet=VIN_LETTERS, min_size=17, max_size=17))
def test_exactly_one_check_digit_fits_a_vin(vin):
    fitting = [c for c in "0123456789X" if vin_check_digit_is_right(vin[:8] + c + vin[9:])]
    assert len(fitting) == 1


@pytest.mark.parametrize("code", RIGHT_CODES)
def test_a_right_credit_code_is_accepted(code):
    assert check_credit_code(code) == code
    assert credit_code_check_character(code[:17]) == code[17]


@pytest.mark.parametrize(
    "typed", ["12000000000000019m", "12 000000 000000019 M", "１２000000000000019Ｍ", "12000000-00000001-9M"]
)
def test_a_credit_code_is_read_however_it_is_typed(typed):
    assert check_credit_code(typed) == RIGHT_CODES[0]


@pytest.mark.parametrize(
    ("typed", "code", "suggestion"),
    [
        (" ", "empty", ""),
        ("12000000000000019", "credit_code_length", ""),
        ("12000000000000019MM", "credit_code_length", ""),
        ("12000000000000019N", "credit_code_check", ""),
        ("21000000000000019M", "credit_code_check", ""),
        ("I2OOOOOOOOOOOOOI9M", "credit_code_letter", "12000000000000019M"),
        ("1Z000000000000019M", "credit_code_letter", "12000000000000019M"),
        ("I2000000000000019N", "credit_code_letter", ""),
        ("1V000000000000019M", "credit_code_letter", ""),
        ("1京000000000000019M", "credit_code_letter", ""),
        ("1٢000000000000019M", "credit_code_letter", ""),
        ("12000000\x0700000019M", "control_character", ""),
        ("1" * 1000, "too_long", ""),
    ],
)
def test_a_wrong_credit_code_is_refused_with_the_reason(typed, code, suggestion):
    assert refusal_of(check_credit_code, typed) == (code, suggestion)


@given(BODIES)
def test_a_made_credit_code_is_accepted(body):
    assert check_credit_code(make_credit_code(body)) == make_credit_code(body)


@given(BODIES, st.integers(0, 17), st.sampled_from(CREDIT_CODE_ALPHABET))
def test_one_changed_character_of_a_credit_code_is_found(body, place, character):
    right = make_credit_code(body)
    changed = right[:place] + character + right[place + 1 :]
    if changed != right:
        assert refusal_of(check_credit_code, changed)[0] == "credit_code_check"


@pytest.mark.parametrize(("body", "code"), [("1" * 16, "credit_code_length"), ("1" * 16 + "I", "credit_code_letter")])
def test_no_credit_code_is_made_from_a_bad_body(body, code):
    assert refusal_of(make_credit_code, body) == (code, "")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("PDY00012X360102A100123", "PDY00012X360102A100123"),
        ("pdy00012-x 360102a1 00123", "PDY00012X360102A100123"),
        ("12345678901 2", "123456789012"),
        ("A1", "A1"),
    ],
)
def test_a_licence_number_of_any_length_is_accepted(typed, number):
    assert check_licence_number(typed) == number


@pytest.mark.parametrize("typed", ["医证字第123号", "PDY/00012", "A" * 33, "--", "123456789012٣"])
def test_a_licence_number_with_other_characters_is_refused(typed):
    assert refusal_of(check_licence_number, typed) == ("licence_shape", "")


@pytest.mark.parametrize(
    ("length", "is_usual"), [(12, True), (18, True), (22, True), (11, False), (21, False), (23, False)]
)
def test_an_unusual_licence_number_can_be_warned_about(length, is_usual):
    assert licence_number_is_usual("1" * length) is is_usual


def test_a_refusal_speaks_the_language_of_its_reader():
    refusal = BadFormat("empty", translation.gettext_lazy("Yes"))
    with translation.override("de"):
        assert str(refusal) == "Ja"


def test_a_refusal_survives_the_way_between_processes():
    refusal = pickle.loads(pickle.dumps(BadFormat("vin_letter", "no I", "1")))
    assert (refusal.code, refusal.message, refusal.suggestion) == ("vin_letter", "no I", "1")
