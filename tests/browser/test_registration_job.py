"""The registration, end to end: invited, enrolled, registered, returned, corrected, approved, scanned, kept apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import URLResolver
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import audit_guards
from accounts.models import AuditRow, User
from accounts.roles import Role
from accounts.second_factor import totp_code
from directory.formats import make_credit_code
from notifications.models import Message
from registry.models import Ambulance, Application
from tests import build
from tests.browser.conftest import CHINESE, DESKTOP
from tests.browser.walk import scanned
from tests.people import SECRET, client_of, enrol, person
from tests.registry.application_forms import RIGHT, picture

pytestmark = pytest.mark.django_db(transaction=True)

NEW_PASSWORD = "seven-blue-kettles-sing"
HOSPITAL = "南昌市东湖区新开医院"
PAPERS = ("vehicle_licence", "photo_left", "photo_right", "photo_rear", "positioning_certificate")


@dataclass
class Cast:
    """Who is there before the story begins."""

    authority_admin: User
    reviewer: User
    other_hospital: Client
    other_province: Client


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    here = build.authority(name="东湖区卫生健康委员会")
    beijing = build.authority(division=build.division("110105"))
    return Cast(
        authority_admin=enrol(person(Role.AUTHORITY_ADMIN, body=here, name="主管管理员")),
        reviewer=enrol(person(Role.REVIEWER, body=here, name="审核员甲")),
        other_hospital=client_of(person(Role.FLEET_MANAGER, body=build.institution())),
        other_province=client_of(person(Role.REVIEWER, body=beijing)),
    )


@pytest.fixture
def desk(browser: Browser, live_server: Any, settings: Any) -> Callable[..., Any]:
    """`with desk() as page`: a browser of its own for each person; a script error or refused resource fails."""
    settings.ENV = settings.ENV.model_copy(update={"PUBLIC_BASE_URL": live_server.url})

    @contextmanager
    def opened(**device: Any) -> Iterator[Page]:
        with browser.new_context(base_url=live_server.url, **CHINESE, **{**DESKTOP, **device}) as context:
            context.set_default_timeout(10_000)
            page = context.new_page()
            faults: list[str] = []
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
            yield page
            assert not faults, "\n".join(faults)

    return opened


def give_password(page: Page, email: str, password: str) -> None:
    page.goto("/staff/login/")
    page.fill("#id_login", email)
    page.fill("#id_password", password)
    page.click("main button[type=submit]")


def sign_in(page: Page, user: User) -> None:
    give_password(page, user.email, "correct-horse-battery-77")
    page.fill("#id_code", totp_code(SECRET, timezone.now()))
    page.click("main button[type=submit] >> nth=0")
    expect(page.locator("#rail")).to_be_visible()


def invited_link(email: str) -> str:
    """The link in the mail."""
    mails = [mail for mail in Message.objects.order_by("-pk") if mail.recipient == email]
    return str(mails[0].context["link"])


def take_up(page: Page, email: str, axe: Callable[[Page], None]) -> None:
    """Open the account by the link of the mail, and set up a phone before anything else is seen."""
    page.goto(invited_link(email))
    page.fill("#id_password", NEW_PASSWORD)
    page.fill("#id_again", NEW_PASSWORD)
    page.click("main button[type=submit]")
    give_password(page, email, NEW_PASSWORD)
    page.goto("/staff/applications/")
    expect(page.locator(".totp svg")).to_be_visible()
    axe(page)
    page.fill("#id_code", totp_code(page.inner_text("#totp-key"), timezone.now()))
    page.click("main button[type=submit]")
    expect(page.locator(".recovery code")).to_have_count(10)


def invite_hospital(page: Page, email: str) -> None:
    page.goto(reverse("accounts:invite_institution"))
    page.fill("#id_institution_name", HOSPITAL)
    page.select_option("#id_kind", index=0)
    page.fill("#id_credit_code", make_credit_code("12360100888888888"))
    page.select_option("#id_division", "360102")
    page.fill("#id_complaint_phone", "0791-86661234")
    page.fill("#id_name", "新院管理员")
    page.fill("#id_email", email)
    page.click("main form.box button[type=submit]")
    expect(page.locator(".errors")).to_have_count(0)


def invite_manager(page: Page, email: str) -> None:
    page.goto(reverse("accounts:invite"))
    page.fill("#id_email", email)
    page.fill("#id_name", "陈车管")
    page.check("input[name=roles][value=fleet_manager]")
    page.click("main form.box button[type=submit]")
    expect(page.locator(".errors")).to_have_count(0)


def type_in(page: Page, typed: dict[str, str]) -> None:
    for name, value in typed.items():
        field = page.locator(f"main [name={name}]")
        if value == "true":
            field.check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def register(page: Page, axe: Callable[[Page], None], screenshot: Callable[[Page, str], Any]) -> Application:
    """A new registration: a look-alike letter is caught on leaving the field, five documents, submitted."""
    page.goto(reverse("staff:applications"))
    page.click(f"a[href='{reverse('staff:application_new')}']")
    page.click("main form button[type=submit]")
    page.fill("#id_plate", "赣AO4321")
    page.locator("#id_vin").focus()
    page.click("button.suggestion")
    expect(page.locator("#id_plate")).to_have_value("赣A04321")
    type_in(page, {**RIGHT, "licence_owner": HOSPITAL, "colour": "黄色"})
    for number, purpose in enumerate(PAPERS):
        page.select_option("#id_purpose", purpose)
        page.set_input_files(
            "#id_upload", {"name": f"{purpose}.jpg", "mimeType": "image/jpeg", "buffer": picture(number).read()}
        )
        expect(page.locator(".papers img")).to_have_count(number + 1)
    axe(page)
    screenshot(page, "registration-form")
    page.click("button[name=do][value=submit]")
    expect(page.locator("[name=plate]")).to_have_count(0)
    return Application.objects.get()


def send_back(page: Page, application: Application, axe: Callable[[Page], None]) -> None:
    """From the queue; the photo is looked at large by keyboard, then returned with a reason beside the colour."""
    page.goto(reverse("staff:applications"))
    axe(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#row_colour")).to_contain_text("黄色")
    axe(page)
    page.locator("a[data-picture]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog[data-pictures]")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("dialog [data-words]")).to_contain_text("2/5")
    page.keyboard.press("Escape")
    page.fill("[name=reason_colour]", "照片上是白色，请更正")
    page.click("button[name=do][value=return]")
    expect(page.locator("button[name=do]")).to_have_count(0)
    application.refresh_from_db()
    assert application.state == "returned"


def correct(page: Page, application: Application) -> None:
    page.goto(reverse("staff:application", args=[application.pk]))
    expect(page.locator("[data-field=colour]")).to_contain_text("照片上是白色，请更正")
    page.fill("#id_colour", "白色")
    page.click("button[name=do][value=submit]")
    expect(page.locator("[name=plate]")).to_have_count(0)


def approve(page: Page, application: Application, screenshot: Callable[[Page, str], Any]) -> Ambulance:
    page.goto(reverse("staff:application", args=[application.pk]))
    screenshot(page, "registration-review")
    page.click("button[name=do][value=approve]")
    expect(page.locator("button[name=do]")).to_have_count(0)
    return Ambulance.objects.get(plate="赣A54321")


def addresses_about(application: Application, ambulance: Ambulance) -> list[str]:
    """Every address of the desk that names this application, its vehicle, its codes or its documents."""
    known = {
        "application": {"pk": application.pk, "document_pk": application.documents.earliest("pk").pk},
        "ambulance": {
            "pk": ambulance.pk,
            "marking_pk": ambulance.markings.earliest("pk").pk,
        },
        "code": {"pk": ambulance.pk, "marking_pk": ambulance.markings.earliest("pk").pk},
    }
    choices = {"ambulance_act": "change", "code_act": "mount"}
    found = []
    for pattern in desk_patterns():
        name = pattern.name or ""
        wanted = set(pattern.pattern.regex.groupindex)
        values = known.get(name.split("_")[0], {})
        if "pk" not in wanted or not values:
            continue
        arguments: dict[str, Any] = {key: value for key, value in values.items() if key in wanted}
        if "action_name" in wanted:
            arguments["action_name"] = choices[name]
        found.append(reverse(f"staff:{name}", kwargs=arguments))
    return found


def desk_patterns() -> Iterator[URLPattern]:
    """All addresses in the namespace of the desk."""

    def walk(patterns: list[URLPattern | URLResolver], is_desk: bool) -> Iterator[URLPattern]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, is_desk or pattern.namespace == "staff")
            elif is_desk:
                yield pattern

    yield from walk(get_resolver().url_patterns, False)


def nobody_else_finds_it(cast: Cast, application: Application, ambulance: Ambulance) -> None:
    addresses = addresses_about(application, ambulance)
    assert len(addresses) >= 7, addresses
    for stranger in (cast.other_hospital, cast.other_province):
        for address in addresses:
            statuses = {stranger.get(address).status_code, stranger.post(address, {"do": "approve"}).status_code}
            assert statuses <= {404, 405}, (address, statuses)
            assert 404 in statuses, (address, statuses)


def the_record_holds_until_it_is_touched() -> None:
    assert {"application.submitted", "application.returned", "application.approved"} <= set(
        AuditRow.objects.values_list("action", flat=True)
    )
    call_command("verify_audit")
    number = AuditRow.objects.get(action="application.returned").number
    with audit_guards.lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_auditrow SET actor_name = 'somebody else' WHERE number = %s", [number])
    with pytest.raises((CommandError, SystemExit)) as found:
        call_command("verify_audit")
    assert getattr(found.value, "returncode", getattr(found.value, "code", 1)) == 1


def test_a_hospital_is_invited_registers_an_ambulance_and_a_citizen_scans_it(
    cast, desk, phone, axe, screenshot, capsys
):
    with desk() as authority:
        sign_in(authority, cast.authority_admin)
        axe(authority)
        invite_hospital(authority, "admin@newhospital.example")
    with desk() as admin:
        take_up(admin, "admin@newhospital.example", axe)
        invite_manager(admin, "fleet@newhospital.example")
    with desk() as manager, desk() as reviewer:
        take_up(manager, "fleet@newhospital.example", axe)
        application = register(manager, axe, screenshot)
        sign_in(reviewer, cast.reviewer)
        send_back(reviewer, application, axe)
        correct(manager, application)
        ambulance = approve(reviewer, application, screenshot)
        manager.goto(reverse("staff:application", args=[application.pk]))
        axe(manager)
    assert ambulance.colour == "白色"
    phone.goto(scanned(phone, ambulance.markings.earliest("pk")))
    expect(phone.locator("main")).to_contain_text(HOSPITAL)
    expect(phone.locator("main")).to_contain_text("赣A·54321")
    expect(phone.locator("main img.photo")).to_have_count(1)
    nobody_else_finds_it(cast, application, ambulance)
    the_record_holds_until_it_is_touched()
