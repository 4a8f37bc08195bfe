"""The page of cases that belong together: what it shows, what its forms do, and what it refuses in words."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse

from accounts.roles import Role
from complaints.files import store_upload
from complaints.models import CaseLink, Complaint, Evidence
from complaints.services.linking import link, merge
from tests import build
from tests.complaints.desk import case, desk
from tests.complaints.entries import EMAIL, NARRATIVE, NOW, PHONE, filed
from tests.evidence.samples import picture_bytes
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
WHY = "两件均反映同一次转运。"


@pytest.fixture
def here():
    return desk()


@pytest.fixture
def pair(here):
    story = NARRATIVE + "司机说不给钱就不走。"
    return (
        case(at_desk=here, contact_email=EMAIL, place="民德路", narrative=story),
        case(at_desk=here, narrative=story),
    )


def address(name, one, *more):
    return reverse(f"links:{name}", args=[one.complaint.pk, *more]) + "?lang=en"


def sent(one, who, name, *more, **typed):
    data = {"version": one.part.version, "reason": WHY, **typed}
    return client_of(who).post(address(name, one, *more), data)


def test_the_page_shows_likely_duplicates_earlier_cases_and_the_forms(here, pair):
    one, other = pair
    page = client_of(here.handler).get(address("linked", one)).content.decode()
    assert other.complaint.reference in page
    assert "Nearly the same words" in page
    assert "Same contact, same days" in page
    assert "Earlier cases from the same contact" in page
    assert "Link the two cases" in page
    assert "Merge into that case" in page
    assert "Separate the two cases" not in page


def test_neither_story_nor_place_nor_contact_stands_on_the_page_and_no_contact_on_the_case(here, pair):
    one, _ = pair
    identity = ("李雷", PHONE, EMAIL, one.complaint.contact_phone_hash)
    case_page = reverse("cases:case", args=[one.complaint.pk])
    for where, secrets in ((address("linked", one), (NARRATIVE[:8], "民德路", *identity)), (case_page, identity)):
        page = client_of(here.handler).get(where).content.decode()
        assert not [secret for secret in secrets if secret in page]


def test_a_likely_duplicate_leads_to_the_forms_already_filled(here, pair):
    one, other = pair
    case_page = client_of(here.handler).get(reverse("cases:case", args=[one.complaint.pk])).content.decode()
    assert f"?other={other.complaint.reference}" in case_page
    page = client_of(here.handler).get(address("linked", one) + f"&other={other.complaint.reference}").content.decode()
    assert f'value="{other.complaint.reference}"' in page


def test_linking_and_removing_the_link_by_the_page(here, pair):
    one, other = pair
    typed = f" {other.complaint.reference.lower()} "
    response = sent(one, here.handler, "link", other=typed, kind="duplicate")
    assert response.status_code == 302
    made = CaseLink.objects.get()
    page = client_of(here.handler).get(address("linked", other)).content.decode()
    assert WHY in page
    assert one.complaint.reference in page
    assert "Remove the link" in page
    response = sent(other, here.handler, "unlink", made.pk)
    assert response.status_code == 302
    assert not CaseLink.objects.exists()


def test_merging_shows_the_files_from_the_main_case_and_separating_is_for_supervisors(here, pair):
    one, main = pair
    item = store_upload(upload=BytesIO(picture_bytes()), name="现场照片-李雷.jpg", now=NOW)
    item.complaint = one.complaint
    item.save()
    assert sent(one, here.handler, "merge", other=main.complaint.reference).status_code == 302
    page = client_of(here.handler).get(address("linked", main)).content.decode()
    assert one.complaint.reference in page
    assert "1 file, opened from its own case" in page
    assert item.thumbnail[:60] in page
    assert "李雷" not in page
    assert Evidence.objects.get().complaint == one.complaint
    own = client_of(here.handler).get(address("linked", one)).content.decode()
    assert "Handled together with" in own
    assert "Separate the two cases" not in own
    assert sent(one, here.handler, "unmerge").status_code == 403
    assert "Separate the two cases" in client_of(here.supervisor).get(address("linked", one)).content.decode()
    assert sent(one, here.supervisor, "unmerge").status_code == 302
    assert Complaint.objects.get(pk=one.complaint.pk).merged_into is None


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("link", {"other": "ZZ99-9999", "kind": "related"}, "You have no case with this reference"),
        ("link", {"other": "", "kind": "related"}, "Write the reference of the other case"),
        ("link", {"kind": "twin"}, "Select a valid choice"),
        ("link", {"kind": "related", "reason": " "}, "Please write the reason"),
        ("merge", {"other": "\x00"}, "Null characters are not allowed"),
        ("merge", {"reason": "字" * 5001}, "at most 5000 characters"),
    ],
)
def test_what_cannot_be_taken_is_told_beside_the_field_and_stays_typed(here, pair, name, typed, words):
    one, other = pair
    response = sent(one, here.handler, name, **{"other": other.complaint.reference, "kind": "related", **typed})
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    if "reason" not in typed:
        assert WHY in page
    assert not CaseLink.objects.exists()


def test_a_merge_that_does_not_fit_is_told_in_words(here, pair):
    one, _ = pair
    response = sent(one, here.handler, "merge", other=one.complaint.reference)
    assert response.status_code == 422
    assert "Choose another case than this one." in response.content.decode()


def test_a_case_out_of_sight_is_told_like_one_that_is_not_there(here, pair):
    one, _ = pair
    desk(division="110105")
    far = filed(division_code="110105")
    hidden, missing = (
        sent(one, here.handler, "link", other=ref, kind="related") for ref in (far.reference, "ZZ99-9999")
    )
    assert hidden.status_code == missing.status_code == 422
    assert hidden.content.decode().count("You have no case") == missing.content.decode().count("You have no case")


def test_an_old_page_is_told_who_was_faster(here, pair):
    one, other = pair
    version = one.part.version
    one.accepted()
    response = sent(one, here.handler, "link", other=other.complaint.reference, kind="related", version=version)
    assert response.status_code == 409
    page = response.content.decode()
    assert here.handler.name in page
    assert WHY in page, "what was typed is kept"
    assert f'name="version" value="{one.part.version}"' in page
    one.concluded()
    response = sent(one, here.handler, "merge", other=other.complaint.reference)
    assert response.status_code == 409
    assert "present state" in response.content.decode()


def test_a_superior_reads_but_does_not_act(here, pair):
    one, other = pair
    above = person(Role.SUPERVISOR, body=build.authority(division=build.division("360100")))
    page = client_of(above).get(address("linked", one)).content.decode()
    assert other.complaint.reference in page
    assert "Link the two cases" not in page
    for name, status in (("link", 403), ("merge", 403), ("unmerge", 409)):  # a superior reopens, what is not merged
        assert sent(one, above, name, other=other.complaint.reference, kind="related").status_code == status


def test_strangers_and_institutions_are_kept_out(here, pair):
    one, other = pair
    made = link(**one.by(here.handler, other=other.complaint, kind="related", reason=WHY))
    stranger = person(Role.HANDLER, body=build.authority(division=build.division("110105")))
    officer = person(Role.COMPLAINT_OFFICER, body=build.institution())
    assert client_of(stranger).get(address("linked", one)).status_code == 404
    assert client_of(officer).get(address("linked", one)).status_code == 403
    for name, more in (("link", ()), ("merge", ()), ("unmerge", ()), ("unlink", (made.pk,))):
        assert sent(one, stranger, name, *more, other=other.complaint.reference, kind="related").status_code == 404
        assert sent(one, officer, name, *more).status_code == 403
    assert CaseLink.objects.exists()


def test_a_link_to_a_case_out_of_sight_is_neither_shown_nor_removed(here, pair):
    one, other = pair
    made = link(**one.by(here.handler, other=other.complaint, kind="related", reason=WHY))
    Complaint.objects.filter(pk=other.complaint.pk).update(about_authority=here.authority)
    page = client_of(here.handler).get(address("linked", one)).content.decode()
    assert other.complaint.reference not in page
    assert WHY not in page
    assert sent(one, here.handler, "unlink", made.pk).status_code == 404
    assert CaseLink.objects.exists()


@pytest.mark.parametrize("others", [2, 9])
def test_the_page_costs_the_same_for_any_number_of_cases(here, others, django_assert_max_num_queries):
    vehicle = build.ambulance()
    one, client = case(at_desk=here, plate=vehicle.plate), client_of(here.handler)
    for n in range(others):
        other = case(at_desk=here, plate=vehicle.plate)
        if n % 2:
            link(**one.by(here.handler, other=other.complaint, kind="related", reason=WHY))
        else:
            merge(**other.by(here.handler, main=one.complaint, reason=WHY))
    with django_assert_max_num_queries(26):  # five of the door, two savepoints that only a test has
        assert client.get(address("linked", one)).status_code == 200
