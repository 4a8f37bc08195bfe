"""What one vehicle's page at the desk shows: facts, codes, its whole story, and the life of its standing as a strip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from accounts.scope import Scope
from directory.clock import SHANGHAI
from directory.models import Division
from registry.codes import printed
from registry.crew_words import gap_words
from registry.models import Ambulance, Application, CrewMember, FieldChange, Marking, StatusChange
from registry.pages import SCOPES, scopes_of
from registry.strips import Step, Strip, strip_of
from registry.vehicle_actions import CodeAction, code_actions

STORY = 100
"""Steps of one sort that a page tells; a vehicle with more has an export."""
YES_NO = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}
"""How the history keeps a truth (`registry.services.effects`), in words."""

LICENCE_FIELDS = (
    "licence_owner",
    "licence_address",
    "licence_vehicle_class",
    "licence_use",
    "licence_engine_number",
    "licence_issued_on",
    "licence_issued_by",
    "licence_seats",
    "licence_note",
)


@dataclass(frozen=True)
class Difference:
    """One field, old → new, in words."""

    label: str
    old: str | Promise
    new: str | Promise


@dataclass(frozen=True)
class StoryStep:
    """One thing that happened to the vehicle."""

    at: datetime
    words: str
    by: str = ""
    text: str = ""
    href: str = ""
    href_words: str = ""
    changes: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class ShownCode:
    """One code with what may be done to it."""

    marking: Marking
    text: str
    actions: list[CodeAction]


@dataclass(frozen=True)
class VehicleStory:
    """The story of a vehicle, newest first, its strip, and the applications about it."""

    steps: list[StoryStep]
    strip: Strip | None
    applications: list[Application]


def codes_of(ambulance: Ambulance, scope: Scope) -> list[ShownCode]:
    """The vehicle's codes, live ones first. One query."""
    markings = sorted(
        ambulance.markings.all(),
        key=lambda each: (each.revoked_at is not None, each.position, -each.issued_at.timestamp()),
    )
    return [ShownCode(each, printed(each.code), code_actions(scope, ambulance, each.state)) for each in markings]


def story_of(ambulance: Ambulance, scope: Scope, today: date) -> VehicleStory:
    """Everything that happened to the vehicle, as far as the person may see it. Three queries; one more for places."""
    statuses = list(ambulance.status_changes.select_related("changed_by").order_by("-changed_at", "-pk")[:STORY])
    fields = list(ambulance.field_changes.select_related("changed_by").order_by("-changed_at", "-pk")[:STORY])
    applications = list(
        Application.objects.visible_to(scope)
        .filter(ambulance=ambulance)
        .annotate(document_count=Count("documents"))
        .order_by("-updated_at", "-pk")[:20]
    )
    shown = {each.pk for each in applications}
    steps = [*map(status_step, statuses), *field_steps(fields, shown, places_in(fields))]
    steps.sort(key=lambda step: step.at, reverse=True)
    strip = strip_of(
        [Step(each.changed_at.astimezone(SHANGHAI).date(), each.new_status) for each in reversed(statuses)],
        inspection_valid_until=ambulance.inspection_valid_until,
        scrap_due_on=ambulance.scrap_due_on,
        today=today,
    )
    return VehicleStory(steps, strip, applications)


def status_step(change: StatusChange) -> StoryStep:
    """A change of status as a step of the story."""
    old, new = change.get_old_status_display(), change.get_new_status_display()
    words = gettext("Status")
    return StoryStep(
        at=change.changed_at,
        words=f"{words} · {new}",
        by=str(change.changed_by or ""),
        text=change.reason,
        changes=[Difference(words, old, new)] if old else [],
    )


def places_in(changes: Iterable[FieldChange]) -> dict[str, str]:
    """Code → name of every division that the changes speak of. One query, or none."""
    codes = {code for each in changes if each.field == "division" for code in (each.old, each.new)}
    return dict(Division.objects.filter(pk__in=codes).values_list("pk", "name")) if codes else {}


def field_steps(changes: Iterable[FieldChange], shown: set[int], places: Mapping[str, str]) -> list[StoryStep]:
    """Changes of fields, those made at once under one application told together."""
    steps = []
    for (at, application_id, _by), group in groupby(
        changes, key=lambda each: (each.changed_at, each.application_id, each.changed_by_id)
    ):
        together = list(group)
        href = reverse("staff:application", kwargs={"pk": application_id}) if application_id in shown else ""
        steps.append(
            StoryStep(
                at=at,
                words=gettext("Registered facts changed") if application_id else gettext("Changed by the institution"),
                by=str(together[0].changed_by or ""),
                href=href,
                href_words=gettext("Application %(number)s") % {"number": application_id} if href else "",
                changes=[difference_of(each, places) for each in together],
            )
        )
    return steps


def difference_of(change: FieldChange, places: Mapping[str, str]) -> Difference:
    """One field's change in words: labels instead of names, choices and places instead of their values."""
    known = {each.name: each for each in Ambulance._meta.get_fields() if hasattr(each, "verbose_name")}
    model_field = known.get(change.field)
    label = str(getattr(model_field, "verbose_name", change.field))
    if change.field == "photo":  # kept under the name of its file, which says nothing to anybody
        return Difference(label, gettext("the earlier photo") if change.old else "", gettext("a new photo"))
    words: dict[str, str | Promise] = {
        **YES_NO,
        **(places if change.field == "division" else {}),
        **{str(value): text for value, text in getattr(model_field, "choices", None) or ()},
    }
    return Difference(label, words.get(change.old, change.old), words.get(change.new, change.new))


def facts_of(ambulance: Ambulance) -> list[tuple[str, str | Promise]]:
    """(label, value) of what the register holds of the vehicle, besides its dates. No query."""
    yes_no = (gettext("no"), gettext("yes"))
    of = Ambulance._meta.get_field
    facts: list[tuple[str, str | Promise]] = [
        (gettext("Type"), ambulance.get_vehicle_type_display()),
        (gettext("negative pressure"), yes_no[ambulance.has_negative_pressure]),
        (gettext("in the 120 network"), yes_no[ambulance.in_120_network]),
        (gettext("Service scope"), gettext(", ").join(str(words) for words in scopes_of(ambulance))),
        (gettext("Brand and colour"), f"{ambulance.brand_model} · {ambulance.colour}"),
        (gettext("Division"), str(ambulance.division)),
        (gettext("certifying authority"), str(ambulance.certified_by)),
        (gettext("station"), ambulance.station),
        (gettext("positioning device"), ambulance.positioning_device),
    ]
    licence = [(str(getattr(of(name), "verbose_name", name)), getattr(ambulance, name)) for name in LICENCE_FIELDS]
    return [*facts, *((label, str(value)) for label, value in licence if value not in ("", None))]


def crew_gaps(ambulance: Ambulance, today: date) -> list[str]:
    """Places aboard that nobody of the owner's crew can fill, in words. One query; no name is read."""
    members = CrewMember.objects.filter(institution_id=ambulance.institution_id).only(
        "role", "certificate_valid_until", "left_on"
    )
    return gap_words([name for name, _ in SCOPES if getattr(ambulance, name)], members, today)
