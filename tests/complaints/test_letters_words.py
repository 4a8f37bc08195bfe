"""The fixed words of the letters: the same in both languages, and every sentence has what is filled into it."""

from dataclasses import fields, replace
from datetime import date

import pytest

from complaints.letters import LetterKind
from complaints.letters.letter import CHINESE, ENGLISH, LANGUAGES, REMEDY_OF
from complaints.letters.placeholders import names_in
from complaints.letters.words import words_in
from directory.clock import Limit

SECTIONS = ("claim", "facts", "reasons", "legal_basis", "decision")
SENTENCES = {"received_on", "about", "reference"}


def test_both_languages_fill_the_same_names_into_every_text():
    chinese, english = (
        [
            names_in(text)
            for text in replace(words_in(language), day_format="", heading_numbers=(), item_numbers=()).texts()
        ]
        for language in (CHINESE, ENGLISH)
    )
    assert chinese == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_words_and_names_the_complaint(language):
    kinds = words_in(language).kinds
    assert set(kinds) == set(LetterKind)
    for words in kinds.values():
        assert names_in(words.opening) == SENTENCES
        for section in SECTIONS:
            assert names_in(getattr(words, section)) == (set() if words.has_headings else {"text"})
    assert len({words.title for words in kinds.values()}) == len(kinds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remedy_has_a_sentence_with_body_time_and_law(language):
    words = words_in(language)
    assert {step.value for step in REMEDY_OF.values()} == set(words.remedies) - {"basis", "until"}
    assert all(names_in(words.remedies[step.value]) == {"limit", "body", "basis"} for step in REMEDY_OF.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_numerals_for_every_section_a_letter_can_have(language):
    words = words_in(language)
    headings = [
        field.name for field in fields(words.kinds[LetterKind.DECISION]) if field.name in (*SECTIONS, "measures")
    ]
    assert len(words.heading_numbers) > len(headings)


def test_dates_and_lengths_are_written_as_the_language_writes_them():
    chinese, english = words_in(CHINESE), words_in(ENGLISH)
    assert (chinese.day(date(2026, 1, 5)), english.day(date(2026, 12, 5))) == ("2026年1月5日", "5 December 2026")
    assert [chinese.length(Limit.parse(text)) for text in ("30d", "7wd")] == ["30日", "7个工作日"]
    assert [english.length(Limit.parse(text)) for text in ("30d", "7wd")] == ["30 days", "7 working days"]
