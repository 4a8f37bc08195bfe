"""Files of filtered lists: exactly the rows that are shown, safe from formulas, on record, limited."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from accounts.models import AuditRow
from tests import build
from tests.registry.staff_pages import desks, queries

pytestmark = pytest.mark.django_db
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def house():
    return desks()


def take(house, who, file_format="csv", name="ambulances", **query):
    address = reverse(f"staff:{name}_export", kwargs={"file_format": file_format})
    response = house.clients[who].get(address, query)
    return response, b"".join(response.streaming_content) if response.streaming else response.content


def csv_rows(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def xlsx_cells(content):
    """The texts of a workbook's only sheet, row by row, read without the library that wrote it."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [["".join(cell.itertext()) for cell in row.iter(f"{SHEET}c")] for row in sheet.iter(f"{SHEET}row")], sheet


def test_a_file_holds_the_filtered_rows_of_the_scope(house):
    mine = build.ambulance(institution=house.hospital, station="一号站")
    build.ambulance(institution=house.hospital, status="suspended")
    build.ambulance(institution=house.other_hospital)
    _, content = take(house, "fleet_manager", status="in_service")
    rows = csv_rows(content)
    assert len(rows) == 2
    assert rows[1][0] == mine.plate
    assert "一号站" in rows[1]
    _, content = take(house, "reviewer")
    assert len(csv_rows(content)) == 4
    _, content = take(house, "other_reviewer")
    assert len(csv_rows(content)) == 1


def test_a_file_never_holds_a_code(house):
    marking = build.marking(ambulance=build.ambulance(institution=house.hospital))
    _, content = take(house, "fleet_manager")
    assert marking.code not in content.decode()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1"])
def test_no_cell_is_a_formula(house, text):
    build.ambulance(institution=house.hospital, station=text)
    _, content = take(house, "fleet_manager")
    assert f"'{text.strip()}" in [cell.replace(" ", "") for cell in csv_rows(content)[1]]
    _, content = take(house, "fleet_manager", "xlsx")
    rows, sheet = xlsx_cells(content)
    assert not list(sheet.iter(f"{SHEET}f"))
    assert any(cell.startswith("'") for cell in rows[1])


def test_a_workbook_holds_the_same_rows_and_real_dates(house):
    vehicle = build.ambulance(institution=house.hospital)
    response, content = take(house, "fleet_manager", "xlsx")
    rows, _ = xlsx_cells(content)
    assert response.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert response.headers["Cache-Control"] == "no-store"
    assert rows[1][0] == vehicle.plate
    number = [cell for cell in rows[1] if cell.isdigit() and len(cell) == 5]
    assert str((build.REGISTERED - date(1899, 12, 30)).days) in number


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_who_takes_what_is_on_record_before_the_first_row(house, file_format):
    build.ambulance(institution=house.hospital)
    address = reverse("staff:ambulances_export", kwargs={"file_format": file_format})
    house.clients["reviewer"].get(address, {"status": "in_service"})
    row = AuditRow.objects.get(action="ambulance.exported")
    assert row.actor == house.people["reviewer"]
    assert row.detail == {"rows": 1, "format": file_format, "filters": ["status=in_service"]}


def test_too_long_a_list_is_refused_in_words_and_nothing_leaves(house, settings):
    settings.ENV = settings.ENV.model_copy(update={"EXPORT_MAX_ROWS": 2})
    for _ in range(3):
        build.ambulance(institution=house.hospital)
    response, content = take(house, "fleet_manager")
    assert response.status_code == 409
    assert "2" in content.decode()
    assert not AuditRow.objects.filter(action="ambulance.exported").exists()


def test_a_wrong_filter_leads_back_to_the_list(house):
    response, _ = take(house, "fleet_manager", status="nonsense")
    assert response.status_code == 302


def test_the_file_is_in_the_readers_language(house):
    build.ambulance(institution=house.hospital)
    _, content = take(house, "fleet_manager", lang="en")
    assert "In service" in csv_rows(content)[1]


def test_a_file_is_read_in_portions(house):
    for _ in range(30):
        build.ambulance(institution=house.hospital)
    assert queries(house.clients["fleet_manager"], reverse("staff:ambulances_export", args=["csv"])) <= 11


def test_institutions_are_taken_away_too(house):
    _, content = take(house, "reviewer", name="institutions", q="东湖")
    assert [row[0] for row in csv_rows(content)[1:]] == ["东湖医院"]
    assert AuditRow.objects.filter(action="institution.exported").exists()
    assert (
        house.clients["fleet_manager"]
        .get(reverse("staff:institutions_export", kwargs={"file_format": "csv"}))
        .status_code
        == 403
    )
