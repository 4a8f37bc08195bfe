"""A client of Open311 that others have written reads the lists, in both formats."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import time_machine
from georeport import GeoReport

from complaints.kinds import Kind
from complaints.open311.ids import Sort, identifier
from complaints.open311.reads import counted_until
from tests.complaints.open311_calls import SPAN, TODAY, several

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["json", "xml"])
def reader(request: pytest.FixtureRequest, live_server: Any) -> GeoReport:
    with time_machine.travel(TODAY, tick=True):
        yield GeoReport(f"{live_server.url}/open311/v2/", output_format=request.param)


def test_services_and_their_questions_are_read(reader):
    codes = [one["service_code"] for one in reader.get_service_list()]
    assert codes == [kind.value for kind in Kind]
    for code in codes:
        assert reader.get_service_definition(code)["service_code"] == code


def test_requests_are_read(reader):
    cases = several(5, received="2026-09-01")
    counted_until.cache_clear()
    rows = reader.get_service_requests(service_code="service", status="closed", **SPAN)
    assert {row["service_request_id"] for row in rows} == {identifier(Sort.REQUEST, one.pk) for one in cases}
    for row in rows:
        one = reader.get_service_request(row["service_request_id"])
        assert one == row
        assert (one["status"], one["requested_datetime"]) == ("closed", "2026-09-01T00:00:00+08:00")


def test_what_is_not_there_is_an_error_of_the_client(reader):
    with pytest.raises(requests.HTTPError) as refusal:
        reader.get_service_request("nonsense")
    assert refusal.value.response is not None
    assert refusal.value.response.status_code == 404
    with pytest.raises(requests.HTTPError):
        reader.get_service_requests(start_date="2026-01-01T00:00:00Z", end_date="2026-12-31T00:00:00Z")
