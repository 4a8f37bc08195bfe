"""What people and machines type into the pages: read as people mean it, refused with words that say what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from complaints.forms import (
    ChargeForm,
    ConsentForm,
    ContactForm,
    DifferencesForm,
    RideForm,
    StoryForm,
    VehicleForm,
)
from complaints.forms_when import WhenForm
from tests.complaints.build import NOW


def when(**data: str) -> WhenForm:
    return WhenForm(data, now=NOW, answers={})


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("28000", "28000"),
        ("28,000.50", "28000.50"),
        ("２８０００元", "28000"),
        ("¥ 280", "280"),
        ("280 yuan", "280"),
        ("0", "0"),
        ("", None),
        ("   ", None),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed, yuan):
    form = ChargeForm({"amount_charged": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount_charged"] == (None if yuan is None else Decimal(yuan))


@pytest.mark.parametrize(
    "typed",
    ["-5", "NaN", "Infinity", "1e400", "1e5", "0x10", "1.234", "1.", "12a", "٣٤", "1_000", "--", "9" * 400, "\x00.5e"],
)
def test_an_impossible_amount_is_refused_with_an_example_and_stays_as_typed(typed):
    form = ChargeForm({"amount_charged": typed})
    assert not form.is_valid()
    assert form["amount_charged"].value() == typed
    words = form.errors["amount_charged"][0]
    assert "280.50" in words or "at most" in words


def test_an_amount_above_everything_names_the_limit():
    assert "10,000,000" in ChargeForm({"amount_charged": "10000001"}).errors["amount_charged"][0]


@pytest.mark.parametrize(("typed", "km"), [("1600km", "1600"), ("12.5 公里", "12.5"), ("３千米", "3")])
def test_a_distance_may_carry_its_unit(typed, km):
    form = RideForm({"distance_km": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["distance_km"] == Decimal(km)


@pytest.mark.parametrize("typed", ["12.55", "-1", "20001", "1e9"])
def test_a_distance_that_cannot_be_is_refused(typed):
    assert "distance_km" in RideForm({"distance_km": typed}).errors


@pytest.mark.parametrize("typed", ["1.5", "-3", "10000", "half"])
def test_waiting_is_whole_minutes(typed):
    assert "waiting_minutes" in RideForm({"waiting_minutes": typed}).errors


@pytest.mark.parametrize(
    ("date", "time", "instant"),
    [
        ("2026-11-01", "18:05", "2026-11-01T18:05:00+08:00"),
        ("2026年11月1日", "18：05", "2026-11-01T18:05:00+08:00"),
        ("2026/11/1", "18点5分", "2026-11-01T18:05:00+08:00"),
        ("20261101", "1805", "2026-11-01T18:05:00+08:00"),
        ("2026-11-01", "", "2026-11-01T12:00:00+08:00"),
    ],
)
def test_another_day_is_read_in_every_usual_way_as_shanghai_time(date, time, instant):
    form = when(day="other", date=date, time=time)
    assert form.is_valid(), form.errors
    assert form.answers()["occurred_at"] == instant


def test_today_without_a_time_is_never_in_the_future():
    early = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # half past eight in Shanghai
    form = WhenForm({"day": "today"}, now=early, answers={})
    assert form.is_valid()
    assert datetime.fromisoformat(form.answers()["occurred_at"]) == early


def test_today_is_the_day_in_shanghai_whatever_the_day_in_greenwich():
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # one in the morning of the 23rd in Shanghai
    form = WhenForm({"day": "today"}, now=late, answers={})
    assert form.is_valid()
    assert form.answers()["when_day"] == "2026-11-23"


def test_a_clock_five_minutes_fast_is_forgiven_and_six_are_not():
    assert when(day="today", time="14:05").is_valid()
    assert "time" in when(day="today", time="14:06").errors


@pytest.mark.parametrize(
    ("date", "field"), [("2026-11-24", "date"), ("9999-12-31", "date"), ("0001-01-01", "date"), ("2016-11-01", "date")]
)
def test_days_to_come_and_days_of_another_decade_are_refused(date, field):
    assert field in when(day="other", date=date).errors


@pytest.mark.parametrize("date", ["2026-02-30", "yesterday", "2026-13-01", "0000-00-00", "x" * 5000])
def test_what_is_no_date_is_told_how_to_write_one(date):
    assert "2026-11-23" in when(day="other", date=date).errors["date"][0]


def test_another_day_needs_its_date_and_no_choice_is_asked_for():
    assert "date" in when(day="other").errors
    assert "day" in when().errors
    assert "day" in when(day="<script>").errors


def test_not_remembering_is_an_answer():
    form = when(day="not-known", date="2026-11-01", time="10:00")
    assert form.is_valid()
    assert form.answers()["occurred_at"] == form.answers()["when_day"] == ""


def test_a_kept_answer_comes_back_as_it_was_given_also_on_the_next_day():
    form = when(day="today", time="10:00")
    assert form.is_valid()
    kept = form.answers()
    assert WhenForm(now=NOW, answers=kept).initial["day"] == "today"
    assert WhenForm(now=NOW + timedelta(days=1), answers=kept).initial["day"] == "yesterday"
    later = WhenForm(now=NOW + timedelta(days=2), answers=kept).initial
    assert (later["day"], later["date"]) == ("other", "2026-11-23")
    assert WhenForm(now=NOW, answers={}).initial == {}


def test_a_story_loses_control_characters_and_direction_marks_and_keeps_its_lines():
    form = StoryForm({"narrative": "一\x00二\x0b\u202e三\r\n四\ud800"})
    assert form.is_valid()
    assert form.cleaned_data["narrative"] == "一二三\n四"


def test_a_story_too_long_says_by_how_much_and_loses_nothing():
    form = StoryForm({"narrative": "长" * 5120})
    assert "120" in form.errors["narrative"][0]
    assert len(form["narrative"].value()) == 5120
    assert StoryForm({"narrative": "长" * 5000}).is_valid()


@pytest.mark.parametrize("narrative", ["", "   ", "\n\r\n", "\x00", "\u200f"])
def test_an_empty_story_is_asked_for(narrative):
    assert "narrative" in StoryForm({"narrative": narrative}).errors
    assert StoryForm({"narrative": narrative}, is_optional=True).is_valid()


def test_no_text_box_cuts_what_is_pasted():
    for form in (StoryForm(), VehicleForm(), ContactForm()):
        assert "maxlength" not in str(form)


def test_everything_about_the_contact_may_stay_empty():
    assert ContactForm({}).is_valid()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+86 138 0013 8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("079186000000", "0791-86000000"),
    ],
)
def test_a_phone_is_kept_in_its_one_form(typed, kept):
    form = ContactForm({"contact_phone": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["contact_phone"] == kept


@pytest.mark.parametrize("typed", ["138001", "12345678901234567890", "abc", "<script>"])
def test_a_phone_nobody_can_call_is_refused_with_an_example(typed):
    assert "13800138000" in ContactForm({"contact_phone": typed}).errors["contact_phone"][0]


@pytest.mark.parametrize("typed", ["no-at-sign", "a@b", "a@b@c.org", "a b@example.org", "x@example.org\nBcc: y@z.org"])
def test_an_e_mail_nobody_can_write_to_is_refused(typed):
    assert "contact_email" in ContactForm({"contact_email": typed}).errors


def test_a_consent_that_is_not_asked_cannot_be_given():
    form = ConsentForm({"consent_sensitive": "on", "consent_share_contact": "on"}, may_share=False)
    assert form.is_valid()
    assert form.cleaned_data == {"consent_sensitive": True}


@pytest.mark.parametrize("ticked", [[], ["engine"], ["plate", "<b>"]])
def test_only_differences_of_the_list_can_be_ticked(ticked):
    assert not DifferencesForm({"differences": ticked}).is_valid()


@pytest.mark.parametrize("plate", ["赣A 12345", "赣Ａ·12345", "赣a-12345"])
def test_a_plate_is_kept_in_its_usual_writing(plate):
    form = VehicleForm({"plate": plate})
    assert form.is_valid()
    assert form.answers()["plate"] == "赣A12345"
