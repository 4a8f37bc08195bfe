"""What a letter says, as plain facts, and the law that may be cited in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints.clock import STEPS, Rule, Step, rule_for
from complaints.letters.characters import is_blank
from directory.clock import Limit
from directory.kinds import AuthorityKind

CHINESE: Final = "zh-hans"
ENGLISH: Final = "en"
LANGUAGES: Final = (CHINESE, ENGLISH)

LONGEST: Final = 30_000
"""Characters of one text of a letter: more than anybody reads, fewer than would stall the desk."""

LONGEST_NAME: Final = 200
"""Characters of a name, a number or the matter in few words."""

NAMES: Final = frozenset({"authority_name", "about", "reference", "number", "addressee"})

MOST_CHARACTERS: Final = 4_000
"""Different characters of one letter: twice what long texts have. Each has to be embedded."""

MOST_ITEMS: Final = 100
"""Measures, citations or remedies of one letter."""


class LetterKind(TextChoices):
    """The letters an authority writes to a complainant."""

    ACCEPTANCE = "acceptance", _("Notice of acceptance")
    REFUSAL = "refusal", _("Notice of non-acceptance")
    EXTENSION = "extension", _("Notice of extension")
    DECISION = "decision", _("Decision on the complaint")
    REVIEW = "review", _("Review decision")
    SECOND_REVIEW = "second_review", _("Second review decision")


STEP_OF: Final[dict[LetterKind, Step]] = {
    LetterKind.ACCEPTANCE: Step.ACCEPTANCE,
    LetterKind.REFUSAL: Step.ACCEPTANCE,
    LetterKind.EXTENSION: Step.EXTENSION,
    LetterKind.DECISION: Step.DECISION,
    LetterKind.REVIEW: Step.REVIEW_ANSWER,
    LetterKind.SECOND_REVIEW: Step.SECOND_REVIEW_ANSWER,
}
"""Which step of the clock each letter answers: the law of the step is the law of the letter."""

REMEDY_OF: Final[dict[LetterKind, Step]] = {
    LetterKind.DECISION: Step.REVIEW_REQUEST,
    LetterKind.REVIEW: Step.SECOND_REVIEW_REQUEST,
}
"""What the person may ask for after the letter. A second review ends this way; what else is open is not ours to say."""


class UnfitLetter(ValueError):
    """The letter lacks something, or holds what must not be in it. Names it."""


@dataclass(frozen=True)
class Remedy:
    """What the person may do who does not agree: ask whom, within which time."""

    step: Step
    body: str
    """The authority to be asked."""

    limit: Limit
    """Counted from the day the person receives the letter."""

    basis: str = ""
    """The law, in the letter's language; empty if it is not sure."""

    until: date | None = None
    """The last day, for a person who receives the letter on the day it is signed."""


@dataclass(frozen=True)
class Letter:
    """One letter as it is to be printed. Every text may come from outside; nothing in it is markup.

    Line ends divide a text into paragraphs. Raises UnfitLetter.
    """

    kind: LetterKind
    authority_name: str
    about: str
    """What the complaint is about, in a few words."""

    reference: str
    received_on: date
    """When the complaint came in; for reviews, the request for the review."""

    signed_on: date
    decision: str
    number: str = ""
    """The authority's own number of the document. Without one no line is printed."""

    addressee: str = ""
    """How the person is addressed. Stays empty for somebody anonymous."""

    claim: str = ""
    facts: str = ""
    reasons: str = ""
    legal_basis: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    due_on: date | None = None
    """Acceptance: the last day for the decision. Extension: the last day now. Otherwise not printed."""

    contact: str = ""
    """Where the person may ask: an office and its telephone."""

    language: str = CHINESE
    is_anonymous: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be a letter."""
        for name in ("authority_name", "about", "reference", "decision"):
            if is_blank(getattr(self, name)):
                raise UnfitLetter(f"the letter lacks its {name.replace('_', ' ')}")
        if self.language not in LANGUAGES:
            raise UnfitLetter(f"there are no letters in {self.language!r}")
        if self.is_anonymous and not is_blank(self.addressee):
            raise UnfitLetter("a letter to somebody anonymous names nobody")
        if not self.is_anonymous and is_blank(self.addressee):
            raise UnfitLetter("the letter lacks its addressee")
        if self.kind == LetterKind.EXTENSION and self.due_on is None:
            raise UnfitLetter("an extension says until when")
        self.require_bounds()

    def require_bounds(self) -> None:
        """Raise UnfitLetter for a text or a list beyond all measure: writing it would hold up the desk."""
        for name, text in self.texts():
            most = LONGEST_NAME if name in NAMES else LONGEST
            if len(text) > most:
                raise UnfitLetter(f"the letter's {name.replace('_', ' ')} is longer than {most} characters")
        if len({character for _, text in self.texts() for character in text}) > MOST_CHARACTERS:
            raise UnfitLetter(f"the letter has more than {MOST_CHARACTERS} different characters")
        for name in ("legal_basis", "measures", "remedies"):
            if len(getattr(self, name)) > MOST_ITEMS:
                raise UnfitLetter(f"the letter has more than {MOST_ITEMS} {name.replace('_', ' ')}")

    def texts(self) -> Iterator[tuple[str, str]]:
        """(field, text) of every text in the letter."""
        for field in fields(self):
            value = getattr(self, field.name)
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, str):
                    yield field.name, item
                elif isinstance(item, Remedy):
                    yield from ((field.name, item.body), (field.name, item.basis))


def law_of(step: Step, authority: AuthorityKind, language: str = CHINESE, rules: Iterable[Rule] = STEPS) -> str:
    """The article a step stands on, cited in `language`; empty unless it is sure. Raises LookupError."""
    basis = rule_for(step, authority, rules).shown_basis
    with translation.override(language):
        return str(basis) if basis else ""


def legal_basis_of(
    kind: LetterKind, authority: AuthorityKind, language: str = CHINESE, rules: Iterable[Rule] = STEPS
) -> tuple[str, ...]:
    """The law a letter of this kind may cite by itself; only what is sure. Raises LookupError."""
    law = law_of(STEP_OF[kind], authority, language, rules)
    return (law,) if law else ()


def remedies_of(
    kind: LetterKind,
    authority: AuthorityKind,
    body: str,
    *,
    until: date | None = None,
    language: str = CHINESE,
    rules: Iterable[Rule] = STEPS,
) -> tuple[Remedy, ...]:
    """What the person may ask of `body` (the authority above) after a letter of this kind. Raises LookupError."""
    known = tuple(rules)
    step = REMEDY_OF.get(kind)
    if step is None:
        return ()
    rule = rule_for(step, authority, known)
    return (Remedy(step, body, rule.limit, law_of(step, authority, language, known), until),)
