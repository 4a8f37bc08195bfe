"""Words for the deeds of the audit record, for those who read it. A deed without words shows its name."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS: Final[dict[str, Promise]] = {
    "sign_in.done": _("Signed in"),
    "sign_in.ended": _("Signed out"),
    "sessions.ended": _("Signed out everywhere else"),
    "sign_in.failed": _("Sign-in refused"),
    "password.refused": _("Change of password refused"),
    "password.changed": _("Password changed"),
    "password.link_asked": _("Link for a forgotten password asked for"),
    "password.renewed": _("Forgotten password replaced"),
    "second_factor.added": _("Second factor added"),
    "second_factor.removed": _("Second factor removed"),
    "second_factor.renewed": _("Recovery codes renewed"),
    "second_factor.failed": _("Second factor refused"),
    "invitation.made": _("Invited"),
    "invitation.accepted": _("Invitation accepted"),
    "invitation.revoked": _("Invitation withdrawn"),
    "people.roles_changed": _("Duties changed"),
    "people.second_factor_reset": _("Second factor reset"),
    "people.closed": _("Account closed"),
    "people.language_chosen": _("Language chosen"),
    "institution.opened": _("Institution opened"),
    "keys.made": _("API key made"),
    "keys.revoked": _("API key revoked"),
    "reference.added": _("Reference data entered"),
    "reference.changed": _("Reference data changed"),
    "reference.deleted": _("Reference data deleted"),
    "reference.acted": _("Action on chosen rows in the admin"),
    "access.refused": _("Access refused"),
    "audit.exported": _("Audit record exported"),
    "audit.pruned": _("Old audit rows removed"),
}
"""Apps above add their own in `AppConfig.ready`, by `add_deeds`."""


def add_deeds(words: dict[str, Promise]) -> None:
    """Give the deeds of another app their words. Raises ValueError for a deed that has other words already."""
    for name, text in words.items():
        if DEEDS.setdefault(name, text) is not text:
            raise ValueError(f"The deed {name} has its words already.")


def words_of(action: str) -> str:
    """The words of a deed in the reader's language; its name where nobody wrote any."""
    return str(DEEDS.get(action, action))
