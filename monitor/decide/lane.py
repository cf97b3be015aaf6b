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
from monitor.core.notification import Notification
from monitor.core.written import time_text
from monitor.decide.faults import Faults, letter, unreadable
from monitor.decide.outputs import Output, notification_output, status_output
from monitor.decide.partition import FaultError, Partition
from monitor.decide.queue import Queue, Waiting
from monitor.decide.recovery import Home, is_read_to_end, missed, recover
from monitor.decide.stall import Stall
from monitor.decide.writer import Writer, writing
from monitor.ingest.envelope import Tick, seal, seal_rules, seal_stall, unseal
from monitor.metrics_count import count_failed, count_said

#: So long may be folded before it is written.
_FOLD_S: Final = 0.1
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
        self._letters: list[Output] = []
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
        partition.leave_out = self._faults.items
        for key, error in self._faults.keys.items():
            if key not in partition.faulty:
                partition.mark_faulty(key, error)
        self.recovered_s = time.monotonic() - began_s

    # -- one turn

    async def _turn(self) -> None:
        """Fold what waits, write what follows, acknowledge."""
        try:
            said = await self._fold()
        except FaultError as fault:
            self._faults.note(fault)
            self.queue.put_back(self._open)
            self._open, self._letters, self._inputs = [], [], []
            await self._recover()
            return
        await self._write(said)
        if not self.queue:
            self._partition.rouse(time.monotonic() + _ROUSE_S)
        if self._stall.overdue(time.monotonic()):
            await self._go_on_without_input()

    async def _fold(self) -> list[Notification]:
        """Apply records for a while, one by one."""
        said: list[Notification] = []
        left_s = _FOLD_S
        while left_s > 0 and (waiting := self.queue.take()) is not None:
            self._open.append(waiting)
            # Its own time, not that of other lanes: else many lanes would write little each.
            began_s = time.monotonic()
            said += await self._apply(waiting)
            left_s -= time.monotonic() - began_s
            # Heartbeats, and other partitions, have their turn.
            await asyncio.sleep(0)
        return said

    async def _apply(self, waiting: Waiting) -> list[Notification]:
        partition, said = self._partition, []
        if partition.next_offset != waiting.offset:
            async for records in missed(self._home, partition, self.number, waiting.offset):
                for record in records:
                    said += self._apply_one(record.offset, record.value, record.timestamp * 1000)
        if partition.next_offset is None or waiting.offset >= partition.next_offset:
            said += self._apply_one(waiting.offset, waiting.value, waiting.stamp_us)
        return said

    def _apply_one(self, offset: int, value: bytes, stamp_us: int) -> list[Notification]:
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
            return []
        self._stall.heard(record.tick, time.monotonic())
        return partition.apply(offset, record, stamp_us)

    # -- writing

    async def _write(self, said: list[Notification]) -> None:
        """Write what follows from the open records, if anything does, and acknowledge them."""
        home, partition, now_s = self._home, self._partition, time.monotonic()
        outputs = [notification_output(n, home.topics, home.source) for n in said]
        statuses = partition.told(now_s)
        outputs += [status_output(s, home.topics, home.source) for s in statuses]
        outputs += await self._set_aside()
        late = bool(self._open) and now_s - self._written_s >= _PROGRESS_S
        if outputs or partition.changed or self._inputs or late:
            inputs, self._inputs = self._inputs, []
            await self._writer.write(outputs, partition.written(), inputs=inputs)
            self._written_s = time.monotonic()
            done, self._open = self._open, []
            for waiting in done:
                waiting.ack()
            self._log(said)

    async def _set_aside(self) -> list[Output]:
        """Return the dead letters of what was left out."""
        left, self._partition.left_out = self._partition.left_out, []
        letters, self._letters = self._letters, []
        now_us = self._clock.now_us()
        count_failed(self._home.topics.inputs.name, len(letters) + len(left))
        return letters + [await letter(self._home, one, now_us) for one in left]

    def _log(self, said: list[Notification]) -> None:
        """Log a line for each notification; and, loudly, outages for which no law was found."""
        count_said(said, self._clock.now_us())
        for n in said:
            _log.info(
                f"notification {n.type}",
                authority=n.rule.authority,
                rule=n.rule.rule,
                outage_id=n.outage_id,
                crossed_at=time_text(n.crossed_at_us),
                detected_at=time_text(n.detected_at_us),
                crossing_id=n.crossing_id,
                revision=n.revision,
            )
        lawless = self._partition.book.lawless
        for outage_key, first_onset_us in lawless:
            _log.error(
                "no policy in force, nothing is decided for this outage",
                outage_key=outage_key,
                first_onset=time_text(first_onset_us),
            )
        lawless.clear()
        failed = self._partition.statuses.failed
        for outage_key, error in failed.items():
            _log.error("no status can be made", outage_key=outage_key, exc_info=error)
        failed.clear()

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
