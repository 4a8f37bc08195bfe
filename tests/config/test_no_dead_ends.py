"""Whoever signs in is offered nothing that answers with a refusal."""

from __future__ import annotations

import re
from html import unescape

import pytest

from accounts.roles import Role
from tests import build
from tests.people import client_of, person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PLACES = ("/staff/", "/staff/ambulances/", "/staff/second-factor/")
OF_INSTITUTION = (Role.COMPLAINT_OFFICER, Role.FLEET_MANAGER, Role.INSTITUTION_ADMIN)
OF_AUTHORITY = (Role.HANDLER, Role.SUPERVISOR, Role.REVIEWER, Role.AUTHORITY_ADMIN, Role.HOTLINE_CLERK)


@pytest.mark.parametrize("role", [*OF_INSTITUTION, *OF_AUTHORITY])
def test_no_first_page_leads_to_a_refusal(role):
    body = build.institution() if role in OF_INSTITUTION else build.authority()
    client = client_of(person(role, body=body))
    for place in PLACES:
        page = client.get(place)
        if page.status_code == 403:
            continue  # not offered: the rail of this person does not lead there
        for address in set(re.findall(r'href="(/staff/[^"#]*)', page.content.decode())):
            if "logout" not in address:
                answer = client.get(unescape(address))
                assert answer.status_code in {200, 302, 303}, f"{place} → {address}"
