"""Text that says it is in some odd code is refused before Django decodes any of it."""

import json
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from edge.charset import Utf8Only, is_utf8

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"


def unreached(environ, start_response):
    raise AssertionError("the product was reached")


def sent(kind: str, product=unreached) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body of the answer to a form of 900 KB of this kind."""
    body = b"place=-" + b"a" * 900_000
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/nothing/here/",
        "QUERY_STRING": "place=-" + "a" * 1000,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    answered: dict[str, Any] = {}

    def start_response(status, headers, exc_info=None):
        answered.update(status=status, headers=headers)
        return BytesIO().write

    content = b"".join(Utf8Only(product)(environ, start_response))
    return answered["status"], dict(answered["headers"]), content


@pytest.mark.parametrize("kind", [FORM, MULTIPART, "application/json", "text/plain"])
@pytest.mark.parametrize("charset", ["punycode", "zlib", "base64", "rot13", "idna", "utf-7", "gbk", '"PUNYCODE"'])
def test_text_in_another_code_is_refused_in_words(kind, charset):
    status, headers, content = sent(f"{kind}; charset={charset}")
    assert status.startswith("415")
    assert headers["Content-Type"] == "application/problem+json"
    assert json.loads(content)["code"] == "not-utf8"


def test_a_header_that_cannot_be_read_is_refused_too():
    status, _headers, _content = sent("text/plain; charset=\x00")
    assert status.startswith("415")


@pytest.mark.parametrize(
    "kind",
    ["", FORM, f"{FORM}; charset=utf-8", f"{FORM}; charset=UTF8", f'{FORM}; charset="utf-8"', f"{FORM}; charset=x"],
)
def test_utf8_goes_on_to_the_product_however_it_is_spelled(kind):
    reached = []

    def product(environ, start_response):
        reached.append(environ["CONTENT_TYPE"])
        start_response("200 OK", [])
        return [b"here"]

    assert sent(kind, product)[2] == b"here"
    assert reached == [kind]


@pytest.mark.django_db
def test_the_servers_entry_is_guarded():
    from config.wsgi import application  # noqa: PLC0415  # it looks at the database when it is imported

    assert isinstance(application, Utf8Only)


def test_nothing_makes_the_check_itself_fail():
    for kind in (";", "charset", "a/b; charset", "a/b; charset=", "a/b; charset=\x00", "a/b; charset*=x'y'z", "救护"):
        assert is_utf8(kind) in {True, False}
