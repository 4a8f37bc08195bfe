"""Who is told what of registrations: one function per occasion. A mail holds a reference and a link, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from directory.models import Institution
from notifications.services import queue_message
from notifications.states import Medium
from registry.applications import ApplicationKind, ApplicationState
from registry.models import Application, ApplicationEvent
from registry.reviews import reference_of

CHINESE = "zh-hans"
"""Accounts have no language of their own: staff is written to in Chinese."""


def application_submitted(application: Application, event: ApplicationEvent) -> None:
    """Tell the reviewers' desk that an application waits; where it has no address, the operator of the service."""
    recipient = application.authority.desk_email or settings.ENV.OPERATOR_EMAIL
    _queue(application, event, "application_submitted", [("desk", recipient)])


def transfer_asked(application: Application, event: ApplicationEvent) -> None:
    """Tell the fleet managers of the receiving institution that their answer is asked for."""
    _queue(application, event, "transfer_asked", _managers(application.receiving_institution))


def application_decided(application: Application, event: ApplicationEvent) -> None:
    """Tell the fleet managers and whoever began it what was decided; after a transfer both sides."""
    told = dict(_managers(application.institution, also=application.created_by))
    if application.state in {ApplicationState.APPROVED, ApplicationState.REFUSED}:
        told |= dict(_managers(application.receiving_institution))
    _queue(application, event, "application_decided", told.items())


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
        language=CHINESE,
        recipient=person.email,
        context={**counts, "link": settings.ENV.PUBLIC_BASE_URL + reverse("staff:desk")},
    )


def _managers(institution: Institution | None, also: User | None = None) -> list[tuple[str, str]]:
    """(name in the key, address) of an institution's fleet managers, and of `also` while it is one of its people."""
    if institution is None:
        return []
    people = {person.pk: person for person in fleet_managers(institution)}
    if also is not None and also.is_active and also.email and also.institution_id == institution.pk:
        people[also.pk] = also
    return [(str(pk), person.email) for pk, person in people.items()]


def _queue(
    application: Application, event: ApplicationEvent, template: str, recipients: Iterable[tuple[str, str]]
) -> None:
    for who, recipient in recipients:
        queue_message(
            event_key=f"application-{application.pk}-event-{event.pk}-{who}",
            channel=Medium.EMAIL,
            template=f"registry/{template}",
            language=CHINESE,
            recipient=recipient,
            context={
                "reference": reference_of(application.pk),
                "kind": ApplicationKind(application.kind).value,
                "state": ApplicationState(application.state).value,
                "link": settings.ENV.PUBLIC_BASE_URL + reverse("staff:application", kwargs={"pk": application.pk}),
            },
        )
