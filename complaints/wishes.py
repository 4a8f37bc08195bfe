"""What a person who lost money wants: the money back, that illegality is looked into, or both. Pure.

A claim (投诉) and a report of illegality (举报) are handled apart, by rules of their own, even when one submission is
both.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.kinds import FACTS, Kind, Nature


class Wish(TextChoices):
    """What is wished for, where money was paid. The values are part of the API."""

    REDRESS = "redress", _("I want money back")
    REPORT = "report", _("I report illegality, so that it is looked into")
    BOTH = "both", _("Both: money back, and a report of illegality")


def wishes_for(kind: Kind) -> tuple[Wish, ...]:
    """What can be wished for with a kind; nothing where no money is asked about.

    A kind that is a report by itself stays one: whoever wants money back from an illegal ambulance has told of it.
    """
    if not FACTS[kind].asks_money:
        return ()
    return (Wish.REPORT, Wish.BOTH) if FACTS[kind].is_report else (Wish.REDRESS, Wish.REPORT, Wish.BOTH)


def files_both(kind: Kind, wish: str) -> bool:
    """Whether it becomes two cases: a claim and a report."""
    if not FACTS[kind].asks_money:
        return False
    return wish == Wish.BOTH or (FACTS[kind].is_report and wish == Wish.REDRESS)


def is_only_report(kind: Kind, wish: str) -> bool:
    """Whether what is a claim by its kind is meant as a report of illegality alone."""
    return FACTS[kind].asks_money and wish == Wish.REPORT


def other_half(kind: Kind, nature: Nature) -> tuple[Kind, Nature]:
    """Kind and nature of the second case beside a first one: the other nature, about the money where there was some.

    Raises ValueError for thanks, which have no other half.
    """
    if nature is Nature.PRAISE:
        raise ValueError("thanks have no other half")
    other = Nature.REPORT if nature is Nature.COMPLAINT else Nature.COMPLAINT
    return (Kind.OVERCHARGING if FACTS[kind].asks_money else kind), other
