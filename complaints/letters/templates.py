"""Texts an officer begins a reply with: paragraphs to choose from, read from `data/replies.<language>.toml`. Pure.

A template holds no logic. Which paragraphs are taken is chosen; what stands in braces is given. An official may edit
the files: a fault in one is found when it is read, and by the tests.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.clock import PETITIONS, Basis
from complaints.letters.characters import seen
from complaints.letters.placeholders import MissingPlaceholder, UnknownPlaceholder, filled, names_in

DATA: Final = Path(__file__).parent / "data"


class ReplyTemplate(TextChoices):
    """What a reply is for."""

    ACCEPTANCE = "acceptance", _("Acceptance")
    REFUSAL = "refusal", _("Non-acceptance")
    QUESTION = "question", _("Question to the complainant")
    EXTENSION = "extension", _("Extension")
    CONCLUSION = "conclusion", _("Conclusion")
    FORWARDING = "forwarding", _("Forwarding to the institution")


class DeclineReason(TextChoices):
    """Why an authority does not take up a complaint. Each is a paragraph of the template of refusals."""

    NOT_OUR_DUTY = "not_our_duty", _("Not within the duties of this authority")
    OTHER_PROCEDURE = "other_procedure", _("Already before a court, an arbitrator or in administrative review")
    REPEATED = "repeated", _("Already answered, with no new facts or reasons")
    TOO_VAGUE = "too_vague", _("Too vague to be looked into, and nobody to ask")


DECLINE_BASIS: Final[dict[DeclineReason, Basis | None]] = {
    DeclineReason.NOT_OUR_DUTY: Basis(PETITIONS, 23),
    DeclineReason.OTHER_PROCEDURE: None,
    DeclineReason.REPEATED: None,
    DeclineReason.TOO_VAGUE: None,
}
"""The article a reason stands on, where it is sure. The others are given without a citation."""

IDENTITY: Final = frozenset(
    {
        "addressee",
        "address",
        "complainant",
        "contact",
        "contact_name",
        "email",
        "name",
        "narrative",
        "phone",
        "receipt_code",
    }
)
"""Names that say or betray who complained. No text to an institution may have them (信访工作条例 30)."""


class WrongChoice(ValueError):
    """A paragraph that the template does not have, or one or several where exactly one is to be chosen. Names it."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a template."""

    key: str
    text: str
    is_optional: bool = False
    is_default: bool = False
    """Whether an optional paragraph is chosen to begin with."""

    one_of: str = ""
    """The name of a group of which exactly one paragraph is chosen, such as the outcome. Empty: stands by itself."""

    @property
    def placeholders(self) -> frozenset[str]:
        """What has to be given for it."""
        return names_in(self.text)


@dataclass(frozen=True)
class Template:
    """A reply in one language: paragraphs in their order."""

    name: ReplyTemplate
    language: str
    title: str
    paragraphs: tuple[Paragraph, ...]

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """Every name that any of its paragraphs has."""
        return frozenset().union(*(paragraph.placeholders for paragraph in self.paragraphs))

    @property
    def default_choice(self) -> frozenset[str]:
        """The optional paragraphs that are chosen to begin with."""
        return frozenset(paragraph.key for paragraph in self.paragraphs if paragraph.is_default)

    def taken(self, chosen: Set[str]) -> list[Paragraph]:
        """The paragraphs of a choice: every required one and the chosen optional ones. Raises WrongChoice."""
        optional = {paragraph.key for paragraph in self.paragraphs if paragraph.is_optional}
        if unknown := chosen - optional:
            raise WrongChoice(f"{self.name} has no optional paragraph {', '.join(sorted(unknown))}")
        for group in {paragraph.one_of for paragraph in self.paragraphs if paragraph.one_of}:
            members = {paragraph.key for paragraph in self.paragraphs if paragraph.one_of == group}
            if len(members & chosen) != 1:
                raise WrongChoice(f"{self.name} needs exactly one {group}: {', '.join(sorted(members))}")
        return [p for p in self.paragraphs if not p.is_optional or p.key in chosen]


def render(template: Template, chosen: Set[str], values: Mapping[str, str]) -> str:
    """The text of a reply, a paragraph a line. `chosen` are keys of optional paragraphs.

    Values keep their paragraphs and lose what cannot be seen; braces in them become full width: none is filled again.
    Raises WrongChoice, MissingPlaceholder for a name no value was given for or an empty one, UnknownPlaceholder for
    a value the template never asks for.
    """
    if unknown := values.keys() - template.placeholders:
        raise UnknownPlaceholder(", ".join(sorted(unknown)))
    given = {name: seen(value) for name, value in values.items()}
    taken = template.taken(chosen)
    wanted = frozenset().union(*(paragraph.placeholders for paragraph in taken))
    if missing := {name for name in wanted if not given.get(name)}:
        raise MissingPlaceholder(", ".join(sorted(missing)))
    return "\n".join(filled(paragraph.text, given) for paragraph in taken)


def reply_template(name: ReplyTemplate | str, language: str) -> Template:
    """One template. Raises ValueError for an unknown name, OSError for a language without a file."""
    return templates_in(language)[ReplyTemplate(name)]


@cache
def templates_in(language: str) -> dict[ReplyTemplate, Template]:
    """All templates of a language. Raises OSError, tomllib.TOMLDecodeError, TypeError, ValueError on a faulty file."""
    with (DATA / f"replies.{language}.toml").open("rb") as file:
        said: dict[str, Any] = tomllib.load(file)
    return {ReplyTemplate(name): template_of(ReplyTemplate(name), language, table) for name, table in said.items()}


def template_of(name: ReplyTemplate, language: str, table: dict[str, Any]) -> Template:
    """One template as read, checked. Raises TypeError for an unknown field, ValueError for what cannot be meant."""
    found = tuple(Paragraph(**paragraph) for paragraph in table["paragraphs"])
    template = Template(name, language, table["title"], found)
    keys = [paragraph.key for paragraph in found]
    if len(keys) != len(set(keys)):
        raise ValueError(f"{name} in {language} has two paragraphs of one key")
    for paragraph in found:
        if (paragraph.is_default or paragraph.one_of) and not paragraph.is_optional:
            raise ValueError(f"{name}.{paragraph.key} in {language} is always there: it cannot be chosen")
    betrayed = template.placeholders & IDENTITY
    if betrayed and name is ReplyTemplate.FORWARDING:
        raise ValueError(f"{name} in {language} would tell the institution {', '.join(sorted(betrayed))}")
    return template
