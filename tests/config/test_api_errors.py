"""Where no view was reached, programs get JSON and people get a page."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config import urls as doors


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


@pytest.fixture
def caller(settings):
    class Urls:
        urlpatterns = [path("api/broken/", broken), path("broken/", broken), *doors.urlpatterns]
        handler400, handler500 = doors.handler400, doors.handler500

    settings.ROOT_URLCONF = Urls
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "kind"), [("/api/broken/", "application/problem+json"), ("/broken/", "text/html; charset=utf-8")]
)
def test_a_fault_outside_of_the_framework_keeps_its_secret(caller, address, kind):
    response = caller.get(address)
    assert (response.status_code, response.headers["Content-Type"]) == (500, kind)
    assert b"secret" not in response.content


@pytest.mark.parametrize(
    ("address", "kind"),
    [("/api/v1/divisions", "application/problem+json"), ("/lookup", "text/html; charset=utf-8")],
)
def test_a_foreign_host_name_is_refused_in_the_form_of_the_door(caller, settings, address, kind):
    settings.ALLOWED_HOSTS = ["ours.example"]
    response = caller.get(address, headers={"Host": "evil.example"})
    assert (response.status_code, response.headers["Content-Type"]) == (400, kind)


def test_a_body_over_every_limit_is_refused_unread_in_json(caller):
    response = caller.post("/api/v1/complaints/", b"{}", content_type="application/json", CONTENT_LENGTH="9" * 12)
    assert (response.status_code, response.json()["code"]) == (413, "too-large")
