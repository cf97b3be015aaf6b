"""What the board says of itself on `/metrics`: few numbers, no names of outages or people."""

import time
from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from monitor import metrics as m
from monitor.board.live import Live
from monitor.board.state import State
from monitor.formats.instant import time_us


class BoardCollector(Collector):
    """Reads the numbers when somebody asks for them."""

    def __init__(self, live: Live) -> None:
        """Look at a board."""
        self._live = live

    def collect(self) -> Iterator[Metric]:
        """Yield each metric."""
        live, pulse = self._live, self._live.pulse
        yield m.BOARD_VIEWERS.family([((), live.hub.viewers)])
        yield m.BOARD_OUTAGES.family([((), live.state.open_outages)])
        answered_s, late_s = pulse.answered_s, pulse.counting_late_s
        silent = [] if answered_s is None else [((), time.monotonic() - answered_s)]
        yield m.BOARD_SILENT_SECONDS.family(silent)
        yield m.BOARD_COUNTING_LATE_SECONDS.family([] if late_s is None else [((), late_s)])
        unreadable = live.state.unreadable.items()
        yield m.BOARD_UNREADABLE.family(((what,), count) for what, count in unreadable)
        counts, since_s = unacknowledged(live.state)
        yield m.UNACKNOWLEDGED.family(counts.items())
        yield m.UNACKNOWLEDGED_SINCE.family(since_s.items())


def unacknowledged(state: State) -> tuple[Counter[tuple[str, str]], dict[tuple[str, str], float]]:
    """Return by country and authority how many crossings nobody has acknowledged, and since when.

    Of those that were ever notified there is a count, so that a zero is seen before the first one.
    """
    counts: Counter[tuple[str, str]] = Counter()
    since_s: dict[tuple[str, str], float] = {}
    for name, crossing in state.crossings.items():
        last = crossing.last
        key = (last.country, last.authority)
        counts[key] += 0
        if last.type == "withdrawn" or state.acknowledged(name) is not None:
            continue
        counts[key] += 1
        detected_s = time_us(last.detected_at) / 1_000_000
        since_s[key] = min(detected_s, since_s.get(key, detected_s))
    return counts, since_s


def registry_of(live: Live) -> CollectorRegistry:
    """Return a registry with the metrics of a board."""
    return m.registry_of(("board",), BoardCollector(live))
