"""Whose address counts, and what a forged header changes: nothing."""

import pytest
from django.conf import settings
from django.test import RequestFactory
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from edge.address import UNKNOWN, client_address, limit_key

PROXIES = ["10.0.0.0/8", "2001:db8:ffff::/48"]


@pytest.fixture
def asked(monkeypatch):
    """The address found for a peer and a header, behind PROXIES."""
    monkeypatch.setattr(settings.ENV, "TRUSTED_PROXIES", PROXIES)

    def found(peer: str, forwarded: str | None = None) -> str:
        request = RequestFactory().get("/", REMOTE_ADDR=peer)
        if forwarded is not None:
            request.META["HTTP_X_FORWARDED_FOR"] = forwarded
        return client_address(request)

    return found


def test_without_a_proxy_the_peer_counts(asked):
    assert asked("203.0.113.7") == "203.0.113.7"


@pytest.mark.parametrize("forged", ["1.2.3.4", "10.0.0.1", "1.2.3.4, 10.0.0.9", "", ",,,", "x" * 9000])
def test_a_forged_header_changes_nothing_without_our_proxy(asked, forged):
    assert asked("203.0.113.7", forged) == "203.0.113.7"


@pytest.mark.parametrize("forged", ["1.2.3.4, ", "10.0.0.5, ", "127.0.0.1,10.0.0.1,", "garbage, ", ", , ", "[::1], "])
def test_a_forged_entry_in_front_changes_nothing_behind_our_proxy(asked, forged):
    assert asked("10.0.0.1", f"{forged}203.0.113.7") == "203.0.113.7"


def test_a_chain_of_our_own_proxies_is_followed_to_the_client(asked):
    assert asked("10.0.0.1", "6.6.6.6, 203.0.113.7, 10.1.1.1, 2001:db8:ffff::2") == "203.0.113.7"


def test_the_walk_ends_at_the_first_hop_that_is_not_ours(asked):
    assert asked("10.0.0.1", "203.0.113.7, 198.51.100.1, 10.1.1.1") == "198.51.100.1"


def test_a_request_from_inside_keeps_the_outermost_address_known(asked):
    assert asked("10.0.0.1", "10.0.0.2, 10.0.0.3") == "10.0.0.2"


@pytest.mark.parametrize("header", [None, "", "unknown", "_hidden", "203.0.113.7, not-an-address", "1.2.3.4.5"])
def test_a_proxy_that_names_nobody_stands_for_its_clients(asked, header):
    assert asked("10.0.0.1", header) == "10.0.0.1"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("203.0.113.7:55123", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:80", "203.0.113.7"),
    ],
)
def test_an_address_is_read_in_every_way_it_is_written(asked, written, read):
    assert asked("10.0.0.1", written) == read


def test_our_proxy_is_recognised_when_it_shows_as_ipv6(asked):
    assert asked("::ffff:10.0.0.1", "203.0.113.7") == "203.0.113.7"


@pytest.mark.parametrize("peer", ["", "unix:", "@", "300.1.1.1"])
def test_a_peer_without_an_address_is_never_believed(asked, peer):
    assert asked(peer, "203.0.113.7") == UNKNOWN


@hypothesis_settings(deadline=None)
@given(st.text(max_size=60))
def test_no_header_makes_it_fail(text):
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=text)
    assert client_address(request) == "203.0.113.7"
    assert limit_key(text)


def test_neighbours_in_one_ipv6_network_share_a_limit():
    assert limit_key("2001:db8:1:2::1") == limit_key("2001:db8:1:2:ffff:ffff:ffff:ffff")


@pytest.mark.parametrize("other", ["2001:db8:1:3::1", "2001:db8::1", "203.0.113.7"])
def test_another_network_has_a_limit_of_its_own(other):
    assert limit_key(other) != limit_key("2001:db8:1:2::1")


def test_ipv4_is_limited_by_the_single_address_however_written():
    assert limit_key("::ffff:203.0.113.7") == limit_key("203.0.113.7") != limit_key("203.0.113.8")
