"""What must be absent on the institution's side: every address, file, export, message and log line, byte by byte.

The addresses are not listed here: they are read from the table of the house, so that a page that is built tomorrow is
searched tomorrow.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from accounts.key_scopes import SCOPES_OF
from accounts.roles import BodyKind
from complaints.kinds import Kind
from complaints.models import ComplaintEvent, Question
from complaints.receipts import printed_receipt_code
from complaints.services.forwarding import recall, release_contact, return_reply
from complaints.wall import Audience
from edge.limits import limiter
from notifications.channels import CHANNELS
from notifications.models import Message
from notifications.rendering import render_parts
from registry.models import Marking
from tests import build
from tests.complaints.walled import (
    ANSWER,
    BETWEEN,
    EMAIL,
    FILE_NAME,
    NAME,
    OWN_NOTE,
    PHONE,
    PLACE,
    STORY,
    Bodies,
    Walled,
    bodies,
    walled,
)
from tests.config.url_table import OK
from tests.evidence.samples import SECRET
from tests.people import client_of
from tests.registry.staff_api import System

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TOO_OFTEN = 429
QUESTION, HER_ANSWER, TO_HER = "请问转账记录还在吗", "在我丈夫手机里", "您的件已受理请耐心等待"
WORDS_IN_ADDRESSES = {
    "file_format": ("csv", "xlsx"),
    "step_name": ("return", "when"),
    "action_name": ("suspend",),
    "kind": ("institution",),
    "name": ("0" * 32 + ".jpg",),
    "reference": ("AA00-0000",),
}
TIMES = (
    *("23日（星期一） 09:47", "23 09:47", "23T09:47", "23T01:47", "23 01:47", "09:47:31", "01:47:31"),
    *("22日（星期日） 23:38", "22 23:38", "22T23:38", "22T15:38", "22 15:38"),
)
"""The minute of receipt and of the event, as Chinese, English, machines and the database write them."""


def contact_of(_world: Walled) -> tuple[str, ...]:
    """What a release opens: name, phone, e-mail."""
    return (NAME, PHONE, EMAIL)


def secrets_of(world: Walled) -> tuple[str, ...]:
    """Everything else that tells who complained, leads to it, or was not meant for the institution."""
    complaint, evidence = world.complaint, world.evidence
    return (
        *(PLACE, "百花洲", STORY[:12], ANSWER, OWN_NOTE, BETWEEN, QUESTION, HER_ANSWER, TO_HER, SECRET),
        *(FILE_NAME.rpartition(".")[0], evidence.sha256, evidence.original_key, evidence.cleaned_key),
        *(complaint.reference, complaint.reference.replace("-", ""), complaint.receipt_hash),
        *(world.receipt_code, printed_receipt_code(world.receipt_code), complaint.contact_phone_hash),
        *TIMES,
    )


def filled(world: Walled) -> Walled:
    """Own notes, notes between authorities, words to the complainant, a question with its answer."""
    world.case.accepted()
    for audience, text in (
        (Audience.OWN, OWN_NOTE),
        (Audience.AUTHORITIES, BETWEEN),
        (Audience.COMPLAINANT, TO_HER),
        (Audience.COMPLAINANT, HER_ANSWER),
    ):
        ComplaintEvent.objects.create(
            complaint=world.complaint,
            handling=world.part,
            action="note",
            state=world.complaint.state,
            side="handler",
            audience=audience,
            text=text,
            actor=world.desk.handler,
            at=world.at,
        )
    Question.objects.create(
        handling=world.part,
        text=QUESTION,
        asked_by=world.desk.handler,
        asked_at=world.at,
        answer=HER_ANSWER,
        answered_at=world.at,
    )
    return world


def patterns(found: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, list[str]]]:
    """(name, parameters) of every named address outside Django's admin."""
    for pattern in found:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from patterns(pattern.url_patterns, inner)
        elif pattern.name:
            shape = pattern.pattern
            asked = shape.converters if isinstance(shape, RoutePattern) else shape.regex.groupindex
            yield f"{space}{pattern.name}", list(asked)


def addresses(keys: tuple[int, ...], code: str) -> list[str]:
    """Every address of the house with every one of `keys` in every place that takes one."""
    values = {**WORDS_IN_ADDRESSES, "code": (code,), "draft_id": ("x",), "token": ("x",)}
    found = []
    for name, parameters in patterns(get_resolver().url_patterns):
        choices = [values.get(one, tuple(map(str, keys))) for one in parameters]
        for chosen in product(*choices):
            try:
                found.append(reverse(name, kwargs=dict(zip(parameters, chosen, strict=True))))
            except NoReverseMatch:
                continue
    return found


