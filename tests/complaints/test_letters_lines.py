"""Lines break where a reader expects it, and no character is lost or left outside the margin."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.letters.characters import MARK, paragraphs, printable, seen
from complaints.letters.lines import NEVER_FIRST, NEVER_LAST, broken

ALL = range(0x110000)


def half_width(text: str) -> float:
    return sum(0.5 if ord(character) < 0x2000 else 1.0 for character in text)


WRITTEN = st.text(alphabet=st.sampled_from("救护车收费，。（）“”《》abc 12.5%,-/豫A·"), max_size=80)


@given(WRITTEN, st.sampled_from([6.0, 11.5, 32.0]), st.sampled_from([4.0, 6.0]))
def test_nothing_but_spaces_is_lost_and_no_line_is_wider(text, width, first):
    lines = broken(text, half_width, width, first)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(half_width(line) <= (width if place else first) for place, line in enumerate(lines))
    assert all(line and line == line.strip() for line in lines)


@given(st.text(alphabet=st.sampled_from("救护车收费医院转运，。（）"), max_size=60))
def test_no_closing_mark_begins_a_line_and_no_opening_one_ends_it_unless_they_fill_lines_alone(text):
    lines = broken(text, half_width, 12)
    for before, after in pairwise(lines):
        may_not_break = after[0] in NEVER_FIRST or before[-1] in NEVER_LAST
        clinging = {*NEVER_FIRST, *NEVER_LAST}
        assert not may_not_break or sum(c in clinging for c in before[-11:] + after[:11]) > 5


def test_words_numbers_and_plates_stay_whole():
    lines = broken("救护车车牌豫A00000收费2026.39元 ambulance", half_width, 8)
    assert lines == ["救护车车牌", "豫A00000收费", "2026.39元", "ambulance"]


def test_an_endless_word_is_cut_and_begins_on_the_line_it_stands_on():
    assert broken("see " + "x" * 30, half_width, 5) == ["see", "x" * 10, "x" * 10, "x" * 10]
    assert broken("x" * 25, half_width, 5, 3) == ["x" * 6, "x" * 10, "x" * 9]


def test_a_text_without_anything_has_no_line():
    assert broken("", half_width, 5) == broken("   ", half_width, 5) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"])
def test_every_kind_of_line_end_divides_paragraphs(end):
    assert paragraphs(f" 一{end}{end}\t二\u3000 三 ") == ["一", "二 三"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1bc\x7f", "abc"),
        ("\u202e反\u2066转\u200f\ufeff", "反转"),
        ("软\u00ad连\u200d接\ufe0f", "软连接"),
        ("e\u0301", "é"),
        ("a\u00a0b\u3000c", "a b c"),
        ("笑\U0001f600", f"笑{MARK}(U+1F600)"),
        ("\ue000", f"{MARK}(U+E000)"),
        ("\ud800", f"{MARK}(U+D800)"),
        ("x\u0336", f"x{MARK}(U+0336)"),
    ],
)
def test_what_is_unseen_goes_and_what_cannot_be_drawn_is_marked(text, shown):
    drawable = set(ALL) - {0x1F600, 0xE000, 0xD800}
    assert printable(text, drawable) == shown


def test_a_font_without_the_printers_mark_gets_a_plain_one():
    assert printable("医A", {ord("A")}) == "?(U+533B)A"


def test_what_paints_nothing_leaves_a_value_but_its_paragraphs_stay():
    assert seen("一\x00\u202e\r\n\r\n二") == "一\n二"
