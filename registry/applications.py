"""The life of an application (备案申请) as one table, and which fields need one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ApplicationKind(TextChoices):
    """What is asked."""

    NEW = "new", _("New registration")
    CHANGE = "change", _("Change of registered facts")
    RENEWAL = "renewal", _("Renewal")
    SUSPENSION = "suspension", _("Suspension")
    RETIREMENT = "retirement", _("Retirement")
    TRANSFER = "transfer", _("Transfer to another institution")


class ApplicationState(TextChoices):
    """Where it stands."""

    DRAFT = "draft", _("Draft")
    AWAITING_OTHER = "awaiting_other", _("Waiting for the other institution")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for correction")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ApplicationAction(TextChoices):
    """What can be done to it; also the name of the event it leaves behind."""

    SAVE = "save", _("Saved")
    SUBMIT = "submit", _("Submitted")
    AGREE = "agree", _("Agreed to by the receiving institution")
    DECLINE = "decline", _("Declined by the receiving institution")
    APPROVE = "approve", _("Approved")
    RETURN = "return", _("Returned with reasons")
    REFUSE = "refuse", _("Refused")
    WITHDRAW = "withdraw", _("Withdrawn")


class Party(Enum):
    """Who acts, as seen from the application."""

    OWNER = "owner"
    """A fleet manager of the institution that asks."""
    RECEIVER = "receiver"
    """A fleet manager of the institution that a transfer goes to."""
    REVIEWER = "reviewer"
    """A reviewer of a health or TCM authority in whose jurisdiction it lies."""


@dataclass(frozen=True)
class Cell:
    """From `state`, `party` may do `action`, which leads to `next_state`; with a reason or without."""

    state: ApplicationState
    action: ApplicationAction
    party: Party
    next_state: ApplicationState
    needs_reason: bool = False


_S, _A, _P = ApplicationState, ApplicationAction, Party
CELLS: tuple[Cell, ...] = (
    Cell(_S.DRAFT, _A.SAVE, _P.OWNER, _S.DRAFT),
    Cell(_S.RETURNED, _A.SAVE, _P.OWNER, _S.RETURNED),
    Cell(_S.DRAFT, _A.SUBMIT, _P.OWNER, _S.SUBMITTED),
    Cell(_S.RETURNED, _A.SUBMIT, _P.OWNER, _S.SUBMITTED),
    Cell(_S.DRAFT, _A.WITHDRAW, _P.OWNER, _S.WITHDRAWN),
    Cell(_S.RETURNED, _A.WITHDRAW, _P.OWNER, _S.WITHDRAWN),
    Cell(_S.SUBMITTED, _A.WITHDRAW, _P.OWNER, _S.WITHDRAWN),
    Cell(_S.AWAITING_OTHER, _A.WITHDRAW, _P.OWNER, _S.WITHDRAWN),
    Cell(_S.AWAITING_OTHER, _A.AGREE, _P.RECEIVER, _S.SUBMITTED),
    Cell(_S.AWAITING_OTHER, _A.DECLINE, _P.RECEIVER, _S.RETURNED, needs_reason=True),
    Cell(_S.SUBMITTED, _A.APPROVE, _P.REVIEWER, _S.APPROVED),
    Cell(_S.SUBMITTED, _A.RETURN, _P.REVIEWER, _S.RETURNED, needs_reason=True),
    Cell(_S.SUBMITTED, _A.REFUSE, _P.REVIEWER, _S.REFUSED, needs_reason=True),
)
"""Everything that is not listed is forbidden. A transfer's SUBMIT leads to AWAITING_OTHER first."""

OPEN_STATES = frozenset({_S.DRAFT, _S.AWAITING_OTHER, _S.SUBMITTED, _S.RETURNED})

CONTROLLED_FIELDS: tuple[str, ...] = (
    "plate",
    "plate_kind",
    "vin",
    "fleet_number",
    "vehicle_type",
    "has_negative_pressure",
    "in_120_network",
    "colour",
    "brand_model",
    "is_for_pre_hospital",
    "is_for_institution_transfer",
    "is_for_non_emergency_transfer",
    "is_for_special_goods",
    "licence_owner",
    "licence_address",
    "licence_vehicle_class",
    "licence_use",
    "licence_engine_number",
    "licence_issued_on",
    "licence_issued_by",
    "licence_seats",
    "licence_note",
    "registered_on",
    "inspection_valid_until",
    "scrap_due_on",
    "division",
)
"""What is public, painted on the vehicle, or decides its standing: changed by an approved application only."""

FREE_FIELDS: tuple[str, ...] = ("station", "positioning_device")
"""Changed at once by a fleet manager, with history."""

RENEWAL_FIELDS: tuple[str, ...] = ("inspection_valid_until", "scrap_due_on", "licence_issued_on")
"""What a renewal asks for."""

REVIEW_LIMIT = "20wd"
"""Days a review may take: a setting of ours without a legal source, never shown as law."""