QUERIES = {"/staff/forwarded/": ("", "?tab=all", "?tab=replied"), "/staff/search/": ("?q={plate}",)}


def walked(client: Client, keys: tuple[int, ...], world: Walled | Bodies, code: str) -> dict[str, tuple[int, str]]:
    """Address → status and all of the answer, headers included, as text in which to search."""
    found = {}
    for address in addresses(keys, code):
        for query in QUERIES.get(address, ("",)):
            asked = query.format(plate=plate_of(world))
            response = patiently(client.get, address + asked)
            found[address + query] = (response.status_code, answer_of(response))
    return found


def patiently(get, address: str):
    """The answer itself: "too often" would hide what is searched for."""
    response = get(address)
    if response.status_code == TOO_OFTEN:
        limiter().clear()
        response = get(address)
    assert response.status_code != TOO_OFTEN, address
    return response


def plate_of(world: Walled | Bodies) -> str:
    vehicle = world.complaint.ambulance if isinstance(world, Walled) else world.vehicle
    return vehicle.plate if vehicle else ""


def answer_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return f"{dict(response.headers)}\n{content.decode('utf-8', errors='replace')}\n{content.decode('latin-1')}"


def keys_of(world: Walled) -> tuple[int, ...]:
    """The keys of everything the case is made of, and one that nothing has."""
    rows = (world.complaint, world.part, world.evidence, world.hospital, world.complaint.ambulance)
    keys = {row.pk for row in rows if row} | set(world.part.forwardings.values_list("pk", flat=True))
    return tuple(sorted(keys | {999_999_999}))


def betrayals(world: Walled, secrets: tuple[str, ...], *, allowed: str = "") -> list[str]:
    """Where one of the institution's people, another institution's, or its system reads a secret."""
    vehicle = world.complaint.ambulance
    code = (Marking.objects.filter(ambulance=vehicle).first() or build.marking(ambulance=vehicle)).code
    clients = {who: world.client(who) for who in ("everything", "other")}
    found = []
    for who, client in clients.items():
        for address, (_status, answer) in walked(client, keys_of(world), world, code).items():
            if who == "everything" and allowed and address == allowed:
                continue
            found += [f"{who} at {address}: {secret}" for secret in secrets if secret and secret in answer]
    return found + by_key(world, secrets, code)


def by_key(world: Walled, secrets: tuple[str, ...], code: str) -> list[str]:
    """What the systems of the hospital, and of another institution, read with a key that is good for everything."""
    found = []
    for institution in (world.hospital, world.officers["other"].institution):
        assert institution is not None
        system = System(institution, scopes=SCOPES_OF[BodyKind.INSTITUTION])
        answers = [
            (path, patiently(system.get, path)) for path in addresses(keys_of(world), code) if path.startswith("/api/")
        ]
        assert "/api/v1/staff/forwarded/" in {path for path, answer in answers if answer.status_code == OK}
        found += [
            f"{institution} at {path}: {secret}"
            for path, answer in answers
            for secret in secrets
            if secret and secret in answer_of(answer)
        ]
    return found


def in_messages(world: Walled, secrets: tuple[str, ...]) -> list[str]:
    """Secrets in what is written to anybody of the institutions, as it is sent."""
    recipients = {each.email for each in world.officers.values()}
    found = []
    for message in Message.objects.all():
        if message.recipient in recipients:
            parts = CHANNELS[message.channel].parts
            sent = str(render_parts(message.template, message.language, parts, message.context))
            found += [f"{message.template}: {secret}" for secret in secrets if secret in sent + str(message.context)]
    return found


def before(world: Walled) -> None:
    """Handled, but nothing sent."""


def sent(world: Walled) -> None:
    """With the institution."""
    world.forwarded()


def answered(world: Walled) -> None:
    """Replied, returned, replied again."""
    world.forwarded()
    world.replied()
    return_reply(**world.at_forwarding(note="请附退款凭证。"))
    world.replied(text="凭证已附。")


def taken_back(world: Walled) -> None:
    """Sent and taken back."""
    world.forwarded()
    recall(**world.at_forwarding(reason="误发"))


def decided(world: Walled) -> None:
    """Concluded, and sent for the measures to be carried out."""
    world.case.concluded()
    world.forwarded(summary="责令退还多收费用，十个工作日内报告。")


@pytest.mark.parametrize("stage", [before, sent, answered, taken_back, decided])
def test_no_answer_of_any_address_holds_what_identifies(stage, caplog):
    caplog.set_level(logging.INFO)
    world = filled(walled())
    stage(world)
    secrets = (*contact_of(world), *secrets_of(world))
    assert not betrayals(world, secrets)
    assert not in_messages(world, secrets)
    lines = caplog.text
    assert not [secret for secret in (*contact_of(world), PLACE, STORY[:12], world.receipt_code) if secret in lines]


