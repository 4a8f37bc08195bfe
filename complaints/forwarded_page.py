"""What an institution reads of what authorities sent it. Reads only, and only `Forwarding`: no complaint, no handling.

Days, never minutes; files by their number among the files of this forwarding, never by the name they came with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.cells import TAKES_REPLY
from complaints.clock import Rule, Step, Sureness
from complaints.clock_words import Explanation, explain
from complaints.models import ComplaintEvent, Deadline, Evidence, Forwarding
from complaints.querysets import AWAITED, ForwardingQuerySet
from complaints.rules import calendar
from complaints.services.looking import files_for_institution
from complaints.wall import Audience, Reader, Side, may_read
from complaints.workflow import Action, HandlingState
from directory.clock import SHANGHAI, Limit
from registry.keyset import Order

OLDEST_FIRST = Order("forwarded_at")
NEWEST_FIRST = Order("forwarded_at", is_descending=True)
WAITING, REPLIED, ALL = "waiting", "replied", "all"
TABS: Final[dict[str, Promise]] = {
    WAITING: gettext_lazy("To answer"),
    REPLIED: gettext_lazy("Replied"),
    ALL: gettext_lazy("All"),
}
TONES: Final = {
    Forwarding.State.OPEN: "mind",
    Forwarding.State.RETURNED: "stop",
    Forwarding.State.REPLIED: "good",
    Forwarding.State.RECALLED: "plain",
}
INSTITUTION = Reader(Side.INSTITUTION)
OPENS = frozenset({Action.FORWARD, Action.RETURN_REPLY})
SHUTS = frozenset({Action.REPLY, Action.RECALL})


@dataclass(frozen=True)
class Line:
    """One row of the list."""

    forwarding: Forwarding
    sent_on: date
    due_on: date | None
    state_words: str
    tone: str


@dataclass(frozen=True)
class ShownFile:
    """A file as a page lists it."""

    address: str
    words: str
    media: str
    content_type: str
    size: int
    is_own: bool
    thumbnail: str = ""


@dataclass(frozen=True)
class Words:
    """Something that was written between the authority and the institution: who, on which day, what."""

    by: str
    day: date
    what: str
    text: str


def chosen(rows: ForwardingQuerySet, tab: str) -> ForwardingQuerySet:
    """The rows of a tab."""
    if tab == REPLIED:
        return rows.replied()
    return rows if tab == ALL else rows.awaited()


def with_lines(rows: ForwardingQuerySet) -> ForwardingQuerySet:
    """Everything a line shows, in two queries. Sealed columns are not read."""
    open_ones = Prefetch("deadlines", Deadline.objects.filter(met_at=None), to_attr="open_deadlines")
    return (
        rows.select_related("handling__authority", "handling__complaint")
        .only(
            "number",
            "purpose",
            "state",
            "forwarded_at",
            "handling__state",
            "handling__authority_kind",
            "handling__authority__name",
            "handling__complaint__nature",
        )
        .prefetch_related(open_ones)
    )


def line_of(forwarding: Forwarding) -> Line:
    """A forwarding as a row."""
    due = min((one.due_on for one in getattr(forwarding, "open_deadlines", ())), default=None)
    words, tone = standing(forwarding)
    return Line(forwarding, day_of(forwarding.forwarded_at), due, words, tone)


def standing(forwarding: Forwarding) -> tuple[str, str]:
    """State in words, and its tone; a matter that ended without a reply says that none is needed."""
    state = Forwarding.State(forwarding.state)
    if state in AWAITED and not takes_reply(forwarding):
        return _("No reply is needed any more"), "plain"
    return str(state.label), TONES[state]


def takes_reply(forwarding: Forwarding) -> bool:
    """Whether the institution can reply now."""
    return forwarding.state in AWAITED and HandlingState(forwarding.handling.state) in TAKES_REPLY


def day_of(moment: datetime) -> date:
    """The day in Asia/Shanghai; the minute is nobody's business on this side."""
    return moment.astimezone(SHANGHAI).date()


def explanation_of(forwarding: Forwarding, today: date) -> Explanation | None:
    """How the day of the open term was counted; None where nothing is owed. Two queries."""
    deadline = forwarding.deadlines.filter(met_at=None).first()
    if deadline is None:
        return None
    rule = Rule(Step(deadline.step), Limit.parse(deadline.limit), deadline.basis or None, Sureness.B)
    return explain(deadline.starts_on, rule.limit, calendar(), (), rule, today=today)


def shown_files(forwarding: Forwarding) -> list[ShownFile]:
    """The files, numbered in their order: the number is the address, so that no key tells when a file was given."""
    return [_shown(forwarding, each, number) for number, each in enumerate(files_for_institution(forwarding), start=1)]


def _shown(forwarding: Forwarding, evidence: Evidence, number: int) -> ShownFile:
    is_own = evidence.forwarding_id == forwarding.pk
    return ShownFile(
        address=reverse("forwarded:file", args=[forwarding.pk, number]),
        words=evidence.name if is_own else name_across(evidence, number),
        media=evidence.media,
        content_type=evidence.cleaned_type,
        size=evidence.cleaned_size,
        is_own=is_own,
        thumbnail=evidence.thumbnail,
    )


def name_across(evidence: Evidence, number: int) -> str:
    """What a file of the complainant is called on the institution's side: its own name can say who, and when."""
    return f"{evidence.get_media_display()} {number}"


def exchanged(forwarding: Forwarding) -> list[Words]:
    """The words between the authority and this institution, oldest first, without the telling itself. One query.

    Words to all institutions of the part count for this one if it still had something to answer when they were written.
    Of what was taken back the institution reads its own replies and why it was taken back, no word of the authority.
    """
    events = (
        ComplaintEvent.objects.filter(handling_id=forwarding.handling_id, audience=Audience.INSTITUTION)
        .exclude(forwarding_id__isnull=False, forwarding__in=_others(forwarding))
        .select_related("actor")
        .order_by("at", "pk")
    )
    is_recalled = forwarding.state == Forwarding.State.RECALLED
    shown = [each for each in _addressed(forwarding, events) if not is_recalled or each.action in SHUTS]
    return [_words(forwarding, each) for each in shown]


def _others(forwarding: Forwarding) -> ForwardingQuerySet:
    return Forwarding.objects.filter(handling_id=forwarding.handling_id).exclude(pk=forwarding.pk)


def _addressed(forwarding: Forwarding, events: Iterable[ComplaintEvent]) -> list[ComplaintEvent]:
    found, is_open = [], False
    for event in events:
        is_own = event.forwarding_id == forwarding.pk
        if is_own:
            is_open = (is_open or event.action in OPENS) and event.action not in SHUTS
        if not (is_own or (is_open and event.forwarding_id is None)):
            continue
        if event.action != Action.FORWARD and event.text and may_read(INSTITUTION, Audience(event.audience), None):
            found.append(event)
    return found


def _words(forwarding: Forwarding, event: ComplaintEvent) -> Words:
    is_ours = event.actor is not None and event.actor.institution_id == forwarding.institution_id
    authority = forwarding.handling.authority
    # Of the authority's people no name: the office speaks.
    by = str(event.actor) if is_ours else (authority.name if authority else _("The authority"))
    return Words(by, day_of(event.at), str(WHAT.get(event.action, "")), event.text)


WHAT: Final = {
    Action.NOTE.value: gettext_lazy("Words written"),
    Action.REPLY.value: gettext_lazy("Reply"),
    Action.RETURN_REPLY.value: gettext_lazy("Reply returned"),
    Action.RECALL.value: gettext_lazy("Taken back"),
}
