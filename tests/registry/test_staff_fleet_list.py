"""The fleet list: filters, order, pages, saved views, and how many queries it takes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.formats import PlateKind
from registry.choices import AmbulanceStatus, MarkingState, VehicleType
from registry.lists import PAGE_SIZE
from registry.models import SavedView
from tests import build
from tests.registry.staff_pages import desks, queries

pytestmark = pytest.mark.django_db
MOST_QUERIES = 10


@pytest.fixture
def house():
    return desks()


def plates(house, who, query="", name="staff:ambulances"):
    """The plates a person is shown, in their order."""
    response = house.clients[who].get(f"{reverse(name)}?{query}")
    assert response.status_code == 200
    return [row.plate for row in response.context["list"].rows]


def test_a_hospital_sees_its_own_fleet_and_no_other(house):
    mine = build.ambulance(institution=house.hospital)
    build.ambulance(institution=house.other_hospital)
    for who in ("fleet_manager", "institution_admin", "complaint_officer"):
        assert plates(house, who) == [mine.plate]


def test_an_authority_sees_its_jurisdiction_and_no_other(house):
    near = build.ambulance(institution=house.hospital)
    far = build.ambulance(institution=build.institution(division=build.division("110105")), plate="京A00001")
    for who in ("reviewer", "supervisor", "province_reviewer", "police"):
        assert plates(house, who) == [near.plate]
    assert plates(house, "other_reviewer") == [far.plate]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=suspended", {"suspended"}),
        ("type=C", {"type"}),
        ("network=yes", {"network"}),
        ("due=overdue", {"overdue"}),
        ("due=30", {"overdue", "soon", "scrap"}),
        ("codes=unmounted", {"codes"}),
        ("q=9-77", {"number"}),
        (f"q={quote('赣Z777')}", {"plate"}),
        (f"q={quote('赣z·777')}", {"plate"}),
        ("q=Z77777", {"plate"}),
        ("q=LZFF25M4X8D004248", {"vin"}),
        ("status=suspended&type=C", set()),
    ],
)
def test_each_filter_leaves_what_it_names(house, query, expected):
    today = timezone.localdate()
    made: dict[str, dict[str, Any]] = {
        "suspended": {"status": AmbulanceStatus.SUSPENDED},
        "type": {"vehicle_type": VehicleType.C},
        "network": {"in_120_network": True},
        "overdue": {"inspection_valid_until": today - timedelta(days=1)},
        "soon": {"inspection_valid_until": today + timedelta(days=30)},
        "later": {"inspection_valid_until": today + timedelta(days=31)},
        "scrap": {"scrap_due_on": today + timedelta(days=3)},
        "retired": {"status": AmbulanceStatus.RETIRED, "inspection_valid_until": today - timedelta(days=1)},
        "codes": {},
        "number": {"fleet_number": "9-77"},
        "plate": {"plate": "赣Z77777"},
        "vin": {"vin": "LZFF25M4X8D004248"},
    }
    rows = {name: build.ambulance(institution=house.hospital, **fields) for name, fields in made.items()}
    build.marking(ambulance=rows["codes"], state=MarkingState.ISSUED)
    build.marking(ambulance=rows["number"])
    assert set(plates(house, "fleet_manager", query)) == {rows[name].plate for name in expected}
    assert set(plates(house, "reviewer", query)) == {rows[name].plate for name in expected}


def test_an_authority_filters_by_owner_and_by_a_division_below_its_own(house):
    here = build.ambulance(institution=house.hospital)
    other = build.institution(division=build.division("360103"), name="西湖医院")
    there = build.ambulance(institution=other)
    assert plates(house, "reviewer", "division=360103") == [there.plate]
    assert plates(house, "reviewer", f"owner={quote('东湖')}") == [here.plate]
    assert plates(house, "reviewer", f"institution={other.pk}") == [there.plate]


def test_a_division_outside_the_jurisdiction_is_refused_in_words(house):
    build.ambulance(institution=house.hospital)
    response = house.clients["reviewer"].get(reverse("staff:ambulances"), {"division": "110105"})
    assert response.context["list"].rows == []
    assert response.context["form"].errors["division"]


def test_a_hospital_cannot_widen_its_list_by_the_address(house):
    stranger = build.ambulance(institution=house.other_hospital)
    for query in (f"institution={house.other_hospital.pk}", f"q={stranger.vin}", f"q={quote(stranger.plate)}"):
        assert stranger.plate not in plates(house, "fleet_manager", query)


@pytest.mark.parametrize("query", ["status=nonsense", "due=5", "institution=x", "sort=secret", "q=" + "x" * 41])
def test_a_filter_that_is_none_is_told_and_shows_nothing(house, query):
    build.ambulance(institution=house.hospital)
    response = house.clients["reviewer"].get(f"{reverse('staff:ambulances')}?{query}")
    assert response.status_code == 200
    assert response.context["form"].errors
    assert response.context["list"].rows == []


def test_the_list_is_sorted_as_asked(house):
    first = build.ambulance(
        institution=house.hospital,
        plate="赣A00009",
        inspection_valid_until=date(2027, 1, 1),
        plate_kind=PlateKind.SMALL,
    )
    second = build.ambulance(institution=house.hospital, plate="赣A00001", inspection_valid_until=date(2028, 1, 1))
    undated = build.ambulance(
        institution=house.hospital, plate="赣A00005", inspection_valid_until=None, status=AmbulanceStatus.DRAFT
    )
    assert plates(house, "fleet_manager") == [second.plate, undated.plate, first.plate]
    assert plates(house, "fleet_manager", "sort=-plate") == [first.plate, undated.plate, second.plate]
    assert plates(house, "fleet_manager", "sort=inspection") == [first.plate, second.plate]
    assert plates(house, "fleet_manager", "sort=-updated")[0] == undated.plate


def test_a_page_leads_on_with_its_filters_and_back(house):
    for _ in range(PAGE_SIZE + 1):
        build.ambulance(institution=house.hospital)
    address = reverse("staff:ambulances")
    first = house.clients["fleet_manager"].get(address, {"status": "in_service"})
    assert len(first.context["list"].rows) == PAGE_SIZE
    later = first.context["list"].later
    assert "status=in_service" in later
    second = house.clients["fleet_manager"].get(address + later)
    assert len(second.context["list"].rows) == 1
    back = house.clients["fleet_manager"].get(address + second.context["list"].earlier)
    assert [row.pk for row in back.context["list"].rows] == [row.pk for row in first.context["list"].rows]


def test_a_spoilt_place_leads_to_the_first_page(house):
    response = house.clients["fleet_manager"].get(reverse("staff:ambulances"), {"after": "x", "status": "draft"})
    assert response.status_code == 302
    assert response.headers["Location"].endswith("?status=draft")


@pytest.mark.parametrize("who", ["fleet_manager", "reviewer"])
def test_the_list_takes_the_same_few_queries_with_fifty_and_five_hundred(house, who):
    counts = []
    query = "?status=in_service&due=90"
    for more in (50, 450):
        for _ in range(more):
            build.ambulance(institution=house.hospital, inspection_valid_until=timezone.localdate())
        counts.append(queries(house.clients[who], reverse("staff:ambulances") + query))
    # Fifty fit one page and are not counted; five hundred are, once.
    assert counts[1] - counts[0] <= 1
    assert counts[1] <= MOST_QUERIES


def test_a_view_is_kept_under_its_name_and_belongs_to_its_maker(house):
    client = house.clients["fleet_manager"]
    client.post(reverse("staff:view_save"), {"name": "到期", "query": "due=30"})
    client.post(reverse("staff:view_save"), {"name": "到期", "query": "due=60"})
    view = SavedView.objects.get()
    assert (view.user, view.query) == (house.people["fleet_manager"], "due=60")
    assert "到期" in client.get(reverse("staff:ambulances")).content.decode()
    assert "到期" not in house.clients["reviewer"].get(reverse("staff:ambulances")).content.decode()
    assert house.clients["reviewer"].post(reverse("staff:view_remove", args=[view.pk])).status_code == 404
    assert SavedView.objects.exists()
    client.post(reverse("staff:view_remove", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_or_one_too_many_is_refused_in_words(house):
    client = house.clients["fleet_manager"]
    response = client.post(reverse("staff:view_save"), {"name": "", "query": "due=30"}, follow=True)
    assert "notice-stop" in response.content.decode()
    SavedView.objects.bulk_create(
        SavedView(user=house.people["fleet_manager"], name=str(number), query="") for number in range(30)
    )
    response = client.post(reverse("staff:view_save"), {"name": "31", "query": ""}, follow=True)
    assert "notice-stop" in response.content.decode()
    assert SavedView.objects.count() == 30


def test_every_page_of_the_desk_is_kept_by_no_browser(house):
    for name in ("staff:desk", "staff:ambulances", "staff:search"):
        assert house.clients["reviewer"].get(reverse(name)).headers["Cache-Control"] == "no-store"


def test_the_operators_own_people_have_no_fleet_to_see(house):
    for name in ("staff:ambulances", "staff:search", "staff:institutions"):
        assert house.clients["system_admin"].get(reverse(name)).status_code == 403
