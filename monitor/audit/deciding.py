"""When the alarm arrived that made a crossing known: from then on it could have been published.

All that arrived about the outage key is folded in the order of its arrival, with the clock ahead of
all of it. The arrival after which the crossing was there, and stayed, is that of the alarm that
decided.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from monitor.audit import alarms, inputs
from monitor.audit.model import Fields, cell_of, what
from monitor.audit.task import Task
from monitor.core.event import Event
from monitor.core.law import Law
from monitor.core.moment import just_after
from monitor.core.publish import Publisher
from monitor.core.reading import Options
from monitor.core.step import Book, Envelope, Tick, step
from monitor.formats.instant import time_us
from monitor.messages.notification import cell_fields
from monitor.recorded.lines import RecordedLines

_FAR_US = 1 << 62
#: A crossing to look for: outage key, rule, cell, crossed at (microseconds).
Sought = tuple[str, str, str, int]


class Arrived(NamedTuple):
    """Events that arrived together."""

    arrival_us: int
    events: tuple[Event, ...]


def sought(fields: Fields) -> Sought:
    """Return what to look for."""
    return (*what(fields), time_us(fields["crossed_at"]))


def decided_at(task: Task, wanted: Collection[Sought]) -> dict[Sought, list[int]]:
    """Return the arrivals of the alarms that decided, for each crossing that is found at all.

    There are several if the crossing was undone, and came again.
    """
    keys = {one[0] for one in wanted}
    watch = {key: _Watch(key, task, [w for w in wanted if w[0] == key]) for key in sorted(keys)}
    for arrived in _arrivals(task):
        by_key: dict[str, list[Event]] = {}
        for event in arrived.events:
            if event.outage_key in keys:
                by_key.setdefault(event.outage_key, []).append(event)
        for key, events in by_key.items():
            watch[key].take(arrived.arrival_us, tuple(events))
    return {one: us for each in watch.values() for one, us in each.since_us.items()}


def arrival_before(arrivals_us: Sequence[int], before_us: int) -> int | None:
    """Return the arrival that decided what was published at a time."""
    earlier = [arrival_us for arrival_us in arrivals_us if arrival_us <= before_us]
    return max(earlier, default=min(arrivals_us, default=None))


class _Watch:
    """One outage key, watched for some crossings."""

    def __init__(self, key: str, task: Task, wanted: list[Sought]) -> None:
        law: Law = task.law
        options: Options = replace(task.options, lateness_horizon_us=_FAR_US)
        self._book = Book(law, options)
        self._wanted = set(wanted)
        self._key = key
        #: since when each stands, or stood
        self.since_us: dict[Sought, list[int]] = {}
        self._standing_now: set[Sought] = set()
        step(self._book, Tick(just_after(max(one[3] for one in wanted))), None)

    def take(self, arrival_us: int, events: tuple[Event, ...]) -> None:
        """Take what arrived; note what stands from now on, and what does not any more."""
        if not step(self._book, Envelope(events), arrival_us):
            return
        standing = self._standing(self._book.publishers[self._key])
        for one in standing - self._standing_now:
            self.since_us.setdefault(one, []).append(arrival_us)
        self._standing_now = standing

    def _standing(self, publisher: Publisher) -> set[Sought]:
        return self._wanted & {
            (n.outage_key, n.rule.rule, cell_of({"cell": cell_fields(n.cell)}), n.crossed_at_us)
            for known in publisher.published.values()
            for n in known.values()
            if n.type != "withdrawn"
        }


def _arrivals(task: Task) -> Iterator[Arrived]:
    """Yield what arrived, per partition or file in its order."""
    if task.recorded_inputs:
        for _, _, stamp_us, record in inputs.records(task, _nobody):
            if record is not None and record.items:
                yield Arrived(stamp_us, tuple(item.event for item in record.items))
        return
    found = alarms.opened(task, _nobody)
    taped = [lines for lines in found.files if isinstance(lines, RecordedLines)]
    if len(taped) < len(found.files):
        # Files do not say when an alarm arrived: as early as the clock of a replay lets it.
        clock_us = -_FAR_US
        for event in found.events():
            clock_us = max(clock_us, event.time_us)
            yield Arrived(clock_us, (event,))
        return
    for lines in taped:
        for origin in found.reader.events([lines]):
            yield Arrived(lines.stamp_us, (origin.event,))


def _nobody(_done: int) -> None:
    """Tell nobody."""
