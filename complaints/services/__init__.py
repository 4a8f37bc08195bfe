"""Every write of the complaints app, one file per walk."""

from complaints.services.drafts import (
    attach_evidence,
    begin_draft,
    discard_draft,
    file_draft,
    remove_evidence,
    save_answers,
)
from complaints.services.follow import add_material, withdraw
from complaints.services.retention import purge_expired
from complaints.services.submit import answer_of, repeat_of, spend_challenge, submit_complaint

__all__ = [
    "add_material",
    "answer_of",
    "attach_evidence",
    "begin_draft",
    "discard_draft",
    "file_draft",
    "purge_expired",
    "remove_evidence",
    "repeat_of",
    "save_answers",
    "spend_challenge",
    "submit_complaint",
    "withdraw",
]
