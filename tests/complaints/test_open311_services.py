"""What the service tells of itself: discovery, services, their questions; and refusals in one form, never a page."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.test import Client
from django.utils import translation

from complaints.kinds import FACTS, Kind
from complaints.open311 import shape, views
from complaints.open311.xml import document
from edge.limits import Limiter
from tests.complaints.open311_calls import BASE, call, read, refused

pytestmark = pytest.mark.django_db
FORMS = pytest.mark.parametrize("form", ["json", "xml"])
DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
DIGEST = "0d4d1c74fe30202e"
"""Of services and definitions in English: when it changes, give `shape.CHANGESET` the day and put the new one here."""


@FORMS
@pytest.mark.parametrize("path", ["/open311/discovery", "/open311/v2/discovery"])
def test_the_endpoint_is_found_as_the_specification_has_it(path, form, settings):
    answer = Client().get(f"{path}.{form}")
    told = read(answer)
    assert list(told) == ["changeset", "contact", "key_service", "endpoints"]
    assert all(told.values())
    [endpoint] = told["endpoints"]
    assert endpoint == {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": f"{settings.ENV.PUBLIC_BASE_URL}/open311/v2",
        "changeset": shape.CHANGESET,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_invented_data_is_a_test_endpoint(settings):
    settings.ENV = settings.ENV.model_copy(update={"DEMO": True})
    assert read(Client().get("/open311/discovery.json"))["endpoints"][0]["type"] == "test"


@FORMS
def test_every_kind_is_a_service_with_exactly_the_fields_of_the_specification(form):
    told = read(call(f"services.{form}"))
    assert [one["service_code"] for one in told] == [kind.value for kind in FACTS]
    for one in told:
        assert list(one) == [
            "service_code",
            "service_name",
            "description",
            "metadata",
            "type",
            "keywords",
            "group",
        ]
        assert all(one.values())
        assert one["metadata"] in {True, "true"}
        assert one["type"] == "batch"


@FORMS
@pytest.mark.parametrize("kind", list(Kind))
def test_the_questions_of_a_service_have_the_fields_of_the_specification(kind, form):
    told = read(call(f"services/{kind}.{form}"))
    assert list(told) == ["service_code", "attributes"]
    assert told["service_code"] == kind
    for place, one in enumerate(told["attributes"], start=1):
        values = one.pop("values", None)
        assert list(one) == [
            "variable",
            "code",
            "datatype",
            "required",
            "datatype_description",
            "order",
            "description",
        ]
        assert one["datatype"] in DATATYPES
        assert str(one["order"]) == str(place)
        assert one["variable"] in {True, "true"}
        assert (values is not None) is (one["datatype"] == "singlevaluelist")
        assert all(list(value) == ["key", "name"] for value in values or [])
    required = [one["code"] for one in told["attributes"] if one["required"] in {True, "true"}]
    assert required == ["platform_reference"]
    codes = {one["code"] for one in told["attributes"]}
    assert ("amount_charged" in codes) is FACTS[kind].asks_money
    assert ("consent_share_contact" in codes) is FACTS[kind].may_share_contact


def test_words_are_in_the_readers_language():
    with translation.override("zh-hans"):
        assert read(call("services.json", {"lang": "zh"}))[0]["service_name"] == str(Kind.SERVICE.label)
    assert read(call("services.json"))[0]["service_name"] == "Poor service or attitude"


def test_clients_are_told_when_services_or_questions_changed():
    with translation.override("en"):
        told = [shape.services(), *(shape.definition(kind) for kind in Kind)]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
    assert (shape.CHANGESET, digest) == ("2026-11-25 00:00", DIGEST)


def test_no_question_costs_the_database_anything(django_assert_num_queries):
    with django_assert_num_queries(0):
        for path in ("discovery.xml", "services.json", "services/service.xml"):
            assert call(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("services/potholes.json", 404),
        ("services/potholes.xml", 404),
        ("services/.json", 404),
        ("services", 404),
        ("services.html", 404),
        ("services.json/", 404),
        ("requests/1.html", 404),
        ("", 404),
        ("discovery", 404),
        ("nothing/at/all.json", 404),
        ("nothing.xml", 404),
        ("requests.json?" + "&".join(f"a{n}=1" for n in range(2000)), 400),
        ("services.xml?" + "&".join(f"a{n}=1" for n in range(2000)), 400),
        ("services/%ff%00.xml", 404),
    ],
)
def test_whatever_is_wrong_with_an_address_is_told_in_the_form(path, status):
    answer = call(path)
    refused(answer, status)
    assert answer.headers["Content-Type"].startswith("application/json") is path.partition("?")[0].endswith(".json")


@FORMS
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("path", ["discovery", "services", "services/service", "requests", "requests/1", "tokens/1"])
def test_other_methods_are_refused_in_the_form(method, path, form):
    answer = getattr(Client(), method)(f"{BASE}{path}.{form}", headers={"Accept-Language": "en"})
    refused(answer, 405)
    assert answer.headers["Allow"] == ("GET, HEAD, POST" if path == "requests" else "GET, HEAD")


@pytest.mark.parametrize("path", ["discovery.json", "services.xml", "services/service.json", "requests/1.xml"])
def test_only_requests_are_posted(path):
    refused(Client().post(f"{BASE}{path}"), 405)


def test_only_the_head_can_be_asked_for():
    answer = Client().head(f"{BASE}services.json")
    assert (answer.status_code, answer.content) == (200, b"")


@FORMS
def test_a_used_up_limit_is_told_in_the_form(form, monkeypatch):
    one = Limiter({"api": "2/10 minutes"})
    monkeypatch.setattr(views, "limiter", lambda: one)
    assert [call(f"services.{form}").status_code for _ in range(2)] == [200, 200]
    answer = call(f"services.{form}")
    refused(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 600


@FORMS
def test_a_fault_of_ours_is_told_in_the_form_and_says_nothing(form, monkeypatch):
    monkeypatch.setattr("complaints.open311.views.listed_between", lambda *_: 1 / 0)
    answer = call(f"requests.{form}")
    refused(answer, 500)
    assert "Zero" not in answer.content.decode()


def test_errors_outside_of_these_addresses_are_left_as_they_are():
    assert Client().get("/api/v1/nothing/").headers["Content-Type"] == "application/problem+json"
    assert "text/html" in Client().get("/open311x/").headers["Content-Type"]


def test_no_text_breaks_the_xml():
    made = document("errors", [{"code": 400, "description": 'a<b>&"\x00\x0b\ud800\ufffe]]>é中𠀀'}])
    assert made.decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<errors><error><code>400</code><description>a&lt;b&gt;&amp;"]]&gt;é中𠀀</description></error></errors>'
    )


def test_compressed_answers_stay_whole():
    answer = call("services.xml", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    answer = call("nothing.xml", **{"Accept-Encoding": "gzip"})
    assert answer.status_code == 404
