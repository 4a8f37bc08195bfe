"""Words for the file: with the complainant, with the institution, between the authorities, or this authority's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints import messages
from complaints.cells import Cell, Told
from complaints.models import ComplaintEvent, Forwarding, Handling
from complaints.refusals import Unsound
from complaints.services.case_steps import locked_part, move, record_step, written
from complaints.services.guarding import guarded, words_across
from complaints.wall import Audience
from complaints.workflow import Action
from registry.services.deeds import Deed

WITH_INSTITUTION = (Forwarding.State.OPEN, Forwarding.State.RETURNED)
"""A forwarding in one of these is open: the institution owes a word."""


@guarded("text")
@transaction.atomic
def note(
    *, handling: Handling, version: int | None, audience: str, text: str, actor: User, now: datetime, address: str
) -> ComplaintEvent:
    """Write words for one of four audiences; whoever they are for is told that there are some, never what they say.

    Raises OutOfScope, WrongRole, StaleVersion, NotAllowed; Unsound without words, for an unknown audience, and for an
    institution that was sent nothing it still has to answer, or whom the words would tell who complained.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.NOTE, deed, version)
    # What is written to an institution crosses the wall: it must not name who complained.
    words = words_across(text, locked.complaint, field="text") if audience == Audience.INSTITUTION else written(text)
    if audience not in Audience.values:
        raise Unsound({"audience": _("Choose who reads the words.")}, code="no-audience")
    whom = Audience(audience)
    forwardings = list(open_forwardings(locked)) if whom is Audience.INSTITUTION else []
    if whom is Audience.INSTITUTION and not forwardings:
        raise Unsound(
            {"audience": _("The institution has nothing to answer now. Send it a request first.")},
            code="nothing-forwarded",
        )
    event = move(locked, _told(cell, whom), now=now, actor=actor, text=words, audience=whom)
    for forwarding in forwardings:
        messages.institution_told(forwarding, event)
    record_step(deed, locked, Action.NOTE, audience=whom.value)
    return event


def open_forwardings(handling: Handling) -> list[Forwarding]:
    """What was sent to institutions in this part and still waits for them."""
    found = Forwarding.objects.filter(handling=handling, state__in=WITH_INSTITUTION)
    return list(found.select_related("institution"))


def _told(cell: Cell, audience: Audience) -> Cell:
    """The step as it is told: the complainant sees, and is told of, what is written to him or her."""
    if audience is Audience.COMPLAINANT:
        return replace(cell, is_public=True, told=frozenset({Told.COMPLAINANT}))
    return replace(cell, told=frozenset({Told.OTHER_DESKS})) if audience is Audience.AUTHORITIES else cell
