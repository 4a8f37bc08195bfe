"""Somebody opens the front page."""

from __future__ import annotations

import re

import pytest

from registry.standing import Standing
from tests.registry.standings import marking_with

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("query", ["lang=zh", "lang=en", "view=elder", "lang=en&view=elder"])
def test_the_front_page_has_one_box_help_in_danger_and_the_ways_to_complain(client, query):
    text = text_of(client.get(f"/?{query}"))
    assert text.count('name="q"') == 1
    assert 'href="tel:120"' in text
    assert 'href="tel:110"' in text
    assert 'href="/complaints/new/?' in text
    assert 'href="/complaints/track/?' in text
    assert 'role="img"' in text


def test_the_front_page_asks_no_database_and_sets_no_cookie(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/")
    assert not response.cookies
    assert client.get("/", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_the_front_page_says_which_address_a_real_code_opens(client, settings):
    settings.ENV = settings.ENV.model_copy(update={"PUBLIC_BASE_URL": "https://jhc.example.cn"})
    assert "jhc.example.cn" in text_of(client.get("/"))


def test_who_runs_the_service_is_named_where_it_is_known(client, settings):
    told = {"OPERATOR_NAME": "某市<急救>中心", "ICP_NUMBER": "赣ICP备00000000号", "POLICE_FILING_NUMBER": "公安备00号"}
    settings.ENV = settings.ENV.model_copy(update=told)
    text = text_of(client.get("/"))
    assert "某市&lt;急救&gt;中心" in text
    assert "赣ICP备00000000号" in text
    assert "公安备00号" in text


@pytest.mark.parametrize("is_demo", [True, False])
def test_invented_data_is_called_so(client, settings, is_demo):
    settings.ENV = settings.ENV.model_copy(update={"DEMO": is_demo})
    assert ("is invented" in text_of(client.get("/?lang=en"))) == is_demo


def test_language_and_view_stay_on_every_link_of_our_own(client):
    marking = marking_with(Standing.IN_SERVICE)
    for address in ("/", f"/a/{marking.code}/", f"/institutions/{marking.ambulance.institution_id}/"):
        text = text_of(client.get(f"{address}?lang=en&view=elder"))
        links = set(re.findall(r'<a [^>]*href="(/[^"]*)"', text))
        switches = {f"{address}?lang=zh&amp;view=elder", f"{address}?lang=en"}
        assert switches < links
        for link in links - switches:
            assert link.endswith("lang=en&amp;view=elder"), link


def test_the_switches_turn_language_and_view_round(client):
    text = text_of(client.get("/?lang=en&view=elder"))
    assert 'href="/?lang=zh&amp;view=elder"' in text
    assert 'href="/?lang=en"' in text


def test_a_path_that_looks_like_another_host_makes_no_link_to_it(client):
    text = text_of(client.get("//evil.example/"))
    assert 'href="//' not in text
