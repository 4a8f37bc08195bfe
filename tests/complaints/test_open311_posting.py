"""A partner platform posts a request: with a key, once, in the fields of the specification; refusals in its form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, AuditRow
from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.open311 import views
from complaints.open311.ids import Sort, identifier, key_of
from directory.models import Platform
from edge.limits import Limiter
from tests import build
from tests.complaints.open311_calls import BASE, TODAY, call, read, refused
from tests.complaints.platform_calls import Hotline
from tests.registry.staff_api import System

pytestmark = pytest.mark.django_db
FORMS = pytest.mark.parametrize("form", ["json", "xml"])
URL_ENCODED = "application/x-www-form-urlencoded; charset=utf-8"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hotline() -> Hotline:
    return Hotline()


def body(hotline: Hotline | None = None, **fields: Any) -> dict[str, Any]:
    """A request about overcharging in Nanchang, complete."""
    given = {
        "api_key": hotline.token if hotline else "",
        "jurisdiction_id": "any.city.example",
        "service_code": "overcharging",
        "address_id": build.division().code,
        "address_string": "东湖区民德路1号",
        "lat": "28.68202",
        "long": "115.89352",
        "first_name": "雷",
        "last_name": "李",
        "phone": "138 0013 8000",
        "email": "li@example.org",
        "device_id": "tt222111",
        "account_id": "123456",
        "description": "送到家里\n收了两万八千元。",
        "media_url": "",
        "attribute[platform_reference]": "20261123-004711",
        "attribute[occurred_at]": "2026-11-22T09:00:00+08:00",
        "attribute[plate]": "赣A99999",
        "attribute[distance_km]": "1600",
        "attribute[amount_charged]": "28000.50",
        "attribute[consent_sensitive]": "yes",
        "attribute[consent_share_contact]": "no",
        **fields,
    }
    return {name: value for name, value in given.items() if value is not None}


def post(given: dict[str, Any] | str, form: str = "json", content_type: str = URL_ENCODED, **headers: str) -> Any:
    """POST a request, in English."""
    sent = given if isinstance(given, str) else urlencode(given)
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    return client.post(
        f"{BASE}requests.{form}", sent, content_type=content_type, headers={"Accept-Language": "en", **headers}
    )


@FORMS
def test_a_request_is_filed_and_answered_with_a_token(hotline, form):
    answer = post(body(hotline), form)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    [told] = read(answer)
    assert list(told) == ["token", "service_notice"]
    kept = Complaint.objects.get()
    assert key_of(Sort.TOKEN, told["token"]) == kept.pk
    assert (kept.kind, kept.channel, kept.platform) == (Kind.OVERCHARGING, "platform", hotline.platform)
    assert kept.platform_reference == "20261123-004711"
    assert (kept.contact_name, kept.contact_phone, kept.contact_email) == ("李雷", "13800138000", "li@example.org")
    assert kept.narrative == "送到家里\n收了两万八千元。"
    assert kept.place == "东湖区民德路1号 (WGS-84 28.68202, 115.89352)"
    assert (kept.plate_given, str(kept.distance_km), str(kept.amount_charged)) == ("赣A99999", "1600.0", "28000.50")
    assert (kept.consent_sensitive, kept.consent_share_contact) == (True, False)
    assert kept.handlings.exists()
    assert AuditRow.objects.get(action="complaint.handed_over").actor_name.startswith("12345")
    for secret in (kept.reference, "tt222111", "123456", "receipt"):
        assert secret not in answer.content.decode()


def test_device_and_account_are_kept_nowhere(hotline):
    post(body(hotline))
    kept = Complaint.objects.values().get()
    assert "tt222111" not in str(kept)
    assert "123456" not in str(kept)


def test_a_repeat_is_the_same_request_at_every_door(hotline):
    first = post(body(hotline))
    again = post(body(hotline), "xml")
    assert (first.status_code, again.status_code) == (201, 200)
    assert read(first)[0]["token"] == read(again)[0]["token"]
    assert hotline.follow("20261123-004711").status_code == 200
    assert Complaint.objects.count() == 1


@FORMS
def test_another_content_under_the_same_number_is_refused(hotline, form):
    post(body(hotline))
    [words] = refused(post(body(hotline, description="另一件事"), form), 400)
    assert "platform_reference" in words
    assert Complaint.objects.count() == 1


def test_the_token_answers_nothing_before_the_case_is_listed(hotline, today, settings):
    settings.ENV = settings.ENV.model_copy(update={"OPEN311_MIN_GROUP": 1})
    [told] = read(post(body(hotline)))
    nonsense = call("tokens/nonsense.json")
    assert call(f"tokens/{told['token']}.json").content == nonsense.content
    Complaint.objects.update(state="concluded", closed_at=timezone.now())
    assert call(f"tokens/{told['token']}.json").content == nonsense.content
    today.move_to("2027-01-01T00:00:00+08:00")
    [found] = read(call(f"tokens/{told['token']}.json"))
    assert found["service_request_id"] == identifier(Sort.REQUEST, Complaint.objects.get().pk)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_can_be_posted(hotline, kind):
    given = body(hotline, service_code=kind.value)
    if kind not in {Kind.OVERCHARGING, Kind.ILLEGAL_AMBULANCE}:
        given = {name: value for name, value in given.items() if "amount" not in name and "distance" not in name}
    given.pop("attribute[consent_share_contact]")
    assert post(given).status_code == 201


def test_the_least_is_a_service_a_place_and_a_number(hotline):
    least = {
        "api_key": hotline.token,
        "service_code": "other",
        "address_id": build.division().code,
        "attribute[platform_reference]": "A-1",
    }
    assert post(least).status_code == 201
    assert Complaint.objects.get().contact_name == ""


@pytest.mark.parametrize(
    ("names", "name"),
    [(("雷", "李"), "李雷"), (("Lei", "Li"), "Lei Li"), (("", "Li"), "Li"), (("雷", ""), "雷")],
)
def test_a_name_is_put_together_as_its_language_does(hotline, names, name):
    post(body(hotline, first_name=names[0], last_name=names[1]))
    assert Complaint.objects.get().contact_name == name


def test_the_place_may_be_a_position_alone_where_the_vehicle_is_known(hotline):
    vehicle = build.ambulance()
    given = body(hotline, address_id=None, address_string=None, **{"attribute[plate]": vehicle.plate})
    assert post(given).status_code == 201
    kept = Complaint.objects.get()
    assert (kept.place, kept.division) == ("WGS-84 28.68202, 115.89352", vehicle.division)


@FORMS
@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "potholes"}, 404, "service_code"),
        ({"address_id": None, "address_string": None, "lat": None, "long": None}, 400, "location"),
        ({"address_id": None}, 400, "address_id"),
        ({"address_id": "999999"}, 400, "address_id"),
        ({"address_id": "东湖"}, 400, "address_id"),
        ({"address_string": "长" * 161}, 400, "address_string"),
        ({"lat": None}, 400, "lat, long"),
        ({"long": "east"}, 400, "lat, long"),
        ({"long": "180.1"}, 400, "lat, long"),
        ({"lat": "NaN"}, 400, "lat, long"),
        ({"lat": "1e400"}, 400, "lat, long"),
        ({"media_url": "https://pictures.example/1.jpg"}, 400, "media_url"),
        ({"description": "字" * 4001}, 400, "description"),
        ({"phone": "12"}, 400, "phone"),
        ({"email": "nobody"}, 400, "email"),
        ({"attribute[platform_reference]": None}, 400, "attribute[platform_reference]"),
        ({"attribute[platform_reference]": "a/b"}, 400, "attribute[platform_reference]"),
        ({"attribute[occurred_at]": "yesterday"}, 400, "attribute[occurred_at]"),
        ({"attribute[occurred_at]": "2026-11-22T09:00:00"}, 400, "attribute[occurred_at]"),
        ({"attribute[amount_charged]": "much"}, 400, "attribute[amount_charged]"),
        ({"attribute[ambulance_code]": "222222222223"}, 400, "attribute[ambulance_code]"),
        ({"attribute[consent_sensitive]": "maybe"}, 400, "attribute[consent_sensitive]"),
        ({"attribute[WHISHETN]": "x"}, 400, "attribute"),
        ({"attribute": "x"}, 400, "attribute"),
        ({"attribute[plate][]": "赣A1"}, 400, "attribute[plate]"),
    ],
)
def test_what_is_wrong_is_told_under_the_names_of_the_specification(hotline, form, fields, status, word):
    words = refused(post(body(hotline, **fields), form), status)
    assert any(word in one for one in words), words
    assert not Complaint.objects.exists()


def test_several_faults_are_told_at_once(hotline):
    assert len(refused(post(body(hotline, phone="12", email="nobody")), 400)) == 2


@FORMS
@pytest.mark.parametrize("token", ["", "nonsense", "aaaaaaaa.bbbbbbbb", "x" * 5000, None])
def test_without_a_good_key_nothing_is_filed(hotline, token, form):
    refused(post(body(api_key=token), form), 403)
    assert not Complaint.objects.exists()


def test_a_key_in_the_address_or_a_header_is_none(hotline):
    given = urlencode(body(api_key=None))
    client = Client()
    answer = client.post(f"{BASE}requests.json?api_key={hotline.token}", given, content_type=URL_ENCODED)
    assert answer.status_code == 403
    answer = client.post(f"{BASE}requests.json", given, content_type=URL_ENCODED, headers=hotline.headers)
    assert answer.status_code == 403


def test_keys_of_others_and_lesser_ones_are_refused(hotline):
    reader = Hotline(scopes=("complaints:read",))
    hospital = System(build.institution())
    for token in (reader.token, hospital.token):
        refused(post(body(api_key=token)), 403)
    assert not Complaint.objects.exists()


def test_keys_that_do_not_count_any_more_are_refused(hotline, today):
    ApiKey.objects.filter(pk=hotline.key.pk).update(revoked_at=timezone.now())
    refused(post(body(hotline)), 403)
    ApiKey.objects.filter(pk=hotline.key.pk).update(revoked_at=None)
    Platform.objects.update(is_active=False)
    refused(post(body(hotline)), 403)
    Platform.objects.update(is_active=True)
    today.move_to("2028-01-01T00:00:00Z")
    refused(post(body(hotline)), 403)


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "text/plain", ""])
def test_only_forms_are_read(hotline, content_type):
    refused(post('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', content_type=content_type), 400)


def test_files_are_not_taken_here(hotline):
    given = {**body(hotline), "media": SimpleUploadedFile("车.jpg", b"x", "image/jpeg")}
    answer = Client(headers={"Accept-Language": "en"}).post(f"{BASE}requests.json", given)
    assert any("media_url" in words for words in refused(answer, 400))


def test_too_many_fields_and_too_long_a_body_are_told_in_the_form(hotline):
    refused(post("&".join(f"a{n}=1" for n in range(2000)), "xml"), 400)
    refused(post(body(hotline, description="x" * 3_000_000), "xml"), 400)


def test_guessing_keys_and_using_one_are_limited(hotline, monkeypatch):
    one = Limiter({"api": "2/10 minutes", "keys": "2/10 minutes"})
    monkeypatch.setattr(views, "limiter", lambda: one)
    assert [post(body(hotline)).status_code for _ in range(3)] == [201, 200, 429]
    codes = [post(body(api_key="guess")).status_code for _ in range(3)]
    assert codes == [403, 403, 429]
    assert int(post(body(api_key="guess")).headers["Retry-After"]) > 0


def test_a_signed_in_browser_is_nobody_here(hotline):
    client = Client()
    client.force_login(hotline.maker)
    answer = client.post(f"{BASE}requests.json", urlencode(body(api_key=None)), content_type=URL_ENCODED)
    assert answer.status_code == 403
