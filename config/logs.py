"""What may stand in a log line: no query strings, no phone numbers, mail addresses, identity numbers or secrets.

The formatter cleans the finished line, tracebacks included, so that no caller can forget to. Library code that
quotes a value (a database error naming the row it refused) is covered the same way.
"""

from __future__ import annotations

import logging
import re

MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    # The query string of any address or path: look-ups and forms put plates and names there.
    (re.compile(r"(?<=[\w/.-])\?[^\s\"'<>\])]+"), "?…"),
    (re.compile(r"(://[^\s:/@]*):[^\s@/]+@"), r"\1:…@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (re.compile(r"(?<!\w)\d{17}[\dXx](?!\w)"), "…id…"),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"), "…phone…"),
    (re.compile(r"(?<![\d-])0\d{2,3}-\d{7,8}(?!\d)"), "…phone…"),
    # PostgreSQL quotes the whole refused row in its DETAIL line.
    (re.compile(r"(DETAIL:\s+)(?:Failing row contains|Key).*"), r"\1…"),
)


def clean(line: str) -> str:
    """The line without what could name a person or open a case."""
    for pattern, mask in MASKS:
        line = pattern.sub(mask, line)
    return line


class CleanFormatter(logging.Formatter):
    """A formatter whose finished lines have gone through `clean`."""

    def format(self, record: logging.LogRecord) -> str:
        """Format as usual, then clean the whole text."""
        return clean(super().format(record))
