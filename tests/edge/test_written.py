"""Days, instants, numbers and telephone numbers as readers and telephones want them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from edge.written import dialled, written_day, written_moment, written_month, written_number, written_span


@pytest.mark.parametrize(
    ("language", "expected"), [("zh-hans", "2026年11月26日（星期四）"), ("en", "Thursday, 26 November 2026")]
)
def test_a_day_is_written_in_full_with_its_weekday(language, expected):
    with translation.override(language):
        assert written_day(date(2026, 11, 26)) == expected


def test_a_day_that_is_not_known_is_not_written():
    assert written_day(None) == ""


def test_an_instant_is_told_in_shanghai():
    late = datetime(2026, 11, 25, 16, 5, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert written_day(late) == "2026年11月26日（星期四）"
        assert written_moment(late) == "2026年11月26日（星期四） 00:05"


@pytest.mark.parametrize(
    ("first", "last", "chinese", "english"),
    [
        (date(2026, 2, 14), date(2026, 2, 14), "2月14日", "14 February"),
        (date(2026, 2, 15), date(2026, 2, 23), "2月15日至23日", "15–23 February"),
        (date(2026, 2, 26), date(2026, 3, 4), "2月26日至3月4日", "26 February – 4 March"),
        (date(2027, 1, 1), date(2027, 1, 3), "2027年1月1日至3日", "1–3 January 2027"),
        (date(2026, 12, 28), date(2027, 1, 8), "12月28日至2027年1月8日", "28 December – 8 January 2027"),
        (date(2026, 2, 14), date(2027, 2, 14), "2月14日至2027年2月14日", "14 February – 14 February 2027"),
    ],
)
def test_days_in_a_row_are_written_short(first, last, chinese, english):
    with translation.override("zh-hans"):
        assert written_span(first, last, 2026) == chinese
    with translation.override("en"):
        assert written_span(first, last, 2026) == english


def test_a_month_is_written_short():
    with translation.override("zh-hans"):
        assert written_month(date(2026, 2, 1)) == "2月"
    with translation.override("en"):
        assert written_month(date(2026, 2, 1)) == "Feb"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("10671.99", "10,671.99"), ("6.670", "6.67"), ("20.00", "20"), ("1600", "1,600"), ("0.0", "0"), ("100", "100")],
)
def test_a_number_has_no_zeros_that_say_nothing(value, expected):
    assert written_number(Decimal(value)) == expected


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("0791-12345678-123", "0791-12345678,123"),
        ("010-1234567-8", "010-1234567,8"),
        ("0791-12345678", "0791-12345678"),
        ("13800138000", "13800138000"),
        ("120", "120"),
    ],
)
def test_an_extension_is_dialled_after_a_pause(phone, expected):
    assert dialled(phone) == expected
