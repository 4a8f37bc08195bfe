"""Every address of the house × every person at the door. An address without an entry in the table fails the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from complaints.files import store_upload
from complaints.models import Complaint, DestructionBatch, Extension, QualityCheck
from complaints.services.forwarding import forward
from complaints.services.revealing import ask_reveal, decide_reveal
from complaints.services.taking_on import accept
from directory.models import Institution
from registry.models import Application, CrewMember, Marking
from tests import build
from tests.complaints.entries import filed, submit
from tests.config.url_table import (
    CASE_API,
    FORBIDDEN,
    MISSING,
    MOVED,
    NAMELESS,
    NO_KEY,
    NOT_ALLOWED,
    OK,
    OPEN311,
    PEOPLE,
    PLATFORM_PAGES,
    SEE_OTHER,
    STAFF_API,
    TABLE,
)
from tests.people import client_of, person
from tests.registry.application_forms import begun, picture, send

pytestmark = pytest.mark.django_db


def supervised(complaint: Complaint, handler: User) -> dict[str, dict[str, str]]:
    """An extension that was asked for, a part drawn for a check, a batch past its time: what supervision is about."""
    part, now = complaint.handlings.get(), timezone.now()
    assert part.authority is not None
    extension = Extension.objects.create(
        handling=part, limit="30d", reason="需要鉴定。", asked_by=handler, asked_at=now
    )
    check = QualityCheck.objects.create(handling=part, drawn_at=now)
    assert part.authority is not None
    batch = DestructionBatch.objects.create(authority=part.authority, made_at=now)
    batch.complaints.add(complaint)
    return {
        "supervision:statistics_export": {"file_format": "csv"},
        "supervision:check": {"pk": str(check.pk)},
        "supervision:batch": {"pk": str(batch.pk)},
        "supervision:confirm": {"pk": str(batch.pk)},
        "supervision:hold": {"pk": str(complaint.pk)},
        "supervision:ask_extension": {"pk": str(part.pk)},
        "supervision:decide_extension": {"pk": str(extension.pk)},
    }


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
        "staff:institution_change": owner,
        "staff:institution_close": owner,
        "staff:institution_reopen": owner,
        "staff:institutions_export": {"file_format": "csv"},
    }


def case_addresses(complaint: Complaint) -> dict[str, dict[str, str]]:
    """A case at the desk, and a step of the one part it has."""
    one = {"pk": str(complaint.pk)}
    return {
        **dict.fromkeys(("links:linked", "links:link", "links:merge", "links:unmerge"), one),
        "links:unlink": {**one, "link_pk": "1"},
        "links:letter": {**one, "event_pk": "1"},
        "complaints:letter": {"event_pk": "1"},
        "cases:case": one,
        "cases:act": {**one, "part_pk": str(complaint.handlings.get().pk), "step_name": "accept"},
    }


def at_the_wall(complaint: Complaint, hospital: Institution, people: dict[str, User]) -> dict[str, dict[str, str]]:
    """A case sent to the hospital with a file it may see, and looks of the handler that are open."""
    case, now = {"pk": str(complaint.pk)}, timezone.now()
    evidence = store_upload(upload=picture(), name="a.jpg", now=now)  # type: ignore[arg-type]  # reads and seeks
    evidence.complaint = complaint
    evidence.save()
    part = complaint.handlings.get()
    common: dict[str, Any] = {"actor": people["handler"], "now": now, "address": ""}
    accept(handling=part, version=None, **common)
    sent = forward(
        handling=part, version=None, institution=hospital, summary="请说明。", shown_files=[evidence.pk], **common
    )
    look = ask_reveal(complaint=complaint, subject="contact", reason="核实", **common)
    original = ask_reveal(complaint=complaint, subject="original", evidence=evidence, reason="核实", **common)
    decide_reveal(reveal=original, is_granted=True, actor=people["supervisor"], now=now, address="")
    file, forwarded = {**case, "evidence_pk": str(evidence.pk)}, {"pk": str(sent.pk)}
    return {
        "wall:decide": {"reveal_pk": str(look.pk)},
        "wall:person": case,
        "wall:shown": {**case, "reveal_pk": str(look.pk)},
        "wall:evidence": case,
        "wall:ask_original": file,
        "wall:file": file,
        "wall:original": file,
        "wall:forward": {**case, "part_pk": str(part.pk)},
        "wall:step": {**case, "forwarding_pk": str(sent.pk), "step_name": "recall"},
        "forwarded:one": forwarded,
        "forwarded:file": {**forwarded, "number": "1"},
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
    submit(key="filed-draft", now=timezone.now())  # a receipt is shown for a day only
    reader = User.objects.create_user("reader", password="x", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    staff = {"reader": reader, "admin": User.objects.create_superuser("admin", password="x")}
    here, hospital = build.authority(), marking.ambulance.institution
    people = {
        "fleet_manager": person(Role.FLEET_MANAGER, body=hospital),
        "other_fleet_manager": person(Role.FLEET_MANAGER, body=build.institution()),
        "institution_admin": person(Role.INSTITUTION_ADMIN, body=hospital),
        "complaint_officer": person(Role.COMPLAINT_OFFICER, body=hospital),
        "reviewer": person(Role.REVIEWER, body=here),
        "other_reviewer": person(Role.REVIEWER, body=build.authority(division=build.division("110105"))),
        "authority_admin": person(Role.AUTHORITY_ADMIN, body=here),
        "supervisor": person(Role.SUPERVISOR, body=here),
        "handler": person(Role.HANDLER, body=here),
        "hotline_clerk": person(Role.HOTLINE_CLERK, body=here),
        "system_admin": person(Role.SYSTEM_ADMIN),
    }
    clients = {"stranger": Client(), "owner": owner, "other": other}
    clients |= {name: client_of(user) for name, user in {**staff, **people}.items()}
    platform_pk = str(build.platform().pk)
    return World(
        arguments={
            "registry:card": {"code": marking.code},
            "registry:institution": {"pk": str(marking.ambulance.institution_id)},
            "registry:photo": {"name": "0" * 32 + ".jpg"},
            "complaints:step": {"draft_id": draft_id, "step_name": "when"},
            "complaints:receipt": {"draft_id": "filed-draft"},
            **STAFF_API,
            **OPEN311,
            **CASE_API,
            **{name: {"pk": "1"} for name in ("webhook_try", "webhook_resume", "webhook_remove")},
            "api:card": {"code": marking.code},
            **case_addresses(Complaint.objects.get(reference=mine.reference)),
            **{name: {"reference": mine.reference} for name in COMPLAINT_API},
            "complaints:answer": {"question_id": "1"},
            **supervised(Complaint.objects.get(reference=mine.reference), people["handler"]),
            "api:platform_complaint": {"platform_reference": "A-1"},
            "mfa_remove_webauthn": {"pk": "1"},
            "account_reset_password_from_key": {"uidb36": "1", "key": "0-nonsense"},
            "accounts:accept": {"token": "nonsense"},
            "accounts:invite_admin": {"kind": "institution", "pk": str(hospital.pk)},
            "accounts:close_left": {"kind": "institution", "pk": str(hospital.pk), "person_pk": "1"},
            "accounts:revoke": {"pk": "1"},
            "accounts:person": {"pk": str(people["fleet_manager"].pk)},
            "accounts:reset": {"pk": str(people["fleet_manager"].pk)},
            "accounts:close": {"pk": str(people["fleet_manager"].pk)},
            "key_revoke": {"pk": "1"},
            **{name: {"pk": platform_pk} for name in PLATFORM_PAGES},
            **register(marking),
            **at_the_wall(Complaint.objects.get(reference=others.reference), hospital, people),
            **registration(clients["fleet_manager"], hospital),
        },
        clients=clients,
        people=people,
        complaint=Complaint.objects.get(reference=mine.reference),
        others_complaint=Complaint.objects.get(reference=others.reference),
    )


COMPLAINT_API = (
    "api:complaint",
    "api:complaint_material",
    "api:complaint_answers",
    "api:complaint_withdrawal",
    "api:complaint_rating",
    "api:complaint_review",
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


def test_no_address_takes_a_method_it_does_not_know(world):
    for method, name in product(("put", "patch", "delete"), TABLE):
        address = reverse(name, kwargs=world.arguments.get(name)) + QUERIES.get(name, "")
        status = getattr(world.clients["admin"], method)(address).status_code
        assert status in {NOT_ALLOWED, MISSING, SEE_OTHER, MOVED, FORBIDDEN, NO_KEY}, f"{method} {name}: {status}"


ADMIN_PAGES = ("changelist", "add", "change", "delete", "history")
EDITABLE = {"authority", "institution", "calendarday", "deadlinerule"}
"""What an administrator edits by hand. Everything else is ruled by a workflow or a file."""
KEPT = {"authority", "institution"}
"""What is closed, never deleted."""


def admin_rows():
    build.marking()
    build.authority()
    filed()
    return {model: model._default_manager.first() for model in admin.site._registry}


def test_the_admin_shows_lists_to_staff_and_lets_nobody_edit_what_a_workflow_rules(world):
    wrong = []
    for who, (model, row) in product(PEOPLE, admin_rows().items()):
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for page in ADMIN_PAGES:
            if page in {"change", "delete", "history"} and row is None:
                continue
            arguments = [] if page in {"changelist", "add"} else [row.pk]
            status = world.clients[who].get(reverse(f"{base}_{page}", args=arguments)).status_code
            if status != admin_status(who, model._meta.model_name, page):
                wrong.append(f"{who} at {base}_{page}: {status}")
    assert not wrong, "\n".join(wrong)


def admin_status(person: str, model: str, page: str) -> int:
    if person not in {"reader", "admin"}:
        return MOVED  # to the sign-in
    if page in {"changelist", "change", "history"}:
        return OK
    if page == "delete" and model in KEPT:
        return FORBIDDEN
    return OK if person == "admin" and model in EDITABLE else FORBIDDEN


def test_the_admin_knows_no_complaint(world):
    """A system administrator looks after accounts and reference data; that a case exists is none of it."""
    assert {model._meta.label for model in admin.site._registry if model._meta.app_label == "complaints"} == {
        "complaints.CalendarDay",
        "complaints.DeadlineRule",
    }
    complaint = world.complaint
    page = world.clients["admin"].get(reverse("admin:notifications_message_changelist")).content.decode()
    for secret in (complaint.reference, complaint.narrative, complaint.contact_phone, complaint.receipt_hash):
        assert secret
        assert secret not in page
