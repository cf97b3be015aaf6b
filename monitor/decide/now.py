"""What time it is: the time up to which all input has been seen, from the evidence of ticks."""

from collections.abc import Iterable
from operator import itemgetter

from monitor.ingest.envelope import Tick

Source = tuple[str, int]
#: What was heard of one source partition: topic, partition, confirmed time.
Heard = tuple[str, int, int | None]


class InputTime:
    """The least confirmed time of all source partitions, as one partition of inputs heard it.

    A source partition that nobody has confirmed leaves the time unknown; so do partitions that a
    tick names for the first time, until they are confirmed as well. Nothing is forgotten because a
    tick does not name it: the worker that wrote it may know less than another, or may have slept.
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

    def state(self) -> list[Heard]:
        """Return what was heard, in a fixed order, for `restore`."""
        return [
            (*source, up_to_us)
            for source, up_to_us in sorted(self._confirmed.items(), key=itemgetter(0))
        ]

    def restore(self, heard: Iterable[Heard]) -> None:
        """Begin with what was heard before."""
        self._confirmed = {(topic, partition): up_to_us for topic, partition, up_to_us in heard}

    def only(self, topics: Iterable[str]) -> None:
        """Forget topics other than these, which are read no more: time need not wait for them."""
        kept = set(topics)
        self._confirmed = {s: us for s, us in self._confirmed.items() if s[0] in kept}

    def _least(self) -> int | None:
        least_us = None
        for time_us in self._confirmed.values():
            if time_us is None:
                return None
            if least_us is None or time_us < least_us:
                least_us = time_us
        return least_us
