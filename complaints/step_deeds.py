"""Words for the steps of a case in the audit record. They name the step for a supervisor, not for who complained."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.workflow import Action

_WORDS: Final[dict[Action, Promise]] = {
    Action.SUBMIT: _("Case: filed"),
    Action.ADD_MATERIAL: _("Case: material added by the complainant"),
    Action.WITHDRAW: _("Case: withdrawn by the complainant"),
    Action.ANSWER: _("Case: question answered by the complainant"),
    Action.RATE: _("Case: rated by the complainant"),
    Action.ASK_REVIEW: _("Case: review asked for"),
    Action.ASK_SECOND_REVIEW: _("Case: second review asked for"),
    Action.ASSIGN: _("Case: given to an officer"),
    Action.ACCEPT: _("Case: accepted"),
    Action.DECLINE: _("Case: not accepted"),
    Action.OBJECT: _("Case: objected to"),
    Action.UPHOLD: _("Case: objection upheld"),
    Action.REJECT: _("Case: objection rejected"),
    Action.HAND_OVER: _("Case: handed over to another authority"),
    Action.REASSIGN: _("Case: given to another authority from above"),
    Action.ADD_HANDLER: _("Case: another authority joined"),
    Action.NOTE: _("Case: words written"),
    Action.ASK: _("Case: complainant asked"),
    Action.FORWARD: _("Case: sent to the institution"),
    Action.RECALL: _("Case: taken back from the institution"),
    Action.REPLY: _("Case: reply of the institution"),
    Action.RETURN_REPLY: _("Case: reply returned to the institution"),
    Action.INVESTIGATE: _("Case: investigated"),
    Action.PROPOSE: _("Case: conclusion proposed"),
    Action.SEND_BACK: _("Case: proposed conclusion sent back"),
    Action.CONCLUDE: _("Case: concluded"),
    Action.CLOSE: _("Case: closed"),
    Action.REOPEN: _("Case: opened again"),
    Action.ASK_EXTENSION: _("Case: extension asked for"),
    Action.GRANT_EXTENSION: _("Case: extension granted"),
    Action.REFUSE_EXTENSION: _("Case: extension refused"),
    Action.LINK: _("Case: linked with another case"),
    Action.MERGE: _("Case: merged into another case"),
    Action.SPLIT: _("Case: split into claim and report"),
    Action.RECUSE: _("Case: officer stepped aside"),
    Action.RELEASE_CONTACT: _("Case: contact passed to the institution"),
    Action.REMAND: _("Case: new answer ordered from above"),
    Action.ESCALATE: _("Case: shown to the higher authority as overdue"),
    Action.RECOUNT: _("Case: deadline counted anew"),
}

STEP_DEEDS: Final[dict[str, Promise]] = {
    **{f"complaint.{action.value}": words for action, words in _WORDS.items()},
    "complaint.handed_over": _("Case: filed through a platform"),
    "complaint.read": _("Case: story read"),
    "complaint.bulk": _("Cases: many changed at once"),
}
"""Names as `complaints.services.case_steps.record_step` makes them, and those of other deeds about cases."""
