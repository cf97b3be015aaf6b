"""The one clock of the program, injected where it is needed; the core never sees it."""

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Tells the time in which events happen."""

    @property
    def speed(self) -> float:
        """How many of its seconds pass in one real second."""

    def now_us(self) -> int:
        """Return the present time in microseconds since 1970."""


class WallClock:
    """The time of day."""

    speed = 1.0

    def now_us(self) -> int:
        """Return the present time in microseconds since 1970."""
        return time.time_ns() // 1000


class ScaledClock:
    """A clock that stands at a given time until it is started, then runs `speed` times as fast."""

    def __init__(
        self, start_us: int, speed: float, elapsed_s: Callable[[], float] = time.monotonic
    ) -> None:
        """Stand at `start_us`."""
        self.start_us = start_us
        self.speed = speed
        self._elapsed_s = elapsed_s
        self._began_s: float | None = None

    def start(self) -> None:
        """Let it run."""
        self._began_s = self._elapsed_s()

    def now_us(self) -> int:
        """Return the present time in microseconds since 1970."""
        if self._began_s is None:
            return self.start_us
        return self.start_us + int((self._elapsed_s() - self._began_s) * self.speed * 1_000_000)

    def real_seconds(self, scaled_us: int) -> float:
        """Return how many real seconds so much of its time takes."""
        return scaled_us / self.speed / 1_000_000


def timestamp_ms(time_us: int) -> int:
    """Return a time as Kafka stamps records: in milliseconds, never before the time itself."""
    return -(-time_us // 1000)
