"""What each duty may do with a vehicle and with its codes, by their state. Pure tables: buttons and services agree."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.doors import is_institution_open
from accounts.scope import Scope
from registry.applications import ApplicationKind, Party
from registry.choices import AmbulanceStatus, MarkingState
from registry.models import Ambulance
from registry.parties import keeps_fleet_of, reviews_for

_OWNER = frozenset({Party.OWNER})
_REVIEWER = frozenset({Party.REVIEWER})
REGISTERED = frozenset({AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED})


class VehicleAction(TextChoices):
    """Done with a vehicle without an application."""

    CHANGE_FREE = "change", _("Change station and positioning device")
    SUSPEND = "suspend", _("Suspend from use")
    RETURN = "return", _("Return to service")
    RETIRE = "retire", _("Take off the register")


class CodeAction(TextChoices):
    """Done with one code."""

    MOUNT = "mount", _("It is on the vehicle now")
    REISSUE = "reissue", _("Replace by a new code")
    REVOKE = "revoke", _("Revoke")


@dataclass(frozen=True)
class VehicleRule:
    """`parties` may do `action` to a vehicle in one of `statuses`; some only once its owner has closed down."""

    action: VehicleAction
    parties: frozenset[Party]
    statuses: frozenset[AmbulanceStatus]
    needs_closed_owner: bool = False


VEHICLE_RULES: tuple[VehicleRule, ...] = (
    VehicleRule(VehicleAction.CHANGE_FREE, _OWNER, REGISTERED),
    VehicleRule(VehicleAction.SUSPEND, _REVIEWER, frozenset({AmbulanceStatus.IN_SERVICE})),
    VehicleRule(VehicleAction.RETURN, _REVIEWER, frozenset({AmbulanceStatus.SUSPENDED})),
    VehicleRule(VehicleAction.RETIRE, _REVIEWER, REGISTERED, needs_closed_owner=True),
)


@dataclass(frozen=True)
class CodeRule:
    """`parties` may do `action` to a code in one of `states`, while its vehicle is in one of `statuses`."""

    action: CodeAction
    parties: frozenset[Party]
    states: frozenset[MarkingState]
    statuses: frozenset[AmbulanceStatus] = REGISTERED


_LIVE = frozenset({MarkingState.ISSUED, MarkingState.MOUNTED})
CODE_RULES: tuple[CodeRule, ...] = (
    CodeRule(CodeAction.MOUNT, _OWNER, frozenset({MarkingState.ISSUED})),
    CodeRule(CodeAction.REISSUE, _OWNER | _REVIEWER, _LIVE),
    CodeRule(CodeAction.REVOKE, _REVIEWER, _LIVE),
)

APPLICATIONS: tuple[tuple[ApplicationKind, Promise, frozenset[AmbulanceStatus]], ...] = (
    (ApplicationKind.CHANGE, _("Apply for a change"), REGISTERED),
    (ApplicationKind.RENEWAL, _("Apply for renewal"), REGISTERED),
    (ApplicationKind.SUSPENSION, _("Apply for suspension"), frozenset({AmbulanceStatus.IN_SERVICE})),
    (ApplicationKind.TRANSFER, _("Apply for transfer"), REGISTERED),
    (ApplicationKind.RETIREMENT, _("Apply for retirement"), REGISTERED),
)
"""Which applications a vehicle's page offers to its fleet managers, by its status."""


def parties_of(scope: Scope, ambulance: Ambulance) -> frozenset[Party]:
    """The parts a person has in a vehicle: keeper of its fleet, or reviewer for the authority that certified it."""
    parts = {
        Party.OWNER: keeps_fleet_of(scope, ambulance.institution_id),
        Party.REVIEWER: reviews_for(scope, ambulance.certified_by),
    }
    return frozenset(party for party, is_so in parts.items() if is_so)


def vehicle_actions(scope: Scope, ambulance: Ambulance) -> list[VehicleAction]:
    """What this person may do with the vehicle now, in the order of the table."""
    parties, is_closed = parties_of(scope, ambulance), not is_institution_open(ambulance.institution)
    return [
        rule.action
        for rule in VEHICLE_RULES
        if ambulance.status in rule.statuses and parties & rule.parties and rule.needs_closed_owner <= is_closed
    ]


def code_actions(scope: Scope, ambulance: Ambulance, state: str) -> list[CodeAction]:
    """What this person may do now with a code of the vehicle that is in `state`."""
    parties = parties_of(scope, ambulance)
    return [
        rule.action
        for rule in CODE_RULES
        if state in rule.states and ambulance.status in rule.statuses and parties & rule.parties
    ]


def applications_offered(scope: Scope, ambulance: Ambulance) -> list[tuple[ApplicationKind, Promise]]:
    """The applications this person may begin for the vehicle."""
    if Party.OWNER not in parties_of(scope, ambulance):
        return []
    return [(kind, words) for kind, words, statuses in APPLICATIONS if ambulance.status in statuses]


def has_part(scope: Scope, ambulance: Ambulance, action: VehicleAction | CodeAction) -> bool:
    """Whether the step is this person's at all, whatever the state."""
    parties = parties_of(scope, ambulance)
    rules: tuple[VehicleRule | CodeRule, ...] = (*VEHICLE_RULES, *CODE_RULES)
    return any(rule.action == action and parties & rule.parties for rule in rules)
