"""The pages one by one: what they show, what they keep, where they lead."""

from __future__ import annotations

import pytest
from django.utils import timezone

from complaints.kinds import Kind
from complaints.models import Complaint, Draft
from complaints.steps import Step, steps_for
from registry.choices import MarkingState
from registry.codes import new_code
from tests import build
from tests.complaints.build import COMPLETE, Person, authorities, jpeg, place_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    build.division()
    return Person()


def test_looking_at_the_first_page_writes_nothing_and_leaves_only_the_form_cookie(person):
    response = person.client.get(f"/complaints/new/?code={build.marking().code}&kind=card_mismatch")
    assert response.status_code == 200
    assert set(response.cookies) <= {"csrftoken"}
    assert not Draft.objects.exists()


def test_danger_comes_before_everything_else_on_the_first_page(person):
    page = text_of(person.client.get("/complaints/new/"))
    assert page.index("tel:120") < page.index("tel:110") < page.index('name="kind"')


def test_the_first_page_offers_every_kind_with_its_line_and_praise_last(person):
    page = text_of(person.client.get("/complaints/new/"))
    places = [page.index(f'value="{kind.value}"') for kind in Kind]
    assert places == sorted(places)
    assert page.count('name="kind"') == len(Kind)


def test_the_kind_a_card_suggests_stands_first_and_once(person):
    page = text_of(person.client.get("/complaints/new/?kind=card_mismatch"))
    assert page.count('value="card_mismatch"') == 1
    assert page.index('value="card_mismatch"') < page.index('value="service"')


def test_a_revoked_code_still_names_its_vehicle(person):
    marking = build.marking(state=MarkingState.REVOKED)
    person.begin("card_mismatch", code=marking.code)
    assert person.answers["vehicle_is_known"]


def test_a_code_no_vehicle_carries_goes_along_with_the_report(person):
    authorities()
    code = new_code()
    assert "not in the register" in text_of(person.client.get(f"/complaints/new/?code={code}&kind=illegal_ambulance"))
    assert place_of(person.begin("illegal_ambulance", code=code)) == "vehicle"
    person.answer("vehicle", plate="", vehicle_description="白色面包车")
    assert person.answers["code"] == ""
    person = Person()
    person.hold(kind="illegal_ambulance", code=code)
    person.send()
    assert Complaint.objects.get().answers["unknown_code"] == code


def test_a_mistyped_code_in_the_address_is_no_error_and_asks_for_the_vehicle(person):
    assert place_of(person.begin("service", code="ABC")) == "vehicle"
    assert person.answers["code"] == ""


def test_an_institution_given_by_its_page_is_kept_and_an_invented_one_is_not(person):
    institution = build.institution()
    person.begin("service", institution=str(institution.pk))
    assert person.answers["institution_id"] == institution.pk
    assert institution.name in text_of(person.look("vehicle"))
    for invented in ("999999", "-1", "1e9", "9" * 50, "x"):
        person.begin("service", institution=invented)
        assert person.answers["institution_id"] is None


def test_a_plate_from_a_card_without_a_code_finds_its_vehicle(person):
    ambulance = build.ambulance()
    assert place_of(person.begin("service", plate=ambulance.plate)) == "when"
    assert ambulance.institution.name in text_of(person.look("kind"))


def test_saying_that_it_was_another_vehicle_forgets_the_card(person):
    marking = build.marking()
    person.begin("service", code=marking.code)
    assert marking.ambulance.plate not in text_of(person.look("vehicle"))
    assert place_of(person.answer("vehicle", plate="赣B99999")) == "when"
    assert (person.answers["code"], person.answers["plate"]) == ("", "赣B99999")
    assert not person.answers["vehicle_is_known"]


def test_a_plate_that_looks_wrong_is_asked_about_once_and_then_taken(person):
    person.begin("illegal_ambulance")
    doubt = person.answer("vehicle", plate="赣AI1234", vehicle_description="白色")
    assert doubt.status_code == 200
    page = text_of(doubt)
    assert 'value="赣A11234"' in page
    assert "白色" in page
    assert place_of(person.answer("vehicle", plate="赣AI1234", plate_confirmed="赣AI1234")) == "when"
    assert person.answers["plate"] == "赣AI1234"


