"""Limits on how often one address may do something, that never fail and never make anybody wait.

The `limits` library counts, in Redis where there is one, so that all processes share a count. When Redis is down
or hangs, the first request notices after `TIMEOUT` seconds; from then on this process counts for itself and asks
Redis again only every `PAUSE` seconds (docs/decisions/0008-limits.md).
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

TIMEOUT = 0.2
"""Seconds that one connect or one answer of Redis may take."""
PAUSE = 30.0
"""Seconds after a failure before Redis is asked again."""
MOST_KEYS = 20_000
"""Addresses counted at once in memory; beyond that counting starts afresh instead of filling the machine."""
PREFIX = "ambulance:limits"

Answer = TypeVar("Answer")


class Limiter:
    """Named limits, such as `60/10 minutes`. A window begins with the first hit and ends as a whole."""

    def __init__(
        self,
        texts: Mapping[str, str],
        redis_url: str = "",
        *,
        prefix: str = PREFIX,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read the limits. Raises ValueError naming the limit that cannot be read."""
        self._items = {name: _parsed(name, text) for name, text in texts.items()}
        self._memory = MemoryStorage()
        self._local = FixedWindowRateLimiter(self._memory)
        self._redis = _redis_storage(redis_url, prefix) if redis_url else None
        self._shared = FixedWindowRateLimiter(self._redis) if self._redis else None
        self._clock = clock
        self._counting = threading.Lock()
        self._guard = threading.Lock()
        self._is_down = False
        self._ask_again_at = -math.inf

    def hit(self, name: str, key: str) -> bool:
        """Count one use of the limit `name` by `key`; whether it was still allowed. Raises KeyError."""
        item = self._items[name]
        return self._ask(lambda limits: limits.hit(item, name, key))

    def test(self, name: str, key: str) -> bool:
        """Whether one more use would be allowed, without counting it. Raises KeyError."""
        item = self._items[name]
        return self._ask(lambda limits: limits.test(item, name, key))

    def used(self, name: str, key: str) -> int:
        """How many uses of the running window are counted, at most the limit itself. Raises KeyError."""
        item = self._items[name]
        return self._ask(lambda limits: item.amount - limits.get_window_stats(item, name, key).remaining)

    def retry_after(self, name: str, key: str) -> int:
        """Whole seconds until one more use is allowed; 0 if it is now. Raises KeyError."""
        item = self._items[name]

        def seconds(limits: FixedWindowRateLimiter) -> int:
            reset_at, remaining = limits.get_window_stats(item, name, key)
            return 0 if remaining else max(1, math.ceil(reset_at - time.time()))

        return self._ask(seconds)

    def clear(self) -> None:
        """Forget every count, in Redis too. Raises RedisError when it is down."""
        self._memory.reset()
        if self._redis:
            self._redis.reset()

    def _ask(self, question: Callable[[FixedWindowRateLimiter], Answer]) -> Answer:
        if self._shared and self._may_ask_redis():
            try:
                answer = question(self._shared)
            except (RedisError, OSError) as error:
                self._note_failure(error)
            else:
                self._note_success()
                return answer
        # The library's memory loses counts when a key's first two hits come at once.
        with self._counting:
            if len(self._memory.storage) > MOST_KEYS:
                self._memory.reset()
                logger.warning("limits: more than %s addresses at once, counting starts afresh", MOST_KEYS)
            return question(self._local)

    def _may_ask_redis(self) -> bool:
        if not self._is_down:
            return True
        with self._guard:
            now = self._clock()
            if now < self._ask_again_at:
                return False
            # One request finds out; the others meanwhile go on in memory.
            self._ask_again_at = now + PAUSE
            return True

    def _note_failure(self, error: Exception) -> None:
        with self._guard:
            was_down, self._is_down = self._is_down, True
            self._ask_again_at = self._clock() + PAUSE
        if not was_down:
            logger.warning("limits: Redis does not answer (%s), counting in this process", type(error).__name__)

    def _note_success(self) -> None:
        if self._is_down:
            with self._guard:
                self._is_down = False
            logger.info("limits: Redis answers again")


def _parsed(name: str, text: str) -> RateLimitItem:
    try:
        item = parse(text)
    except ValueError as error:
        raise ValueError(f"limit {name}: {text!r} is not like '60/10 minutes'") from error
    if item.amount < 1:
        raise ValueError(f"limit {name}: {text!r} would refuse everybody")
    return item


def _redis_storage(url: str, prefix: str) -> RedisStorage:
    options: dict[str, Any] = {
        "socket_timeout": TIMEOUT,
        "socket_connect_timeout": TIMEOUT,
        "retry": Retry(NoBackoff(), 0),  # the client's default retries for seconds
    }
    return RedisStorage(url, key_prefix=prefix, **options)


@lru_cache(maxsize=1)
def limiter() -> Limiter:
    """The limits of this process, as the environment sets them, by the name of what is counted."""
    env = settings.ENV
    texts = {
        "filings": env.LIMIT_FILINGS,
        "drafts": env.LIMIT_DRAFTS,
        "tracking": env.LIMIT_TRACKING,
        "lost_codes": env.LIMIT_LOST_CODES,
        "lookups": env.LIMIT_LOOKUPS,
        "api": env.LIMIT_API,
        "keys": env.LIMIT_KEYS,
        "resets": env.LIMIT_RESETS,
    }
    return Limiter(texts, env.REDIS_URL)
