"""Text comes in UTF-8.

Django decodes query strings and forms by the charset of Content-Type, whatever codec Python knows by that name,
and it does so before its first middleware and outside of its error handling. Some codecs raise there, and some are
quadratic: 400 KB of a form field "in punycode" took 5 to 8 seconds of a core. So this stands in front of Django.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.http import parse_header_parameters

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

READ = {"utf-8", "ascii"}


REFUSAL = json.dumps(
    {
        "type": "/problems/not-utf8",
        "title": "Send text in UTF-8",
        "status": 415,
        "detail": "Content-Type is unreadable or names another charset than UTF-8.",
        "code": "not-utf8",
        "errors": [],
    }
).encode()
"""A problem document; in English, for only programs send such a header."""


class Utf8Only:
    """A WSGI application that answers 415 instead of passing on text that says it is anything but UTF-8."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Check and go on."""
        if is_utf8(environ.get("CONTENT_TYPE", "")):
            return self.application(environ, start_response)
        headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(REFUSAL)))]
        start_response("415 Unsupported Media Type", headers)
        return [REFUSAL]


def is_utf8(content_type: str) -> bool:
    """Whether a Content-Type can be read and names UTF-8, ASCII, nothing, or what Python (and so Django) ignores."""
    try:
        _kind, parameters = parse_header_parameters(content_type)
        return codecs.lookup(parameters.get("charset", "utf-8")).name in READ
    except LookupError:
        return True
    except ValueError:
        return False
