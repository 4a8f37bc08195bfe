"""What may be a letter, and which law it may cite."""

from dataclasses import replace
from datetime import date

import pytest

from complaints.clock import STEPS, Basis, Rule, Step, Sureness
from complaints.letters import LetterKind, UnfitLetter
from complaints.letters.letter import LONGEST, REMEDY_OF, STEP_OF, law_of, legal_basis_of, remedies_of
from directory.clock import Limit
from directory.kinds import AuthorityKind
from tests.complaints.letters import full_letter


@pytest.mark.parametrize(
    ("kind", "authority", "law"),
    [
        (LetterKind.ACCEPTANCE, AuthorityKind.HEALTH, "《信访工作条例》第23条"),
        (LetterKind.ACCEPTANCE, AuthorityKind.MARKET_REGULATION, "《消费者权益保护法》第46条"),
        (LetterKind.REFUSAL, AuthorityKind.POLICE, "《信访工作条例》第23条"),
        (LetterKind.EXTENSION, AuthorityKind.HEALTH, "《信访工作条例》第34条"),
        (LetterKind.DECISION, AuthorityKind.HEALTH, "《信访工作条例》第34条"),
        (LetterKind.REVIEW, AuthorityKind.HEALTH, "《信访工作条例》第35条"),
        (LetterKind.SECOND_REVIEW, AuthorityKind.TCM, "《信访工作条例》第36条"),
    ],
)
def test_a_letter_cites_the_article_of_its_step(kind, authority, law):
    assert legal_basis_of(kind, authority) == (law,)


def test_an_english_letter_cites_the_same_law():
    assert legal_basis_of(LetterKind.DECISION, AuthorityKind.HEALTH, "en") == ("《信访工作条例》, article 34",)


@pytest.mark.parametrize("sureness", [Sureness.C, Sureness.M])
def test_law_that_is_not_sure_is_not_cited(sureness):
    rules = [Rule(Step.DECISION, Limit.parse("45d"), Basis("某办法", 9), sureness)]
    assert legal_basis_of(LetterKind.DECISION, AuthorityKind.HEALTH, rules=rules) == ()
    assert law_of(Step.INSTITUTION_REPLY, AuthorityKind.HEALTH) == ""


def test_every_kind_answers_a_step_that_has_a_rule():
    assert set(STEP_OF) == set(LetterKind)
    assert {*STEP_OF.values(), *REMEDY_OF.values()} <= {rule.step for rule in STEPS}


def test_after_a_decision_a_review_may_be_asked_for_and_then_a_second_one_and_then_no_more():
    (review,) = remedies_of(LetterKind.DECISION, AuthorityKind.HEALTH, "上一级机关")
    assert (review.step, str(review.limit), review.basis) == (Step.REVIEW_REQUEST, "30d", "《信访工作条例》第35条")
    (second,) = remedies_of(LetterKind.REVIEW, AuthorityKind.HEALTH, "上一级机关", until=date(2026, 12, 25))
    assert (second.step, second.basis, second.until) == (
        Step.SECOND_REVIEW_REQUEST,
        "《信访工作条例》第36条",
        date(2026, 12, 25),
    )
    assert not remedies_of(LetterKind.SECOND_REVIEW, AuthorityKind.HEALTH, "上一级机关")
    assert not remedies_of(LetterKind.ACCEPTANCE, AuthorityKind.HEALTH, "上一级机关")


@pytest.mark.parametrize("field", ["authority_name", "about", "reference", "decision", "addressee"])
@pytest.mark.parametrize("nothing", ["", " \n\t", "\u200b\u202e\x00"])
def test_a_letter_without_what_makes_it_one_is_refused_and_what_lacks_is_named(field, nothing):
    with pytest.raises(UnfitLetter, match=field.replace("_", " ")):
        full_letter(**{field: nothing})


def test_a_letter_to_somebody_anonymous_names_nobody():
    with pytest.raises(UnfitLetter, match="names nobody"):
        full_letter(is_anonymous=True)
    assert full_letter(is_anonymous=True, addressee="").is_anonymous


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"language": "fr"}, "no letters in 'fr'"),
        ({"kind": LetterKind.EXTENSION, "due_on": None}, "until when"),
        ({"facts": "a" * (LONGEST + 1)}, "facts is longer"),
        ({"facts": "".join(map(chr, range(0x4E00, 0x4E00 + 4001)))}, "more than 4000 different"),
        ({"about": "a" * 201}, "about is longer"),
        ({"measures": ("a",) * 101}, "more than 100 measures"),
        ({"measures": ("a", "a" * (LONGEST + 1))}, "measures is longer"),
    ],
)
def test_what_cannot_be_a_letter_is_refused(changed, words):
    with pytest.raises(UnfitLetter, match=words):
        replace(full_letter(), **changed)
