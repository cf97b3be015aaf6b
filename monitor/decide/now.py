"""What time it is: the time up to which all input has been seen, from the evidence of ticks."""

from monitor.ingest.envelope import Tick

Source = tuple[str, int]


class InputTime:
    """The least confirmed time of all source partitions, as one partition of inputs heard it.

    A source partition that nobody has confirmed leaves the time unknown; so do partitions that a
    tick names for the first time, until they are confirmed as well.
    """

    def __init__(self) -> None:
        """Start without having heard of any source."""
        self._confirmed: dict[Source, int | None] = {}

    def take(self, tick: Tick) -> int | None:
        """Take a tick; return the time in microseconds, None while a source is unconfirmed."""
        for topic, partitions in tick.sources:
            for partition in range(partitions):
                self._confirmed.setdefault((topic, partition), None)
        for topic, partition, up_to_us in tick.confirmed:
            known_us = self._confirmed.get((topic, partition))
            if known_us is None or known_us < up_to_us:
                self._confirmed[topic, partition] = up_to_us
        return self._least()

    def _least(self) -> int | None:
        least_us = None
        for time_us in self._confirmed.values():
            if time_us is None:
                return None
            if least_us is None or time_us < least_us:
                least_us = time_us
        return least_us
