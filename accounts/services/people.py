"""The accounts of a body, looked after by its administrator. Nobody changes the own account here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit, messages
from accounts.handover import give_back_work, move_work, open_work
from accounts.inviting import ADMIN_OF, check_roles, looks_after_own_body
from accounts.models import User, UserRole
from accounts.querysets import UserQuerySet
from accounts.refusals import NotAllowed, Refused
from accounts.roles import BodyKind, Role
from accounts.second_factor import forget_factors
from accounts.services.institutions import brings_admins_into
from accounts.services.invitations import body_kind


@transaction.atomic
def change_roles(*, person: User, roles: Collection[Role], actor: User, now: datetime, address: str = "") -> None:
    """Give `person` exactly these duties. They count from the next request; work they no longer allow goes to the desk.

    Raises NotAllowed for another body or the own account; Refused (`no_role`, `foreign_role`, `last_admin`, `closed`).
    """
    kind = _own_person(actor, person)
    check_roles(kind, roles)
    _locked_people(person)
    if ADMIN_OF[kind] not in roles:
        _keep_an_admin(person, kind)
    before = set(person.user_roles.values_list("role", flat=True))
    gone, come = before - set(roles), set(roles) - before
    person.user_roles.filter(role__in=gone).delete()
    UserRole.objects.bulk_create(UserRole(user=person, role=role) for role in sorted(come))
    fresh = User.objects.get(pk=person.pk)  # who knows the new duties
    back = {name: count for name, count in give_back_work(fresh).counts.items() if count}
    audit.record(
        action="people.roles_changed",
        actor=actor,
        address=address,
        thing=person,
        division_code=division_of(person),
        detail={"given": sorted(come), "taken": sorted(gone), **back},
        now=now,
    )


@transaction.atomic
def reset_second_factor(*, person: User, actor: User, now: datetime, address: str = "") -> int:
    """Take every second factor of `person` away, end all sessions; the person enrols anew at the next sign-in.

    How many factors there were. Raises NotAllowed, Refused (`closed`).
    """
    _own_person(actor, person)
    count = forget_factors(person)
    sessions = end_sessions(person)
    audit.record(
        action="people.second_factor_reset",
        actor=actor,
        address=address,
        thing=person,
        division_code=division_of(person),
        detail={"factors": count, "sessions": sessions},
        now=now,
    )
    return count


@transaction.atomic
def close_account(
    *, person: User, successor: User | None, actor: User, now: datetime, address: str = ""
) -> dict[str, int]:
    """Close the account of a leaver and hand the open work to `successor`; how much of each kind.

    The successor is an open account of the same body that holds every duty of the leaver; none is needed while nothing
    is open. The account stays, so that what the person did keeps its name. Raises NotAllowed; Refused (`closed`,
    `last_admin`, `needs_successor`, `unfit_successor`).
    """
    kind = _own_person(actor, person)
    _locked_people(person)
    _keep_an_admin(person, kind)
    moved = {}
    if open_work(person).total:
        _check_successor(person, successor)
    if successor is not None:
        _check_successor(person, successor)
        moved = move_work(person, successor).counts
    _close(person, now)
    _record_closed(person, actor, now, address, {"successor": str(successor.pk) if successor else "", **moved})
    return moved


@transaction.atomic
def close_left_admin(*, person: User, actor: User, now: datetime, address: str = "") -> dict[str, int]:
    """Close the account of a body's only administrator, who left without making somebody else one.

    By whoever gives the body its first administrator, and can invite the next one afterwards; for an institution that
    is its health or TCM authority. Open work goes back to the desk of the body; who was closed and the colleagues are
    told. Raises NotAllowed; Refused (`closed`, `not_admin`, `other_admin` while a colleague can do it).
    """
    may_close = person.institution is None or actor.scope.reviews_registrations
    if not may_close or not brings_admins_into(actor.scope, person.institution, person.authority):
        raise NotAllowed("other_body", _("You do not look after this account."))
    _locked_people(person)
    locked = User.objects.get(pk=person.pk)
    if locked.closed_at:
        raise Refused("closed", _("This account is closed already."))
    admins = _admins_of(person, body_kind(person.institution, person.authority))
    if not admins.filter(pk=person.pk).exists():
        raise Refused("not_admin", _("This person is no administrator of the body."))
    if admins.exclude(pk=person.pk).exists():
        raise Refused("other_admin", _("Another administrator of the body can close this account."))
    moved = move_work(person, None).counts
    _close(person, now)
    messages.admin_closed(person, actor, now)
    _record_closed(person, actor, now, address, {"successor": "", "is_left_admin": True, **moved})
    return moved


def _record_closed(person: User, actor: User, now: datetime, address: str, detail: dict[str, str | int]) -> None:
    audit.record(
        action="people.closed",
        actor=actor,
        address=address,
        thing=person,
        division_code=division_of(person),
        detail=detail,
        now=now,
    )


def _close(person: User, now: datetime) -> None:
    person.is_active, person.closed_at = False, now
    person.save(update_fields=["is_active", "closed_at"])
    forget_factors(person)
    end_sessions(person)


def end_sessions(person: User) -> int:
    """Sign the person out everywhere; how many sessions that were."""
    sessions = list(UserSession.objects.filter(user=person))
    for session in sessions:
        session.end()
    return len(sessions)


def division_of(person: User) -> str:
    """The division in which the person's body lies; empty for the operator's own people."""
    body = person.institution or person.authority
    return (body.division_id or "") if body else ""


def may_look_after(actor: User, person: User) -> bool:
    """Whether `actor` looks after the account of `person`: administrator of the same body, not the own account.

    A system administrator also looks after administrators of authorities, whom nobody else might be left to help.
    """
    if actor.pk == person.pk or not looks_after_own_body(actor.scope):
        return False
    if (actor.institution_id, actor.authority_id) == (person.institution_id, person.authority_id):
        return True
    return actor.scope.has(Role.SYSTEM_ADMIN) and person.authority_id is not None


def _own_person(actor: User, person: User) -> BodyKind:
    if actor.pk == person.pk:
        raise NotAllowed("own_account", _("Your own account is changed by another administrator."))
    if not may_look_after(actor, person):
        raise NotAllowed("other_body", _("You do not look after this account."))
    if person.closed_at:
        raise Refused("closed", _("This account is closed already."))
    return body_kind(person.institution, person.authority)


def _locked_people(person: User) -> None:
    """Lock the accounts of the body: two administrators must not remove one another at the same moment."""
    people = User.objects.filter(institution=person.institution, authority=person.authority)
    list(people.select_for_update().order_by("pk").values_list("pk"))


def _keep_an_admin(person: User, kind: BodyKind) -> None:
    admins = _admins_of(person, kind)
    if admins.filter(pk=person.pk).exists() and not admins.exclude(pk=person.pk).exists():
        raise Refused(
            "last_admin", _("This is the last administrator of the body. Please make somebody else one first.")
        )


def _admins_of(person: User, kind: BodyKind) -> UserQuerySet:
    """Who looks after the accounts of the person's body and can sign in."""
    admins: UserQuerySet = User.objects.holding(ADMIN_OF[kind])
    return admins.filter(institution=person.institution, authority=person.authority)


def _check_successor(person: User, successor: User | None) -> None:
    if successor is None:
        raise Refused("needs_successor", _("This person has open work. Please choose who takes it over."))
    same_body = (successor.institution_id, successor.authority_id) == (person.institution_id, person.authority_id)
    if successor.pk == person.pk or not successor.is_active or not same_body:
        raise Refused("unfit_successor", _("Please choose an open account of the same body."))
    has = set(successor.user_roles.values_list("role", flat=True))
    if not set(person.user_roles.values_list("role", flat=True)) <= has:
        raise Refused("unfit_successor", _("The successor must hold the same duties. Please give them first."))