@pytest.mark.parametrize("stage", [before, decided])
def test_no_answer_of_any_address_holds_what_identifies_a_reporter(stage):
    world = filled(walled(kind=Kind.UNLAWFUL_OPERATION))
    stage(world)
    secrets = (*contact_of(world), *secrets_of(world))
    assert not betrayals(world, secrets)
    assert not in_messages(world, secrets)


def test_a_released_contact_stands_on_one_page_for_one_duty_and_nowhere_else():
    world = filled(walled())
    world.forwarded()
    release_contact(**world.at_forwarding(reason="核对退款账户"))
    page = reverse("forwarded:one", args=[world.sent.pk])
    assert not betrayals(world, (*contact_of(world), "核对退款账户"), allowed=page)
    assert not betrayals(world, secrets_of(world))
    assert not in_messages(world, (*contact_of(world), *secrets_of(world)))
    officer = answer_of(world.client("complaint_officer").get(page))
    assert all(secret in officer for secret in contact_of(world))
    for who in ("institution_admin", "fleet_manager", "other"):
        assert world.client(who).get(page).status_code in {403, 404}


VARIABLE = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(r"nonce-[A-Za-z0-9+/=_-]+"),
    re.compile(r"'Set-Cookie': '[^']*'"),
    re.compile(r"'(Expires|Content-Length)': '[^']*'"),
)
WRITES_ITSELF = re.compile(
    r"export|healthz|^/staff/audit|^/api/v1/schema|^/api/v1/docs|readyz|^/complaints/|account|language"
)
"""Exports leave a row in the record, which then is longer; the public's and the account's own pages hold tokens."""


def settled(answer: str) -> str:
    """The answer without what differs between any two requests."""
    for each in VARIABLE:
        answer = each.sub("", answer)
    return answer


def test_before_anything_is_sent_every_page_of_the_institution_is_byte_for_byte_as_if_nobody_had_complained():
    here = bodies()
    code = build.marking(ambulance=here.vehicle).code
    keys = tuple({1, here.hospital.pk})
    clients = {who: client_of(here.officers[who]) for who in ("everything", "other")}
    silent = {who: walked(client, keys, here, code) for who, client in clients.items()}
    filled(walled(at=here))
    for who, client in clients.items():
        for address, (status, answer) in walked(client, keys, here, code).items():
            if not WRITES_ITSELF.search(address):
                assert (status, settled(answer)) == (silent[who][address][0], settled(silent[who][address][1])), address
    told = {one.recipient for one in Message.objects.all()}
    assert not told & {each.email for each in here.officers.values()}


def test_a_case_that_exists_and_one_that_does_not_answer_alike():
    world = filled(walled())
    world.forwarded(institution=world.officers["other"].institution)
    client = world.client("everything")
    pairs = [
        (reverse("cases:case", args=[world.complaint.pk]), reverse("cases:case", args=[999_999])),
        (reverse("forwarded:one", args=[world.sent.pk]), reverse("forwarded:one", args=[999_999])),
        (reverse("forwarded:file", args=[world.sent.pk, 1]), reverse("forwarded:file", args=[999_999, 1])),
        (reverse("wall:evidence", args=[world.complaint.pk]), reverse("wall:evidence", args=[999_999])),
        (reverse("wall:person", args=[world.complaint.pk]), reverse("wall:person", args=[999_999])),
        (f"/staff/search/?q={world.complaint.reference}", "/staff/search/?q=ZZ99-9999"),
        (
            f"/staff/audit/?thing=complaints.Complaint:{world.complaint.pk}",
            "/staff/audit/?thing=complaints.Complaint:999999",
        ),
    ]
    for there, nowhere in pairs:
        real, none = client.get(there), client.get(nowhere)
        assert real.status_code == none.status_code
        assert without(there, real) == without(nowhere, none), there


def without(address: str, response) -> str:
    """The answer without what was asked for, which it may repeat."""
    typed = address.rpartition("=")[2]
    return settled(answer_of(response)).replace(address, "").replace(typed, "").replace(quote(typed, safe=""), "")


def test_the_administrator_of_the_institution_reads_its_own_deeds_and_no_reference_in_them():
    world = filled(walled())
    answered(world)
    record = answer_of(world.client("institution_admin").get("/staff/audit/"))
    assert "forwarding.replied" in record or world.sent.number in record
    for secret in (*contact_of(world), *secrets_of(world), f"complaints.Complaint:{world.complaint.pk}"):
        assert secret not in record
