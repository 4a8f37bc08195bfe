"""The shape of a story as the API answers it, and of what a complainant sends to it. The names are a contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.clock import Step
from complaints.findings import Finding, Measure
from complaints.forms_track import MATERIAL_LENGTH
from complaints.kinds import Kind, Nature
from complaints.reading import Receipt
from complaints.serializers import EventSerializer, MomentField, StorySerializer, TextField
from complaints.services.rating import LEAST, LONGEST_RATING, MOST
from complaints.services.reviewing import LONGEST_REASON
from complaints.story import Decision, Outcome, Story, Strand
from complaints.workflow import Action, HandlingRole, PublicState, State

STRAND_HELP = "Which case of the submission: a claim (`complaint`) or a report."


class ToldSerializer(EventSerializer):
    """One dated step, with the words that came with it for the complainant."""

    authority = serializers.CharField(help_text="Who took the step; empty for the complainant and the service.")
    words = serializers.CharField(help_text="Written to the complainant; empty without any.")
    strand = serializers.ChoiceField(Nature.choices, help_text=STRAND_HELP)


class QuestionSerializer(serializers.Serializer[Any]):
    """A question that waits for an answer."""

    id = serializers.IntegerField()
    authority = serializers.CharField()
    text = serializers.CharField()
    asked_at = MomentField(source="at")
    strand = serializers.ChoiceField(Nature.choices, help_text=STRAND_HELP)


class StoryDeadlineSerializer(serializers.Serializer[Any]):
    """A day by which one authority owes a step."""

    step = serializers.ChoiceField(Step.choices)
    on = serializers.DateField(help_text="A day in Asia/Shanghai.")
    provisional = serializers.BooleanField(help_text="The calendar of working days is not published yet.")
    paused = serializers.BooleanField(help_text="A question is open; the days of waiting do not count.")
    authority = serializers.CharField()
    extended_by = serializers.CharField(help_text="Such as 30d where it was put off; else empty.")
    reason = serializers.CharField(help_text="Why it was put off; else empty.")
    strand = serializers.ChoiceField(Nature.choices, help_text=STRAND_HELP)


class OutcomeSerializer(serializers.Serializer[Any]):
    """What was found and ordered."""

    finding = serializers.ChoiceField(Finding.choices)
    found = serializers.CharField(help_text="The finding in plain words, in the reader's language.")
    measures = serializers.ListField(child=serializers.ChoiceField(Measure.choices))


class RightSerializer(serializers.Serializer[Any]):
    """The right to have an answer reviewed."""

    action = serializers.ChoiceField(Action.choices, help_text="`ask_review` or `ask_second_review`.")
    until = serializers.DateField(help_text="The last day, in Asia/Shanghai.")
    provisional = serializers.BooleanField()
    is_open = serializers.BooleanField(help_text="It can be asked for now.")
    authority = serializers.CharField(help_text="Who would review; empty where nobody above is in this service.")


class DecisionSerializer(serializers.Serializer[Any]):
    """The answer of one authority."""

    part = serializers.IntegerField(help_text="Names this answer when a review is asked for.")
    authority = serializers.CharField()
    role = serializers.ChoiceField(HandlingRole.choices)
    at = MomentField()
    outcome = OutcomeSerializer(allow_null=True, help_text="Null where the case was not accepted.")
    refund_amount = serializers.DecimalField(max_digits=10, decimal_places=2, allow_null=True, help_text="Yuan.")
    text = serializers.CharField()
    review = RightSerializer(allow_null=True)
    strand = serializers.ChoiceField(Nature.choices, help_text=STRAND_HELP)


class StrandSerializer(serializers.Serializer[Any]):
    """One case of the submission: usually the only one."""

    nature = serializers.ChoiceField(Nature.choices)
    kind = serializers.ChoiceField(Kind.choices)
    state = serializers.ChoiceField(State.choices)
    public_state = serializers.ChoiceField(PublicState.choices)
    actions = serializers.ListField(
        child=serializers.ChoiceField(Action.choices), help_text="What the complainant may do now."
    )
    rating = serializers.IntegerField(allow_null=True, help_text="One to five; null before it was rated.")
    handled_together = OutcomeSerializer(
        many=True, help_text="What was found in the case this one is handled together with."
    )


class FullStorySerializer(StorySerializer):
    """A complaint as its complainant follows it."""

    events = ToldSerializer(many=True)
    strands = StrandSerializer(many=True)
    questions = QuestionSerializer(many=True)
    deadlines = StoryDeadlineSerializer(many=True)
    decisions = DecisionSerializer(many=True)


def told(receipt: Receipt, story: Story) -> dict[str, Any]:
    """A story as `FullStorySerializer` takes it: the events of all cases in one row of time."""
    pairs = [(one, one.complaint.nature) for one in story.strands]
    events = [{**_row(each), "label": each.label, "strand": nature} for one, nature in pairs for each in one.told]
    return {
        **{name: getattr(receipt, name) for name in receipt.__dataclass_fields__},
        "events": sorted(events, key=lambda event: event["at"]),
        "strands": [_strand(one) for one in story.strands],
        "questions": [{**_row(each), "strand": nature} for one, nature in pairs for each in one.asked],
        "deadlines": [{**_row(each), "strand": nature} for one, nature in pairs for each in one.due],
        "decisions": [{**_decision(each), "strand": nature} for one, nature in pairs for each in one.decisions],
    }


def _row(line: Any) -> dict[str, Any]:
    return {name: getattr(line, name) for name in line.__dataclass_fields__}


def _strand(strand: Strand) -> dict[str, Any]:
    return {
        "nature": strand.complaint.nature,
        "kind": strand.complaint.kind,
        "state": strand.complaint.state,
        "public_state": strand.public_state.value,
        "actions": sorted(one.value for one in strand.actions),
        "rating": strand.rating.stars if strand.rating else None,
        "handled_together": _outcomes(strand.handled_together),
    }


def _outcomes(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    return [{**_row(one), "found": one.found} for one in outcomes]


def _decision(decision: Decision) -> dict[str, Any]:
    right = decision.right
    return {
        "part": decision.part_id,
        "authority": decision.authority,
        "role": decision.role,
        "at": decision.at,
        "outcome": _outcomes([decision.outcome])[0] if decision.outcome else None,
        "refund_amount": decision.refund_amount,
        "text": decision.text,
        "review": right
        and {
            "action": right.action.value,
            "until": right.until,
            "provisional": right.provisional,
            "is_open": right.is_open,
            "authority": right.superior.name if right.superior else "",
        },
    }


# --- what is sent -------------------------------------------------------------------------------------------------


class StrandField(serializers.ChoiceField):
    """Which case of the submission is meant; may be left out where there is one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Nature.choices, required=False, allow_blank=True, help_text=STRAND_HELP, **options)


