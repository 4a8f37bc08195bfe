"""Complaints and what belongs to them, one file per topic."""

from complaints.models.complaint import Complaint, ComplaintEvent, Deadline, Handling
from complaints.models.evidence import Evidence
from complaints.models.intake import Draft, SpentChallenge, Submission
from complaints.models.rules import CalendarDay, DeadlineRule

__all__ = [
    "CalendarDay",
    "Complaint",
    "ComplaintEvent",
    "Deadline",
    "DeadlineRule",
    "Draft",
    "Evidence",
    "Handling",
    "SpentChallenge",
    "Submission",
]
