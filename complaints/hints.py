"""What helps to tell a story, by kind: a few questions above the box. Pure."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Kind

GENERAL: tuple[Promise, ...] = (
    _("What happened, one thing after the other?"),
    _("Who was there, and who else saw it?"),
)

HINTS: dict[Kind, tuple[Promise, ...]] = {
    Kind.SERVICE: (_("What was said or done, and by whom?"), _("What had you asked for?")),
    Kind.OVERCHARGING: (
        _("From where to where did you ride?"),
        _("Who asked for the money, and what were you told about the price before the ride?"),
        _("How did you pay, and did you get a receipt?"),
    ),
    Kind.REFUSAL_OR_DELAY: (
        _("When did you call, and which number?"),
        _("What were you told, and when did an ambulance come?"),
    ),
    Kind.CREW_OR_EQUIPMENT: (
        _("Who was aboard: a doctor, a nurse, only a driver?"),
        _("Which equipment was missing or did not work?"),
    ),
    Kind.INFECTION_CONTROL: (_("What did you see in or on the vehicle?"), _("Was anyone put at risk?")),
    Kind.CARD_MISMATCH: (
        _("What did you see on the vehicle that the card shows differently?"),
        _("What was the vehicle doing?"),
    ),
    Kind.UNLAWFUL_OPERATION: (
        _("Who runs the vehicle, and how do you know?"),
        _("What was it used for?"),
    ),
    Kind.ILLEGAL_AMBULANCE: (
        _("What did the vehicle look like, and what was written on it?"),
        _("Who offered the ride, and where: at a hospital, by telephone, online?"),
        _("Where did it go, and what was asked for it?"),
    ),
    Kind.SIREN_MISUSE: (_("What was the vehicle doing with siren or lights on?"), _("For how long?")),
    Kind.OTHER: GENERAL,
    Kind.AUTHORITY_CONDUCT: (
        _("What had you asked the authority for, and when?"),
        _("What did it answer or do, and what should it have done?"),
    ),
    Kind.PRAISE: (_("What did they do well?"), _("Names or numbers of the crew, if you know them.")),
}
"""Questions, not fields: whoever answers only some is welcome."""
