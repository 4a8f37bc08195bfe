"""The frame of a decoding child: take limits on, clean one file, answer in one line of JSON.

`python -m evidence.images` (or `.media`, `.pdf`) reads a `Job` from standard input. The limits are set
here and not before the start, because hooks that run between fork and exec are unsafe in a threaded server.
"""

from __future__ import annotations

import errno
import os
import resource
import sys
from collections.abc import Callable

from evidence.job import DAMAGED, STORAGE_FULL, TOO_COMPLEX, Job, Outcome, Unfit

NICENESS = 10
"""Decoding gives way to answering pages."""
OPEN_FILES = 64


def take_limits(job: Job) -> None:
    """Cap memory, processor time, written bytes and open files of this process, for good."""
    os.nice(NICENESS)
    for limit, value in (
        (resource.RLIMIT_AS, job.memory_bytes),
        (resource.RLIMIT_CPU, job.cpu_seconds),
        (resource.RLIMIT_FSIZE, job.output_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def outcome_of(clean: Callable[[Job], Outcome], job: Job) -> Outcome:
    """Run `clean`, and name what went wrong with the file."""
    try:
        return clean(job)
    except Unfit as unfit:
        return Outcome(unfit.code, params=unfit.params, detail=repr(unfit.__cause__))
    except MemoryError as error:
        return Outcome(TOO_COMPLEX, detail=repr(error))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return Outcome(STORAGE_FULL, detail=repr(error))
        return Outcome(TOO_COMPLEX if error.errno == errno.EFBIG else DAMAGED, detail=repr(error)[:300])
    except Exception as error:  # noqa: BLE001  # decoders raise anything on hostile bytes; the parent logs it
        return Outcome(DAMAGED, detail=repr(error)[:300])


def serve(clean: Callable[[Job], Outcome]) -> None:
    """The whole life of a child: one job in, one outcome out."""
    job = Job.from_json(sys.stdin.readline())
    take_limits(job)
    sys.stdout.write(outcome_of(clean, job).to_json() + "\n")
    sys.stdout.flush()
