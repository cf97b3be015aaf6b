"""Whether what the page shows can be trusted: it is read to its end, and somebody counts.

An outage that does not change is not said again, so silence alone means nothing. The board
therefore looks at three things: whether the broker answers, up to when the workers have confirmed
the input, and how long ago the counting got past what was written then. Ages are in real seconds,
also where the clock runs faster.
"""

from collections import deque
from typing import Any, Final

from monitor.broker.access import Offsets
from monitor.clock import Clock
from monitor.decide.now import InputTime
from monitor.ingest.envelope import Tick

#: Older than this is told; a worker commits every few seconds only.
LATE_S: Final = 20.0
#: A broker or a worker that says nothing for so long is told, too.
_SILENT_S: Final = 10.0
_MOMENTS: Final = 600


class Pulse:
    """What is known of the broker and of the workers; all times but `now` are monotonic."""

    def __init__(self, clock: Clock) -> None:
        """Start with nothing known."""
        self._clock = clock
        self._input = InputTime()
        self._ends: deque[tuple[float, Offsets]] = deque(maxlen=_MOMENTS)
        self._beat: int | None = None
        self.began_s: float | None = None
        self.answered_s: float | None = None
        self.beat_s: float | None = None
        self.stalled = False
        self.input_us: int | None = None
        #: None: it cannot be told, or not yet
        self.counting_late_s: float | None = None

    def answered(self, monotonic_s: float) -> None:
        """Note that the broker answered."""
        self.began_s = monotonic_s if self.began_s is None else self.began_s
        self.answered_s = monotonic_s

    def ticks(self, ticks: list[Tick], end: int, monotonic_s: float) -> None:
        """Note the newest ticks of a partition of inputs, and where it ends."""
        if end != self._beat:
            self._beat, self.beat_s = end, monotonic_s
        for tick in ticks:
            self._input.take(tick)
        if ticks:
            self.stalled = ticks[-1].stalled_us is not None
        confirmed_us = [us for _, _, us in self._input.state() if us is not None]
        self.input_us = min(confirmed_us, default=None)

    def counted(self, ends: Offsets, committed: Offsets, monotonic_s: float) -> None:
        """Note where the inputs end, and how far they were counted."""
        self._ends.append((monotonic_s, ends))
        passed_s = None
        for when_s, then in self._ends:
            if not _reaches(committed, then):
                break
            passed_s = when_s
        oldest_s = self._ends[0][0]
        self.counting_late_s = monotonic_s - (oldest_s if passed_s is None else passed_s)
        while len(self._ends) > 1 and passed_s is not None and self._ends[0][0] < passed_s:
            self._ends.popleft()

    def health(self, monotonic_s: float, *, read: bool, complete: bool) -> dict[str, Any]:
        """Say how things are: a word for the page, and ages in seconds.

        `read`: the topics are read to where they ended at the start. `complete`: no open outage
        says that its input is not.
        """
        input_s = self._input_late_s()
        return {
            "state": self._state(monotonic_s, input_s, read=read, complete=complete),
            "input": None if self.input_us is None else self.input_us // 1000,
            "input_late_s": None if input_s is None else round(input_s, 1),
            "counting_late_s": self.counting_late_s and round(self.counting_late_s, 1),
        }

    def _state(
        self, monotonic_s: float, input_s: float | None, *, read: bool, complete: bool
    ) -> str:
        if self.answered_s is not None and monotonic_s - self.answered_s > _SILENT_S:
            return "unreachable"
        if not read:
            return "starting"
        if self.stalled or not complete:
            return "stalled"
        if self.beat_s is not None and monotonic_s - self.beat_s > _SILENT_S:
            return "no_worker"
        if max(input_s or 0, self.counting_late_s or 0) > LATE_S:
            return "late"
        return "fine"

    def _input_late_s(self) -> float | None:
        if self.input_us is None:
            return None
        return max(0, self._clock.now_us() - self.input_us) / self._clock.speed / 1e6


def _reaches(committed: Offsets, ends: Offsets) -> bool:
    return all(committed.get(source, 0) >= end for source, end in ends.items())
