"""Bodies of API requests, read so that no nesting can make the server stumble and no part of a form is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser


class JSONBody(JSONParser):
    """JSON. Raises ParseError for nesting without end too, where Python's parser raises RecursionError."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Parse the body."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error


class WholeForm(MultiPartParser):
    """A form with files. Raises ParseError where Django would leave out a part without a word.

    It does so with every part whose header is no UTF-8: a file named in GBK, as Windows does, would be lost.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles[Any, Any]:
        """Parse the body and compare the number of parts."""
        counted = CountedParts(stream, boundary_of(media_type or ""))
        form: DataAndFiles[Any, Any] = super().parse(counted, media_type, parser_context)  # type: ignore[arg-type]  # it only reads
        if sum(len(found) for part in (form.data, form.files) for _name, found in part.lists()) < counted.parts:
            raise ParseError(_("A part of the form could not be read. Write names of fields and files in UTF-8."))
        return form


class CountedParts:
    """A stream that counts the beginnings of parts which pass through it."""

    def __init__(self, stream: IO[Any], boundary: bytes) -> None:
        self.stream = stream
        self.mark = b"--" + boundary + b"\r\n"
        self.tail = b""
        self.parts = 0

    def read(self, size: int = -1) -> bytes:
        """Read on, and count."""
        data: bytes = self.stream.read(size)
        seen = self.tail + data
        self.parts += seen.count(self.mark)
        self.tail = seen[-(len(self.mark) - 1) :]
        return data


def boundary_of(content_type: str) -> bytes:
    """What stands between the parts; empty where the header names nothing."""
    return parse_header_parameters(content_type)[1].get("boundary", "").encode()
