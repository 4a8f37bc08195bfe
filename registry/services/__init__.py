"""Every write of the registry, one file per topic. Each is one transaction, its audit row written last."""

from registry.refusals import NotAllowed
from registry.services.markings import issue_markings, mark_mounted, reissue_marking, revoke_marking
from registry.services.status import MOVES, change_status

__all__ = [
    "MOVES",
    "NotAllowed",
    "change_status",
    "issue_markings",
    "mark_mounted",
    "reissue_marking",
    "revoke_marking",
]
