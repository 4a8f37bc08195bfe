"""Who is told what of registrations: one function per occasion. A mail holds a reference and a link, nothing else.

People are written to in the language they chose, desks in Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse

from accounts.models import Language, User
from accounts.roles import Role
from directory.models import Authority, Institution
from notifications.services import queue_message
from notifications.states import Medium
from registry.applications import ApplicationKind, ApplicationState
from registry.models import Application, ApplicationEvent
from registry.reviews import reference_of


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


def _managers(institution: Institution | None, also: User | None = None) -> list[Recipient]:
    """An institution's fleet managers, and `also` while that is one of its people."""
    if institution is None:
        return []
    people = {person.pk: person for person in fleet_managers(institution)}
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
