"""Cases for authorities' own systems: read them, take a handler's steps. What a supervisor decides stays a person's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import by, holder_of, scope_of
from accounts.models import User
from accounts.scope import Scope
from complaints import api_cases_documents as documents
from complaints import api_cases_shape as shape
from complaints.api_cases_base import CaseView, refusals_told
from complaints.case_facts import actions_of, case_of, part_row, row_of, with_parts
from complaints.models import Complaint, Handling
from complaints.problems import PersonNeeded
from complaints.services.asking import ask, take_back_question
from complaints.services.concluding import investigate, propose_conclusion
from complaints.services.forwarding import forward
from complaints.services.noting import note
from complaints.services.opening import open_story
from complaints.services.taking_on import accept, assign, decline, hand_over, object_to
from complaints.workflow import Action
from directory.models import Authority, Institution
from edge.parsers import JSONBody
from edge.problems import NotFound
from registry.api_staff_base import paged
from registry.keyset import Order

NEWEST_FIRST: Final = Order("received_at", is_descending=True)
A_WEEK: Final = timedelta(days=7)


def the_authority(named: Mapping[str, str], _scope: Scope) -> Authority | None:
    """The authority that is named by kind and place, or by its own code; None where there is none."""
    known = Authority.objects.active().filter(kind=named["kind"])
    if named["own_code"]:
        return known.filter(own_code=named["own_code"]).first()
    return known.filter(division_id=named["division"] or None).exclude(division=None).first()


def the_officer(named: str, scope: Scope) -> User | None:
    """The officer of the key's own authority with this e-mail address; None for whoever works elsewhere, too."""
    found: User | None = User.objects.filter(
        authority_id=scope.authority_id, is_active=True, email__iexact=named
    ).first()
    return found


def the_institution(named: str, _scope: Scope) -> Institution | None:
    """The institution with this credit code; None where there is none."""
    return Institution.objects.filter(credit_code=named.upper()).first()


@dataclass(frozen=True)
class Doing:
    """A step that a system can take: how it is asked for, and the service that takes it."""

    action: Action
    shape: type[shape.StepSerializer]
    do: Callable[..., object]
    named: Mapping[str, Callable[[Any, Scope], object | None]] = field(default_factory=dict)
    """Fields that name somebody: how who is meant is found."""


DOINGS: Final[Mapping[str, Doing]] = {
    "assign": Doing(Action.ASSIGN, shape.AssignSerializer, assign, {"to": the_officer}),
    "accept": Doing(Action.ACCEPT, shape.AcceptSerializer, accept),
    "decline": Doing(Action.DECLINE, shape.ReasonSerializer, decline),
    "object": Doing(Action.OBJECT, shape.ObjectSerializer, object_to, {"proposed": the_authority}),
    "hand_over": Doing(Action.HAND_OVER, shape.HandOverSerializer, hand_over, {"to": the_authority}),
    "note": Doing(Action.NOTE, shape.NoteSerializer, note),
    "ask": Doing(Action.ASK, shape.AskSerializer, ask),
    "take_back": Doing(Action.NOTE, shape.AskSerializer, take_back_question),
    "forward": Doing(Action.FORWARD, shape.ForwardSerializer, forward, {"institution": the_institution}),
    "investigate": Doing(Action.INVESTIGATE, shape.InvestigateSerializer, investigate),
    "propose": Doing(Action.PROPOSE, shape.ProposeSerializer, propose_conclusion),
}
OFFERED: Final = {name: doing.action for name, doing in DOINGS.items()}


class CasesView(CaseView):
    """The cases in which the key's authority, or one of its kind below it, has a part."""

    @extend_schema(**documents.CASES)
    def get(self, request: Request) -> Response:
        """Answer a page, the newest first. Raises ValidationError for filters that are none."""
        query = shape.CaseQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked: dict[str, Any] = query.validated_data
        rows = Complaint.objects.visible_to(scope_of(request))
        rows = rows.filter(**{name: asked[name] for name in ("state", "kind") if asked[name]})
        if asked["due"]:
            rows = rows.filter(pk__in=parts_due(request, asked["due"]).values("complaint"))
        shown, headers = paged(request, with_parts(rows), NEWEST_FIRST, asked)
        told = [row_of(one, scope_of(request).authority_id) for one in shown]
        return Response(shape.CaseRowSerializer(told, many=True).data, headers=headers)


