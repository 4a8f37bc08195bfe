"""The small forms of the steps an officer takes: their shape only. The names of fields are those of the services."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from complaints.authority_choice import grouped, offered_authorities
from complaints.case_replies import BLANK
from complaints.fields import NumberField, TextField
from complaints.findings import Measure, findings_for
from complaints.models import Handling
from complaints.services.case_steps import LONGEST_WORDS
from complaints.services.noting import open_forwardings
from complaints.wall import Audience
from complaints.workflow import HandlingRole
from directory.models import Authority

MOST_MONEY: Final = Decimal("99999999.99")
NONE_YET: Final = _("Choose an authority")


def words_field(label: Any, *, rows: int = 4, **options: Any) -> TextField:
    """A text of an officer; needed unless said otherwise."""
    return TextField(
        label=label,
        longest=LONGEST_WORDS,
        many_lines=True,
        rows=rows,
        **{
            "required": True,
            "error_messages": {"required": _("Please write the reason or the words; they belong to the file.")},
            **options,
        },
    )


class StepForm(forms.Form):
    """What a step needs. `find` narrows the authorities to choose from by their name."""

    text_field = ""
    """The field that a reply template fills; empty for none."""

    def __init__(self, *arguments: Any, part: Handling, user: User, find: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.part, self.user, self.find = part, user, find
        self.prepare()

    def prepare(self) -> None:
        """Fill the lists that depend on the part."""

    def clean(self) -> dict[str, Any]:
        """No text of a template goes out with its gaps open."""
        given: dict[str, Any] = super().clean() or {}
        if self.text_field and BLANK in (given.get(self.text_field) or ""):
            words = _("Fill in what is marked %(blank)s, or take it out.")
            self.add_error(self.text_field, ValidationError(words, code="gap", params={"blank": BLANK}))
        return given

    def arguments(self) -> dict[str, Any]:
        """What the service is given, beside who acts on what and when."""
        return dict(self.cleaned_data)


class AuthorityField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """One authority that works today. Any is taken; those offered are near the case, or found by name."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(
            queryset=Authority.objects.active(),
            label=label,
            error_messages={
                "required": _("Choose an authority of the list."),
                "invalid_choice": _("Choose an authority of the list."),
            },
            **options,
        )

    def offer(self, form: StepForm, empty: Any = NONE_YET) -> None:
        """Show the authorities near the case, or those that were found, by their kind."""
        found = offered_authorities(form.part, form.find)
        chosen = form["to" if "to" in form.fields else "proposed"].value()
        if chosen and str(chosen).isascii() and str(chosen).isdigit() and len(str(chosen)) < 16:
            found |= Authority.objects.active().filter(pk=int(chosen))
        self.widget.choices = [("", empty), *grouped(found)]


class AssignForm(StepForm):
    """To whom the part is given."""

    to = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Officer"),
        required=False,
        empty_label=_("Back to the desk, with nobody yet"),
        error_messages={"invalid_choice": _("Choose an officer of your authority who handles complaints.")},
    )
    text = words_field(_("Words for the officer"), required=False, rows=2, help_text=_("Only your authority reads it."))

    def prepare(self) -> None:
        """Officers of the authority who handle complaints and have not stepped aside."""
        field: Any = self.fields["to"]
        field.queryset = officers_for(self.part)
        self.initial.setdefault("to", self.part.assignee_id or self.user.pk)


def officers_for(part: Handling) -> Any:
    """Who may be given the part. In one query."""
    people = User.objects.filter(authority_id=part.authority_id).holding(Role.HANDLER, Role.SUPERVISOR)
    return people.exclude(recusals__complaint_id=part.complaint_id).order_by("name", "pk")


class AcceptForm(StepForm):
    """Words to the complainant, if any."""

    text_field = "text"
    text = words_field(_("Words to the complainant"), required=False, help_text=_("The complainant reads them."))


class DeclineForm(StepForm):
    """The legal reason, which the complainant reads."""

    text_field = "reason"
    reason = words_field(
        _("Legal reason"), rows=6, help_text=_("The complainant reads it. Say which law, and where to turn instead.")
    )


class ObjectForm(StepForm):
    """Who should answer instead, and why."""

    proposed = AuthorityField(_("Authority that should answer"), required=False)
    reason = words_field(_("Reason"), help_text=_("The higher authority that decides reads it."))

    def prepare(self) -> None:
        """Authorities near the case."""
        self.fields["proposed"].offer(self, _("None proposed"))  # type: ignore[attr-defined]


class UpholdForm(StepForm):
    """Who answers from now on, and why."""

    to = AuthorityField(_("Authority that answers from now on"))
    note = words_field(_("Reasons of the decision"), help_text=_("The authorities of the case read them."))

    def prepare(self) -> None:
        """Authorities near the case; to begin with the one that was proposed."""
        open_one = next((one for one in self.part.referrals.all() if one.is_upheld is None), None)
        self.initial.setdefault("to", open_one.proposed_id if open_one else None)
        self.fields["to"].offer(self)  # type: ignore[attr-defined]


