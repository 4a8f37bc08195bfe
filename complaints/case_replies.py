"""Texts to begin a step with: the paragraphs of a reply template to choose from, filled with what the case knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import QueryDict
from django.utils import timezone, translation

from complaints.clock import rule_for
from complaints.letters.placeholders import filled
from complaints.letters.templates import ReplyTemplate, Template, WrongChoice, render, reply_template
from complaints.models import Complaint, Handling
from complaints.rules import calendar, rules_in
from complaints.services.clocks import ANSWER_STEP
from complaints.workflow import Action, HandlingRole
from directory.clock import due_after
from directory.kinds import AuthorityKind
from edge.reader import ENGLISH
from edge.written import written_day

BLANK: Final = "____"
"""Stands where only the officer knows the words; no text is taken that still has one."""
TEMPLATES: Final[dict[Action, ReplyTemplate]] = {
    Action.ACCEPT: ReplyTemplate.ACCEPTANCE,
    Action.DECLINE: ReplyTemplate.REFUSAL,
    Action.ASK: ReplyTemplate.QUESTION,
    Action.PROPOSE: ReplyTemplate.CONCLUSION,
}


@dataclass(frozen=True)
class Choice:
    """A paragraph that may be taken or left; of a group exactly one is taken."""

    key: str
    text: str
    group: str
    is_taken: bool


@dataclass(frozen=True)
class Reply:
    """A template as the page offers it, and the text that follows from the choice; empty where none was asked for."""

    title: str
    choices: list[Choice]
    text: str
    is_wrong: bool = False
    """Of a group none or several were taken."""


def reply_for(action: Action, part: Handling, asked: QueryDict) -> Reply | None:
    """The template of a step in the complainant's language; filled if the address says `template`. None without one."""
    name = TEMPLATES.get(action)
    if name is None:
        return None
    language = ENGLISH if part.complaint.language == ENGLISH else "zh-hans"
    template = reply_template(name, language)
    values = values_for(template, part, language)
    if "template" not in asked:
        return Reply(template.title, _choices(template, template.default_choice, values), "")
    chosen = chosen_in(template, asked)
    choices = _choices(template, chosen, values)
    try:
        return Reply(template.title, choices, render(template, chosen, values))
    except WrongChoice:
        return Reply(template.title, choices, "", is_wrong=True)


def chosen_in(template: Template, asked: QueryDict) -> frozenset[str]:
    """The optional paragraphs ticked in the address; names of no paragraph are passed over."""
    ticked = {key for name in asked if name.startswith("take") for key in asked.getlist(name)}
    return frozenset(each.key for each in template.paragraphs if each.is_optional and each.key in ticked)


def _choices(template: Template, chosen: frozenset[str], values: Mapping[str, str]) -> list[Choice]:
    return [
        Choice(each.key, filled(each.text, values), each.one_of, each.key in chosen)
        for each in template.paragraphs
        if each.is_optional
    ]


def values_for(template: Template, part: Handling, language: str) -> dict[str, str]:
    """A value for every gap of a template: what the case knows, else a blank."""
    with translation.override(language):
        known = known_values(part, timezone.localdate())
    return {name: known.get(name) or BLANK for name in template.placeholders}


def known_values(part: Handling, today: date) -> Mapping[str, str]:
    """What the case knows of a text's gaps, in the language of the moment; never who complained."""
    complaint, authority = part.complaint, part.authority
    values: dict[str, Any] = {
        "about": complaint.get_kind_display(),
        "reference": reference_for_person(complaint),
        "due_on": written_day(answer_due(part, today)),
        "office": authority.name if authority else "",
        "office_phone": authority.complaint_phone if authority else "",
        "institution": complaint.institution.name if complaint.institution else "",
        "occurred_on": written_day(complaint.occurred_at),
    }
    return {name: str(value) for name, value in values.items()}


def reference_for_person(complaint: Complaint) -> str:
    """The reference that the person holds: of the second half of one submission, the first half's."""
    if complaint.twin_of_id is None:
        return complaint.reference
    return Complaint.objects.values_list("reference", flat=True).get(pk=complaint.twin_of_id)


def answer_due(part: Handling, today: date) -> date:
    """The day by which the answer is owed if the part is accepted today. Two queries."""
    kind = AuthorityKind(part.authority_kind)
    rule = rule_for(ANSWER_STEP[HandlingRole(part.role)], kind, rules_in(part.complaint.division_id)[kind])
    return due_after(today, rule.limit, calendar()).due_on
