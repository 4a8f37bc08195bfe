"""Whatever goes wrong in the API, the answer is a problem document with a stable code."""

import errno
import json
import logging
from io import BytesIO
from typing import Any

import pytest
from django.core import exceptions as django_errors
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpRequest, UnreadablePostError
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext_lazy
from rest_framework import exceptions as rest_errors
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import StaticHTMLRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from edge import throttles
from edge.limits import Limiter
from edge.parsers import JSONBody
from edge.problems import CONTENT_TYPE, NotFound, Problem, flat_errors, is_api, json_error
from edge.throttles import AddressThrottle


class Contact(serializers.Serializer[Any]):
    phone = serializers.CharField()


class Filing(serializers.Serializer[Any]):
    narrative = serializers.CharField(max_length=5)
    contact = Contact()
    witnesses = Contact(many=True, required=False)

    def validate(self, attrs):
        if attrs["narrative"] == "both":
            raise serializers.ValidationError("Not both.", code="both")
        return attrs


class Echo(APIView):
    parser_classes = [JSONBody, MultiPartParser]

    def post(self, request):
        return Response(request.data if request.content_type == "application/json" else len(request.FILES))


class File(APIView):
    parser_classes = [JSONBody]

    def post(self, request):
        filing = Filing(data=request.data)
        filing.is_valid(raise_exception=True)
        return Response({})


class CodeMistyped(Problem):
    status_code, code, title = 404, "code-mistyped", gettext_lazy("The code is mistyped")


RAISED: dict[str, tuple[Exception, int, str]] = {
    "own": (CodeMistyped("A letter is wrong."), 404, "code-mistyped"),
    "ad-hoc": (Problem("Key used twice.", code="key-reused", status=422), 422, "key-reused"),
    "http404": (Http404("No Ambulance matches the given query."), 404, "not-found"),
    "rest404": (rest_errors.NotFound("Invalid page."), 404, "not-found"),
    "denied": (django_errors.PermissionDenied("inner reason"), 403, "forbidden"),
    "rest-denied": (rest_errors.PermissionDenied(), 403, "forbidden"),
    "anonymous": (rest_errors.NotAuthenticated(), 403, "not-signed-in"),
    "throttled": (rest_errors.Throttled(wait=12.2), 429, "too-many-requests"),
    "throttled-for-ever": (rest_errors.Throttled(), 429, "too-many-requests"),
    "body": (django_errors.RequestDataTooBig("x"), 413, "too-large"),
    "fields": (django_errors.TooManyFieldsSent("x"), 413, "too-large"),
    "files": (django_errors.TooManyFilesSent("x"), 413, "too-large"),
    "hung-up": (UnreadablePostError("gone"), 400, "malformed"),
    "suspicious": (django_errors.DisallowedHost("evil"), 400, "malformed"),
    "model": (django_errors.ValidationError({"plate": ["No plate."]}), 400, "invalid"),
    "disk": (OSError(errno.ENOSPC, "No space left on device"), 507, "no-space"),
    "bug": (ZeroDivisionError("secret 42"), 500, "server-error"),
    "rest-bug": (rest_errors.APIException("secret 42"), 500, "server-error"),
    "io": (OSError(errno.EIO, "secret disk"), 500, "server-error"),
}


class Raise(APIView):
    def get(self, request, name):
        raise RAISED[name][0]


class Limited(APIView):
    throttle_classes = [AddressThrottle]

    def get(self, request):
        return Response({})


class Page(APIView):
    """Answers HTML only: a problem is JSON all the same."""

    renderer_classes = [StaticHTMLRenderer]

    def get(self, request):
        raise Http404


