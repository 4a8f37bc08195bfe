"""Open cases of an officer who leaves go to the successor (named in `HANDOVERS`)."""

from __future__ import annotations

from accounts.models import User
from complaints.models import Handling
from complaints.querysets import HandlingQuerySet


class OpenCases:
    """Parts that lie with somebody and are not ended."""

    def count(self, leaver: User) -> int:
        """How many."""
        return self._open(leaver).count()

    def move(self, leaver: User, successor: User) -> int:
        """The successor gets them; those from which the successor stepped aside go back to the desk. How many moved."""
        recused = successor.recusals.values("complaint_id")
        found = self._open(leaver)
        return found.filter(complaint__in=recused).update(assignee=None) + found.exclude(complaint__in=recused).update(
            assignee=successor
        )

    def _open(self, leaver: User) -> HandlingQuerySet:
        return Handling.objects.held().filter(assignee=leaver)


CASES = OpenCases()
