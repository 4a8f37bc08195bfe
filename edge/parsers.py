"""Bodies of API requests, read so that no header and no nesting can make the server stumble.

Text is UTF-8 whatever the charset of Content-Type says (RFC 8259): Python knows "charsets" that decompress
(`zlib`), which would let one small body grow past every limit, and others that are no text at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser


def _in_utf8(parser_context: Mapping[str, Any] | None) -> dict[str, Any]:
    return {**(parser_context or {}), "encoding": "utf-8"}


class JSONBody(JSONParser):
    """JSON in UTF-8. Raises ParseError, for nesting without end too (Python's parser raises RecursionError)."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Parse the body."""
        try:
            return super().parse(stream, media_type, _in_utf8(parser_context))
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error


class MultipartBody(MultiPartParser):
    """A form with files, its text in UTF-8. Raises ParseError."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles[Any, Any]:
        """Parse the body."""
        return super().parse(stream, media_type, _in_utf8(parser_context))
