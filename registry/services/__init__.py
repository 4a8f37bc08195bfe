"""Every write of the registry, one file per topic. Each is one transaction, its audit row written last."""

from registry.refusals import NotAllowed
from registry.services.applications import (
    agree_transfer,
    begin_application,
    decline_transfer,
    save_application,
    submit_application,
    withdraw,
)
from registry.services.crew import add_crew_member, change_crew_member, leave_crew
from registry.services.decisions import approve, refuse, return_with_reasons
from registry.services.documents import attach_document, open_document, read_document, remove_document
from registry.services.fleet import change_free_fields
from registry.services.markings import issue_markings, mark_mounted, reissue_marking, revoke_marking
from registry.services.reminders import queue_reminders
from registry.services.status import MOVES, change_status

__all__ = [
    "MOVES",
    "NotAllowed",
    "add_crew_member",
    "agree_transfer",
    "approve",
    "attach_document",
    "begin_application",
    "change_crew_member",
    "change_free_fields",
    "change_status",
    "decline_transfer",
    "issue_markings",
    "leave_crew",
    "mark_mounted",
    "open_document",
    "queue_reminders",
    "read_document",
    "refuse",
    "reissue_marking",
    "remove_document",
    "return_with_reasons",
    "revoke_marking",
    "save_application",
    "submit_application",
    "withdraw",
]
