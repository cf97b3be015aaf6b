"""What recorded alarms call for: a replay, of which each process folds its share of the keys."""

from collections.abc import Collection, Iterator
from typing import NamedTuple
from zlib import crc32

from monitor.audit.model import Expected, expected
from monitor.audit.task import Survey, Task, Told
from monitor.core.event import Event
from monitor.core.final import Final
from monitor.core.moment import at, just_before, time_of
from monitor.core.received import Received
from monitor.core.step import Tick, step
from monitor.formats.inventory import Element
from monitor.recorded.lines import RecordedLines
from monitor.recorded.read import Recording, is_recording
from monitor.replay.lines import Lines
from monitor.replay.reading import AlarmReader, read_inventory
from monitor.replay.rejects import Rejects

#: So often is told how far the reading is.
_EVERY = 5_000


class Alarms(NamedTuple):
    """The alarms of a task, opened once more."""

    reader: AlarmReader
    files: list[Lines]
    rejects: Rejects
    told: Told

    def events(self) -> Iterator[Event]:
        """Yield the events in the order of a replay."""
        for count, origin in enumerate(self.reader.events(self.files)):
            if count % _EVERY == 0:
                self.told(sum(file.position_bytes for file in self.files))
            yield origin.event


def opened(task: Task, told: Told) -> Alarms:
    """Open files and recordings of alarms, and read the inventory."""
    rejects = Rejects()
    files = [lines for name in task.names for lines in _files(name, "alarms")]
    elements = [] if task.inventory is None else list(_files(task.inventory, "inventory"))
    if task.inventory is None:
        taped = [name for name in task.names if is_recording(name)]
        elements = [lines for name in taped for lines in _files(name, "inventory")]
    known: dict[str, Element] = {}
    for lines in elements:
        known |= read_inventory(lines, rejects)
    return Alarms(AlarmReader(known, task.correlate, rejects, task.until_us), files, rejects, told)


def _files(name: str, role: str) -> Iterator[Lines]:
    if not is_recording(name):
        yield Lines(name)
        return
    topic = Recording(name).head.topic(role)
    if topic is not None:
        for one in topic.ranges:
            yield RecordedLines(name, topic.name, one.partition)


def survey(task: Task, told: Told) -> Survey:
    """Fold the keys that are this process's share; the clock goes by all alarms."""
    alarms, program, found = opened(task, told), Final(task.law, task.options), Survey()
    whose: dict[str, bool] = {}
    seen: set[tuple[str, str, str]] = set()
    for event in alarms.events():
        found.alarms += 1
        time_us, key = event.time_us, event.outage_key
        if found.first_us is None or time_us < found.first_us:
            found.first_us = time_us
        mine = whose.get(key)
        if mine is None:
            mine = whose[key] = crc32(key.encode()) % task.jobs == task.number
        if not mine:
            program.pass_time(time_us)
            continue
        program.take(event)
        if task.midst:
            alarm = (key, *event.alarm)
            if alarm not in seen and event.action != "raise":
                found.continued.add(key)
            seen.add(alarm)
    found.said = [expected(n) for n in program.result(task.until_us)]
    found.last_us = time_of(program.book.clock) if found.alarms else None
    found.unused = dict(sorted(alarms.rejects.by_reason.items()))
    found.still_open = set(_still_open(program, task))
    return found


def _still_open(program: Final, task: Task) -> Iterator[str]:
    """Yield the keys of outages that the next alarm could go on with."""
    edge_us = time_of(program.book.clock) - task.options.merge_gap_us
    for domain in program.book.domains:
        if any(o.end_us is None or o.end_us >= edge_us for o in domain.live.outages):
            yield domain.outage_key


def on_the_way(task: Task, keys: Collection[str], told: Told) -> list[Expected]:
    """Return every revision that a live run would have published about some keys."""
    program, found = Received(task.law, task.options), []
    for event in opened(task, told).events():
        if event.outage_key in keys:
            found += program.take(event)
            continue
        moment = at(event.time_us)
        if moment > program.book.clock:
            found += step(program.book, Tick(just_before(event.time_us)), None)
            found += step(program.book, Tick(moment), event.time_us)
    if task.until_us is not None:
        found += program.run_to(task.until_us)
    return [expected(n) for n in found]
