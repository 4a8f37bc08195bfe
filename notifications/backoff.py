"""How long a failed message waits before it is tried again."""

from datetime import timedelta

LONGEST = timedelta(hours=6)
JITTER = 0.25


def wait_after(attempt: int, *, first: timedelta, luck: float) -> timedelta:
    """The pause after failed attempt number `attempt` (1, 2, …): `first`, doubled each time, at most 6 hours.

    `luck` between 0 and 1 spreads the pause by a quarter to either side, so that what failed together does not
    come back together. With 12 attempts and one minute, a message lives about 20 hours.
    """
    doubled: timedelta = min(first * 2 ** min(attempt - 1, 20), LONGEST)
    return doubled * (1 + JITTER * (2 * luck - 1))
