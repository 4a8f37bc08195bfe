"""What a text typed into the box is taken for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.codes import new_code, printed
from registry.lookup import LONGEST_QUERY, Asked, question_in


@pytest.mark.parametrize("write", [str, str.lower, printed, lambda code: f" {printed(code).replace('-', ' ')} "])
def test_a_right_code_is_a_code_however_it_is_written(write):
    code = new_code()
    question = question_in(write(code))
    assert (question.asked, question.text) == (Asked.CODE, code)


@pytest.mark.parametrize("around", ["https://jhc.example.cn/a/{}", "HTTPS://JHC.EXAMPLE.CN/A/{}/", "x.cn/a/{}?lang=en"])
def test_the_pasted_address_of_a_card_is_its_code(around):
    code = new_code()
    question = question_in(around.format(code))
    assert (question.asked, question.text) == (Asked.CODE, code)


@pytest.mark.parametrize("typed", ["ABCD-EFGH-JKM2", "abcd efgh jkmn", "23456789ACE", "https://x.cn/a/123", "01234567"])
def test_a_text_that_tried_to_be_a_code_is_a_mistyped_one(typed):
    assert question_in(typed).asked is Asked.MISTYPED_CODE


@pytest.mark.parametrize(
    ("typed", "plate"),
    [("京A12345", "京A12345"), (" 赣a·12345 ", "赣A12345"), ("京ＡＤ12345", "京AD12345"), ("粤B-12345D", "粤B12345D")],
)
def test_a_right_plate_is_a_plate(typed, plate):
    question = question_in(typed)
    assert (question.asked, question.text) == (Asked.PLATE, plate)


@pytest.mark.parametrize(
    ("typed", "fault", "suggestion"),
    [
        ("京A1234O", "plate_letter", "京A12340"),
        ("京AI2345", "plate_letter", "京A12345"),
        ("京A1234", "plate_length", ""),
        ("A12345", "plate_length", ""),
        ("口A12345", "plate_head", ""),
    ],
)
def test_a_text_that_tried_to_be_a_plate_says_what_is_wrong_and_what_was_meant(typed, fault, suggestion):
    question = question_in(typed)
    assert question.asked is Asked.BAD_PLATE
    assert question.text == typed
    assert question.fault
    assert (question.fault.code, question.fault.suggestion) == (fault, suggestion)


@pytest.mark.parametrize(
    "typed",
    ["人民医院", "川北医学院", "京东方医院", "120急救中心", "Union Hospital", "Nanchang", "第一", "%", "a_b%"],
)
def test_anything_else_is_a_name(typed):
    question = question_in(typed)
    assert question.asked is (Asked.NAME if len(typed) > 1 else Asked.TOO_SHORT)
    assert question.text == typed


@pytest.mark.parametrize("typed", ["", "   ", "\u3000", "\x00\x07", "\u202e\u200b", "\n\n"])
def test_nothing_visible_is_nothing(typed):
    assert question_in(typed).asked is Asked.NOTHING


def test_a_text_that_is_too_long_is_refused_not_cut():
    assert question_in("医" * LONGEST_QUERY).asked is Asked.NAME
    assert question_in("医" * (LONGEST_QUERY + 1)).asked is Asked.TOO_LONG


def test_invisible_characters_vanish_from_a_name():
    assert question_in("人\x00民\u202e医\n院").text == "人民医 院"


@given(st.text(max_size=150))
def test_every_text_is_taken_for_something_and_holds_no_control_character(typed):
    question = question_in(typed)
    assert isinstance(question.asked, Asked)
    assert not any(character in question.text for character in "\x00\n\r\u202e")
