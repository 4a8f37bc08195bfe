"""Every write of the complaints app, one file per walk."""

from complaints.services.concluding import (
    close,
    conclude,
    investigate,
    propose_conclusion,
    reopen,
    send_back_conclusion,
)
from complaints.services.drafts import (
    attach_evidence,
    begin_draft,
    discard_draft,
    file_draft,
    remove_evidence,
    save_answers,
)
from complaints.services.follow import add_material, withdraw
from complaints.services.platform import file_for_platform, platform_repeat_of
from complaints.services.retention import purge_expired
from complaints.services.submit import answer_of, repeat_of, spend_challenge, submit_complaint
from complaints.services.taking_on import (
    accept,
    add_handler,
    assign,
    decide_objection,
    decline,
    hand_over,
    object_to,
)

__all__ = [
    "accept",
    "add_handler",
    "add_material",
    "answer_of",
    "assign",
    "attach_evidence",
    "begin_draft",
    "close",
    "conclude",
    "decide_objection",
    "decline",
    "discard_draft",
    "file_draft",
    "file_for_platform",
    "hand_over",
    "investigate",
    "object_to",
    "platform_repeat_of",
    "propose_conclusion",
    "purge_expired",
    "remove_evidence",
    "reopen",
    "repeat_of",
    "save_answers",
    "send_back_conclusion",
    "spend_challenge",
    "submit_complaint",
    "withdraw",
]