class OneCaseView(CaseView):
    """One case."""

    @extend_schema(**documents.CASE)
    def get(self, request: Request, pk: int) -> Response:
        """Answer it; that what was told has been read is recorded. Raises NotFound."""
        found = with_parts(Complaint.objects.visible_to(scope_of(request))).filter(pk=pk).first()
        if found is None:
            raise NotFound
        with refusals_told():
            narrative = open_story(complaint=found, **by(request)).narrative
        told = case_of(found, narrative, holder_of(request), OFFERED, timezone.localdate())
        return Response(shape.CaseSerializer(told).data)


class StepView(CaseView):
    """One step of the authority's own part."""

    parser_classes = [JSONBody]
    doing: Doing
    """Given by the address."""

    def stepped(self, request: Request, pk: int, part_pk: int) -> Response:
        """Take the step; where the part stands then. Raises NotFound, ValidationError, and what `refusals_told` does.

        The answer holds nothing of what was told: a key that only writes reads nothing.
        """
        part = part_of(request, pk, part_pk)
        given = self.doing.shape(data=request.data)
        given.is_valid(raise_exception=True)
        values = {
            name: found_in(self.doing, name, value, scope_of(request)) for name, value in given.validated_data.items()
        }
        with refusals_told():
            self.doing.do(handling=part, **values, **by(request))
        return stands(request, part_of(request, pk, part_pk))


def step_view(name: str) -> type[StepView]:
    """The view of one step, described as what it is."""
    doing = DOINGS[name]

    class OneStep(StepView):
        """One step."""

        @extend_schema(**documents.step(name, doing.shape))
        def post(self, request: Request, pk: int, part_pk: int) -> Response:
            """Take it."""
            return self.stepped(request, pk, part_pk)

    OneStep.doing = doing
    return OneStep


class PersonStepView(CaseView):
    """Steps that only people take, and steps that there are not."""

    parser_classes = [JSONBody]
    only_people = frozenset(action.value for action in Action) - set(DOINGS)

    @extend_schema(exclude=True)
    def post(self, request: Request, pk: int, part_pk: int, step: str) -> Response:
        """Refuse. Raises PersonNeeded for a step that there is, NotFound for any other and outside of the reach."""
        part_of(request, pk, part_pk)
        if step in self.only_people:
            raise PersonNeeded(shape.PERSON_NEEDED)
        raise NotFound


def parts_due(request: Request, due: str) -> Any:
    """The parts in the key's reach that owe a step."""
    today, parts = timezone.localdate(), Handling.objects.in_reach(scope_of(request))
    return parts.overdue(today) if due == shape.OVERDUE else parts.due_soon(today, A_WEEK.days)


def part_of(request: Request, pk: int, part_pk: int) -> Handling:
    """A part of a case that the key sees. Raises NotFound."""
    parts = Handling.objects.visible_to(scope_of(request)).select_related("authority", "complaint")
    found = parts.defer("complaint__narrative", "complaint__answers").filter(pk=part_pk, complaint__pk=pk).first()
    if found is None:
        raise NotFound
    return found


def found_in(doing: Doing, name: str, value: Any, scope: Scope) -> Any:
    """A value as the service takes it: who is meant instead of how they were named. Raises ValidationError."""
    if name not in doing.named or value is None:
        return value
    found = doing.named[name](value, scope)
    if found is None:
        raise ValidationError({name: [ErrorDetail(str(_("There is none like that.")), code="unknown")]})
    return found


def stands(request: Request, part: Handling) -> Response:
    """Where the part and its case stand."""
    told = {
        "case": part.complaint_id,
        "state": part.complaint.state,
        "part": part_row(part, scope_of(request).authority_id),
        "actions": actions_of(holder_of(request), part, OFFERED),
    }
    return Response(shape.SteppedSerializer(told).data)
