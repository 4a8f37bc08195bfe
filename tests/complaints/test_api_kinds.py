"""The kinds of complaints, as a program reads them."""

from __future__ import annotations

import pytest
from django.test import Client

from complaints.kinds import Kind
from edge.limits import limiter

URL = "/api/v1/complaint-kinds/"


@pytest.fixture(autouse=True)
def fresh():
    limiter().clear()


def test_every_kind_is_listed_with_its_words_and_questions():
    rows = Client().get(URL, headers={"Accept-Language": "en"}).json()
    assert [row["value"] for row in rows] == Kind.values
    assert all(row["label"] and row["description"] for row in rows)
    by_value = {row["value"]: row for row in rows}
    assert by_value["overcharging"] == {
        "value": "overcharging",
        "label": "Charged too much",
        "description": "You paid more than the posted price, or no price was shown.",
        "nature": "complaint",
        "questions": ["distance_km", "amount_charged", "wish"],
        "may_be_unregistered": True,
        "may_share_contact": True,
    }
    assert by_value["siren_misuse"]["nature"] == "report"
    assert not by_value["siren_misuse"]["may_share_contact"]
    assert by_value["praise"]["questions"] == []
    assert by_value["authority_conduct"]["questions"] == ["about_authority_kind"]


def test_the_list_may_be_kept_and_is_confirmed_by_its_tag():
    first = Client().get(URL)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    again = Client().get(URL, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_tag_of_one_language_does_not_confirm_another():
    chinese = Client().get(URL, headers={"Accept-Language": "zh"})
    assert "Accept-Language" in chinese.headers["Vary"]
    english = Client().get(URL, headers={"Accept-Language": "en"})
    assert chinese.headers["Content-Language"] != english.headers["Content-Language"]
