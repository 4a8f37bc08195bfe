"""Hospital systems ask for registrations: draft, documents, submission, answers; and what they are refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import AuditRow
from edge.limits import limiter
from notifications.models import Message
from notifications.webhooks import add_endpoint
from registry.applications import ApplicationKind, ApplicationState
from registry.models import Ambulance, Application, ApplicationDocument
from registry.proposals import FIELDS, NEEDED_DOCUMENTS
from registry.services import approve, refuse, return_with_reasons
from tests import build
from tests.complaints.api_calls import faults, problem
from tests.registry.applications import World, asked, by, document
from tests.registry.staff_api import System

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh_limits():
    limiter().clear()


@pytest.fixture
def world():
    return World()


@pytest.fixture
def system(world):
    return System(world.hospital)


@pytest.fixture
def receiver(world):
    return System(world.other_hospital)


def begun(system, **body):
    answer = system.post("applications/", {"kind": "new", "proposed": asked(), **body})
    assert answer.status_code == 201, answer.content
    return answer.json()


def submitted(system, application):
    for purpose in NEEDED_DOCUMENTS[ApplicationKind(application["kind"])]:
        document(Application.objects.get(pk=application["id"]), purpose)
    answer = system.post(f"applications/{application['id']}/submit/", {"version": application["version"]})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_new_vehicle_is_registered_by_systems_alone_until_the_reviewer(system, world):
    draft = begun(system)
    assert (draft["state"], draft["ambulance"], draft["actions"]) == ("draft", None, ["save", "submit", "withdraw"])
    assert {fault["field"] for fault in draft["faults"]} == {
        f"document_{p}" for p in NEEDED_DOCUMENTS[ApplicationKind.NEW]
    }
    waiting = submitted(system, draft)
    assert (waiting["state"], waiting["faults"], waiting["actions"]) == ("submitted", [], ["withdraw"])
    assert waiting["due_on"] > waiting["submitted_at"][:10]
    application = Application.objects.get(pk=draft["id"])
    approve(application=application, version=application.version, **by(world.reviewer))
    told = system.get(f"applications/{draft['id']}/").json()
    assert told["state"] == "approved"
    [vehicle] = system.get("ambulances/").json()
    assert (vehicle["id"], vehicle["plate"]) == (told["ambulance"], draft["proposed"]["plate"])
    assert len(system.get(f"ambulances/{vehicle['id']}/markings/").json()) == 2


def test_the_answer_to_a_beginning_leads_to_the_application(system):
    answer = system.post("applications/", {"kind": "new"})
    assert system.get(answer.headers["Location"]).json()["id"] == answer.json()["id"]
    assert answer.json()["reference"].startswith("BA-")


def test_a_change_begins_with_what_is_registered(system, world):
    draft = begun(system, kind="change", ambulance=world.ambulance.pk, proposed={"colour": "黄色"})
    assert draft["proposed"]["vin"] == world.ambulance.vin
    assert draft["proposed"]["colour"] == "黄色"


def test_what_is_wrong_is_kept_as_sent_and_told(system):
    draft = begun(system)
    path = f"applications/{draft['id']}/"
    told = system.patch(path, {"version": draft["version"], "proposed": {"plate": "京A1", "vin": "kurz"}}).json()
    assert (told["proposed"]["plate"], told["proposed"]["vin"]) == ("京A1", "kurz")
    assert {"plate", "vin"} <= {fault["field"] for fault in told["faults"]}
    refused = system.post(f"{path}submit/", {"version": told["version"]})
    assert {"plate", "vin"} <= {field for field, _code in faults(refused)}
    assert Application.objects.get(pk=draft["id"]).state == ApplicationState.DRAFT


def test_a_warning_does_not_block(system):
    draft = begun(system, proposed=asked(inspection_valid_until="2026-01-31"))
    assert [(w["field"], w["code"]) for w in draft["warnings"]] == [("inspection_valid_until", "past")]
    assert submitted(system, draft)["state"] == "submitted"


def test_the_reasons_of_a_return_come_back_by_field(system, world):
    waiting = submitted(system, begun(system))
    application = Application.objects.get(pk=waiting["id"])
    return_with_reasons(
        application=application,
        version=application.version,
        field_reasons={"colour": "照片上是红色"},
        **by(world.reviewer),
    )
    told = system.get(f"applications/{waiting['id']}/").json()
    assert (told["state"], told["field_reasons"]) == ("returned", {"colour": "照片上是红色"})
    assert "submit" in told["actions"]
    assert world.reviewer.name not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "kind", "required"),
        ({"kind": "splendid"}, "kind", "invalid_choice"),
        ({"kind": "change"}, "ambulance", "required"),
        ({"kind": "change", "ambulance": 10**9}, "ambulance", "unknown"),
        ({"kind": "change", "ambulance": 10**30}, "ambulance", "max_value"),
        ({"kind": "change", "ambulance": "x"}, "ambulance", "invalid"),
        ({"kind": "new", "ambulance": 1}, "ambulance", "not-asked"),
        ({"kind": "new", "receiving_institution": "12000000000000019M"}, "receiving_institution", "not-asked"),
        ({"kind": "new", "proposed": []}, "proposed", "not_an_object"),
        ({"kind": "new", "proposed": {"splendid": 1}}, "splendid", "unknown-field"),
        ({"kind": "new", "proposed": {"plate": {}}}, "plate", "not-plain"),
        ({"kind": "new", "proposed": {"plate": 1.5}}, "plate", "not-plain"),
        ({"kind": "new", "proposed": {"plate": "x" * 501}}, "plate", "too-long"),
        ({"kind": "new", "proposed": {"plate": "\ud800"}}, "proposed", "unwritable"),
        ({"kind": "new", "proposed": {"plate": "\x00"}}, "plate", "control-character"),
        ({"kind": "new", "reason": "x" * 501}, "reason", "max_length"),
    ],
)
def test_what_cannot_be_begun_is_named_and_leaves_nothing(system, body, field, code):
    build.authority()
    assert (field, code) in faults(system.post("applications/", body))
    assert not Application.objects.exists()


def test_a_foreign_vehicle_is_as_unknown_as_none(system):
    foreign = build.ambulance()
    answers = [system.post("applications/", {"kind": "change", "ambulance": pk}) for pk in (foreign.pk, 10**9)]
    assert answers[0].content == answers[1].content
    assert faults(answers[0]) == {("ambulance", "unknown")}


def test_a_suspended_vehicle_is_not_suspended_again(system, world):
    Ambulance.objects.filter(pk=world.ambulance.pk).update(status="suspended")
    answer = system.post("applications/", {"kind": "suspension", "ambulance": world.ambulance.pk})
    problem(answer, 409, "not-in-this-state")


def test_who_writes_on_an_old_version_is_told_and_overwrites_nothing(system):
    draft = begun(system)
    path = f"applications/{draft['id']}/"
    body = {"version": draft["version"], "proposed": {"colour": "黄色"}}
    assert system.patch(path, body).status_code == 200
    told = problem(system.patch(path, {**body, "proposed": {"colour": "红色"}}), 409, "stale-version")
    assert str(draft["version"] + 1) in told["detail"]
    problem(system.post(f"{path}submit/", {"version": draft["version"]}), 409, "stale-version")
    assert Application.objects.get(pk=draft["id"]).proposed["colour"] == "黄色"


def test_what_was_decided_is_told_with_its_state(system, world):
    waiting = submitted(system, begun(system))
    application = Application.objects.get(pk=waiting["id"])
    refuse(application=application, version=application.version, reason="不符合规划", **by(world.reviewer))
    path = f"applications/{waiting['id']}/"
    for answer in (
        system.patch(path, {"version": waiting["version"], "proposed": {}}),
        system.post(f"{path}submit/", {"version": waiting["version"]}),
        system.post(f"{path}withdraw/", {}),
        system.attach(waiting["id"]),
    ):
        assert "Refused" in problem(answer, 409, "already-decided")["detail"]


def test_a_draft_is_withdrawn_for_good(system):
    draft = begun(system)
    told = system.post(f"applications/{draft['id']}/withdraw/", {"reason": "未购入"}).json()
    assert (told["state"], told["actions"]) == ("withdrawn", [])


def test_a_transfer_is_asked_of_the_other_side_and_answered_by_it(system, receiver, world):
    draft = begun(
        system,
        kind="transfer",
        ambulance=world.ambulance.pk,
        receiving_institution=world.other_hospital.credit_code,
        proposed={"fleet_number": "转01"},
        reason="院区调整",
    )
    path = f"applications/{draft['id']}/"
    problem(receiver.get(path), 404, "not-found")  # a draft is the owner's own
    assert submitted(system, draft)["state"] == "awaiting_other"
    seen = receiver.get(path).json()
    assert seen["actions"] == ["agree", "decline"]
    problem(system.post(f"{path}agree/", {"version": seen["version"]}), 403, "forbidden")
    assert ("reason", "required") in faults(receiver.post(f"{path}decline/", {"version": seen["version"]}))
    assert receiver.post(f"{path}agree/", {"version": seen["version"]}).json()["state"] == "submitted"
    problem(receiver.post(f"{path}agree/", {"version": seen["version"] + 1}), 409, "already-decided")


def test_a_transfer_is_declined_with_a_reason(system, receiver, world):
    application = world.waiting("transfer")
    path = f"applications/{application.pk}/"
    body = {"version": application.version, "reason": "没有泊位"}
    assert receiver.post(f"{path}decline/", body).json()["state"] == "returned"
    assert system.get(path).json()["decision_reason"] == "没有泊位"


@pytest.mark.parametrize("code", ["12000000000000019M", "x", ""])
def test_a_transfer_to_nobody_is_refused(system, world, code):
    body = {"kind": "transfer", "ambulance": world.ambulance.pk, "receiving_institution": code}
    assert {field for field, _code in faults(system.post("applications/", body))} == {"receiving_institution"}


def test_documents_are_attached_cleaned_and_removed(system):
    draft = begun(system)
    answer = system.attach(draft["id"])
    assert answer.status_code == 201, answer.content
    kept = answer.json()
    assert (kept["purpose"], kept["name"], len(kept["sha256"])) == ("vehicle_licence", "证.jpg", 64)
    path = f"applications/{draft['id']}/"
    assert system.get(path).json()["documents"] == [kept]
    assert system.call("delete", f"{path}documents/{kept['id']}/").status_code == 204
    assert not ApplicationDocument.objects.exists()
    problem(system.call("delete", f"{path}documents/{kept['id']}/"), 404, "not-found")


def test_what_is_no_document_is_named(system):
    draft = begun(system)
    assert faults(system.attach(draft["id"], content=b"MZ\x90\x00" * 100)) == {("file", "unsupported-type")}
    assert faults(system.attach(draft["id"], purpose="splendid")) == {("purpose", "invalid_choice")}
    assert faults(system.attach(draft["id"], content=b"")) == {("file", "empty")}
    problem(system.post(f"applications/{draft['id']}/documents/", {}), 415, "unsupported-media-type")
    assert not ApplicationDocument.objects.exists()


def test_another_institution_reaches_none_of_it(system, world):
    stranger = System(build.institution())
    application = world.submitted("new")
    attached = application.documents.first()
    path = f"applications/{application.pk}/"
    answers = [
        stranger.get(path),
        stranger.patch(path, {"version": 1}),
        *(stranger.post(f"{path}{step}/", {"version": 1, "reason": "x"}) for step in STEPS),
        stranger.attach(application.pk),
        stranger.call("delete", f"{path}documents/{attached.pk}/"),
    ]
    for answer in answers:
        problem(answer, 404, "not-found")
    assert stranger.get("applications/").json() == []
    own = begun(stranger)
    problem(stranger.call("delete", f"applications/{own['id']}/documents/{attached.pk}/"), 404, "not-found")
    assert Application.objects.get(pk=application.pk).version == application.version


STEPS = ("submit", "withdraw", "agree", "decline")


def test_the_list_is_narrowed_and_the_latest_change_stands_first(system, world):
    first, second = world.begun("new"), world.submitted("change")
    Application.objects.filter(pk=second.pk).update(updated_at=datetime(2026, 11, 24, tzinfo=UTC))

    def listed(**query):
        return [row["id"] for row in system.get("applications/", **query).json()]

    assert listed() == [second.pk, first.pk]
    assert listed(state="draft") == [first.pk]
    assert listed(kind="change") == [second.pk]
    assert listed(ambulance=world.ambulance.pk) == [second.pk]
    assert listed(updated_after="2026-11-23T23:00:00Z") == [second.pk]
    assert faults(system.get("applications/", state="x", kind="y")) == {
        ("state", "invalid_choice"),
        ("kind", "invalid_choice"),
    }


def test_every_write_is_on_record_with_the_key(system):
    draft = begun(system)
    submitted(system, draft)
    rows = AuditRow.objects.filter(action__startswith="application.")
    assert {row.action for row in rows} >= {"application.begun", "application.saved", "application.submitted"}
    assert {(row.actor_id, row.detail["via"]) for row in rows} == {(system.maker.pk, system.key.prefix)}


def test_lists_and_pages_cost_a_fixed_number_of_queries(system, world):
    world.begun("new")
    system.get("applications/")
    with CaptureQueriesContext(connection) as few:
        system.get("applications/")
    for _ in range(10):
        application = world.begun("new")
    with CaptureQueriesContext(connection) as many:
        assert len(system.get("applications/").json()) == 11
    assert len(few) == len(many) <= 3
    with CaptureQueriesContext(connection) as one:
        system.get(f"applications/{application.pk}/")
    assert len(one) <= 8


def test_systems_of_both_sides_are_told_of_a_decision_and_nobody_elses(system, world, settings):
    for hospital in (world.hospital, world.other_hospital, build.institution()):
        add_endpoint(owner=hospital, url="http://127.0.0.1:9/hooks", now=NOW)
    application = world.waiting("transfer")
    told = hooks()
    assert [(event["event"], event["state"]) for event in told] == [("application.transfer_asked", "awaiting_other")]
    assert (told[0]["application"], told[0]["plate"]) == (application.pk, world.ambulance.plate)
    assert told[0]["link"] == f"{settings.ENV.PUBLIC_BASE_URL}/api/v1/staff/applications/{application.pk}/"
    assert told[0]["occurred_at"].endswith("+08:00")
    application = world_agrees(world, application)
    assert [event["event"] for event in hooks()] == ["application.transfer_agreed"]
    approve(application=application, version=application.version, **by(world.reviewer))
    assert [event["event"] for event in hooks()] == ["application.approved"] * 2


def world_agrees(world, application):
    path = f"applications/{application.pk}/agree/"
    assert System(world.other_hospital).post(path, {"version": application.version}).status_code == 200
    return Application.objects.get(pk=application.pk)


def hooks():
    """The events queued since the last look."""
    found = list(Message.objects.filter(channel="webhook").order_by("pk"))
    bodies = [json.loads(message.context["body"]) for message in found]
    Message.objects.filter(pk__in=[message.pk for message in found]).delete()
    return bodies


@pytest.mark.parametrize(
    ("decide", "event"), [(refuse, "application.refused"), (return_with_reasons, "application.returned")]
)
def test_a_decision_is_told_without_the_reasons_people_wrote(world, decide, event):
    add_endpoint(owner=world.hospital, url="http://127.0.0.1:9/hooks", now=NOW)
    application = world.submitted("new")
    reasons: dict[str, Any] = {"field_reasons": {}} if decide is return_with_reasons else {}
    decide(application=application, version=application.version, reason="张三说的", **reasons, **by(world.reviewer))
    [told] = hooks()
    assert told["event"] == event
    assert "张三" not in json.dumps(told, ensure_ascii=False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["kind", "ambulance", "receiving_institution", "proposed", "reason", "version", "station"])
BODIES = st.dictionaries(NAMES, JSON, max_size=5) | JSON


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(body=BODIES, proposed=st.dictionaries(st.sampled_from(sorted(FIELDS)), JSON, max_size=6) | JSON)
def test_no_body_makes_the_server_stumble(world, system, body, proposed):
    limiter().clear()
    application = Application.objects.first() or world.begun("new")
    path = f"applications/{application.pk}/"
    raw = json.dumps(body)
    answers = [
        system.call("post", "applications/", raw),
        system.call("patch", path, raw),
        system.call("patch", path, {"version": application.version, "proposed": proposed}),
        system.call("post", f"{path}submit/", raw),
        system.call("post", f"{path}decline/", raw),
        system.call("patch", f"ambulances/{world.ambulance.pk}/", raw),
    ]
    assert max(answer.status_code for answer in answers) < 500
