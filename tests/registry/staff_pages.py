"""Who sits at the desks of these tests: a hospital and its authority, another hospital, another province."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from directory.kinds import AuthorityKind
from directory.models import Authority, Institution
from tests import build
from tests.people import client_of, person


@dataclass(frozen=True)
class Desks:
    """Bodies and people, each with a browser that is signed in."""

    hospital: Institution
    other_hospital: Institution
    authority: Authority
    people: dict[str, User]
    clients: dict[str, Client]


def desks() -> Desks:
    """Nanchang's health authority reviews Donghu's hospitals; Beijing's does not."""
    hospital, other_hospital = build.institution(name="东湖医院"), build.institution(name="另一医院")
    authority = build.authority(division=build.division("360100"))
    beijing = build.authority(division=build.division("110000"))
    police = build.authority(kind=AuthorityKind.POLICE, division=build.division("360000"))
    tcm = build.authority(kind=AuthorityKind.TCM, division=build.division("360000"))
    people = {
        "fleet_manager": person(Role.FLEET_MANAGER, body=hospital),
        "institution_admin": person(Role.INSTITUTION_ADMIN, body=hospital),
        "complaint_officer": person(Role.COMPLAINT_OFFICER, body=hospital),
        "other_fleet_manager": person(Role.FLEET_MANAGER, body=other_hospital),
        "reviewer": person(Role.REVIEWER, body=authority),
        "authority_admin": person(Role.AUTHORITY_ADMIN, body=authority),
        "supervisor": person(Role.SUPERVISOR, body=authority),
        "province_reviewer": person(Role.REVIEWER, body=tcm),
        "other_reviewer": person(Role.REVIEWER, body=beijing),
        "police": person(Role.SUPERVISOR, body=police),
        "system_admin": person(Role.SYSTEM_ADMIN),
    }
    clients = {name: client_of(user) for name, user in people.items()}
    return Desks(hospital, other_hospital, authority, people, clients)


def queries(client: Client, address: str) -> int:
    """How many queries a page takes. The first request of a session also notes when it was last seen: not counted."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
