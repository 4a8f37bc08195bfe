"""The story of a case on one time line: the steps of all its parts, with the words that the reader may read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from complaints.case_words import SIDES, desk_words
from complaints.models import Complaint, ComplaintEvent
from complaints.wall import Audience, Reader, may_read


@dataclass(frozen=True)
class StoryLine:
    """One step: when, what, who on which side, in whose part, and the words with whom they are for."""

    pk: int
    at: datetime
    words: str
    side: str
    by: str
    authority: str
    is_public: bool
    text: str
    audience: str
    audience_words: str
    is_withheld: bool
    """There are words, but they are another authority's own."""


def story_of(complaint: Complaint, reader: Reader) -> list[StoryLine]:
    """Everything that happened, newest first. One query."""
    events = complaint.events.select_related("actor", "handling__authority").order_by("-at", "-pk")
    return list(lines_of(events, reader))


def lines_of(events: Iterable[ComplaintEvent], reader: Reader) -> Iterable[StoryLine]:
    """Events as the reader is told them: `complaints.wall` says which words."""
    for event in events:
        authority = event.handling.authority if event.handling else None
        audience = Audience(event.audience)
        is_open = may_read(reader, audience, authority.pk if authority else None)
        yield StoryLine(
            pk=event.pk,
            at=event.at,
            words=desk_words(event.action),
            side=str(SIDES[event.side]),
            by=str(event.actor or ""),
            authority=authority.name if authority else "",
            is_public=event.is_public,
            text=event.text if is_open else "",
            audience=audience.value,
            audience_words=str(audience.label),
            is_withheld=bool(event.text) and not is_open,
        )
