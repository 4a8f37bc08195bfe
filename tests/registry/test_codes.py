"""A code is made, printed, typed and read back; what is no code is told so."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.codes import (
    ALPHABET,
    LENGTH,
    MODULUS,
    WEIGHTS,
    Fault,
    Mistyped,
    address,
    check_character,
    new_code,
    printed,
    read_code,
)

bodies = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)
codes = bodies.map(lambda body: body + check_character(body))
CODE = "ACEFHJKMNPR" + check_character("ACEFHJKMNPR")


def fault_of(text):
    with pytest.raises(Mistyped) as caught:
        read_code(text)
    return caught.value.fault


def test_the_alphabet_has_a_prime_number_of_characters_and_no_look_alikes():
    assert len(set(ALPHABET)) == MODULUS == 23
    assert all(MODULUS % divisor for divisor in range(2, MODULUS))
    assert not set(ALPHABET) & set("0ODQ1ILBSZGUV")


def test_a_code_carries_at_least_45_random_bits():
    assert MODULUS ** (LENGTH - 1) > 2**45


def test_new_codes_are_right_and_do_not_repeat():
    made = {new_code() for _ in range(2000)}
    assert len(made) == 2000
    assert all(read_code(code) == code for code in made)


def test_every_character_turns_up_in_every_random_place():
    made = [new_code() for _ in range(2000)]
    assert all({code[place] for code in made} == set(ALPHABET) for place in range(LENGTH))


def test_no_single_wrong_character_can_leave_the_sum_right():
    """Exhaustive over the algebra: each place, each difference of values."""
    assert all(weight * change % MODULUS for weight in WEIGHTS for change in range(1, MODULUS))


def test_no_swap_of_two_different_characters_can_leave_the_sum_right():
    """Exhaustive over the algebra: each pair of places, each difference of values."""
    for one, other in combinations(WEIGHTS, 2):
        assert all((one - other) * change % MODULUS for change in range(1, MODULUS))


@settings(max_examples=20)
@given(codes)
def test_every_single_wrong_character_is_found(code):
    for place, right in enumerate(code):
        for wrong in set(ALPHABET) - {right}:
            assert fault_of(code[:place] + wrong + code[place + 1 :]) is Fault.CHECK


@settings(max_examples=20)
@given(codes)
def test_every_swap_of_two_different_characters_is_found(code):
    for one, other in combinations(range(LENGTH), 2):
        if code[one] != code[other]:
            swapped = list(code)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            assert fault_of("".join(swapped)) is Fault.CHECK


@given(codes)
def test_what_is_printed_reads_back(code):
    assert read_code(printed(code)) == code


def test_a_code_is_printed_in_groups_of_four():
    assert printed("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"


@pytest.mark.parametrize(
    "written",
    [
        CODE.lower(),
        f"  {printed(CODE)}\n",
        CODE.replace("", " "),
        printed(CODE).replace("-", "·"),
        printed(CODE).replace("-", " — "),
        printed(CODE).replace("-", "．"),
        printed(CODE).replace("-", "\u3000"),
        printed(CODE).replace("-", "\u200b"),
        "".join(chr(ord(c) + 0xFEE0) for c in CODE),
        "".join(chr(ord(c) + 0xFEE0) for c in CODE.lower()),
    ],
)
def test_a_code_is_read_however_it_is_written(written):
    assert read_code(written) == CODE


@pytest.mark.parametrize(("typed", "painted"), ["B8", "S5", "Z2", "G6"])
def test_a_letter_that_is_never_printed_is_read_as_the_digit_it_resembles(typed, painted):
    body = painted * 3 + "ACEFHJKM"
    code = body + check_character(body)
    assert typed not in ALPHABET
    assert read_code(code.replace(painted, typed)) == code
    assert read_code(code.replace(painted, typed.lower())) == code


@pytest.mark.parametrize("foreign", list("0ODQ1ILUV京!é*"))
def test_a_character_that_no_code_contains_is_a_mistake(foreign):
    assert fault_of(CODE[:5] + foreign + CODE[6:]) is Fault.CHARACTER


@pytest.mark.parametrize("text", ["", "   ", "-", CODE[:-1], CODE + "A", CODE * 2, CODE * 5_000])
def test_too_few_or_too_many_characters_are_a_mistake(text):
    assert fault_of(text) is Fault.LENGTH


def test_input_beyond_all_measure_is_refused_before_it_is_read():
    assert fault_of("\ufdfa" * 100_000) is Fault.LENGTH


@given(st.text(max_size=100))
def test_any_text_is_either_read_as_a_right_code_or_refused(text):
    try:
        code = read_code(text)
    except Mistyped:
        return
    assert code == read_code(code)


def test_a_check_character_needs_eleven_characters_of_the_alphabet():
    with pytest.raises(ValueError, match="11 characters"):
        check_character("ABC")
    with pytest.raises(ValueError, match="substring"):
        check_character("O" * 11)


@pytest.mark.parametrize(
    ("base", "upper_case", "expected"),
    [
        ("https://jjc.example.gov.cn", True, f"HTTPS://JJC.EXAMPLE.GOV.CN/A/{CODE}"),
        ("https://jjc.example.gov.cn/", False, f"https://jjc.example.gov.cn/a/{CODE}"),
        ("http://localhost:8000", True, f"HTTP://LOCALHOST:8000/A/{CODE}"),
        ("https://example.cn/Jiuhu/", False, f"https://example.cn/Jiuhu/a/{CODE}"),
    ],
)
def test_the_address_is_the_base_with_the_code_at_its_end(base, upper_case, expected):
    assert address(CODE, base, upper_case=upper_case) == expected


@pytest.mark.parametrize(
    "base",
    [
        "",
        "example.cn",
        "ftp://example.cn",
        "https://",
        "https://example.cn/?x=1",
        "https://example.cn/#top",
        "https://user@example.cn",
        "https://救护车.cn",
        "https://exa mple.cn",
    ],
)
def test_a_base_that_is_no_plain_web_address_is_refused(base):
    with pytest.raises(ValueError, match="PUBLIC_BASE_URL"):
        address(CODE, base, upper_case=True)
