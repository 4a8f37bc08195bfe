"""The shape of what authorities' systems send and get. The names are a contract.

Never in it: who complained, the contact, the place in words, answers to the kind's questions, files and their names.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.clock import Step
from complaints.findings import Finding, Measure
from complaints.kinds import Kind, Nature
from complaints.serializers import MomentField, TextField
from complaints.services.case_steps import LONGEST_WORDS
from complaints.wall import Audience
from complaints.workflow import Action, Actor, HandlingRole, HandlingState, State
from directory.kinds import AuthorityKind
from directory.workdays import Why
from registry.api_staff_base import MOST_A_PAGE, PAGE

OVERDUE, WEEK = "overdue", "week"


class CaseQuerySerializer(serializers.Serializer[Any]):
    """What a list of cases is narrowed by."""

    state = serializers.ChoiceField(State.choices, default="", help_text="Of the case as a whole.")
    kind = serializers.ChoiceField(Kind.choices, default="")
    due = serializers.ChoiceField(
        [OVERDUE, WEEK], default="", help_text="A part in your reach owes a step: since yesterday, or within 7 days."
    )
    limit = serializers.IntegerField(default=PAGE, min_value=1, max_value=MOST_A_PAGE, help_text="Rows of one page.")
    after = serializers.CharField(
        default="", max_length=300, help_text="Where a page begins; take it from the Link header, build on nothing."
    )


class CaseInstitutionSerializer(serializers.Serializer[Any]):
    """An institution as the register has it."""

    name = serializers.CharField()
    credit_code = serializers.CharField(help_text="18 characters (GB 32100).")


class PartRowSerializer(serializers.Serializer[Any]):
    """One authority's part."""

    id = serializers.IntegerField()
    authority = serializers.CharField(allow_null=True, help_text="Name; null while nobody is in charge there.")
    authority_kind = serializers.ChoiceField(AuthorityKind.choices)
    is_own = serializers.BooleanField(help_text="The part of the key's authority: the one it can act on.")
    role = serializers.ChoiceField(HandlingRole.choices)
    state = serializers.ChoiceField(HandlingState.choices)
    version = serializers.IntegerField(help_text="Counts the steps; send the one you read.")
    next_due = serializers.DateField(allow_null=True, help_text="The first day by which a step is owed.")


class CaseRowSerializer(serializers.Serializer[Any]):
    """A case in a list."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    nature = serializers.ChoiceField(Nature.choices)
    state = serializers.ChoiceField(State.choices)
    received_at = MomentField()
    division = serializers.CharField(help_text="Six digits: where it happened.")
    institution = CaseInstitutionSerializer(allow_null=True)
    plate = serializers.CharField(help_text="As given; empty if none was.")
    parts = PartRowSerializer(many=True)


class SkippedSerializer(serializers.Serializer[Any]):
    """A day that did not count."""

    day = serializers.DateField()
    why = serializers.ChoiceField(Why.choices)


class CaseDeadlineSerializer(serializers.Serializer[Any]):
    """A day by which a step is owed, and how it was counted."""

    step = serializers.ChoiceField(Step.choices)
    owed_by_institution = serializers.BooleanField()
    due_on = serializers.DateField()
    provisional = serializers.BooleanField(help_text="The calendar of working days is not published yet.")
    paused = serializers.BooleanField(help_text="The complainant was asked; the clock rests.")
    met_at = MomentField(allow_null=True)
    limit = serializers.CharField(help_text="`5wd` working days, `15d` calendar days.")
    extension = serializers.CharField(help_text="What was added once; empty if nothing was.")
    basis = serializers.CharField(help_text="The article of law; empty where a setting or nothing sure stands behind.")
    starts_on = serializers.DateField(help_text="Itself not counted.")
    counted_days = serializers.IntegerField()
    skipped = SkippedSerializer(many=True)
    words = serializers.ListField(child=serializers.CharField(), help_text="The same for people.")


class PartSerializer(PartRowSerializer):
    """One authority's part with what is owed and what the key may do."""

    actions = serializers.ListField(child=serializers.CharField(), help_text="The steps this key may take now.")
    deadlines = CaseDeadlineSerializer(many=True)


class CaseEventSerializer(serializers.Serializer[Any]):
    """One step."""

    action = serializers.ChoiceField(Action.choices)
    at = MomentField()
    side = serializers.ChoiceField([one.value for one in Actor])
    authority = serializers.CharField(allow_null=True, help_text="In whose part; null for the case as a whole.")
    audience = serializers.ChoiceField(Audience.choices, help_text="For whom the words are.")
    text = serializers.CharField(help_text="The words; empty if there are none, or none for you.")
    is_withheld = serializers.BooleanField(help_text="There are words that only another authority reads.")