class MaterialSerializer(serializers.Serializer[Any]):
    """More to a complaint, in words."""

    text = TextField(max_length=MATERIAL_LENGTH, many_lines=True)


class AnswerSerializer(MaterialSerializer):
    """The answer to a question."""

    question = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="`id` of the question.")


class FilesMixin(serializers.Serializer[Any]):
    """What comes with files."""

    evidence = serializers.ListField(
        child=serializers.FileField(), required=False, help_text="Photos, sounds, films, PDF; repeated for each file."
    )


class MaterialFormSerializer(MaterialSerializer, FilesMixin):
    """More to a complaint, with files."""


class AnswerFormSerializer(AnswerSerializer, FilesMixin):
    """The answer to a question, with files."""


class WithdrawalSerializer(serializers.Serializer[Any]):
    """What is withdrawn: everything, or of a claim and a report one."""

    strand = StrandField()


class RatingSerializer(serializers.Serializer[Any]):
    """How satisfied the complainant is."""

    stars = serializers.IntegerField(
        min_value=LEAST,
        max_value=MOST,
        help_text="One (very dissatisfied) to five (very satisfied).",
        error_messages={"min_value": _("Choose one to five points."), "max_value": _("Choose one to five points.")},
    )
    text = TextField(max_length=LONGEST_RATING, many_lines=True)
    strand = StrandField()


class ReviewSerializer(serializers.Serializer[Any]):
    """A review that is asked for; it is the second one where a review was answered."""

    reason = TextField(max_length=LONGEST_REASON, many_lines=True)
    part = serializers.IntegerField(
        required=False, allow_null=True, help_text="`part` of the decision; needed where several can be reviewed."
    )
    strand = StrandField()
