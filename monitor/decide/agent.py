"""The agent: it hands each record of `outage-inputs` to the lane of its partition.

The order within a partition, and with it all that is published, is the lane's; Faust says which
partitions are ours, and delivers.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

import faust
import structlog

from monitor.clock import Clock
from monitor.decide.lane import Lane
from monitor.decide.queue import Waiting
from monitor.decide.recovery import Home
from monitor.decide.writer import FencedError
from monitor.readiness import Readiness

#: How long a lane may take to write what it is writing when its partition is taken away.
_STOP_S: Final = 2.0
#: A lane that was fenced waits so long for its partition to be taken away.
_FENCED_S: Final = 60.0
_READY: Final = "decide"
_log = structlog.get_logger(__name__)


class Decide:
    """The partitions of `outage-inputs` that this worker was given, each with its lane."""

    def __init__(
        self, home: Home, clock: Clock, stall_s: float, readiness: Readiness | None = None
    ) -> None:
        """Take where the partitions live; the clock is for stalls only."""
        self._home = home
        self._clock = clock
        self._stall_s = stall_s
        self._readiness = readiness or Readiness()
        self._readiness.waits(_READY, "no partitions were assigned yet")
        self.lanes: dict[int, Lane] = {}
        #: says where a partition of inputs ends, as far as whoever delivers has heard
        self.end_of: Callable[[int], int | None] = _unknown
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._watching: set[asyncio.Task[None]] = set()
        #: ends with the exception that made it impossible to go on
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, stream: faust.Stream[bytes]) -> None:
        """Hand record after record to its lane; it is acknowledged once it was written.

        After an exception Faust would go on with the next record and lose this one: so it ends all.
        """
        try:
            async for event in stream.noack().events():
                await self._hand_over(event)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not be passed over
            self.fail(error)
            await asyncio.Event().wait()

    async def _hand_over(self, event: Any) -> None:
        message = event.message
        lane = self.lanes.get(message.partition)
        # Of a partition that was taken away meanwhile the next owner takes care.
        if lane is not None:
            stamp_us = round(message.timestamp * 1000) * 1000
            ack = partial(self._ack, lane, event)
            await lane.queue.put(Waiting(message.offset, event.value, stamp_us, ack))

    def _ack(self, lane: Lane, event: Any) -> None:
        if self.lanes.get(lane.number) is lane:
            event.ack()

    # -- partitions come and go

    async def assigned(self, partitions: Iterable[int]) -> None:
        """Begin to work on partitions."""
        numbers = sorted(partitions)
        _log.info("partitions of inputs assigned", partitions=numbers)
        for number in numbers:
            if number not in self.lanes:
                self._begin(number)
        self._readiness.met(_READY)

    def _begin(self, number: int) -> None:
        condition = f"partition {number}"
        self._readiness.waits(condition, "its ledger is being read back")
        lane = self.lanes[number] = Lane(self._home, number, self._clock, self._stall_s)
        lane.on_ready = partial(self._readiness.met, condition)
        self._tasks[number] = asyncio.create_task(lane.run(), name=f"lane {number}")
        watch = asyncio.create_task(self._watch(lane, self._tasks[number]))
        self._watching.add(watch)
        watch.add_done_callback(self._watching.discard)

    async def _watch(self, lane: Lane, task: asyncio.Task[None]) -> None:
        """Report whatever ends a lane, unless its partition was taken away."""
        await asyncio.wait({task})
        error = None if task.cancelled() else task.exception()
        if isinstance(error, FencedError):
            # The broker knows before we do that the partition moved: we shall hear of it soon.
            _log.warning("fenced", partition=lane.number, reason=str(error))
            await asyncio.sleep(_FENCED_S)
        if error is not None and self.lanes.get(lane.number) is lane:
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """Say that it is impossible to go on."""
        if not self.failed.done():
            _log.critical("decide cannot go on", error=repr(error), exc_info=error)
            self.failed.set_exception(error)

    async def revoked(self, partitions: Iterable[int]) -> None:
        """Finish what is being written, and forget these partitions: others have them now."""
        numbers = [number for number in partitions if number in self.lanes]
        if not numbers:
            return
        _log.info("partitions of inputs revoked", partitions=sorted(numbers))
        lanes = [self.lanes.pop(number) for number in numbers]
        tasks = [self._tasks.pop(number) for number in numbers]
        for lane in lanes:
            lane.stop()
            self._readiness.dropped(f"partition {lane.number}")
        _, unfinished = await asyncio.wait(tasks, timeout=_STOP_S)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Finish what is being written, and end."""
        await self.revoked(list(self.lanes))
        for watch in self._watching:
            watch.cancel()

    @property
    def partitions(self) -> int:
        """How many partitions of inputs there are, ours or not."""
        return self._home.topics.inputs.partitions

    def lag(self, number: int) -> int | None:
        """Return how many records of a partition of ours are not applied, as far as is known."""
        partition, end = self.lanes[number].partition, self.end_of(number)
        if partition is None or partition.next_offset is None or end is None:
            return None
        return max(0, end - partition.next_offset)

    def slowest_s(self) -> float:
        """Return how long ago the lane that is furthest behind got around to everything."""
        now_s = time.monotonic()
        return max((now_s - lane.beat_s for lane in self.lanes.values()), default=0.0)


def _unknown(_number: int) -> None:
    """Know of no end."""
