"""What is answered, as XML: a plain mapping of the JSON, lists as a plural with singulars in it. Nothing is parsed."""

from __future__ import annotations

import re
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

DECLARATION: Final = b'<?xml version="1.0" encoding="utf-8"?>\n'
ONE_OF: Final = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
"""How the specification calls one thing of a list."""
UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document can hold, not even escaped."""


def document(name: str, value: Any) -> bytes:
    """The document with `value` (mappings, lists, texts, numbers, true and false, None) under a root called `name`."""
    root = Element(name)
    _fill(root, value)
    return DECLARATION + tostring(root, encoding="unicode").encode()


def _fill(element: Element, value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _fill(SubElement(element, name), inner)
    elif isinstance(value, list):
        for inner in value:
            _fill(SubElement(element, ONE_OF[element.tag]), inner)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = UNWRITABLE.sub("", str(value))
