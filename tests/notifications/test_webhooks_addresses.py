"""Where a web hook may lead."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from notifications.webhook_address import BadAddress, NotPublic, is_public, resolved, target_of

INSIDE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "2002:a00:1::1",
    "2001:0:a00:1::1",
    "2001:db8::1",
]


@pytest.fixture
def production(settings):
    settings.PRODUCTION = True


@pytest.mark.parametrize("address", INSIDE)
def test_an_inner_address_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "223.5.5.5", "2400:3200::1", "::ffff:223.5.5.5"])
def test_an_address_of_the_internet_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "said"),
    [
        ("https://his.example.org", "his.example.org", 443, "/", "his.example.org"),
        ("https://HIS.example.org:8443/hooks?a=1", "his.example.org", 8443, "/hooks?a=1", "his.example.org:8443"),
        ("https://[2400:3200::1]/x", "2400:3200::1", 443, "/x", "[2400:3200::1]"),
        ("https://his.example.org./x", "his.example.org", 443, "/x", "his.example.org"),
    ],
)
def test_an_address_is_taken_apart(production, url, host, port, path, said):
    target = target_of(url)
    assert (target.host, target.port, target.path, target.host_header) == (host, port, path, said)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "url"),
        ("his.example.org/hooks", "url"),
        ("https://", "url"),
        ("https:///hooks", "url"),
        ("https://user@his.example.org/", "url"),
        ("https://user:secret@his.example.org/", "url"),
        ("https://his.example.org/#part", "url"),
        ("https://his.example.org:99999/", "url"),
        ("https://his.example.org:0/", "url"),
        ("https://his.example.org:x/", "url"),
        ("https://[::1", "url"),
        ("https://his.example.org/a b", "url"),
        ("https://his.example.org/\r\nX-Evil: 1", "url"),
        ("https://his.example.org\\@10.0.0.1/", "url"),
        ("https://医院.example.org/", "url"),
        ("https://his.example.org/" + "a" * 300, "url"),
        ("http://his.example.org/", "https"),
        ("http://127.0.0.1/", "https"),
        ("http://localhost/", "https"),
        ("ftp://his.example.org/", "https"),
        ("file:///etc/passwd", "url"),
        ("https://127.0.0.1/", "not-public"),
        ("https://10.1.2.3/", "not-public"),
        ("https://169.254.169.254/latest/meta-data/", "not-public"),
        ("https://[::1]/", "not-public"),
        ("https://[fe80::1%25eth0]/", "not-public"),
    ],
)
def test_an_address_that_no_hook_may_have_is_refused(production, url, code):
    with pytest.raises(BadAddress) as refused:
        target_of(url)
    assert refused.value.code == code
    assert str(refused.value.message)


def test_while_developing_this_machine_may_be_called_and_still_no_other():
    assert target_of("http://127.0.0.1:9000/").scheme == "http"
    assert target_of("http://localhost:9000/").host == "localhost"
    with pytest.raises(BadAddress):
        target_of("http://192.168.1.1/")
    with pytest.raises(BadAddress):
        target_of("https://192.168.1.1/")


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost"])
def test_another_spelling_of_this_machine_is_found_when_it_is_resolved(production, host):
    with pytest.raises(NotPublic):
        resolved(target_of(f"https://{host}/"))


def names(monkeypatch, *addresses):
    """The resolver answers with these."""

    def answer(host, port, **_options):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def test_a_name_is_resolved_to_the_address_that_is_called(monkeypatch, production):
    names(monkeypatch, "223.5.5.5", "223.6.6.6")
    assert resolved(target_of("https://his.example.org/")) == "223.5.5.5"


def test_one_inner_address_spoils_the_name(monkeypatch, production):
    names(monkeypatch, "223.5.5.5", "169.254.169.254")
    with pytest.raises(NotPublic):
        resolved(target_of("https://his.example.org/"))
