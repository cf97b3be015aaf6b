"""The ingest loop: poll and read, and meanwhile send what was polled before, with ticks in between.

At most one poll is being sent: its envelopes, its dead letters, and a tick if it is time for one.
Evidence is touched only there, so that it says of nothing that it was forwarded before it was.

Whatever fails or takes too long ends the loop with its exception, and the process with it: nothing
is committed that was not acknowledged, so the next worker reads it again.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import structlog
from aiokafka import (
    AIOKafkaConsumer,
    AIOKafkaProducer,
    ConsumerRebalanceListener,
    TopicPartition,
)

from monitor.ingest.actions import Actions
from monitor.ingest.answered import answered
from monitor.ingest.broker_time import BrokerTime
from monitor.ingest.commits import Commits
from monitor.ingest.envelope import Tick
from monitor.ingest.inputs import Inputs
from monitor.ingest.inventory import LiveInventory
from monitor.ingest.letter_log import LetterLog
from monitor.ingest.letters import Letters, Packed
from monitor.ingest.pace import Pace
from monitor.ingest.poll import Batch, Poll, read_poll
from monitor.ingest.questions import Questions, position_now
from monitor.ingest.read import Reader
from monitor.ingest.sources import Sources
from monitor.metrics_count import count_poll
from monitor.topics import Topics

TICK_S: Final = 0.25
MAX_POLL: Final = 4000
#: Polls that bring little are so far apart at least. Each makes a record for every partition of
#: inputs, and whoever decides has trouble with many small ones, not with large ones.
LINGER_S: Final = 0.1
#: How long what is being sent may take when the partitions or the process are about to go.
_SETTLE_S: Final = 1.5

_log = structlog.get_logger(__name__)
Offsets = dict[TopicPartition, int]


class Ready(NamedTuple):
    """One poll, ready to be sent; with positions if a tick is due."""

    poll: Poll
    letters: Packed
    positions: Offsets | None
    generation: int


class Ingest(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Forwards alarms from the source topics into `outage-inputs`."""

    def __init__(
        self,
        *,
        consumer: AIOKafkaConsumer,
        producer: AIOKafkaProducer,
        questions: Questions,
        reader: Reader,
        topics: Topics,
        clock: BrokerTime,
    ) -> None:
        """Take started clients; the consumer is in a group and does not commit by itself."""
        self._consumer = consumer
        self._questions = questions
        self._evidence = questions.evidence
        self._reader = reader
        self._inputs = Inputs(producer, topics.inputs, clock)
        self._targets = topics.inputs.partitions
        self._letters = Letters(producer, topics.alarms_dlq)
        self._letter_log = LetterLog()
        self._commits = Commits(consumer)
        self._clock = clock
        self._source_topics = Sources([topics.alarms.name])
        self._pace = Pace()
        self._paused: set[TopicPartition] = set()
        self._next_tick_s = self._next_poll_s = 0.0
        #: counts the rebalances: what was polled before the last one is for whoever reads it again
        self._generation = 0
        self._named = -1
        self._sending: asyncio.Task[None] | None = None
        self.alarms = 0
        self.dead_letters = 0
        #: what is known of the network; for whoever asks how things stand
        self.inventory: LiveInventory | None = None
        #: what forwards the actions of people beside it; for whoever asks, too
        self.actions: Actions | None = None
        #: when it last began a round (monotonic): it lives as long as this goes on
        self.beat_s = time.monotonic()

    async def run(self) -> None:
        """Forward until cancelled."""
        await self._tell_time()
        await self._letters.open()
        self._consumer.subscribe(self._source_topics.topics, listener=self)
        try:
            while True:
                await self._round()
        except asyncio.CancelledError:
            await self._settle()
            raise
        finally:
            if self._sending is not None:
                self._sending.cancel()
                await asyncio.gather(self._sending, return_exceptions=True)
            await self._commits.close()
            self._letter_log.close(time.monotonic())

    async def _round(self) -> None:
        """Poll and read; when what was polled before has arrived, begin to send this."""
        self.beat_s = time.monotonic()
        await asyncio.sleep(max(0.0, self._next_poll_s - self.beat_s))
        wait_s = max(0.0, self._next_tick_s - time.monotonic())
        batch: Batch = await self._consumer.getmany(
            timeout_ms=int(wait_s * 1000), max_records=MAX_POLL
        )
        backlog = sum(map(len, batch.values())) * 2 > MAX_POLL
        self._next_poll_s = 0.0 if backlog else time.monotonic() + LINGER_S
        generation, positions = self._generation, await self._positions_if_due()
        now_us = self._clock.now_us()
        poll = await read_poll(batch, self._reader, self._targets, now_us)
        for record, letter in poll.letters:
            self._letter_log.note(record, letter, time.monotonic())
        ready = Ready(poll, await self._letters.pack(poll.letters, now_us), positions, generation)
        if self._sending is not None:
            await self._sending
        self._sending = asyncio.create_task(self._send(ready))

    async def _positions_if_due(self) -> Offsets | None:
        """Return, if it is time for a tick, how far each of our partitions was handed out to us.

        That is before the next poll, and holds as forwarded once this poll has been sent.
        """
        if time.monotonic() < self._next_tick_s:
            return None
        self._next_tick_s = time.monotonic() + TICK_S
        ours = {source: await position_now(self._consumer, source) for source in self._ours()}
        return {source: position for source, position in ours.items() if position is not None}

    def lags(self) -> Iterator[tuple[TopicPartition, int, int | None]]:
        """Yield of each partition of ours the records, and microseconds, not forwarded yet."""
        evidence, now_us = self._evidence, self._clock.now_us()
        for source, read_to in evidence.read_to.items():
            up_to_us = evidence.times_us.get(source)
            behind_us = None if up_to_us is None else max(0, now_us - up_to_us)
            yield source, max(0, evidence.at_least(source) - read_to), behind_us

    def _ours(self) -> set[TopicPartition]:
        ours: set[TopicPartition] = self._consumer.assignment()
        return ours

    # -- rebalancing

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Finish what is being sent, and say nothing more about partitions that others may read."""
        self._generation += 1
        await self._settle()
        for source in revoked:
            self._evidence.revoked(source)
            self._paused.discard(source)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Note which partitions are ours; how far they were forwarded is asked for later."""
        _log.info("source partitions assigned", partitions=[f"{t}/{p}" for t, p in assigned])

    async def _settle(self) -> None:
        """Commit what has arrived, and what arrives soon; what does not is read again."""
        try:
            async with asyncio.timeout(_SETTLE_S):
                if self._sending is not None:
                    await asyncio.wait({self._sending})
                await self._commits.settle()
        except TimeoutError:
            _log.info("what was being sent will be read again")

    # -- sending

    async def _send(self, ready: Ready) -> None:
        """Send what one poll brought, and a tick if it is time for one."""
        if ready.generation != self._named:
            self._named = ready.generation
            await self._tick()  # names partitions that are new before anything is said of them
        if ready.poll.parts and ready.generation == self._generation:
            await self._forward(ready.poll, ready.letters)
        if ready.positions is not None:
            self._letter_log.flush(time.monotonic())
            if ready.generation == self._generation:
                await self._confirm(ready.positions)
                await self._tick()
                self._hold_back()
        self._commits.begin_if_due(time.monotonic())

    async def _forward(self, poll: Poll, letters: Packed) -> None:
        """Send envelopes and dead letters, and wait until the broker has all of them."""
        now_us = self._clock.now_us()
        before = self._evidence.tick(self._sources())
        for source, part in poll.parts.items():
            if source not in self._evidence:
                self._evidence.assigned(source, part.first_offset)
            times_us = () if part.up_to_us is None else [(part.up_to_us, part.up_to_us)]
            self._evidence.forwarded(source, part.next_offset, times_us, now_us)
        after = self._evidence.tick(self._sources())
        await asyncio.gather(
            answered(self._letters.send(letters)),
            self._inputs.send(poll.envelopes, before, after),
        )
        self.alarms += poll.alarms
        self.dead_letters += len(poll.letters)
        count_poll(poll)
        self._commits.arrived({source: part.next_offset for source, part in poll.parts.items()})

    # -- ticks

    def _sources(self) -> tuple[tuple[str, int], ...]:
        """Return the source topics with as many partitions as they have now."""
        partitions_of = self._consumer.partitions_for_topic
        return self._source_topics.counted(partitions_of, time.monotonic())

    async def _confirm(self, positions: Offsets) -> None:
        """Note how far each partition was read, and ask where it ends."""
        self._evidence.keep(positions.keys() | self._ours())
        for source, position in positions.items():
            if source not in self._evidence:
                self._evidence.assigned(source, position)
            # A position can move past what no reader sees, for example the ends of transactions.
            self._evidence.forwarded(source, position, (), 0)
        await answered(self._questions.ask())

    async def _tick(self) -> None:
        """Write what is confirmed into every partition of `outage-inputs`."""
        self._clock.heard(await self._inputs.tick(self._evidence.tick(self._sources())))

    async def _tell_time(self) -> None:
        """Learn the time of the brokers, from the answers to a tick that says nothing."""
        self._clock.heard(await self._inputs.tick(Tick()))

    def _hold_back(self) -> None:
        """Pause sources that run ahead of the slowest, until it has followed."""
        ahead = self._pace.too_far_ahead(self._evidence.times_us, time.monotonic()) & self._ours()
        self._consumer.pause(*(ahead - self._paused))
        self._consumer.resume(*((self._paused - ahead) & self._ours()))
        self._paused = ahead
