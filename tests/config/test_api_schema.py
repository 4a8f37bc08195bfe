"""The API tells about itself: a valid document without warnings, true to what is answered, and a page to read it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import jsonschema  # type: ignore[import-untyped]  # has no types
import pytest
import time_machine
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from complaints.kinds import Kind
from edge.limits import limiter
from tests import build
from tests.complaints.api_calls import complaint, send
from tests.complaints.desk import case
from tests.complaints.office_calls import Office
from tests.complaints.open311_calls import SPAN, TODAY, call, several
from tests.complaints.platform_calls import Hotline
from tests.complaints.test_open311_posting import body, post
from tests.config.url_table import CASE_STEPS
from tests.registry.staff_api import System

SCHEMA = "/api/v1/schema/"
KEYED = {"401", "403", "429"}
FOLLOW_UP = {"200", "400", "404", "409", "415", "429"}
STEP = {"200", "400", "404", "409", "415", *KEYED}
CASE_STEP = {*STEP, "422"}
CASE_PART = "/api/v1/staff/cases/{id}/parts/{part_pk}"
OPERATIONS = {
    ("/api/v1/ambulances/", "get"): {"200", "400", "429"},
    ("/api/v1/ambulances/{code}/", "get"): {"200", "404", "429"},
    ("/api/v1/complaints/", "post"): {"200", "201", "400", "413", "415", "422", "429", "503", "507"},
    ("/api/v1/complaints/{reference}/", "get"): {"200", "404", "429"},
    ("/api/v1/complaints/{reference}/material/", "post"): {*FOLLOW_UP, "413", "503", "507"},
    ("/api/v1/complaints/{reference}/answers/", "post"): {*FOLLOW_UP, "413", "503", "507"},
    ("/api/v1/complaints/{reference}/withdrawal/", "post"): FOLLOW_UP,
    ("/api/v1/complaints/{reference}/rating/", "post"): FOLLOW_UP,
    ("/api/v1/complaints/{reference}/review/", "post"): FOLLOW_UP,
    ("/api/v1/divisions/", "get"): {"200", "400", "429"},
    ("/api/v1/complaint-kinds/", "get"): {"200", "429"},
    ("/api/v1/platform/complaints/", "get"): {"200", "400", *KEYED},
    ("/api/v1/platform/complaints/", "post"): {"200", "201", "400", "413", "415", "422", "503", "507", *KEYED},
    ("/api/v1/platform/complaints/{platform_reference}/", "get"): {"200", "404", *KEYED},
    ("/api/v1/staff/ambulances/", "get"): {"200", "400", *KEYED},
    ("/api/v1/staff/ambulances/{id}/", "get"): {"200", "404", *KEYED},
    ("/api/v1/staff/ambulances/{id}/", "patch"): {"200", "400", "404", "409", "415", *KEYED},
    ("/api/v1/staff/ambulances/{id}/markings/", "get"): {"200", "404", *KEYED},
    ("/api/v1/staff/applications/", "get"): {"200", "400", *KEYED},
    ("/api/v1/staff/applications/", "post"): {"201", "400", "409", "415", *KEYED},
    ("/api/v1/staff/applications/{id}/", "get"): {"200", "404", *KEYED},
    ("/api/v1/staff/applications/{id}/", "patch"): STEP,
    ("/api/v1/staff/applications/{id}/documents/", "post"): {*STEP - {"200"}, "201", "413", "503", "507"},
    ("/api/v1/staff/applications/{id}/documents/{document_pk}/", "delete"): {"204", "404", "409", *KEYED},
    ("/api/v1/staff/applications/{id}/submit/", "post"): STEP,
    ("/api/v1/staff/applications/{id}/withdraw/", "post"): STEP,
    ("/api/v1/staff/applications/{id}/agree/", "post"): STEP,
    ("/api/v1/staff/applications/{id}/decline/", "post"): STEP,
    ("/api/v1/staff/cases/", "get"): {"200", "400", *KEYED},
    ("/api/v1/staff/cases/{id}/", "get"): {"200", "404", *KEYED},
    **{(f"{CASE_PART}/{step}/", "post"): CASE_STEP for step in CASE_STEPS},
    ("/api/v1/staff/forwarded/", "get"): {"200", "400", *KEYED},
    ("/api/v1/staff/forwarded/{id}/", "get"): {"200", "404", *KEYED},
    ("/api/v1/staff/forwarded/{id}/reply/", "post"): {*CASE_STEP, "413", "503", "507"},
    ("/open311/discovery.{form}", "get"): {"200", "429"},
    ("/open311/v2/discovery.{form}", "get"): {"200", "429"},
    ("/open311/v2/services.{form}", "get"): {"200", "429"},
    ("/open311/v2/services/{service_code}.{form}", "get"): {"200", "404", "429"},
    ("/open311/v2/requests.{form}", "get"): {"200", "400", "404", "429"},
    ("/open311/v2/requests.{form}", "post"): {"200", "201", "400", "403", "404", "429"},
    ("/open311/v2/requests/{service_request_id}.{form}", "get"): {"200", "404", "429"},
    ("/open311/v2/tokens/{token}.{form}", "get"): {"200", "404", "429"},
}


@pytest.fixture(autouse=True)
def fresh():
    limiter().clear()


@pytest.fixture
def document():
    return Client().get(SCHEMA, headers={"Accept-Language": "en"}).json()


def test_the_document_is_valid_and_made_without_a_warning():
    written = StringIO()
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=written)
    assert yaml.safe_load(written.getvalue())["openapi"].startswith("3.")


def test_every_operation_is_there_with_every_answer(document):
    found = {
        (path, method): set(operation["responses"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert found == OPERATIONS


def test_every_refusal_is_documented_as_a_problem_with_an_example(document):
    for path, methods in document["paths"].items():
        if path.startswith("/open311/"):
            continue  # refuses in the form of its own specification
        for operation in methods.values():
            refusals = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert refusals
            for status, answer in refusals.items():
                examples = answer["content"]["application/problem+json"]["examples"]
                assert {example["value"]["status"] for example in examples.values()} == {int(status)}


def openapi_schema(document, name):
    """A component as plain JSON schema: OpenAPI 3.0's `nullable` is left to the caller's choice of data."""
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


@pytest.mark.django_db
def test_what_is_answered_is_what_the_document_says(document):
    card = Client().get(f"/api/v1/ambulances/{build.marking().code}/").json()
    jsonschema.validate(card, openapi_schema(document, "Card"))
    jsonschema.validate(send().json(), openapi_schema(document, "Receipt"))
    jsonschema.validate(complaint(), openapi_schema(document, "ComplaintRequest"))
    refused = send(complaint(kind="x")).json()
    jsonschema.validate(refused, openapi_schema(document, "Problem"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**card, "standing": "splendid"}, openapi_schema(document, "Card"))


@pytest.mark.django_db
def test_what_hospital_systems_get_is_what_the_document_says(document):
    system = System(build.institution())
    vehicle = build.ambulance(institution=system.key.institution)
    build.marking(ambulance=vehicle)
    draft = system.post("applications/", {"kind": "change", "ambulance": vehicle.pk, "proposed": {"plate": "京A1"}})
    answers = {
        "Vehicle": system.get(f"ambulances/{vehicle.pk}/"),
        "Application": draft,
        "Document": system.attach(draft.json()["id"]),
        "Problem": system.get("ambulances/1000000/"),
    }
    for name, answer in answers.items():
        jsonschema.validate(answer.json(), with_nulls(openapi_schema(document, name)))
    rows = {"Marking": f"ambulances/{vehicle.pk}/markings/", "ApplicationRow": "applications/"}
    for name, path in rows.items():
        [row] = system.get(path).json()
        jsonschema.validate(row, with_nulls(openapi_schema(document, name)))
        assert set(row) == set(document["components"]["schemas"][name]["properties"])


@pytest.mark.django_db
def test_what_platforms_get_is_what_the_document_says(document, monkeypatch):
    monkeypatch.setattr("complaints.api_platform.SETTLED", timedelta(seconds=-1))
    hotline = Hotline()
    answers = {
        "PlatformComplaintRequest": {**complaint(), "platform_reference": "A-1"},
        "PlatformStory": hotline.hand_over(reference="A-1").json(),
        "PlatformSteps": hotline.news().json(),
    }
    assert answers["PlatformSteps"]["steps"]
    for name, answer in answers.items():
        jsonschema.validate(answer, with_nulls(openapi_schema(document, name)))
        if name != "PlatformComplaintRequest":
            assert set(answer) == set(document["components"]["schemas"][name]["properties"])


@pytest.mark.django_db
def test_what_authorities_get_is_what_the_document_says(document):
    one = case()
    office = Office(one.desk.authority)
    [row] = office.list().json()
    answers = {
        "CaseRow": row,
        "Case": office.read(one).json(),
        "Stepped": office.step(one, "accept").json(),
        "Problem": office.step(one, "accept", version=1).json(),
    }
    for name, answer in answers.items():
        jsonschema.validate(answer, with_nulls(openapi_schema(document, name)))
        if name != "Problem":
            assert set(answer) == set(document["components"]["schemas"][name]["properties"])


@time_machine.travel(TODAY, tick=False)
@pytest.mark.django_db
def test_what_open311_clients_get_is_what_the_document_says(document):
    several()
    hotline = Hotline(scopes=["complaints:write"])
    posted = post(body(hotline)).json()
    [listed, *_others] = call("requests.json", SPAN).json()
    answers = {
        "Open311Discovery": Client().get("/open311/discovery.json").json(),
        "Open311Service": call("services.json").json()[0],
        "Open311Definition": call("services/overcharging.json").json(),
        "Open311Request": listed,
        "Open311Posted": posted[0],
        "Open311Error": call("requests/nonsense.json").json()[0],
    }
    for name, answer in answers.items():
        jsonschema.validate(answer, with_nulls(openapi_schema(document, name)))
        assert set(answer) == set(document["components"]["schemas"][name]["properties"])


def test_every_question_of_every_open311_service_is_a_field_of_its_form(document):
    [body, _same] = document["paths"]["/open311/v2/requests.{form}"]["post"]["requestBody"]["content"].values()
    fields = body["schema"]["properties"]
    for kind in Kind:
        for asked in call(f"services/{kind}.json").json()["attributes"]:
            assert f"attribute[{asked['code']}]" in fields


def with_nulls(schema):
    """The schema with OpenAPI 3.0's `nullable` said as plain JSON schema says it."""
    if isinstance(schema, list):
        return [with_nulls(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: with_nulls(part) for name, part in schema.items() if name != "nullable"}
    return {"anyOf": [inner, {"type": "null"}]} if schema.get("nullable") is True else inner


def test_only_what_is_for_other_systems_asks_for_a_key(document):
    assert document["components"]["securitySchemes"]["ApiKey"]["scheme"] == "bearer"
    for path, methods in document["paths"].items():
        for operation in methods.values():
            needs_key = path.startswith(("/api/v1/staff/", "/api/v1/platform/"))
            assert (operation.get("security") == [{"ApiKey": []}]) is needs_key


def test_the_document_comes_as_yaml_to_who_asks_for_it():
    response = Client().get(SCHEMA, headers={"Accept": "application/vnd.oai.openapi"})
    assert yaml.safe_load(response.content)["info"]["version"] == "1.0.0"
    assert Client().get(f"{SCHEMA}?format=yaml").content.startswith(b"openapi:")


def test_the_document_is_confirmed_by_its_tag():
    tag = Client().get(SCHEMA).headers["ETag"]
    assert Client().get(SCHEMA, headers={"If-None-Match": tag}).status_code == 304


def test_no_parameter_gets_into_a_header_or_the_catalogue_of_languages():
    response = Client().get(f"{SCHEMA}?version=%0d%0aX-Evil:1&lang=../../etc")
    assert response.status_code == 200
    assert "X-Evil" not in str(response.headers)


def test_the_page_needs_no_foreign_host_and_no_inline_script():
    page = Client().get("/api/v1/docs/").content.decode()
    assert "http://" not in page
    assert "https://" not in page
    assert "<style" not in page
    scripts = page.split("<script")[1:]
    assert len(scripts) == 3
    assert all(script.lstrip().startswith("src=") for script in scripts)


def test_the_pages_script_is_served_as_one():
    response = Client().get("/api/v1/docs/?script=")
    assert response.headers["Content-Type"].startswith("application/javascript")
    assert b"SwaggerUIBundle" in response.content


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v2/ambulances/", "/api/v1/nothing/", "/api/v1/a/b/c/"])
def test_an_address_that_does_not_exist_is_a_problem_whatever_the_method(path):
    for method in ("get", "post", "delete"):
        response = getattr(Client(), method)(path)
        assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")
        assert response.json()["code"] == "not-found"


def test_an_address_without_its_slash_is_sent_on_with_method_and_body():
    response = Client().post("/api/v1/complaints?lang=en", "{}", content_type="application/json")
    assert (response.status_code, response.headers["Location"]) == (307, "/api/v1/complaints/?lang=en")
    assert Client().get("/api//evil.example").headers["Location"] == "/api//evil.example/"


def test_every_route_of_the_api_is_documented_or_part_of_the_documentation(document):
    routes = get_resolver("config.api_urls").url_patterns
    nested = get_resolver("registry.api_staff_urls").url_patterns
    cases = get_resolver("complaints.api_staff_urls").url_patterns
    refused = 1  # the address that says of every other step of a case that a person takes it
    open311 = get_resolver("complaints.open311.urls").url_patterns
    ours = len(routes) - 2 + len(nested) + len(cases) - refused
    assert ours + len(open311) == len(document["paths"]) + 2