class CaseSerializer(CaseRowSerializer):
    """A case with its parts, deadlines and steps."""

    parts = PartSerializer(many=True)
    occurred_at = MomentField(allow_null=True)
    narrative = serializers.CharField(help_text="What was told. That it was read is recorded.")
    distance_km = serializers.DecimalField(7, 1, allow_null=True)
    amount_charged = serializers.DecimalField(10, 2, allow_null=True)
    posted_amount = serializers.DecimalField(10, 2, allow_null=True, help_text="By the posted price.")
    files = serializers.IntegerField(help_text="How many; they are looked at on the desk, where that is recorded.")
    events = CaseEventSerializer(many=True, help_text="Oldest first.")


class SteppedSerializer(serializers.Serializer[Any]):
    """Where a part stands after a step."""

    case = serializers.IntegerField()
    state = serializers.ChoiceField(State.choices, help_text="Of the case as a whole.")
    part = PartRowSerializer()
    actions = serializers.ListField(child=serializers.CharField())


class WordsField(TextField):
    """Words for the file, of more than one line if need be."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_WORDS, many_lines=True, default="", **options)


class StepSerializer(serializers.Serializer[Any]):
    """Every step names the version that was read."""

    version = serializers.IntegerField(min_value=1, help_text="The part's, as you read it.")


class AcceptSerializer(StepSerializer):
    """Accept; words to the complainant if any."""

    text = WordsField(help_text="To the complainant, if anything is to be said.")


class ReasonSerializer(StepSerializer):
    """A step that needs a reason."""

    reason = WordsField(help_text="Belongs to the file. Of a refusal the complainant reads it.")


class AuthorityRefSerializer(serializers.Serializer[Any]):
    """An authority by kind and place, or by the code of those outside the divisions."""

    kind = serializers.ChoiceField(AuthorityKind.choices)
    division = serializers.CharField(default="", max_length=6, help_text="Six digits: for which it answers.")
    own_code = serializers.CharField(default="", max_length=12, help_text="Only outside the divisions (兵团).")


class HandOverSerializer(ReasonSerializer):
    """Give the part to another authority."""

    to = AuthorityRefSerializer()


class ObjectSerializer(ReasonSerializer):
    """Say that another authority should answer; which, if that is known."""

    proposed = AuthorityRefSerializer(default=None, allow_null=True)


class AssignSerializer(StepSerializer):
    """Give the part to an officer, or back to the desk."""

    to = serializers.EmailField(
        allow_null=True, max_length=320, help_text="An officer of your authority, by e-mail; null: back to the desk."
    )
    text = WordsField(help_text="To the own authority, if anything is to be said.")


class AskSerializer(StepSerializer):
    """A question to the complainant, or why it is taken back."""

    text = WordsField(help_text="The complainant reads it.")


class ForwardSerializer(StepSerializer):
    """What an institution is told. Files it may see are chosen on the desk, where they are looked at."""

    institution = serializers.CharField(
        required=False,
        allow_null=True,
        max_length=18,
        help_text="Its credit code (GB 32100); left out: the institution complained of.",
    )
    summary = WordsField(help_text="In your own words. What names the complainant is refused.")
    has_several_departments = serializers.BooleanField(default=False, help_text="It has longer to reply then.")


class NoteSerializer(StepSerializer):
    """Words for the file."""

    audience = serializers.ChoiceField(Audience.choices)
    text = WordsField()


class InvestigateSerializer(StepSerializer):
    """What was found out."""

    text = WordsField()


class ProposeSerializer(StepSerializer):
    """A conclusion for a supervisor to decide on."""

    finding = serializers.ChoiceField(Finding.choices)
    measures = serializers.ListField(child=serializers.ChoiceField(Measure.choices), default=list, max_length=20)
    refund_amount = serializers.DecimalField(
        10, 2, required=False, allow_null=True, min_value=0, help_text="Yuan, with the measure `refund`."
    )
    facts = WordsField()
    reasons = WordsField()
    legal_basis = WordsField()
    decision = WordsField(help_text="Told to the complainant once it is decided.")


PERSON_NEEDED = _(
    "A supervisor of the authority decides this at the desk, signed in with a second factor. "
    "A system can propose a conclusion."
)
