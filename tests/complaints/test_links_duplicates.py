"""Likely duplicates and earlier cases: what is found, why, at what cost, and never beyond what the officer sees."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image, ImageDraw

from accounts.roles import Role
from complaints.duplicates import MOST_READ, likely_duplicates
from complaints.earlier import earlier_cases
from complaints.files import store_upload
from complaints.kinds import Kind
from complaints.likeness import Reason
from complaints.models import CaseLink, Complaint, Evidence, Recusal
from complaints.services.linking import merge
from tests import build
from tests.complaints.desk import case, desk
from tests.complaints.entries import HAPPENED, NOW, filed
from tests.people import person
from vault.keys import unseal

pytestmark = pytest.mark.django_db
STORY = "从南昌送到家里，收了两万八千元，没有发票，司机态度很差，说不给钱就不走。"
OTHER_STORY = "救护车在医院门口停了一个小时没有人管，打电话也没有人接听，家属很着急。"


@pytest.fixture
def here():
    return desk()


def reasons(complaint, who):
    return {one.complaint: one.reasons for one in likely_duplicates(complaint, who.scope)}


def anonymous(**fields):
    return filed(**{"contact_name": "", "contact_phone": "", "narrative": OTHER_STORY, **fields})


def photo(quality: int = 90, size: int = 400) -> io.BytesIO:
    picture = Image.new("RGB", (640, 480), "white")
    pen = ImageDraw.Draw(picture)
    for n in range(24):
        pen.rectangle((n * 27, (n * 53) % 400, n * 27 + 60, (n * 53) % 400 + 90), fill=(n * 10, 255 - n * 9, n * 7))
    data = io.BytesIO()
    picture.resize((size, size * 3 // 4)).save(data, "JPEG", quality=quality)
    data.seek(0)
    return data


def with_photo(complaint, **how) -> Evidence:
    item = store_upload(upload=photo(**how), name="照片.jpg", now=NOW)
    item.complaint = complaint
    item.save()
    return item


def test_the_same_vehicle_on_the_same_days_is_likely_the_same_event(here):
    vehicle = build.ambulance()
    one, other = (anonymous(plate=vehicle.plate, narrative=text) for text in (STORY, OTHER_STORY))
    far = anonymous(plate=vehicle.plate, narrative=STORY[:12], occurred_at=HAPPENED - timedelta(days=2))
    assert reasons(one, here.handler) == {other: (Reason.VEHICLE,)}
    assert far not in reasons(other, here.handler)


def test_an_unregistered_plate_and_one_with_holes_are_recognised(here):
    one = anonymous(kind=Kind.ILLEGAL_AMBULANCE, plate="赣A45123", narrative=STORY)
    same = anonymous(kind=Kind.ILLEGAL_AMBULANCE, plate="赣a·45123")
    holed = anonymous(kind=Kind.ILLEGAL_AMBULANCE, plate="赣A？123", narrative="看见一辆")
    anonymous(kind=Kind.ILLEGAL_AMBULANCE, plate="赣A？124", narrative="看见另一辆")
    assert reasons(one, here.handler) == {same: (Reason.PLATE,), holed: (Reason.PARTLY_SEEN,)}
    assert set(reasons(holed, here.handler)) == {one, same}


def test_nearly_the_same_words_are_recognised_whatever_the_day(here):
    one = anonymous(narrative=STORY)
    copy = anonymous(narrative=STORY.replace("，", "、") + "请处理", occurred_at=HAPPENED - timedelta(days=9))
    anonymous(narrative=OTHER_STORY)
    assert reasons(one, here.handler) == {copy: (Reason.STORY,)}


def test_the_same_photo_saved_again_is_recognised_even_in_another_city(here):
    one, other, plain = anonymous(narrative=STORY), anonymous(), anonymous(occurred_at=HAPPENED - timedelta(days=9))
    first, second = with_photo(one), with_photo(other, quality=60, size=320)
    with_photo(plain)
    Evidence.objects.filter(complaint=plain).update(picture_hash="0000000000000000", sha256="0" * 64)
    assert first.sha256 != second.sha256
    assert first.picture_hash
    assert reasons(one, here.handler) == {other: (Reason.PICTURE,)}
    Complaint.objects.filter(pk=other.pk).update(division=build.division("110105"))
    assert reasons(one, here.handler) == {other: (Reason.PICTURE,)}


def test_what_is_no_picture_has_no_hash_and_what_an_institution_attached_is_not_compared(here):
    one, other = anonymous(narrative=STORY), anonymous()
    with_photo(one)
    item = with_photo(other)
    Evidence.objects.filter(pk=item.pk).update(media="pdf")
    assert reasons(one, here.handler) == {}


def test_the_same_contact_on_the_same_days_is_a_reason_and_is_never_read_out(here):
    one, other = filed(narrative=STORY), filed(narrative=OTHER_STORY)
    (found,) = likely_duplicates(one, here.handler.scope)
    assert (found.complaint, found.reasons) == (other, (Reason.CONTACT,))
    assert "contact_phone" in found.complaint.get_deferred_fields()


def test_the_likeliest_stands_first_and_linked_ones_say_so(here):
    vehicle = build.ambulance()
    one, weak, strong = (anonymous(plate=vehicle.plate, narrative=text) for text in (STORY, OTHER_STORY, STORY))
    CaseLink.objects.create(complaint=weak, other=one, kind="related", made_at=NOW)
    found = likely_duplicates(one, here.handler.scope)
    assert [(each.complaint, each.is_linked) for each in found] == [(strong, False), (weak, True)]


def test_halves_of_one_submission_and_merged_cases_are_no_news(here):
    one, main = case(at_desk=here), case(at_desk=here)
    twin = filed()
    Complaint.objects.filter(pk=twin.pk).update(twin_of=one.complaint)
    assert main.complaint in reasons(one.complaint, here.handler)
    merge(**one.by(here.handler, main=main.complaint, reason="同一事件。"))
    merged = Complaint.objects.get(pk=one.complaint.pk)
    assert reasons(merged, here.handler) == {}
    assert one.complaint not in reasons(main.complaint, here.handler)


def test_nothing_beyond_the_officers_sight_is_found_by_any_reason(here):
    same = {"plate": "赣A45123", "narrative": STORY}  # same plate, day, contact, words and picture
    one = filed(**same)
    with_photo(one)
    elsewhere = desk(division="110105")
    hidden = filed(**same, division_code="110105")
    with_photo(hidden)
    assert reasons(one, here.handler) == {}
    assert all(each.count == 0 for each in earlier_cases(one, here.handler.scope))
    about_us, stepped_aside = filed(**same), filed(**same)
    Complaint.objects.filter(pk=about_us.pk).update(about_authority=here.authority)
    Recusal.objects.create(complaint=stepped_aside, user=here.handler, reason="亲属", at=NOW)
    assert reasons(one, here.handler) == {}
    assert set(reasons(one, here.supervisor)) == {stepped_aside}
    assert reasons(hidden, elsewhere.handler) == {}
    assert likely_duplicates(one, person(Role.SYSTEM_ADMIN).scope) == []
    assert likely_duplicates(one, person(Role.COMPLAINT_OFFICER, body=build.institution()).scope) == []


def test_cases_received_more_than_thirty_days_apart_are_left_out(here):
    one, old = anonymous(narrative=STORY), anonymous(narrative=STORY)
    Complaint.objects.filter(pk=old.pk).update(received_at=NOW - timedelta(days=31))
    assert reasons(one, here.handler) == {}


@pytest.mark.parametrize("others", [3, 12])
def test_the_search_costs_five_queries_whatever_there_is(here, others, django_assert_max_num_queries):
    vehicle = build.ambulance()
    one = filed(plate=vehicle.plate, narrative=STORY)
    with_photo(one)
    for _ in range(others):
        with_photo(filed(plate=vehicle.plate, narrative=STORY))
    one, scope = Complaint.objects.get(pk=one.pk), here.handler.scope
    with django_assert_max_num_queries(5):
        found = likely_duplicates(one, scope)
        for each in found:
            assert each.complaint.institution == vehicle.institution
    assert len(found) == min(others, 10)


def test_stories_are_unsealed_for_a_bounded_number_and_nothing_else_is(here, monkeypatch):
    one = filed(narrative=STORY)
    for _ in range(6):
        filed(narrative=STORY)
    one, scope, opened = Complaint.objects.get(pk=one.pk), here.handler.scope, []

    def counted(token: str) -> str:
        opened.append(token)
        return unseal(token)

    monkeypatch.setattr("vault.fields.unseal", counted)
    monkeypatch.setattr("complaints.duplicates.MOST_READ", 4)
    assert likely_duplicates(one, scope)
    assert len(opened) == 4
    assert MOST_READ == 200


def test_earlier_cases_are_counted_by_kind_for_vehicle_institution_and_contact(here):
    vehicle = build.ambulance()
    before = [filed(plate=vehicle.plate, kind=kind) for kind in (Kind.SERVICE, Kind.SERVICE, Kind.OVERCHARGING)]
    sister = build.ambulance(institution=vehicle.institution)
    of_institution = anonymous(plate=sister.plate)
    long_ago = anonymous(plate=sister.plate)
    Complaint.objects.filter(pk=long_ago.pk).update(received_at=NOW - timedelta(days=366))
    one = filed(plate=vehicle.plate)
    found = {each.about: each for each in earlier_cases(one, here.handler.scope)}
    assert found["vehicle"].count == 3
    assert dict(found["vehicle"].by_kind)[str(Kind.SERVICE.label)] == 2
    assert found["institution"].count == 4
    assert of_institution in found["institution"].cases
    assert long_ago not in found["institution"].cases
    assert found["contact"].count == 3
    assert set(found["contact"].cases) == set(before)


def test_an_anonymous_case_about_nothing_known_has_no_earlier_ones(here):
    assert earlier_cases(anonymous(), here.handler.scope) == []


def test_earlier_cases_cost_two_queries_each(here, django_assert_max_num_queries):
    vehicle = build.ambulance()
    for _ in range(8):
        filed(plate=vehicle.plate)
    one, scope = filed(plate=vehicle.plate), here.handler.scope
    with django_assert_max_num_queries(7):
        for each in earlier_cases(one, scope):
            assert each.count == 8
            assert len(each.cases) == 5
            assert all(case.institution for case in each.cases)
