"""A decoder that a file keeps busy for ever, a program as the real ones are."""

from __future__ import annotations

from evidence.child import serve
from evidence.job import Job, Outcome


def busy(job: Job) -> Outcome:
    """Never comes back."""
    while True:
        pass


if __name__ == "__main__":
    serve(busy)
