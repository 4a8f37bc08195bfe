"""What becomes of open applications when an institution closes: both sides are told, nothing stays that nobody can end.

An institution that has closed is let into no page. What lies before somebody else goes on: the other side of a transfer
answers, the reviewer decides. What only the closed institution could end is withdrawn in the night after the closing,
so that a closing noted by mistake can be undone on its day.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext

from accounts import audit
from accounts.models import Language
from directory.clock import SHANGHAI
from directory.models import Institution
from registry import messages
from registry.applications import OPEN_STATES, ApplicationAction, ApplicationState
from registry.models import Application
from registry.querysets import ApplicationQuerySet
from registry.services.steps import division_of, move_by_itself


def tell_of_closing(institution: Institution, now: datetime) -> None:
    """Tell whoever has an open application with this institution, on either side, that it closes or is open again.

    Of a draft only its own side knows. In the transaction of the closing, as one mail to each person.
    """
    sides = Q(institution=institution) | Q(receiving_institution=institution)
    found = Application.objects.filter(sides, state__in=OPEN_STATES).order_by("pk")
    told = list(found.select_related("institution", "receiving_institution", "created_by"))
    if told:
        messages.institution_closes(institution, told, now)


def withdraw_left_behind(*, now: datetime) -> int:
    """Withdraw what only institutions that have closed by now could end; how many. Twice does no harm."""
    return sum(_withdraw(pk, now) for pk in _left_behind(now).order_by("pk").values_list("pk", flat=True))


def _left_behind(now: datetime) -> ApplicationQuerySet:
    today = now.astimezone(SHANGHAI).date()
    own = Q(state__in=[ApplicationState.DRAFT, ApplicationState.RETURNED])
    nobody = Q(state=ApplicationState.AWAITING_OTHER, receiving_institution__closed_on__lte=today)
    return Application.objects.filter(own | nobody, institution__closed_on__lte=today)


@transaction.atomic
def _withdraw(pk: int, now: datetime) -> bool:
    found = _left_behind(now).select_for_update(of=("self",)).select_related("institution", "authority", "ambulance")
    locked = found.filter(pk=pk).first()
    if locked is None:
        return False
    came_from = ApplicationState(locked.state)
    with translation.override(Language.CHINESE):
        reason = gettext("The institution has closed down.")
    event = move_by_itself(locked, ApplicationAction.WITHDRAW, ApplicationState.WITHDRAWN, now, reason)
    messages.application_withdrawn(locked, event, came_from)
    audit.record(
        action="application.withdrawn",
        actor=None,
        thing=locked,
        division_code=division_of(locked),
        detail={"kind": locked.kind},
        now=now,
    )
    return True
