"""What passes between the web process and a decoding child: a job on the way in, an outcome on the way out.

Both travel as one line of JSON. No Django here: the child must start fast and know no secrets.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Self

CLEAN = "clean"
DAMAGED = "damaged"
TOO_COMPLEX = "too-complex"
STORAGE_FULL = "storage-full"


class Unfit(Exception):
    """A file the child will not clean: a stable refusal code, and what the message needs."""

    def __init__(self, code: str, **params: int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Job:
    """One file to clean: where it is, where the copy goes, and how much it may cost."""

    source: str
    target: str
    content_type: str
    """What the first bytes look like; it chooses the one decoder that is tried."""
    max_pixels: int
    """Pixels of a picture, or of one frame of a film, before anything is decoded."""
    longest_side: int
    """Longest side of a cleaned picture, pixels."""
    max_seconds: int
    max_pages: int
    memory_bytes: int
    cpu_seconds: int
    output_bytes: int

    def to_json(self) -> str:
        """One line for the child's standard input."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The job of that line. Raises ValueError or TypeError where it is none."""
        return cls(**json.loads(text))


@dataclass(frozen=True)
class Outcome:
    """What the child answers: `clean` with the facts of the copy, or the code of a refusal."""

    status: str
    kind: str = ""
    content_type: str = ""
    """Of the original, as decoding found it."""
    clean_content_type: str = ""
    width: int | None = None
    height: int | None = None
    """Upright size of the original picture or film, pixels."""
    duration: float | None = None
    """Seconds."""
    pages: int | None = None
    params: dict[str, int] = field(default_factory=dict)
    detail: str = ""
    """For the log: what the decoder said. Never shown to the public."""

    def to_json(self) -> str:
        """One line for the child's standard output."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The outcome of that line. Raises ValueError or TypeError where it is none."""
        return cls(**json.loads(text))
