"""Open applications of a person who leaves go to the successor (named in `HANDOVERS`)."""

from __future__ import annotations

from accounts.models import User
from registry.applications import OPEN_STATES
from registry.models import Application
from registry.querysets import ApplicationQuerySet


class OpenApplications:
    """Applications somebody began and that are not decided yet."""

    def count(self, leaver: User) -> int:
        """How many."""
        return self._open(leaver).count()

    def move(self, leaver: User, successor: User | None) -> int:
        """The successor becomes the one who is told about them; what happened so far stays under the old name.

        Without one they stay: the institution's fleet managers are told of them anyway, and may take every step.
        """
        return self._open(leaver).update(created_by=successor) if successor else 0

    def give_back(self, person: User) -> int:
        """None: an application is its institution's, and every fleet manager may take the next step."""
        return 0

    def _open(self, leaver: User) -> ApplicationQuerySet:
        return Application.objects.filter(created_by=leaver, state__in=OPEN_STATES)


APPLICATIONS = OpenApplications()