def test_the_suggested_plate_is_taken_with_one_touch(person):
    person.begin("illegal_ambulance")
    person.answer("vehicle", plate="赣AI1234", use_suggested="赣A11234", vehicle_description="白色")
    assert person.answers["plate"] == "赣A11234"
    assert person.answers["vehicle_description"] == "白色"


def test_the_differences_page_shows_the_card_to_compare(person):
    marking = build.marking()
    person.begin("card_mismatch", code=marking.code)
    page = text_of(person.look("differences"))
    assert marking.ambulance.institution.name in page
    assert person.answer("differences").status_code == 422
    assert place_of(person.answer("differences", differences=["plate", "photo"])) == "when"
    assert text_of(person.look("differences")).count("checked") == 2


def test_the_place_begins_with_the_vehicle_s_own_and_can_be_changed(person):
    build.division("110105")
    person.begin("service", code=build.marking().code)
    page = text_of(person.look("where"))
    assert "江西省 南昌市 东湖区" in page
    assert 'name="division" value="360102"' in page
    change = text_of(person.look("where", "change=1"))
    assert "北京市" in change
    assert "江西省 南昌市 东湖区" not in change
    counties = text_of(person.look("where", "province=110000"))
    assert 'value="110105"' in counties
    assert 'value="360102"' not in counties


def test_the_place_in_words_survives_a_division_that_does_not_exist(person):
    person.hold(division="")
    response = person.answer("where", division="999999", place="民德路1号")
    assert response.status_code == 200
    assert "Choose the city or county" in text_of(response)
    assert person.answers["place"] == "民德路1号"
    assert person.answers["division"] == ""


def test_a_closed_division_cannot_be_chosen(person):
    build.division("360103", closed_on=timezone.localdate())
    person.hold(division="")
    assert 'value="360103"' not in text_of(person.look("where", "province=360000"))
    assert person.answer("where", division="360103").status_code == 200
    assert person.answers["division"] == ""


@pytest.mark.parametrize("province", ["", "36", "360100", "999999", "' OR 1=1", "３６００００", "x" * 3000])
def test_a_province_that_is_none_brings_the_list_of_provinces(person, province):
    person.hold(division="")
    page = person.client.get(person.address("where"), {"province": province})
    assert page.status_code == 200
    assert 'id="id_province"' in text_of(page)


def test_the_posted_price_is_absent_where_nothing_can_be_compared(person):
    person.hold(kind="overcharging", distance_km="10")
    assert "posted price" not in text_of(person.look("charge"))
    ambulance = build.ambulance()
    build.price(institution=ambulance.institution)
    person.hold(kind="overcharging", plate=ambulance.plate, distance_km="")
    assert "posted price" not in text_of(person.look("charge"))
    person.hold(kind="overcharging", plate=ambulance.plate, distance_km="10")
    assert "By the posted price" in text_of(person.look("charge"))


def test_waiting_counts_in_the_posted_price_and_in_what_is_filed(person):
    authorities()
    ambulance = build.ambulance()
    build.price(institution=ambulance.institution)
    person.hold(kind="overcharging", plate=ambulance.plate, distance_km="3", waiting_minutes="90")
    assert '<strong class="number">95</strong>' in text_of(person.look("charge"))
    person.send()
    assert Complaint.objects.get().posted_amount == 95


def test_a_wish_to_stay_anonymous_forgets_what_was_typed(person):
    person.hold(contact_phone="13800138000", contact_name="张三")
    assert place_of(person.answer("contact", anonymous="1", contact_phone="13800138000")) == "consent"
    assert person.answers["contact_phone"] == person.answers["contact_name"] == ""


def test_passing_the_contact_on_is_asked_only_with_a_contact_and_never_for_a_report(person):
    asked = 'name="consent_share_contact"'
    person.hold(kind="service", contact_phone="13800138000")
    assert asked in text_of(person.look("consent"))
    person.hold(kind="service", contact_phone="")
    assert asked not in text_of(person.look("consent"))
    person.hold(kind="unlawful_operation", contact_phone="13800138000")
    assert asked not in text_of(person.look("consent"))


