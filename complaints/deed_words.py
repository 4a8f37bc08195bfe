"""Words for the deeds that this room writes into the audit record; `ComplaintsAppConfig.ready` hands them over."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEED_WORDS: Final[dict[str, Promise]] = {
    "complaint.bulk": _("Cases: several steps at once"),
    "complaint.letter_taken": _("Letter taken from the file"),
    "complaint.separated": _("Case opened again: the one it was handled together with ended"),
    "complaint.went_on": _("Question without an answer ended; the clock goes on"),
    "complaint.holder_found": _("Part given to the authority that was missing before"),
    "complaint.guard_refused": _("Text to an institution refused: it named the complainant"),
    "complaint.unlink": _("Case: link removed"),
    "complaint.read": _("Case: story read"),
    "complaint.escalated": _("Overdue case shown to the higher authority"),
    "complaint.recounted": _("Deadline counted anew"),
    "complaint.closed_by_time": _("Case closed when its time for a review was over"),
    "complaint.taken_by_phone": _("Complaint taken by telephone"),
    "complaint.code_texted": _("Receipt code sent to the caller's phone"),
    "complaint.hold_placed": _("Case held from destruction"),
    "complaint.hold_lifted": _("Hold of a case lifted"),
    "complaint.destroyed": _("Data of a case destroyed"),
    "batch.made": _("Cases laid before the supervisors for destruction"),
    "batch.confirmed": _("Destruction confirmed"),
    "batch.destroyed": _("Destruction carried out"),
    "quality.drawn": _("Sample for quality checks drawn"),
    "quality.checked": _("Quality of handling checked"),
    "statistics.exported": _("Statistics of complaints exported"),
    "evidence.read": _("File of a case read"),
    "forwarding.read": _("Released contact read by the institution"),
    "forwarding.file_read": _("File from an authority read"),
    "forwarding.replied": _("Replied to an authority"),
    "reveal.asked": _("Look behind the mask asked for"),
    "reveal.granted": _("Look behind the mask granted"),
    "reveal.refused": _("Look behind the mask refused"),
    "reveal.shown": _("Looked behind the mask"),
}
