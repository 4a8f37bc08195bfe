"""Open cases of an officer who leaves go to the successor (named in `HANDOVERS`)."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Role
from complaints.models import Handling, Recusal
from complaints.querysets import HandlingQuerySet

HANDLING = (Role.HANDLER, Role.SUPERVISOR)
"""The duties with which somebody can be the officer of a case."""


class OpenCases:
    """Parts that lie with somebody and are not ended."""

    def count(self, leaver: User) -> int:
        """How many."""
        return self._open(leaver).count()

    def move(self, leaver: User, successor: User | None) -> int:
        """The successor gets them; how many.

        What the successor may not handle (no such duty, or stepped aside) goes back to the desk; all, where nobody is.
        """
        found = self._open(leaver)
        if successor is None or not successor.scope.has(*HANDLING):
            return found.update(assignee=None)
        recused = Recusal.objects.filter(user=successor).values("complaint_id")
        to_desk = found.filter(complaint__in=recused).update(assignee=None)
        return to_desk + found.update(assignee=successor)

    def give_back(self, person: User) -> int:
        """Whoever handles no more keeps no case: another one could not take it up while it has an officer."""
        return 0 if person.scope.has(*HANDLING) else self.move(person, None)

    def _open(self, leaver: User) -> HandlingQuerySet:
        return Handling.objects.held().filter(assignee=leaver)


CASES = OpenCases()
