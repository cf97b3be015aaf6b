"""When nobody has confirmed the input for too long, so that the clock must go on without it."""

from monitor.ingest.envelope import Tick

Source = tuple[str, int]


class Stall:
    """Remembers when each source partition was last confirmed by somebody, whatever the time said.

    A source that is worked off slowly, or waits for a slower one, is confirmed again and again; one
    that nobody reads is not.
    """

    def __init__(self, limit_s: float, started_s: float) -> None:
        """Count from the start; all times are readings of a monotonic clock."""
        self._limit_s = limit_s
        self._started_s = started_s
        self._heard_s: dict[Source, float] = {}

    def expect(self, sources: dict[Source, int | None]) -> None:
        """Note sources that are known from before; they have until the limit from the start."""
        for source in sources:
            self._heard_s.setdefault(source, self._started_s)

    def heard(self, tick: Tick, now_s: float) -> None:
        """Note a tick."""
        for topic, partitions in tick.sources:
            for number in range(partitions):
                self._heard_s.setdefault((topic, number), now_s)
        for topic, number, _ in tick.confirmed:
            self._heard_s[topic, number] = now_s

    def silent(self, now_s: float) -> list[Source]:
        """Return the sources that were not confirmed for too long."""
        return [s for s, heard_s in self._heard_s.items() if now_s - heard_s >= self._limit_s]

    def overdue(self, now_s: float) -> bool:
        """Whether the clock must go on without input."""
        if not self._heard_s:
            return now_s - self._started_s >= self._limit_s
        return bool(self.silent(now_s))
