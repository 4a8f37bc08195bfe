"""Every address of the house × every person at the door. An address without an entry fails the run.

People: `stranger` (nobody at all), `owner` (the browser that began the draft, holds the receipt, follows the
complaint), `other` (a browser with a draft, a receipt and a complaint of its own), `reader` (may look at Django's
admin, has no duty), `admin` (may everything Django's admin allows, has no duty), and staff with a duty, all past
their second factor: of the institution that owns the vehicle (`fleet_manager`, `institution_admin`) and of another
one (`other_fleet_manager`), of the health authority above it (`reviewer`, `authority_admin`, `supervisor`, `handler`)
and of one in another province (`other_reviewer`), and the operator's own (`system_admin`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from complaints.models import Complaint
from directory.models import Institution
from registry.models import Application, CrewMember, Marking
from tests import build
from tests.complaints.entries import filed, submit
from tests.people import client_of, person
from tests.registry.application_forms import begun, picture, send

pytestmark = pytest.mark.django_db

PUBLIC = ("stranger", "owner", "other")
WITHOUT_DUTY = ("reader", "admin")
OF_INSTITUTION = ("fleet_manager", "institution_admin")
OF_AUTHORITY = ("reviewer", "authority_admin", "supervisor", "handler")
ELSEWHERE = ("other_fleet_manager", "other_reviewer")
STAFF = (*OF_INSTITUTION, *OF_AUTHORITY, *ELSEWHERE, "system_admin")
PEOPLE = (*PUBLIC, *WITHOUT_DUTY, *STAFF)
OK, MOVED, GONE, FORBIDDEN, MISSING, NOT_ALLOWED = 200, 302, 410, 403, 404, 405
SEE_OTHER, NO_KEY = 303, 401


def everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(PEOPLE, status)


def only_owner(status: int, others: int) -> dict[str, int]:
    return {**everybody(others), "owner": status}


def with_duty(status: int = 200, **others: int) -> dict[str, int]:
    """A staff page: the public is sent to the sign-in, who has no duty is refused, staff get `status` or their own."""
    row = {**dict.fromkeys(PUBLIC, MOVED), **dict.fromkeys(WITHOUT_DUTY, FORBIDDEN), **dict.fromkeys(STAFF, status)}
    assert set(others) <= set(PEOPLE), others
    return {**row, **others}


def keepers(status: int, **others: int) -> dict[str, int]:
    """A page for those who look after the accounts of their body."""
    ours = dict.fromkeys(("institution_admin", "authority_admin", "system_admin"), status)
    return with_duty(FORBIDDEN, **{**ours, **others})


def past_second_factor(status: int = 200) -> dict[str, int]:
    """A page of the own account: whoever is signed in past the second factor, with a duty or without."""
    return {**everybody(status), **dict.fromkeys(PUBLIC, MOVED)}


def fleet(status: int, **others: int) -> dict[str, int]:
    """A page for those who keep the fleet of their institution."""
    return with_duty(FORBIDDEN, **{**dict.fromkeys(OF_INSTITUTION, status), **others})


def in_scope(status: int) -> dict[str, int]:
    """A page about something of the institution: outside of the scope it does not exist."""
    return with_duty(status, **dict.fromkeys((*ELSEWHERE, "system_admin"), MISSING))


def of_authorities(status: int, **others: int) -> dict[str, int]:
    """A page for authorities; of another province, too, unless `others` says what that one gets."""
    return with_duty(FORBIDDEN, **{**dict.fromkeys((*OF_AUTHORITY, "other_reviewer"), status), **others})


STAFF_API: dict[str, dict[str, str]] = {
    "api:staff_ambulances": {},
    "api:staff_ambulance": {"pk": "1"},
    "api:staff_markings": {"pk": "1"},
    "api:staff_applications": {},
    "api:staff_application": {"pk": "1"},
    "api:staff_documents": {"pk": "1"},
    "api:staff_document": {"pk": "1", "document_pk": "1"},
    "api:staff_submit": {"pk": "1"},
    "api:staff_withdraw": {"pk": "1"},
    "api:staff_agree": {"pk": "1"},
    "api:staff_decline": {"pk": "1"},
}
"""Addresses for hospital systems: whoever is signed in as a person is nobody there."""

TABLE: dict[str, dict[str, int]] = {
    "registry:home": everybody(OK),
    "registry:card": everybody(OK),
    "registry:lookup": everybody(OK),
    "registry:institution": everybody(OK),
    "registry:photo": everybody(MISSING),  # no photo is stored in this test; the photo tests hold the rest
    "complaints:new": everybody(OK),
    "complaints:step": only_owner(OK, MISSING),
    "complaints:receipt": only_owner(OK, MISSING),
    "complaints:track": everybody(OK),
    "complaints:material": {**everybody(SEE_OTHER), "owner": OK, "other": OK},
    "complaints:withdraw": {**everybody(SEE_OTHER), "owner": OK, "other": OK},
    "complaints:close": everybody(NOT_ALLOWED),
    "short_track": everybody(MOVED),
    "healthz": everybody(OK),
    "readyz": everybody(OK),
    "api:cards": everybody(OK),
    "api:card": everybody(OK),
    "api:complaints": everybody(NOT_ALLOWED),
    "api:complaint": everybody(MISSING),
    "api:divisions": everybody(OK),
    "api:complaint_kinds": everybody(OK),
    **dict.fromkeys(STAFF_API, everybody(NO_KEY)),  # keys only; with keys: tests/registry/test_staff_api_*.py
    "api:schema": everybody(OK),
    "api:docs": everybody(OK),
    "account_login": {**everybody(MOVED), **dict.fromkeys(PUBLIC, OK)},
    "account_logout": past_second_factor(),
    "account_inactive": everybody(OK),
    "account_change_password": past_second_factor(),
    "account_reauthenticate": past_second_factor(),
    "mfa_authenticate": everybody(MOVED),  # only in the middle of a sign-in
    "mfa_reauthenticate": past_second_factor(MOVED),  # these have no phone: they are asked for the password
    "mfa_reauthenticate_webauthn": past_second_factor(MOVED),
    "mfa_index": past_second_factor(),
    "mfa_activate_totp": everybody(MOVED),  # password or code first, given a moment ago
    "mfa_add_webauthn": everybody(MOVED),
    "mfa_remove_webauthn": everybody(MOVED),
    "mfa_view_recovery_codes": past_second_factor(MISSING),
    "mfa_generate_recovery_codes": everybody(MOVED),
    "usersessions_list": past_second_factor(),
    "accounts:stay": everybody(NOT_ALLOWED),
    "accounts:accept": everybody(MISSING),  # an unknown token; tests/accounts/test_invitations.py holds the rest
    "accounts:people": keepers(OK),
    "accounts:invite": keepers(OK),
    "accounts:invite_institution": with_duty(FORBIDDEN, authority_admin=OK),
    "accounts:invite_admin": with_duty(FORBIDDEN, authority_admin=OK, system_admin=MISSING),
    "accounts:revoke": keepers(NOT_ALLOWED),
    "accounts:person": keepers(MISSING, institution_admin=OK),
    "accounts:reset": keepers(NOT_ALLOWED),
    "accounts:close": keepers(NOT_ALLOWED),
    "audit": with_duty(FORBIDDEN, institution_admin=OK, supervisor=OK, system_admin=OK),
    "audit_export": with_duty(FORBIDDEN, institution_admin=OK, supervisor=OK, system_admin=OK),
    "keys": with_duty(FORBIDDEN, institution_admin=OK),
    "key_revoke": everybody(NOT_ALLOWED),
    "cases:cases": with_duty(FORBIDDEN, supervisor=OK, handler=OK),
    "cases:case": with_duty(FORBIDDEN, supervisor=OK, handler=OK),
    "cases:act": with_duty(FORBIDDEN, supervisor=OK, handler=OK),
    "cases:bulk": everybody(NOT_ALLOWED),
    "webhooks": with_duty(FORBIDDEN, institution_admin=OK),
    "webhook_try": everybody(NOT_ALLOWED),
    "webhook_resume": everybody(NOT_ALLOWED),
    "webhook_remove": everybody(NOT_ALLOWED),
    "staff:desk": with_duty(OK),
    "staff:search": with_duty(OK, system_admin=FORBIDDEN),
    "staff:ambulances": with_duty(OK, system_admin=FORBIDDEN),
    "staff:ambulances_export": with_duty(OK, system_admin=FORBIDDEN),
    "staff:view_save": everybody(NOT_ALLOWED),
    "staff:view_remove": everybody(NOT_ALLOWED),
    "staff:ambulance": {**in_scope(OK), "system_admin": FORBIDDEN},
    "staff:ambulance_act": {**in_scope(FORBIDDEN), "reviewer": OK, "system_admin": FORBIDDEN},
    "staff:code_act": {**in_scope(FORBIDDEN), "reviewer": OK, "system_admin": FORBIDDEN},
    "staff:institutions": of_authorities(OK),
    "staff:institutions_export": of_authorities(OK),
    "staff:institution": of_authorities(OK, other_reviewer=MISSING),
    "staff:institution_close": with_duty(FORBIDDEN, reviewer=OK, authority_admin=OK, other_reviewer=MISSING),
    "staff:institution_reopen": with_duty(FORBIDDEN, reviewer=OK, authority_admin=OK, other_reviewer=MISSING),
    "staff:prices": fleet(OK, other_fleet_manager=OK),
    "staff:applications": with_duty(OK),
    "staff:application_new": fleet(OK, other_fleet_manager=OK),
    "staff:application_check": everybody(NOT_ALLOWED),
    "staff:application": in_scope(OK),
    "staff:application_document": in_scope(OK),
    "staff:application_decide": everybody(NOT_ALLOWED),
    "staff:application_answer": everybody(NOT_ALLOWED),
    "staff:crew": fleet(OK, other_fleet_manager=OK),
    "staff:crew_add": fleet(OK, other_fleet_manager=OK),
    "staff:crew_member": fleet(OK, other_fleet_manager=MISSING),
    "staff:crew_left": everybody(NOT_ALLOWED),
}
"""GET by each person. `other` reaches its own complaint under the session's addresses, never the owner's."""

NAMELESS = {"^[aA]/(?P<code>[^/]*)/*$", "^[aA]$", "^api(?:/|$)"}
"""Other spellings of a named address, and the answer to unknown API addresses; both have tests of their own."""


@dataclass
class World:
    """What the addresses are about."""

    arguments: dict[str, dict[str, str]]
    clients: dict[str, Client]
    people: dict[str, User]
    complaint: Complaint
    others_complaint: Complaint


def holder(reference_and_code: tuple[str, str]) -> tuple[Client, str]:
    """A browser that has begun a draft and follows a complaint; the draft's id comes along."""
    client = Client()
    begun = client.post(reverse("complaints:new"), {"kind": "service"})
    draft_id = begun.headers["Location"].split("/")[3]
    reference, code = reference_and_code
    opened = client.post(reverse("complaints:track"), {"reference": reference, "receipt_code": code})
    assert opened.status_code == SEE_OTHER
    return client, draft_id


