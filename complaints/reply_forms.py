"""Beginning a reply with a template: choose it, tick its paragraphs, fill what the case does not say, read the text.

Everything is in the address of a GET, so that it works without script, can be gone back to, and writes nothing. The
text that comes out is edited by the officer before it is sent anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Kind
from complaints.letters import ReplyTemplate, render, reply_template
from complaints.letters.letter import CHINESE, LANGUAGES
from complaints.letters.placeholders import PLACEHOLDER
from complaints.letters.templates import Paragraph, Template
from complaints.messages import person_of
from complaints.models import Complaint, Handling
from complaints.services.clocks import day_of
from complaints.summary import shown_plate
from edge.written import written_day, written_number

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

LONGEST_VALUE: Final = 1000

PLACEHOLDERS: Final[dict[str, _StrOrPromise]] = {
    "about": _("What it is about"),
    "answered_on": _("Answered on"),
    "apologising_institution": _("Institution that apologised"),
    "awaited_from": _("Material awaited from"),
    "checks_done": _("What was checked"),
    "correct_by": _("To be put right by"),
    "correction": _("What has to be put right"),
    "done_so_far": _("Done so far"),
    "due_on": _("Due on"),
    "expert_work": _("Examination or expert opinion"),
    "facts": _("Facts found"),
    "institution": _("Institution"),
    "missing_facts": _("What is missing"),
    "occurred_on": _("Day of the event"),
    "office": _("Office"),
    "office_phone": _("Telephone of the office"),
    "open_points": _("What has to be looked into"),
    "other_authority": _("Other authority"),
    "other_body": _("Court or other body"),
    "penalty": _("Penalty"),
    "question": _("Question"),
    "records": _("Records asked for"),
    "reference": _("Reference"),
    "refund_amount": _("Refund, yuan"),
    "refund_by": _("Refund by"),
    "reply_by": _("Reply by"),
    "right_authority": _("Authority in charge"),
    "substantiated_part": _("What is substantiated"),
    "summary": _("Summary for the institution"),
    "suspended_from": _("Suspended from"),
    "vehicle": _("Vehicle"),
}
"""What officials call the names in braces; one that somebody adds to a file is shown as it is written there."""


@dataclass(frozen=True)
class ReplyDraft:
    """Where the choice of a reply stands: the templates there are, the form of the chosen one, the text if complete."""

    choices: tuple[tuple[str, str], ...]
    chosen: str
    form: ReplyForm | None
    text: str


def reply_draft(
    asked: QueryDict,
    names: Sequence[ReplyTemplate],
    language: str,
    known: Mapping[str, str],
    forbidden: frozenset[str] = frozenset(),
) -> ReplyDraft:
    """What the address asks for (`reply=acceptance&…`). An unknown template is none; `known` fills in to begin with.

    `forbidden` are texts that no value of a forwarding may hold: references of the case are not for the institution.
    """
    choices = tuple((name.value, str(name.label)) for name in names)
    chosen = asked.get("reply", "")
    if chosen not in dict(choices):
        return ReplyDraft(choices, "", None, "")
    template = reply_template(chosen, language if language in LANGUAGES else CHINESE)
    is_sent = "preview" in asked
    closed = forbidden if template.name is ReplyTemplate.FORWARDING else frozenset[str]()
    form = ReplyForm(asked if is_sent else None, template=template, known=known, forbidden=closed)
    return ReplyDraft(choices, chosen, form, form.text() if is_sent else "")


class ReplyForm(forms.Form):
    """The optional paragraphs and the open names of one template."""

    def __init__(
        self, data: Any, *, template: Template, known: Mapping[str, str], forbidden: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(data, auto_id="reply_%s")
        self.template, self.forbidden = template, forbidden
        for paragraph in template.paragraphs:
            if paragraph.one_of:
                self._add_group(paragraph.one_of)
            elif paragraph.is_optional:
                self.fields[f"p_{paragraph.key}"] = forms.BooleanField(
                    label=shown(paragraph), required=False, initial=paragraph.is_default
                )
        for name in _in_order(template):
            self.fields[f"v_{name}"] = forms.CharField(
                label=PLACEHOLDERS.get(name, name),
                required=False,
                max_length=LONGEST_VALUE,
                initial=known.get(name, ""),
                widget=forms.Textarea(attrs={"rows": 2}) if name in _LONG else forms.TextInput(),
            )

    def _add_group(self, group: str) -> None:
        members = [paragraph for paragraph in self.template.paragraphs if paragraph.one_of == group]
        self.fields[f"g_{group}"] = forms.ChoiceField(
            label=_("One of these"),
            choices=[(paragraph.key, shown(paragraph)) for paragraph in members],
            initial=next((paragraph.key for paragraph in members if paragraph.is_default), None),
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one of these paragraphs.")},
        )

    def clean(self) -> dict[str, Any]:
        """Every open name of the chosen paragraphs has a value."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return given
        for name in sorted(self._wanted()):
            value = given.get(f"v_{name}", "")
            if not value:
                self.add_error(f"v_{name}", _("Fill this in, or leave out the paragraph that needs it."))
            elif any(text in value for text in self.forbidden):
                message = _("The reference of the case is not for the institution. Use the number it is sent under.")
                self.add_error(f"v_{name}", message)
        return given

    def _chosen(self) -> set[str]:
        ticked = {name[2:] for name, value in self.cleaned_data.items() if name.startswith("p_") and value}
        return ticked | {value for name, value in self.cleaned_data.items() if name.startswith("g_") and value}

    def _wanted(self) -> frozenset[str]:
        return frozenset().union(*(paragraph.placeholders for paragraph in self.template.taken(self._chosen())))

    def text(self) -> str:
        """The reply, a paragraph a line; empty while something is missing (`errors` say what)."""
        if not self.is_valid():
            return ""
        values = {name: self.cleaned_data[f"v_{name}"] for name in self._wanted()}
        return render(self.template, self._chosen(), values)


