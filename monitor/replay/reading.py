"""Files of alarms and of inventory, read into events and elements."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from operator import itemgetter
from typing import NamedTuple

from monitor.core.event import AlarmId, Event
from monitor.enrich import Correlate, Inventory, enrich
from monitor.formats.alarm import NativeAlarm
from monitor.formats.inventory import Element, read_element
from monitor.formats.native import read_alarm
from monitor.formats.reject import Reason, Reject
from monitor.replay.lines import LINE_MAX_BYTES, Lines
from monitor.replay.rejects import Rejects

#: The first few say it; an inventory that is missing could say it a million times.
AT_RISK_SHOWN = 5
_TOO_LONG = Reject(Reason.TOO_LONG, f"longer than {LINE_MAX_BYTES:,} bytes; only the start is kept")


class Origin(NamedTuple):
    """An event with where it stands; the time comes first, to merge by."""

    time_us: int
    event: Event
    file: str
    line: int


class AlarmReader:
    """Reads alarm files into events; what cannot be used goes to the rejects."""

    def __init__(
        self,
        inventory: Inventory,
        correlate: Correlate,
        rejects: Rejects,
        until_us: int | None = None,
    ) -> None:
        """Take what to enrich with, and the time after which events are not read."""
        self.lines_read = 0
        self.after_until = 0
        #: how many clears had no outage key, and the alarms of the first few
        self.lost_clears = 0
        self.at_risk: list[AlarmId] = []
        #: is shown each alarm as its sender wrote it, with what was made of it
        self.seen: Callable[[NativeAlarm, Event], None] | None = None
        self._inventory = inventory
        self._correlate = correlate
        self._rejects = rejects
        self._until_us = until_us

    def events(
        self, files: Sequence[Lines], others: Sequence[Iterable[Origin]] = ()
    ) -> Iterator[Origin]:
        """Yield the events of all files: next comes the file whose next event is earliest.

        `others` are streams of events that were read and enriched before; they come after the
        files where times are equal.
        """
        streams = [*map(self._events, files), *map(iter, others)]
        return streams[0] if len(streams) == 1 else merge(*streams, key=itemgetter(0))

    def _events(self, file: Lines) -> Iterator[Origin]:
        until_us = self._until_us
        for number, line, cut in file:
            self.lines_read += 1
            alarm, reject = read_alarm(line) if not cut else (None, _TOO_LONG)
            event: Event | Reject | None = None
            if alarm is not None:
                if until_us is not None and alarm.time_us > until_us:
                    self.after_until += 1
                    continue
                event = enrich(alarm, self._inventory, self._correlate)
                if isinstance(event, Reject):
                    reject = event
                    self._note(alarm)
                elif self.seen is not None:
                    self.seen(alarm, event)
            if reject is not None:
                self._rejects.add(file.name, number, line, reject)
            if isinstance(event, Event):
                yield Origin(event.time_us, event, file.name, number)

    def _note(self, alarm: NativeAlarm) -> None:
        """Note an alarm without outage key that is now at risk of staying open."""
        if alarm.action == "clear":
            self.lost_clears += 1
            if self.lost_clears <= AT_RISK_SHOWN:
                self.at_risk.append((alarm.source, alarm.alarm_id))


def read_inventory(file: Lines, rejects: Rejects) -> dict[str, Element]:
    """Read a whole inventory file; the last record of an element wins."""
    inventory = {}
    for number, line, cut in file:
        element, reject = read_element(line) if not cut else (None, _TOO_LONG)
        if element is not None:
            inventory[element.element] = element
        if reject is not None:
            rejects.add(file.name, number, line, reject)
    return inventory
