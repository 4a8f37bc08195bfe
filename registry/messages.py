"""Who is told what of registrations: one function per occasion. A mail holds a reference and a link, nothing else.

People are written to in the language they chose, desks in Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import Language, User
from accounts.roles import Role
from directory.models import Authority, Institution
from edge.written import written_day
from notifications.services import queue_message
from notifications.states import Medium
from registry.applications import ApplicationKind, ApplicationState
from registry.models import Application, ApplicationEvent
from registry.reviews import reference_of

MOST_NAMED = 20
"""References named in one mail."""


@dataclass(frozen=True)
class Recipient:
    """Somebody who is written to: the name in the key of the message, the address, the language."""

    who: str
    address: str
    language: str


def application_submitted(application: Application, event: ApplicationEvent) -> None:
    """Tell the reviewers' desk that an application waits; where it has no address, the operator of the service."""
    _queue(application, event, "application_submitted", [_desk(application.authority)])


def application_withdrawn(application: Application, event: ApplicationEvent, came_from: ApplicationState) -> None:
    """Tell everybody before whom it lay: the reviewers' desk, and of a transfer the other institution."""
    told = [_desk(application.authority)] if came_from is ApplicationState.SUBMITTED else []
    if came_from is not ApplicationState.DRAFT:
        told += _managers(application.receiving_institution)
    _queue(application, event, "application_withdrawn", told)


def application_overtaken(application: Application, event: ApplicationEvent) -> None:
    """Tell both sides that an application is lost: `event` has given the vehicle away or retired it."""
    told = _managers(application.institution, also=application.created_by)
    if application.state != ApplicationState.DRAFT:
        told += _managers(application.receiving_institution)
    _queue(application, event, "application_overtaken", told)


def transfer_asked(application: Application, event: ApplicationEvent) -> None:
    """Tell the fleet managers of the receiving institution that their answer is asked for."""
    _queue(application, event, "transfer_asked", _managers(application.receiving_institution))


def transfer_declined(application: Application, event: ApplicationEvent) -> None:
    """Tell the fleet managers and whoever began it that the other institution does not take the vehicle."""
    _queue(application, event, "transfer_declined", _managers(application.institution, also=application.created_by))


def application_decided(application: Application, event: ApplicationEvent) -> None:
    """Tell the fleet managers and whoever began it what was decided; of a transfer both sides."""
    told = _managers(application.institution, also=application.created_by)
    _queue(application, event, "application_decided", [*told, *_managers(application.receiving_institution)])


def institution_closes(institution: Institution, applications: Iterable[Application], now: datetime) -> None:
    """Tell both sides of these applications that `institution` closes, or is open again; one mail to each person.

    Of a draft only its own side is told. The questions to the database grow with the institutions, not with the
    applications.
    """
    told: dict[Recipient, list[str]] = {}
    known: dict[int, list[User]] = {}
    for one in applications:
        people = _managers(one.institution, also=one.created_by, known=known)
        if one.state != ApplicationState.DRAFT:
            people += _managers(one.receiving_institution, known=known)
        for person in people:
            told.setdefault(person, []).append(reference_of(one.pk))
    for person, references in told.items():
        with translation.override(person.language):
            day = written_day(institution.closed_on)
        queue_message(
            event_key=f"institution-{institution.pk}-closes-{now:%Y%m%d%H%M%S%f}-{person.who}",
            channel=Medium.EMAIL,
            template="registry/institution_closes",
            language=person.language,
            recipient=person.address,
            context={
                "closed_on": day,
                "references": references[:MOST_NAMED],
                "more": max(0, len(references) - MOST_NAMED),
                "link": settings.ENV.PUBLIC_BASE_URL + reverse("staff:applications"),
            },
        )


def fleet_managers(institution: Institution) -> list[User]:
    """Who keeps the fleet; without a fleet manager the administrator of the institution."""
    people = User.objects.filter(institution=institution).exclude(email="")
    managers = list(people.holding(Role.FLEET_MANAGER))
    return managers or list(people.holding(Role.INSTITUTION_ADMIN))


def dates_near(institution: Institution, person: User, counts: dict[str, int], today: date) -> None:
    """Remind one fleet manager of dates: how many of each kind, and where to look."""
    queue_message(
        event_key=f"reminder-{institution.pk}-{today:%Y%m%d}-{person.pk}",
        channel=Medium.EMAIL,
        template="registry/dates_near",
        language=person.language,
        recipient=person.email,
        context={**counts, "link": settings.ENV.PUBLIC_BASE_URL + reverse("staff:desk")},
    )


def _desk(authority: Authority) -> Recipient:
    return Recipient("desk", authority.desk_email or settings.ENV.OPERATOR_EMAIL, Language.CHINESE)


def _managers(
    institution: Institution | None, also: User | None = None, known: dict[int, list[User]] | None = None
) -> list[Recipient]:
    """An institution's fleet managers, and `also` while that is one of its people. `known` keeps what was asked."""
    if institution is None:
        return []
    known = {} if known is None else known
    if institution.pk not in known:
        known[institution.pk] = fleet_managers(institution)
    people = {person.pk: person for person in known[institution.pk]}
    if also is not None and also.is_active and also.email and also.institution_id == institution.pk:
        people[also.pk] = also
    return [Recipient(str(pk), person.email, person.language) for pk, person in people.items()]


def _queue(application: Application, event: ApplicationEvent, template: str, told: Iterable[Recipient]) -> None:
    for one in told:
        queue_message(
            event_key=f"application-{application.pk}-event-{event.pk}-{one.who}",
            channel=Medium.EMAIL,
            template=f"registry/{template}",
            language=one.language,
            recipient=one.address,
            context={
                "reference": reference_of(application.pk),
                "kind": ApplicationKind(application.kind).value,
                "state": ApplicationState(application.state).value,
                "link": settings.ENV.PUBLIC_BASE_URL + reverse("staff:application", kwargs={"pk": application.pk}),
            },
        )