_LONG: Final = frozenset({"facts", "question", "summary", "correction", "open_points", "substantiated_part", "records"})


def _in_order(template: Template) -> list[str]:
    """The open names of a template, as they come in its text."""
    names = [found for paragraph in template.paragraphs for found in PLACEHOLDER.findall(paragraph.text)]
    return list(dict.fromkeys(names))


def shown(paragraph: Paragraph) -> str:
    """A paragraph to be chosen: open names as words in brackets."""
    return PLACEHOLDER.sub(lambda found: f"[{PLACEHOLDERS.get(found[1], found[1])}]", paragraph.text)


def known_values(complaint: Complaint, part: Handling | None, name: ReplyTemplate, language: str) -> dict[str, str]:
    """What the case says already, in the reply's language. To an institution neither reference nor time goes."""
    with translation.override(language if language in LANGUAGES else CHINESE):
        values = {
            "about": str(Kind(complaint.kind).label),
            "vehicle": shown_plate(complaint.plate_given),
            "institution": complaint.institution.name if complaint.institution else "",
            "occurred_on": written_day(day_of(complaint.occurred_at)) if complaint.occurred_at else "",
        }
        if part is not None and part.authority is not None:
            values |= {"office": part.authority.name, "office_phone": part.authority.complaint_phone}
        if name is ReplyTemplate.FORWARDING:
            return values
        values["reference"] = person_of(complaint).reference
        if part is not None:
            values |= _of_part(part)
    return values


def _of_part(part: Handling) -> dict[str, str]:
    """The day of the decision, and what the last conclusion says."""
    due: date | None = (
        part.deadlines.filter(step="decision", met_at=None).values_list("due_on", flat=True).order_by("due_on").first()
    )
    values = {"due_on": written_day(due)}
    conclusion = part.conclusions.last()
    if conclusion is not None:
        values["facts"] = conclusion.facts
        if conclusion.refund_amount is not None:
            values["refund_amount"] = written_number(conclusion.refund_amount)
    return values
