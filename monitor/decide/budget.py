"""How much of the time may go into something that can wait: a share, and so much at once."""

import time
from collections.abc import Callable


class Budget:
    """Seconds that may be spent now; they come back with time. Several may share one budget."""

    def __init__(
        self,
        share: float = 0.08,
        at_once_s: float = 0.05,
        busy_share: float = 0.02,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Start full; `clock` measures what is spent, in seconds."""
        self.clock = clock
        self._share = share
        self._busy_share = min(share, busy_share)
        self._at_once_s = at_once_s
        self._left_s = at_once_s
        self._refilled_s: float | None = None

    @property
    def left(self) -> bool:
        """Whether anything may be spent."""
        return self._left_s > 0

    def refill(self, monotonic_s: float, *, busy: bool = False) -> None:
        """Give back the share of the time that passed since this was last called."""
        share = self._busy_share if busy else self._share
        if self._refilled_s is not None:
            passed_s = max(0.0, monotonic_s - self._refilled_s)
            self._left_s = min(self._at_once_s, self._left_s + share * passed_s)
        self._refilled_s = monotonic_s

    def spend(self, seconds: float) -> None:
        """Take so much away; more than is left is paid back by waiting."""
        self._left_s -= seconds
