"""What recorded `outage-inputs` call for: the live program's own path, without a broker."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from monitor.audit.aside import Aside
from monitor.audit.model import expected
from monitor.audit.task import ObligationOf, Survey, Task, Told
from monitor.core.event import AlarmId
from monitor.core.step import Book
from monitor.decide.applied import Applied, FaultError
from monitor.decide.applying import Applying
from monitor.ingest.envelope import InputRecord
from monitor.messages.obligation import obligation_fields
from monitor.recorded.inputs import input_record
from monitor.recorded.read import Recording


class Record(NamedTuple):
    """A record of inputs with its place."""

    partition: int
    offset: int
    stamp_us: int
    #: None: it cannot be read, and the live program set it aside, too
    record: InputRecord | None


def survey(task: Task, told: Told) -> Survey:
    """Follow the partitions that are this process's share."""
    aside: dict[int, Aside] = {}
    while True:
        try:
            return _follow(task, told, aside)
        except _FailedError as failed:
            aside.setdefault(failed.number, Aside()).note(failed.number, failed.fault)


class _FailedError(Exception):
    """Raised when the program itself fails on a record of a partition."""

    def __init__(self, number: int, fault: FaultError) -> None:
        super().__init__(str(fault))
        self.number, self.fault = number, fault


def records(task: Task, told: Told, numbers: list[int] | None = None) -> Iterator[Record]:
    """Yield records in the order of their offsets; of one partition, several files follow on."""
    read_to: dict[int, int] = {}
    done = 0
    for name in task.names:
        recording = Recording(name)
        topic = recording.head.topic("inputs")
        assert topic is not None  # noqa: S101 - whoever made the task has looked
        for count, (line, row) in enumerate(recording.rows(topic.name, numbers)):
            if count % 64 == 0:
                told(done + recording.lines.position_bytes)
            if row.offset < read_to.get(row.partition, 0):
                continue  # files may overlap
            read_to[row.partition] = row.offset + 1
            found = input_record(recording.name, line, row)
            yield Record(row.partition, row.offset, row.timestamp_ms * 1000, found)
        done += recording.lines.size_bytes or 0


def partitions(names: tuple[str, ...]) -> list[int]:
    """Return the partitions that the recordings hold."""
    found: set[int] = set()
    for name in names:
        topic = Recording(name).head.topic("inputs")
        found |= {one.partition for one in topic.ranges} if topic is not None else set()
    return sorted(found)


def _follow(task: Task, told: Told, aside: dict[int, Aside]) -> Survey:
    own = [n for n in partitions(task.names) if n % task.jobs == task.number]
    found = Survey()
    if not own:
        return found
    # One file holds partition after partition, so one is known at a time; several hold each anew.
    passes = [own] if len(task.names) == 1 else [[number] for number in own]
    state, at = Applying(Book(task.law, task.options)), -1
    unused: Counter[str] = Counter()
    seen: set[tuple[str, AlarmId]] = set()
    everything = (record for numbers in passes for record in records(task, told, numbers))
    for number, offset, stamp_us, record in everything:
        if number != at:
            at, state = number, Applying(Book(task.law, task.options))
            aside.get(number, Aside()).tell(state)
        found.records += 1
        if record is None:
            unused["a record that cannot be read"] += 1
            continue
        found.alarms += len(record.items)
        if task.midst:
            _look(record, seen, found.continued)
        try:
            applied = state.apply(offset, record, stamp_us)
        except FaultError as fault:
            raise _FailedError(number, fault) from fault
        state.begin_anew()
        _note(found, number, offset, applied)
        unused["an item on which the program fails"] += len(state.left_out)
        unused["an action that cannot be taken"] += len(applied.refused)
        state.left_out = []
    found.left_alone = {key for one in aside.values() for key in one.left_alone}
    found.unused = {reason: count for reason, count in sorted(unused.items()) if count}
    return found


def _look(record: InputRecord, seen: set[tuple[str, AlarmId]], continued: set[str]) -> None:
    """Note keys of which an alarm was there before the recorded input begins."""
    for item in record.items:
        event = item.event
        alarm = (event.outage_key, event.alarm)
        if alarm not in seen:
            seen.add(alarm)
            if event.action != "raise":
                continued.add(event.outage_key)


def _note(found: Survey, number: int, offset: int, applied: Applied) -> None:
    for n in applied.notifications:
        found.said.append(expected(n, number, offset))
    for now in applied.obligations:
        fields = obligation_fields(now)
        found.obligations[now.obligation_id] = ObligationOf(number, offset, fields)
    for gone in applied.forgotten:
        found.obligations.pop(gone.obligation.obligation_id, None)
        found.forgotten.add(gone.obligation.obligation_id)
