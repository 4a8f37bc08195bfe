"""Complaints and what belongs to them, one file per topic."""

from complaints.models.casework import Conclusion, Forwarding, Question, Rating, Reveal
from complaints.models.complaint import CaseLink, Complaint, ComplaintEvent
from complaints.models.evidence import Evidence
from complaints.models.handling import ClockPause, Deadline, Extension, Handling, Recusal, Referral
from complaints.models.intake import Draft, SpentChallenge, Submission
from complaints.models.keeping import DestructionBatch, Hold, QualityCheck, Tombstone
from complaints.models.rules import CalendarDay, DeadlineRule

__all__ = [
    "CalendarDay",
    "CaseLink",
    "ClockPause",
    "Complaint",
    "ComplaintEvent",
    "Conclusion",
    "Deadline",
    "DeadlineRule",
    "DestructionBatch",
    "Draft",
    "Evidence",
    "Extension",
    "Forwarding",
    "Handling",
    "Hold",
    "QualityCheck",
    "Question",
    "Rating",
    "Recusal",
    "Referral",
    "Reveal",
    "SpentChallenge",
    "Submission",
    "Tombstone",
]
