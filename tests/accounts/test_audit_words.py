"""What a row of the audit record says, in the words of those who read it."""

from __future__ import annotations

from django.utils.translation import override

from accounts.detail_words import NAMES, VALUES, add_values, detail_words, thing_words


def test_names_and_values_are_said_in_the_readers_language():
    with override("zh-hans"):
        said = detail_words({"state": "in_progress", "second_factor": True, "handling": 7})
        assert said == "状态：已受理，办理中；第二验证：是；承办序号：7"
    with override("en"):
        assert detail_words({"is_known": False}) == "The account exists: No"


def test_lists_are_joined_and_what_is_empty_is_left_out():
    with override("en"):
        assert detail_words({"measures": ["refund", "unheard_of"], "fields": []}) == "Measures: Refund, unheard_of"


def test_a_value_that_two_lists_call_differently_keeps_its_plain_form():
    try:
        add_values("of_this_test", [("a", "one"), ("b", "same")], [("a", "other"), ("b", "same")])
        with override("en"):
            assert detail_words({"of_this_test": ["a", "b"]}) == "of_this_test: a, same"
    finally:
        del VALUES["of_this_test"]


def test_a_name_without_words_shows_as_it_is_stored():
    with override("en"):
        assert detail_words({"n": 3}) == "n: 3"
    assert "n" not in NAMES


def test_a_thing_is_called_by_its_name_and_a_model_that_is_gone_by_its_label():
    with override("zh-hans"):
        assert thing_words("registry.Ambulance") == "救护车"
    assert thing_words("registry.Gone") == "registry.Gone"
    assert thing_words("") == ""