class RejectForm(StepForm):
    """Why the authority answers all the same."""

    note = words_field(_("Reasons of the decision"), help_text=_("The authorities of the case read them."))

    def arguments(self) -> dict[str, Any]:
        """Given to nobody else."""
        return {**super().arguments(), "to": None}


class HandOverForm(StepForm):
    """Which authority answers from now on, and why."""

    to = AuthorityField(_("Authority that answers from now on"))
    reason = words_field(_("Reason"), help_text=_("The authorities of the case read it."))

    def prepare(self) -> None:
        """Authorities near the case."""
        self.fields["to"].offer(self)  # type: ignore[attr-defined]


class AddHandlerForm(HandOverForm):
    """Which authority joins, as what, and why."""

    role = forms.ChoiceField(
        label=_("Part"),
        choices=[(one.value, one.label) for one in (HandlingRole.CO, HandlingRole.LEAD)],
        help_text=_("A second lead decides for itself and answers the complainant for itself."),
    )
    field_order = ("to", "role", "reason")

    def prepare(self) -> None:
        """Authorities near the case."""
        self.fields["to"].label = _("Authority that joins")
        super().prepare()

    def arguments(self) -> dict[str, Any]:
        """With the part as the table knows it."""
        return {**super().arguments(), "role": HandlingRole(self.cleaned_data["role"])}


class NoteForm(StepForm):
    """Words, and who reads them."""

    audience = forms.ChoiceField(label=_("Who reads them"), widget=forms.RadioSelect, initial=Audience.OWN)
    text = words_field(_("Words"))

    def prepare(self) -> None:
        """The institution only where it was sent something it still has to answer."""
        field: Any = self.fields["audience"]
        has_forwarding = bool(open_forwardings(self.part))
        field.choices = [
            (one.value, one.label) for one in Audience if one is not Audience.INSTITUTION or has_forwarding
        ]


class AskForm(StepForm):
    """A question to the complainant."""

    text_field = "text"
    text = words_field(
        _("Question"), rows=6, help_text=_("The complainant reads and answers it. Until then the clock rests.")
    )


class TakeBackForm(StepForm):
    """Why no answer is needed any more."""

    text = words_field(_("Reason"), help_text=_("The complainant reads it. The clock goes on."))


class InvestigateForm(StepForm):
    """What was found out."""

    text = words_field(_("What was found out"), rows=8, help_text=_("The authorities of the case read it."))


class ProposeForm(StepForm):
    """A conclusion for the supervisor."""

    text_field = "decision"
    finding = forms.ChoiceField(label=_("Finding"), widget=forms.RadioSelect)
    measures = forms.MultipleChoiceField(
        label=_("Measures"), required=False, choices=Measure.choices, widget=forms.CheckboxSelectMultiple
    )
    refund_amount = NumberField(
        label=_("Refund, yuan"), most=MOST_MONEY, places=2, example="17328", units=("¥", "￥", "元")
    )
    facts = words_field(_("Facts found"), rows=6)
    reasons = words_field(_("Reasons"), rows=6)
    legal_basis = words_field(_("Legal basis"), required=False, rows=2)
    decision = words_field(_("Decision, told to the complainant"), rows=8)

    def prepare(self) -> None:
        """Findings of a case, or those of a review."""
        field: Any = self.fields["finding"]
        field.choices = [(one.value, one.label) for one in findings_for(is_review=self.part.is_review)]
        if not self.is_bound:
            self.initial = {**last_draft(self.part), **self.initial}


def last_draft(part: Handling) -> dict[str, Any]:
    """What was proposed before and sent back, to go on from; empty where nothing was."""
    last = part.conclusions.filter(is_approved=False).order_by("-pk").first()
    names = ("finding", "measures", "refund_amount", "facts", "reasons", "legal_basis", "decision")
    return {name: getattr(last, name) for name in names} if last else {}


class SendBackForm(StepForm):
    """Why the supervisor does not agree."""

    note = words_field(_("Why it is sent back"), help_text=_("Only your authority reads it."))


class ConcludeForm(StepForm):
    """The supervisor's note, if any."""

    note = words_field(_("Note of the supervisor"), required=False, rows=2, help_text=_("It stays in the file."))


class CloseForm(StepForm):
    """Why the file can be closed."""

    reason = words_field(_("What has been done"), help_text=_("The authorities of the case read it."))

    def prepare(self) -> None:
        """Thanks are closed without words."""
        self.fields["reason"].required = not self.part.complaint.is_praise


class SplitForm(StepForm):
    """Why the submission is two cases."""

    reason = words_field(_("Why it is a claim and a report"), help_text=_("The complainant reads it."))


class ReopenForm(StepForm):
    """Why the part is opened again."""

    reason = words_field(_("Reason"), help_text=_("The authorities of the case read it."))


class RecuseForm(StepForm):
    """Why the officer steps aside."""

    reason = words_field(
        _("Your interest in the case"),
        help_text=_("Only your authority reads it. You will see this case no more."),
    )


def add_faults(form: forms.Form, faults: Iterable[tuple[str, Any]]) -> None:
    """Put what a service refused beside the fields it names; above the form what names none."""
    for name, words in faults:
        form.add_error(name if name in form.fields else None, words)
