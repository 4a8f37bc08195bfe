"""What a complaint can be about, in the public's words, and the plain facts that follow from it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """The kinds of a complaint. The values are part of the API and never change."""

    SERVICE = "service", _("Poor service or attitude")
    OVERCHARGING = "overcharging", _("Charged too much")
    REFUSAL_OR_DELAY = "refusal_or_delay", _("Refused to come, or came late")
    CREW_OR_EQUIPMENT = "crew_or_equipment", _("Crew or equipment not right")
    INFECTION_CONTROL = "infection_control", _("Hygiene or infection risk")
    CARD_MISMATCH = "card_mismatch", _("Vehicle does not match its card")
    UNLAWFUL_OPERATION = "unlawful_operation", _("Ambulance rented, lent or contracted out")
    ILLEGAL_AMBULANCE = "illegal_ambulance", _("Illegal ambulance")
    SIREN_MISUSE = "siren_misuse", _("Siren or lights misused")
    OTHER = "other", _("Something else")
    AUTHORITY_CONDUCT = "authority_conduct", _("An authority did not answer, or acted wrongly")
    PRAISE = "praise", _("Praise")


class Nature(TextChoices):
    """What a kind is in law: a wish for redress (投诉), a clue of illegality (举报), or thanks."""

    COMPLAINT = "complaint", _("Complaint")
    REPORT = "report", _("Report of illegality")
    PRAISE = "praise", _("Praise")


CODE_MISSING = "code"
"""Among what differs from a card: the code is missing, covered or unreadable. Noted in the open, too."""


@dataclass(frozen=True)
class KindFacts:
    """What follows from a kind, whoever files it."""

    description: str | Promise
    """One line for the public, translated when shown."""
    nature: Nature = Nature.COMPLAINT
    asks_money: bool = False
    """The form asks for distance, time and the amount charged."""
    may_be_unregistered: bool = False
    """The vehicle may be one that no register knows."""
    may_share_contact: bool = False
    """With consent, the institution may learn who complained. Never for a report (信访工作条例 30)."""
    is_safety: bool = False
    """People may be in danger: such a case is closed by itself, never among many at once."""

    about_authority: bool = False
    """It is about an authority itself, and goes one level up."""

    @property
    def is_report(self) -> bool:
        """A clue of illegality: nothing that identifies the reporter ever reaches the accused."""
        return self.nature is Nature.REPORT


FACTS: dict[Kind, KindFacts] = {
    Kind.SERVICE: KindFacts(
        _("Rude, careless or unhelpful treatment by the crew or the call desk."), may_share_contact=True
    ),
    Kind.OVERCHARGING: KindFacts(
        _("You paid more than the posted price, or no price was shown."),
        asks_money=True,
        may_be_unregistered=True,
        may_share_contact=True,
    ),
    Kind.REFUSAL_OR_DELAY: KindFacts(
        _("No ambulance was sent, the crew would not take the patient, or it took far too long."),
        may_share_contact=True,
        is_safety=True,
    ),
    Kind.CREW_OR_EQUIPMENT: KindFacts(
        _("No doctor or nurse aboard, or equipment that was missing or did not work."),
        may_share_contact=True,
        is_safety=True,
    ),
    Kind.INFECTION_CONTROL: KindFacts(
        _("A dirty vehicle, no protection, or infectious patients carried without care."), is_safety=True
    ),
    Kind.CARD_MISMATCH: KindFacts(
        _("Plate, owner, colour or type differ from what this service shows for the code."),
        nature=Nature.REPORT,
        may_be_unregistered=True,
    ),
    Kind.UNLAWFUL_OPERATION: KindFacts(
        _("An institution's ambulance is rented, lent or run by somebody else, or used for something else."),
        nature=Nature.REPORT,
        is_safety=True,
        may_be_unregistered=True,
    ),
    Kind.ILLEGAL_AMBULANCE: KindFacts(
        _("A vehicle that is no ambulance carries patients for money."),
        nature=Nature.REPORT,
        is_safety=True,
        asks_money=True,
        may_be_unregistered=True,
    ),
    Kind.SIREN_MISUSE: KindFacts(
        _("Siren or blue lights without an urgent task, or on a vehicle that may not have them."),
        nature=Nature.REPORT,
        may_be_unregistered=True,
    ),
    Kind.OTHER: KindFacts(_("Anything about an ambulance that fits nothing else."), may_be_unregistered=True),
    Kind.AUTHORITY_CONDUCT: KindFacts(
        _("How an authority treated a complaint. The next higher one answers; the authority itself does not see it."),
        about_authority=True,
    ),
    Kind.PRAISE: KindFacts(_("Thank a crew that did well."), nature=Nature.PRAISE),
}


def facts_of(kind: Kind | str) -> KindFacts:
    """The facts of a kind, given as the choice or its value. Raises ValueError for an unknown value."""
    return FACTS[Kind(kind)]