def registration(manager: Client, hospital: Institution) -> dict[str, dict[str, str]]:
    """A submitted application with a document, and a member of the crew: what their addresses are about."""
    application = begun(manager)
    send(manager, application, "attach", purpose="photo_left", upload=picture())
    Application.objects.filter(pk=application.pk).update(state="submitted", submitted_at=application.created_at)
    one = {"pk": str(application.pk)}
    member = {"pk": str(CrewMember.objects.create(institution=hospital, name="李小明", role="driver").pk)}
    return {
        "staff:application": one,
        "staff:application_decide": one,
        "staff:application_answer": one,
        "staff:application_document": {**one, "document_pk": str(application.documents.get().pk)},
        "staff:crew_member": member,
        "staff:crew_left": member,
    }


def register(marking: Marking) -> dict[str, dict[str, str]]:
    """A vehicle with a code and its owner, at the desk."""
    vehicle, owner = {"pk": str(marking.ambulance_id)}, {"pk": str(marking.ambulance.institution_id)}
    return {
        "staff:ambulance": vehicle,
        "staff:ambulances_export": {"file_format": "csv"},
        "staff:ambulance_act": {**vehicle, "action_name": "suspend"},
        "staff:code_act": {**vehicle, "marking_pk": str(marking.pk), "action_name": "revoke"},
        "staff:view_remove": {"pk": "1"},
        "staff:institution": owner,
        "staff:institution_close": owner,
        "staff:institution_reopen": owner,
        "staff:institutions_export": {"file_format": "csv"},
    }


