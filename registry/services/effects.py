"""What an approval does to the vehicle, in the transaction of the approval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import Model

from registry.applications import ApplicationKind, ApplicationState
from registry.choices import AmbulanceStatus
from registry.facts import column_of, differences, value_of
from registry.models import Ambulance, Application, FieldChange, StatusChange
from registry.proposals import PAINTED, Value, plain
from registry.reviews import reference_of
from registry.services.deeds import Deed
from registry.services.markings import issue_missing
from registry.services.status import change_status

LONGEST_NOTED = 200
"""Characters of a value in the history."""


@dataclass(frozen=True)
class Effect:
    """What was done: the vehicle, the fields that changed, how many codes were issued."""

    ambulance: Ambulance
    changed: tuple[str, ...] = ()
    issued: int = 0
    needs_repaint: tuple[str, ...] = field(default=())
    """Facts painted on the vehicle or printed beside its codes that are no longer so. The codes stay valid."""


def carry_out(application: Application, values: Mapping[str, Value], deed: Deed) -> Effect:
    """Do what the locked `application` asks for. Raises NotAllowed, and IntegrityError where the register says no."""
    return EFFECTS[ApplicationKind(application.kind)](application, values, deed)


def _register(application: Application, values: Mapping[str, Value], deed: Deed) -> Effect:
    ambulance = Ambulance.objects.create(
        institution=application.institution,
        certified_by=application.authority,
        status=AmbulanceStatus.IN_SERVICE,
        **{column_of(name): value for name, value in values.items()},
    )
    StatusChange.objects.create(
        ambulance=ambulance,
        old_status="",
        new_status=AmbulanceStatus.IN_SERVICE,
        reason=reference_of(application.pk),
        changed_by=deed.actor,
        changed_at=deed.now,
    )
    application.ambulance = ambulance
    return Effect(ambulance, issued=len(issue_missing(ambulance, deed.now)))


def _change(application: Application, values: Mapping[str, Value], deed: Deed) -> Effect:
    ambulance = _locked(application)
    changed = write_fields(ambulance, values, deed, application)
    return Effect(ambulance, changed, needs_repaint=tuple(name for name in changed if name in PAINTED))


def _renew(application: Application, values: Mapping[str, Value], deed: Deed) -> Effect:
    effect = _change(application, values, deed)
    if effect.ambulance.status != AmbulanceStatus.SUSPENDED:
        return effect
    _move(application, AmbulanceStatus.IN_SERVICE, deed)
    return Effect(effect.ambulance, effect.changed, issued=len(issue_missing(effect.ambulance, deed.now)))


def _suspend(application: Application, _values: Mapping[str, Value], deed: Deed) -> Effect:
    return _move(application, AmbulanceStatus.SUSPENDED, deed)


def _retire(application: Application, _values: Mapping[str, Value], deed: Deed) -> Effect:
    return _move(application, AmbulanceStatus.RETIRED, deed)


def _transfer(application: Application, values: Mapping[str, Value], deed: Deed) -> Effect:
    """The vehicle goes over with its codes: the owner, the certifier and the fleet number change."""
    ambulance = _locked(application)
    receiver = application.receiving_institution
    if receiver is None:
        raise ValueError("a transfer names the other side: the database holds it")
    bodies = {"institution": receiver, "certified_by": application.authority}
    for name, body in bodies.items():
        old = getattr(ambulance, name)
        if old.pk != body.pk:
            _note(ambulance, name, old, body, deed, application)
            setattr(ambulance, name, body)
    ambulance.save(update_fields=[*bodies, "updated_at"])
    changed = write_fields(ambulance, values, deed, application)
    return Effect(ambulance, ("institution", *changed), needs_repaint=("institution", "complaint_phone", *changed))


EFFECTS: dict[ApplicationKind, Callable[[Application, Mapping[str, Value], Deed], Effect]] = {
    ApplicationKind.NEW: _register,
    ApplicationKind.CHANGE: _change,
    ApplicationKind.RENEWAL: _renew,
    ApplicationKind.SUSPENSION: _suspend,
    ApplicationKind.RETIREMENT: _retire,
    ApplicationKind.TRANSFER: _transfer,
}


def _locked(application: Application) -> Ambulance:
    return (
        Ambulance.objects.select_for_update(of=("self",))
        .select_related("institution", "certified_by")
        .get(pk=application.ambulance_id or 0)
    )


def _move(application: Application, status: AmbulanceStatus, deed: Deed) -> Effect:
    ambulance = _locked(application)
    reason = f"{reference_of(application.pk)} {application.reason}".strip()[:LONGEST_NOTED]
    change_status(ambulance=ambulance, new_status=status, reason=reason, changed_by=deed.actor, now=deed.now)
    return Effect(ambulance)


def write_fields(
    ambulance: Ambulance, values: Mapping[str, Value], deed: Deed, application: Application | None = None
) -> tuple[str, ...]:
    """Write what differs into a locked vehicle, with a row of history each; the names of what changed."""
    changed = differences(ambulance, dict(values))
    for name, (old, new) in changed.items():
        _note(ambulance, name, plain(old), plain(new), deed, application)
        setattr(ambulance, column_of(name), new)
    if changed:
        ambulance.save(update_fields=[*(column_of(name) for name in changed), "updated_at"])
        _follow(ambulance, {name: plain(old) for name, (old, _new) in changed.items()}, deed, application)
    return tuple(changed)


def _note(
    ambulance: Ambulance, name: str, old: object, new: object, deed: Deed, application: Application | None
) -> None:
    FieldChange.objects.create(
        ambulance=ambulance,
        field=name,
        old=_noted(old),
        new=_noted(new),
        application=application,
        changed_by=deed.actor,
        changed_at=deed.now,
    )


def _noted(value: object) -> str:
    """A value as the history keeps it: bodies by name, yes and no as such, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)[:LONGEST_NOTED] if isinstance(value, Model | str | int) else ""


def _follow(ambulance: Ambulance, old: Mapping[str, object], deed: Deed, application: Application | None) -> None:
    """Drafts begun before keep up: where they still hold the old value, nobody asked for it, so the new one goes in.

    Without this an old draft, approved later, would turn the register back.
    """
    drafts = Application.objects.select_for_update().filter(
        ambulance=ambulance, state__in=[ApplicationState.DRAFT, ApplicationState.RETURNED]
    )
    for draft in drafts.exclude(pk=application.pk if application else 0):
        stale = [name for name, value in old.items() if name in draft.proposed and draft.proposed[name] == value]
        if stale:
            draft.proposed = {**draft.proposed, **{name: plain(value_of(ambulance, name)) for name in stale}}
            draft.version += 1
            draft.updated_at = deed.now
            draft.save(update_fields=["proposed", "version", "updated_at"])