def test_a_consent_given_before_the_kind_became_a_report_is_not_used(person):
    authorities()
    person.hold(kind="service", contact_phone="13800138000", consent_share_contact=True)
    person.answer("kind", kind="unlawful_operation")
    assert "Your contact may be passed" not in text_of(person.look("review"))
    person.send()
    assert not Complaint.objects.get().consent_share_contact


def test_a_change_from_the_review_comes_back_to_it(person):
    person.hold()
    for step, data in (("story", {"narrative": "改过的话。"}), ("when", {"day": "today"}), ("evidence", {})):
        assert place_of(person.answer(step, "back=review", **data)) == "review"
    assert "改过的话。" in text_of(person.look("review"))


def test_a_changed_kind_asks_what_is_now_missing_before_the_review(person):
    person.hold(kind="card_mismatch", differences=["plate"], narrative="")
    response = person.answer("kind", "back=review", kind="service")
    assert place_of(response) == "story"
    assert "back=review" in response["Location"]


def test_the_review_lists_what_is_missing_and_does_not_send_it(person):
    person.hold(narrative="", division="")
    page = person.send()
    assert page.status_code == 422
    assert "where/?back=review" in text_of(page)
    assert "story/?back=review" in text_of(page)
    assert not Complaint.objects.exists()


def test_a_fault_found_while_filing_is_shown_with_a_link_to_its_page_and_keeps_everything(person):
    draft = person.hold(division="999999", plate="")
    page = person.send()
    assert page.status_code == 422
    assert "This division does not exist" in text_of(page)
    assert "where/?back=review" in text_of(page)
    assert Draft.objects.get(pk=draft.pk).answers["narrative"] == COMPLETE["narrative"]


def test_language_and_view_stay_on_the_way(person):
    person.hold()
    response = person.client.post(person.address("story", "lang=en&view=elder"), {"narrative": "x"})
    assert "lang=en" in response["Location"]
    assert "view=elder" in response["Location"]
    page = text_of(person.client.get(person.address("story", "lang=en&view=elder")))
    assert page.count("view=elder") >= 1
    assert 'class="elder"' in page


@pytest.mark.parametrize("kind", Kind)
def test_every_page_says_where_one_is_links_back_and_is_kept_by_nobody(person, kind):
    person.hold(kind=kind.value)
    steps = steps_for(kind, vehicle_is_known=False)
    for number, step in enumerate(steps, start=1):
        response = person.look(step)
        page = text_of(response)
        assert f"Step {number} of {len(steps)}" in page
        if step is not Step.KIND:
            assert person.address(steps[number - 2]) in page
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Robots-Tag"] == "noindex"
        assert "<script" not in page
        assert "style=" not in page


QUERIES = {
    Step.KIND: 3,
    Step.VEHICLE: 3,
    Step.DIFFERENCES: 3,
    Step.WHEN: 2,
    Step.WHERE: 3,
    Step.RIDE: 2,
    Step.CHARGE: 4,
    Step.WISH: 2,
    Step.AUTHORITY: 2,
    Step.STORY: 2,
    Step.EVIDENCE: 3,
    Step.CONTACT: 2,
    Step.CONSENT: 2,
    Step.REVIEW: 6,
}
"""Session and draft are two of each; then the vehicle, the price, the names of the place, the files."""


@pytest.mark.parametrize("step", Step)
def test_a_page_asks_the_database_only_what_it_shows(person, step, django_assert_num_queries):
    marking = build.marking()
    build.price(institution=marking.ambulance.institution)
    kinds = {Step.DIFFERENCES: "card_mismatch", Step.AUTHORITY: "authority_conduct"}
    kind = kinds.get(step, "overcharging")
    person.hold(kind=kind, code=marking.code, plate="", vehicle_is_known=True, distance_km="10")
    if step in {Step.EVIDENCE, Step.REVIEW}:
        person.upload(jpeg("1.jpg"), jpeg("2.jpg"), add="1")
    with django_assert_num_queries(QUERIES[step]):
        assert person.look(step).status_code == 200


def test_the_first_page_asks_one_thing_of_the_database(person, django_assert_num_queries):
    marking = build.marking()
    with django_assert_num_queries(1):
        person.client.get(f"/complaints/new/?code={marking.code}")
    with django_assert_num_queries(0):
        person.client.get("/complaints/new/")