def case_addresses(complaint: Complaint) -> dict[str, dict[str, str]]:
    """A case at the desk, and a step of the one part it has."""
    one = {"pk": str(complaint.pk)}
    return {
        "cases:case": one,
        "cases:act": {**one, "part_pk": str(complaint.handlings.get().pk), "step_name": "accept"},
    }


@pytest.fixture
def world() -> World:
    marking = build.marking()
    build.authority()
    mine, others = submit().receipt, submit().receipt
    owner, draft_id = holder((mine.reference, mine.receipt_code))
    other, _ = holder((others.reference, others.receipt_code))
    session = owner.session
    session["complaints_begun"] = [*session["complaints_begun"], "filed-draft"]
    session.save()
    submit(key="filed-draft", now=timezone.now())  # a receipt opens for a day
    reader = User.objects.create_user("reader", password="x", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    staff = {"reader": reader, "admin": User.objects.create_superuser("admin", password="x")}
    here, hospital = build.authority(), marking.ambulance.institution
    people = {
        "fleet_manager": person(Role.FLEET_MANAGER, body=hospital),
        "other_fleet_manager": person(Role.FLEET_MANAGER, body=build.institution()),
        "institution_admin": person(Role.INSTITUTION_ADMIN, body=hospital),
        "reviewer": person(Role.REVIEWER, body=here),
        "other_reviewer": person(Role.REVIEWER, body=build.authority(division=build.division("110105"))),
        "authority_admin": person(Role.AUTHORITY_ADMIN, body=here),
        "supervisor": person(Role.SUPERVISOR, body=here),
        "handler": person(Role.HANDLER, body=here),
        "system_admin": person(Role.SYSTEM_ADMIN),
    }
    clients = {"stranger": Client(), "owner": owner, "other": other}
    clients |= {name: client_of(user) for name, user in {**staff, **people}.items()}
    return World(
        arguments={
            "registry:card": {"code": marking.code},
            "registry:institution": {"pk": str(marking.ambulance.institution_id)},
            "registry:photo": {"name": "0" * 32 + ".jpg"},
            "complaints:step": {"draft_id": draft_id, "step_name": "when"},
            "complaints:receipt": {"draft_id": "filed-draft"},
            **STAFF_API,
            **{name: {"pk": "1"} for name in ("webhook_try", "webhook_resume", "webhook_remove")},
            "api:card": {"code": marking.code},
            **case_addresses(Complaint.objects.get(reference=mine.reference)),
            "api:complaint": {"reference": mine.reference},
            "mfa_remove_webauthn": {"pk": "1"},
            "accounts:accept": {"token": "nonsense"},
            "accounts:invite_admin": {"kind": "institution", "pk": str(hospital.pk)},
            "accounts:revoke": {"pk": "1"},
            "accounts:person": {"pk": str(people["fleet_manager"].pk)},
            "accounts:reset": {"pk": str(people["fleet_manager"].pk)},
            "accounts:close": {"pk": str(people["fleet_manager"].pk)},
            "key_revoke": {"pk": "1"},
            **register(marking),
            **registration(clients["fleet_manager"], hospital),
        },
        clients=clients,
        people=people,
        complaint=Complaint.objects.get(reference=mine.reference),
        others_complaint=Complaint.objects.get(reference=others.reference),
    )


QUERIES = {"registry:lookup": "?q=%E4%BA%ACA12345", "api:cards": "?plate=%E4%BA%ACA12345"}


def named(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, str]]:
    """(name, route) of every address outside Django's admin."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from named(pattern.url_patterns, inner)
        else:
            yield (f"{space}{pattern.name}" if pattern.name else "", str(pattern.pattern))


def test_every_address_has_an_entry_and_every_entry_an_address():
    addresses = list(named(get_resolver().url_patterns))
    assert {name for name, _ in addresses if name} == set(TABLE)
    assert {route for name, route in addresses if not name} == NAMELESS


def test_every_entry_names_every_person():
    assert all(set(row) == set(PEOPLE) for row in TABLE.values())


def test_every_address_answers_every_person_as_the_table_says(world):
    wrong = []
    for name, who in product(TABLE, PEOPLE):
        address = reverse(name, kwargs=world.arguments.get(name)) + QUERIES.get(name, "")
        status = world.clients[who].get(address).status_code
        if status != TABLE[name][who]:
            wrong.append(f"{who} at {name}: {status}, not {TABLE[name][who]}")
    assert not wrong, "\n".join(wrong)


def test_a_follower_sees_its_own_complaint_and_never_the_owners(world):
    for name in ("complaints:track", "complaints:material", "complaints:withdraw"):
        page = world.clients["other"].get(reverse(name)).content.decode()
        assert world.complaint.reference not in page
    assert world.others_complaint.reference in world.clients["other"].get(reverse("complaints:track")).content.decode()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_address_takes_a_method_it_does_not_know(world, method):
    for name in TABLE:
        address = reverse(name, kwargs=world.arguments.get(name)) + QUERIES.get(name, "")
        status = getattr(world.clients["admin"], method)(address).status_code
        assert status in {NOT_ALLOWED, MISSING, SEE_OTHER, MOVED, FORBIDDEN, NO_KEY}, f"{method} {name}: {status}"


ADMIN_PAGES = ("changelist", "add", "change", "delete", "history")
EDITABLE = {"authority", "institution", "calendarday", "deadlinerule", "user", "group"}
"""What an administrator edits by hand. Everything else is ruled by a workflow or a file."""


def admin_rows():
    build.marking()
    build.authority()
    filed()
    return {model: model._default_manager.first() for model in admin.site._registry}


@pytest.mark.parametrize("person", PEOPLE)
def test_the_admin_shows_lists_to_staff_and_lets_nobody_edit_what_a_workflow_rules(world, person):
    wrong = []
    for model, row in admin_rows().items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for page in ADMIN_PAGES:
            if page in {"change", "delete", "history"} and row is None:
                continue
            arguments = [] if page in {"changelist", "add"} else [row.pk]
            status = world.clients[person].get(reverse(f"{base}_{page}", args=arguments)).status_code
            if status != admin_status(person, model._meta.model_name, page):
                wrong.append(f"{person} at {base}_{page}: {status}")
    assert not wrong, "\n".join(wrong)


def admin_status(person: str, model: str, page: str) -> int:
    if person not in {"reader", "admin"}:
        return MOVED  # to the sign-in
    if page in {"changelist", "change", "history"}:
        return OK
    return OK if person == "admin" and model in EDITABLE else FORBIDDEN


def test_the_admin_never_shows_who_complained_or_what_was_told(world):
    complaint = world.complaint
    for address in (
        reverse("admin:complaints_complaint_changelist"),
        reverse("admin:complaints_complaint_change", args=[complaint.pk]),
        reverse("admin:notifications_message_changelist"),
    ):
        page = world.clients["admin"].get(address).content.decode()
        for secret in (complaint.narrative, complaint.contact_name, complaint.contact_phone, complaint.receipt_hash):
            assert secret
            assert secret not in page
