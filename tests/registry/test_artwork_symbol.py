"""The symbol is what was asked for, and its outline encloses exactly its dark modules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.artwork.symbol import modules, outline

UPPER = "HTTPS://JJC.WJW.EXAMPLE.GOV.CN/A/7KWM3XAP4TCH"
matrices = st.integers(1, 9).flatmap(
    lambda width: st.lists(
        st.lists(st.booleans(), min_size=width, max_size=width).map(tuple), min_size=1, max_size=9
    ).map(tuple)
)


def winding(loops, x, y):
    """How often the loops go round a point: upward crossings to its left count one, downward ones minus one."""
    count = 0
    for loop in loops:
        for (x1, y1), (x2, y2) in zip(loop, [*loop[1:], loop[0]], strict=True):
            if x1 == x2 < x and min(y1, y2) < y < max(y1, y2):
                count += 1 if y2 < y1 else -1
    return count


@given(matrices)
def test_the_outline_goes_once_round_every_dark_module_and_round_no_light_one(rows):
    loops = outline(rows)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            assert winding(loops, x + 0.5, y + 0.5) == int(is_dark)


@given(matrices)
def test_the_outline_turns_at_every_corner_and_never_meets_itself(rows):
    for loop in outline(rows):
        assert len(loop) >= 4
        steps = list(zip(loop, [*loop[1:], loop[0]], strict=True))
        for (a, b), (_, c) in zip(steps, [*steps[1:], steps[0]], strict=True):
            assert (a[0] == b[0]) != (a[1] == b[1])
            assert (a[0] == b[0]) != (b[0] == c[0])


@given(matrices)
def test_every_area_has_one_outer_loop_and_areas_that_touch_at_a_corner_are_cut_apart(rows):
    outer = [loop for loop in outline(rows) if doubled_area(loop) > 0]
    assert len(outer) == areas(rows)


def areas(rows):
    """How many groups of dark modules there are, neighbours side by side."""
    left = {(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark}
    count = 0
    while left:
        count += 1
        found = [left.pop()]
        while found:
            x, y = found.pop()
            near = {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} & left
            left -= near
            found.extend(near)
    return count


def doubled_area(loop):
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(loop, [*loop[1:], loop[0]], strict=True))


def test_a_hole_has_a_loop_of_its_own():
    ring = ((True, True, True), (True, False, True), (True, True, True))
    assert sorted(len(loop) for loop in outline(ring)) == [4, 4]


def test_capitals_make_a_smaller_symbol_than_mixed_case():
    assert len(modules(UPPER)) == 33  # version 4
    assert len(modules(UPPER.lower())) == 41  # version 6


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("text", ["HTTPS://A.CN", UPPER, UPPER.lower()])
def test_error_correction_is_the_one_asked_for_and_is_never_raised_on_the_way(level, text):
    assert level_written_in(modules(text, error=level)) == level


def test_error_correction_is_h_unless_another_is_asked_for():
    assert level_written_in(modules(UPPER)) == "H"


def level_written_in(rows):
    """The level as the symbol itself states it: the first two format bits, unmasked (ISO/IEC 18004, 7.9)."""
    bits = (rows[8][0] ^ True, rows[8][1])
    return {(False, True): "L", (False, False): "M", (True, True): "Q", (True, False): "H"}[bits]


def test_what_is_not_ascii_does_not_get_into_a_symbol():
    with pytest.raises(ValueError, match="ASCII"):
        modules("https://救护车.cn/a/7KWM3XAP4TCH")


def test_an_address_too_long_for_any_symbol_is_refused():
    with pytest.raises(ValueError, match="Data too large"):
        modules("A" * 5000)
