"""Something went wrong: what people read then."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config import urls as doors
from edge.views import too_many

APPS = ("config", "edge", "registry")
BASE = Path(settings.BASE_DIR)
# Names of languages in themselves, what is painted on the drawn ambulance, and names that are the same everywhere.
OWN_WORDS = {"Signature", "English", "中文", "某某医院", "投诉电话", "VIN", "CSV", "XLSX", "nbsp"}


def refuse(error):
    @csrf_exempt
    def view(request: HttpRequest):
        raise error

    return view


urlpatterns = [
    path("bad/", refuse(SuspiciousOperation("x"))),
    path("large/", refuse(RequestDataTooBig("x"))),
    path("forbidden/", refuse(PermissionDenied("x"))),
    path("broken/", refuse(RuntimeError("secret detail"))),
    path("often/", lambda request: too_many(request, 61)),
]


@pytest.fixture
def broken_client(settings):
    class Urls:
        urlpatterns = [*globals()["urlpatterns"], *doors.urlpatterns]
        handler400 = doors.handler400

    settings.ROOT_URLCONF = Urls
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/bad/", 400, "The request could not be read"),
        ("/large/", 413, "This is larger than we can take"),
        ("/forbidden/", 403, "This page is not open to you"),
        ("/nowhere/", 404, "There is no page at this address"),
        ("/often/", 429, "Please wait a little"),
    ],
)
def test_a_refusal_says_what_happened_and_what_to_do(broken_client, address, status, heading):
    response = broken_client.get(f"{address}?lang=en")
    text = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in text
    assert 'href="/?lang=en"' in text
    assert 'href="tel:120"' in text
    assert '<html lang="zh-Hans"' in broken_client.get(f"{address}?lang=zh").content.decode()


@pytest.mark.parametrize("path", ["/", "/a/222222222222", "/complaints/new/", "/healthz", "/nowhere/"])
def test_an_address_with_hundreds_of_parameters_is_refused_in_words(client, path):
    response = client.get(path, {"lang": "zh", **{f"p{n}": "1" for n in range(300)}}, headers={"accept-language": "en"})
    assert response.status_code == 413
    assert "This is larger than we can take" in response.content.decode()


def test_a_program_with_hundreds_of_parameters_is_told_in_json(client):
    response = client.get("/api/v1/divisions/", {f"p{n}": "1" for n in range(300)})
    assert (response.status_code, response.json()["code"]) == (413, "too-large")


def test_a_refusal_for_too_many_requests_says_when_to_come_back(broken_client):
    response = broken_client.get("/often/?lang=en")
    assert response["Retry-After"] == "61"
    assert "in 2 minutes" in response.content.decode()


def test_a_fault_of_ours_is_told_in_both_languages_without_details(broken_client):
    response = broken_client.get("/broken/")
    text = response.content.decode()
    assert response.status_code == 500
    assert "页面暂时无法显示" in text
    assert "not available at the moment" in text
    assert "secret detail" not in text


def test_the_page_for_faults_stands_alone():
    text = (BASE / "config" / "templates" / "500.html").read_text()
    assert set(re.findall(r"{[%{] *(\w+)", text)) == {"load", "static"}, "names of styles, and nothing that can fail"
    styles = re.findall(r"{% static '([^']*)' %}", text)
    assert styles
    assert all((BASE / "config" / "static" / name).exists() for name in styles)


def test_a_form_from_nowhere_is_refused_in_plain_words(broken_client):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/admin/login/?lang=en", {"username": "x"})
    assert response.status_code == 403
    assert "Please send the form again" in response.content.decode()


def templates():
    return [
        found
        for app in APPS
        for found in sorted((BASE / app / "templates").rglob("*.html"))
        if found.name != "500.html"
    ]


@pytest.mark.parametrize("template", templates(), ids=lambda found: found.name)
def test_every_word_of_a_template_can_be_translated(template):
    text = template.read_text()
    text = re.sub(r"{#.*?#}", " ", text, flags=re.DOTALL)
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", " ", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text)
    spoken = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', text)
    visible = re.sub(r"<[^>]*>", " ", text)
    for part in [*spoken, visible]:
        for word in re.findall(r"[A-Za-z]{2,}|[\u4e00-\u9fff]+", part):
            assert word in OWN_WORDS, f"{template}: {word!r} is not marked for translation"
