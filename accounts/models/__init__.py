"""People, their roles, invitations, keys of other systems, and the audit record. One file per topic."""

from accounts.key_scopes import ApiScope
from accounts.models.api_key import ApiKey, KeyOwner
from accounts.models.aside import AuditRecusal
from accounts.models.audit import AuditHead, AuditRow
from accounts.models.brake import Brake
from accounts.models.secret import SealedSecret
from accounts.models.user import Invitation, Language, User, UserRole

__all__ = [
    "ApiKey",
    "ApiScope",
    "AuditHead",
    "AuditRecusal",
    "AuditRow",
    "Brake",
    "Invitation",
    "KeyOwner",
    "Language",
    "SealedSecret",
    "User",
    "UserRole",
]
