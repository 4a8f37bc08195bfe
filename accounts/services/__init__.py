"""Every write about people and invitations. One file per topic; each is atomic and leaves a row in the audit record."""

from accounts.services.forgotten_password import ask_for_link, set_forgotten_password
from accounts.services.institutions import open_institution
from accounts.services.invitations import (
    accept_invitation,
    find_invitation,
    invite,
    invite_operator,
    revoke_invitation,
)
from accounts.services.own_account import choose_language, end_other_sessions
from accounts.services.people import change_roles, close_account, close_left_admin, reset_second_factor

__all__ = [
    "accept_invitation",
    "ask_for_link",
    "change_roles",
    "choose_language",
    "close_account",
    "close_left_admin",
    "end_other_sessions",
    "find_invitation",
    "invite",
    "invite_operator",
    "open_institution",
    "reset_second_factor",
    "revoke_invitation",
    "set_forgotten_password",
]