urlpatterns = [
    path("api/echo/", Echo.as_view()),
    path("api/file/", File.as_view()),
    path("api/raise/<str:name>/", Raise.as_view()),
    path("api/limited/", Limited.as_view()),
    path("api/page/", Page.as_view()),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def api():
    return Client(raise_request_exception=False)


def problem(response) -> dict[str, Any]:
    """The document, its form checked."""
    assert response.headers["Content-Type"] == CONTENT_TYPE
    assert response.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = json.loads(response.content)
    assert set(body) == {"type", "title", "status", "detail", "code", "errors"}
    assert body["status"] == response.status_code
    assert body["type"] == f"/problems/{body['code']}"
    assert body["title"]
    assert body["detail"]
    return body


def post_json(api, url, body, **headers):
    return api.post(url, body, content_type="application/json", **headers)


@pytest.mark.parametrize("name", RAISED)
def test_every_exception_becomes_a_problem(api, name):
    _error, status, code = RAISED[name]
    body = problem(api.get(f"/api/raise/{name}/"))
    assert (body["status"], body["code"]) == (status, code)


@pytest.mark.parametrize("name", ["bug", "rest-bug", "io", "http404", "denied", "body"])
def test_what_is_inside_stays_inside(api, name):
    said = api.get(f"/api/raise/{name}/").content.decode()
    assert not any(secret in said for secret in ("secret", "Ambulance", "inner reason", '"x"'))


def test_an_unexpected_error_is_logged_with_its_traceback(api, caplog):
    with caplog.at_level(logging.ERROR):
        api.get("/api/raise/bug/")
    assert any(record.exc_info and record.exc_info[0] is ZeroDivisionError for record in caplog.records)


def test_an_expected_error_is_not_logged_as_ours(api, caplog):
    with caplog.at_level(logging.ERROR):
        api.get("/api/raise/own/")
    assert not caplog.records


def test_a_bug_stays_loud_in_tests():
    with pytest.raises(ZeroDivisionError):
        Client().get("/api/raise/bug/")


def test_a_refused_client_is_told_in_seconds_when_to_come_back(api):
    response = api.get("/api/raise/throttled/")
    assert response.headers["Retry-After"] == "13"
    assert "Retry-After" not in api.get("/api/raise/throttled-for-ever/").headers


def test_nested_errors_name_their_field_by_a_path(api):
    filing = {"narrative": "too long", "contact": {}, "witnesses": [{"phone": "1"}, {"phone": ""}]}
    body = problem(post_json(api, "/api/file/", json.dumps(filing)))
    assert {(error["field"], error["code"]) for error in body["errors"]} == {
        ("narrative", "max_length"),
        ("contact.phone", "required"),
        ("witnesses.1.phone", "blank"),
    }
    assert all(error["message"] for error in body["errors"])


def test_an_error_about_the_whole_names_no_field(api):
    filing = {"narrative": "both", "contact": {"phone": "1"}}
    body = problem(post_json(api, "/api/file/", json.dumps(filing)))
    assert body["errors"] == [{"field": "", "code": "both", "message": "Not both."}]


@pytest.mark.parametrize("wrong", ['"text"', "[]", "7", "null"])
def test_json_of_the_wrong_shape_is_refused_in_words(api, wrong):
    assert problem(post_json(api, "/api/file/", wrong))["code"] == "invalid"


def test_errors_of_a_model_keep_their_fields():
    error = django_errors.ValidationError({"plate": ["No plate."], "__all__": ["Neither."]})
    fields = {entry["field"] for entry in flat_errors({key: error.message_dict[key] for key in error.message_dict})}
    assert fields == {"plate", ""}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b"\xff\xfe",
        b'{"a": NaN}',
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b"1" * 10_000,
    ],
    ids=["cut", "words", "bytes", "nan", "nested-lists", "nested-objects", "long-number"],
)
def test_a_body_that_cannot_be_read_is_the_clients_fault(api, body):
    found = problem(post_json(api, "/api/echo/", body))
    assert (found["status"], found["code"]) == (400, "malformed")


def test_a_form_without_boundary_is_refused(api):
    assert problem(api.post("/api/echo/", b"x", content_type="multipart/form-data"))["code"] == "malformed"


def test_a_json_body_over_the_limit_is_refused_before_it_is_parsed(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert problem(post_json(api, "/api/echo/", b'"' + b"a" * 2000 + b'"'))["status"] == 413


def test_too_many_files_are_refused(api, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    files = {f"f{n}": SimpleUploadedFile(f"{n}.txt", b"x") for n in range(3)}
    assert problem(api.post("/api/echo/", files))["status"] == 413


def test_a_method_that_is_not_taken_is_405_and_says_which_are(api):
    response = api.delete("/api/echo/")
    assert problem(response)["code"] == "method-not-allowed"
    assert "POST" in response.headers["Allow"]


def test_a_body_in_another_format_is_415(api):
    assert problem(api.post("/api/echo/", b"<a/>", content_type="text/xml"))["status"] == 415


def test_a_client_that_wants_no_json_gets_406_in_json(api):
    response = api.get("/api/limited/", headers={"Accept": "text/html"})
    assert problem(response)["code"] == "not-acceptable"


def test_a_problem_is_json_even_where_the_view_answers_html(api):
    assert problem(api.get("/api/page/"))["code"] == "not-found"


def test_the_words_are_the_readers_and_the_code_is_not():
    with translation.override("en"):
        english = json.loads(NotFound().response().content)
    assert (english["code"], english["title"]) == ("not-found", "There is nothing here")


def test_a_view_is_limited_by_address_with_its_own_named_limit(api, monkeypatch):
    counted = Limiter({"api": "2/10 minutes", "lookups": "1/10 minutes"})
    monkeypatch.setattr(throttles, "limiter", lambda: counted)
    assert [api.get("/api/limited/").status_code for _ in range(3)] == [200, 200, 429]
    refused = api.get("/api/limited/")
    assert 590 <= int(refused.headers["Retry-After"]) <= 600
    assert problem(refused)["code"] == "too-many-requests"
    assert api.get("/api/limited/", REMOTE_ADDR="203.0.113.9").status_code == 200
    monkeypatch.setattr(Limited, "limit_name", "lookups", raising=False)
    assert [api.get("/api/limited/").status_code for _ in range(2)] == [200, 429]


def test_a_forged_header_does_not_pass_the_throttle(api, monkeypatch):
    counted = Limiter({"api": "2/10 minutes"})
    monkeypatch.setattr(throttles, "limiter", lambda: counted)
    statuses = [api.get("/api/limited/", headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(4)]
    assert statuses == [200, 200, 429, 429]


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (Http404(), 404),
        (django_errors.PermissionDenied(), 403),
        (django_errors.SuspiciousOperation(), 400),
        (django_errors.RequestDataTooBig(), 413),
        (None, 500),
    ],
)
def test_outside_of_views_the_api_answers_in_json_too(raised, status):
    response = json_error(HttpRequest(), exception=raised)
    assert problem(response)["status"] == status


def test_only_addresses_of_the_api_are_answered_in_json():
    ask = RequestFactory()
    assert is_api(ask.get("/api/v1/nothing/"))
    assert not is_api(ask.get("/apiary/"))
    assert not is_api(ask.get("/a/ABCD/"))


def test_a_body_parser_reads_plain_json():
    assert JSONBody().parse(BytesIO('{"车": 1}'.encode())) == {"车": 1}
