"""One partition at work: records in their order; what follows is written, then acknowledged.

A lane begins by starting the partition's writer, which fences the owner before, and by reading the
ledger back. Then it folds what waits, one record after the other, and writes what follows from
several at once when there are several. Nothing is acknowledged that was not written.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import structlog

from monitor.clock import Clock, timestamp_ms
from monitor.decide.applied import Applied, FaultError
from monitor.decide.faults import Faults
from monitor.decide.letters import SetAside, letters, unreadable
from monitor.decide.lines import Lines
from monitor.decide.outputs import applied_outputs, status_output
from monitor.decide.partition import Partition
from monitor.decide.queue import Queue, Waiting
from monitor.decide.recovery import Home, is_read_to_end, missed, recover
from monitor.decide.stall import Stall
from monitor.decide.writer import Writer, writing
from monitor.ingest.envelope import Tick, seal, seal_rules, seal_stall, unseal

#: So long may be folded before it is written: of a backlog more at once, as each transaction, and
#: each ledger record that takes several events, costs the same however much is in it.
_FOLD_S: Final = 0.25
#: A status that waits, a stall, and how far it is are looked at so often.
_ROUND_S: Final = 0.25
#: How far it is is written at least so often.
_PROGRESS_S: Final = 5.0
#: So long keys that sleep may be woken when nothing else is to be done.
_ROUSE_S: Final = 0.01
#: While the input is stalled, time goes on in steps of this.
_STALL_STEP_S: Final = 1.0

_log = structlog.get_logger(__name__)


class Lane:
    """The work on one partition of inputs, from its assignment to its revocation."""

    def __init__(self, home: Home, number: int, clock: Clock, stall_s: float) -> None:
        """Take where it lives; the clock is for stalls only."""
        self.number = number
        #: called once the ledger is read back
        self.on_ready: Callable[[], None] = _nothing
        self.queue = Queue()
        #: when it last got around to everything (monotonic)
        self.beat_s = time.monotonic()
        #: how long its ledger took to be read back; None while it is not
        self.recovered_s: float | None = None
        self._home = home
        self._clock = clock
        self._stall = Stall(stall_s, time.monotonic())
        self._next_stall_s = 0.0
        #: applied, or about to be, and not written yet
        self._open: list[Waiting] = []
        #: what must be written beside what follows from records
        self._inputs: list[tuple[bytes, int]] = []
        self._letters: list[SetAside] = []
        self._lines = Lines(home.topics)
        self._written_s = time.monotonic()
        self._stopping = False
        self._faults = Faults()
        self._partition: Partition
        self._writer: Writer

    @property
    def partition(self) -> Partition | None:
        """Its state; None while it is not read back."""
        return None if self.recovered_s is None else self._partition

    def stop(self) -> None:
        """End after what is being written is written."""
        self._stopping = True
        self.queue.close()

    async def run(self) -> None:
        """Work until stopped; raises FencedError when another worker has the partition."""
        home = self._home
        async with writing(home.broker, home.topics, home.app_id, self.number) as self._writer:
            await self._recover()
            self.on_ready()
            while not self._stopping:
                self._beat()
                await self.queue.wait(_ROUND_S)
                await self._turn()

    def _beat(self) -> None:
        self.beat_s = time.monotonic()

    async def _recover(self) -> None:
        began_s, self.recovered_s = time.monotonic(), None
        self._partition = partition = await recover(self._home, self.number, self._beat)
        self._stall.expect(partition.confirmed)
        self._faults.tell(partition)
        self.recovered_s = time.monotonic() - began_s

    # -- one turn

    async def _turn(self) -> None:
        """Fold what waits, write what follows, acknowledge."""
        try:
            applied = await self._fold()
        except FaultError as fault:
            self._faults.note(fault)
            self.queue.put_back(self._open)
            self._open, self._letters, self._inputs = [], [], []
            await self._recover()
            return
        await self._write(applied)
        if not self.queue:
            self._partition.rouse(time.monotonic() + _ROUSE_S)
        if self._stall.overdue(time.monotonic()):
            await self._go_on_without_input()

    async def _fold(self) -> Applied:
        """Apply records for a while, one by one."""
        applied, left_s = Applied(), _FOLD_S
        while left_s > 0 and not self._stopping and (waiting := self.queue.take()) is not None:
            self._open.append(waiting)
            # Its own time, not that of other lanes: else many lanes would write little each.
            began_s = time.monotonic()
            await self._apply(applied, waiting)
            left_s -= time.monotonic() - began_s
            # Heartbeats, and other partitions, have their turn.
            await asyncio.sleep(0)
        return applied

    async def _apply(self, applied: Applied, waiting: Waiting) -> None:
        partition = self._partition
        if partition.next_offset != waiting.offset:
            async for records in missed(self._home, partition, self.number, waiting.offset):
                for record in records:
                    stamp_us = record.timestamp * 1000
                    applied.add(self._apply_one(record.offset, record.value, stamp_us))
        if partition.next_offset is None or waiting.offset >= partition.next_offset:
            applied.add(self._apply_one(waiting.offset, waiting.value, waiting.stamp_us))

    def _apply_one(self, offset: int, value: bytes, stamp_us: int) -> Applied:
        """Apply a record; one that cannot be read at all is set aside."""
        partition = self._partition
        if partition.next_offset is None or partition.rules_changed:
            self._inputs.append((seal_rules(partition.rules, offset), -(-stamp_us // 1000)))
        try:
            record = unseal(value)
        except ValueError as error:
            source = self._home.inputs(self.number)
            now_us = self._clock.now_us()
            self._letters.append(unreadable(self._home, source, offset, value, error, now_us))
            partition.next_offset = offset + 1
            return Applied()
        self._stall.heard(record.tick, time.monotonic())
        return partition.apply(offset, record, stamp_us)

    # -- writing

    async def _write(self, applied: Applied) -> None:
        """Write what follows from the open records, if anything does, and acknowledge them."""
        home, partition, now_s = self._home, self._partition, time.monotonic()
        outputs = applied_outputs(applied, partition.now_us, home.topics, home.source)
        statuses = partition.told(now_s, busy=bool(self.queue))
        outputs += [status_output(s, home.topics, home.source) for s in statuses]
        aside = await self._set_aside(applied)
        outputs += [one.output for one in aside]
        late = bool(self._open) and now_s - self._written_s >= _PROGRESS_S
        if outputs or partition.changed or self._inputs or late:
            inputs, self._inputs = self._inputs, []
            await self._writer.write(outputs, partition.written(), inputs=inputs)
            self._written_s = time.monotonic()
            done, self._open = self._open, []
            for waiting in done:
                waiting.ack()
            self._lines.say(applied, aside, partition, self._clock.now_us())
        self._lines.flush()

    async def _set_aside(self, applied: Applied) -> list[SetAside]:
        """Return the dead letters of what was left out, or not taken."""
        left, self._partition.left_out = self._partition.left_out, []
        aside, self._letters = self._letters, []
        if left or applied.refused:
            aside += await letters(self._home, left, applied.refused, self._clock.now_us())
        return aside

    # -- a stall

    async def _go_on_without_input(self) -> None:
        """Let the clock go on, once everything that is there was read: silence would be worse."""
        if time.monotonic() < self._next_stall_s or self.queue:
            return
        self._next_stall_s = time.monotonic() + _STALL_STEP_S
        if not await is_read_to_end(self._home, self._partition, self.number):
            return
        _log.warning(
            "nobody confirms the input, the clock goes on without it",
            partition=self.number,
            sources=[f"{t}/{n}" for t, n in self._stall.silent(time.monotonic())] or "unknown",
        )
        # What time it is says the broker, who stamps an empty tick: this host may be wrong.
        own_ms = timestamp_ms(self._clock.now_us())
        (now_ms,) = await self._writer.write((), (), inputs=[(seal([], Tick()), own_ms)])
        await self._writer.write((), (), inputs=[(seal_stall(now_ms * 1000), now_ms)])


def _nothing() -> None:
    """Do nothing."""
