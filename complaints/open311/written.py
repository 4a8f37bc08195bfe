"""The two formats of the specification, and how an answer is written in each. Pure."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any

from complaints.open311.xml import document


class Form(Enum):
    """The format of an answer, named by the end of the address."""

    JSON = "json"
    XML = "xml"

    @property
    def content_type(self) -> str:
        """As the specification names it."""
        return "application/json; charset=utf-8" if self is Form.JSON else "text/xml; charset=utf-8"

    @classmethod
    def of(cls, path: str) -> Form:
        """The format an address asks for; XML, which alone is required, where it asks for none."""
        return cls.JSON if path.endswith(".json") else cls.XML


def written(form: Form, root: str, value: Any) -> bytes:
    """`value` in a format. In XML it stands under `root`; in JSON, which has none, alone."""
    if form is Form.XML:
        return document(root, value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
