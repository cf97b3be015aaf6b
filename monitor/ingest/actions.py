"""What people did, forwarded into `outage-inputs`, apart from the alarms.

Actions say nothing about time. They have clients and a task of their own, so that a topic of theirs
that is missing, stuck or full of nonsense holds back no alarm, no tick and no crossing: whatever
goes wrong here is said, and tried again. One that was forwarded before a crash may come twice; the
core knows it by its id.
"""

import asyncio
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from msgspec import Struct, field

from monitor.actions.message import core_action
from monitor.actions.reading import read_action
from monitor.broker.access import Broker
from monitor.broker.clients import consumer_of, producer_of
from monitor.clock import Clock, timestamp_ms
from monitor.core.duty_state import Action
from monitor.formats.reject import Reason
from monitor.ingest.answered import answered
from monitor.ingest.commits import Commits
from monitor.ingest.envelope import ActionItem, seal_actions, target_partition
from monitor.ingest.letter import DeadLetter, letter_of
from monitor.ingest.letter_log import LetterLog
from monitor.ingest.letters import Letter, Letters
from monitor.ingest.poll import Batch
from monitor.metrics_count import count_refused
from monitor.topics import Topics

#: So many at once: reading them must not keep the alarms waiting.
_MOST: Final = 100
_POLL_MS: Final = 250
_AGAIN_S: Final = 2.0
_EMPTY: Final = DeadLetter(Reason.EMPTY, "the record has no value; nothing is deleted here")
_log = structlog.get_logger(__name__)


class ReadActions(Struct):
    """What one poll brought."""

    #: by partition of `outage-inputs`, in the order in which they came
    items: dict[int, list[ActionItem]] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)


def read_actions(
    batch: Batch, partitions: int, *, now_us: int, max_clock_skew_us: int
) -> ReadActions:
    """Read every record of a poll for so many partitions of `outage-inputs`."""
    found = ReadActions()
    for records in batch.values():
        for record in records:
            stamp_us = record.timestamp * 1000
            arrived_us = stamp_us if 0 <= stamp_us <= now_us else now_us
            action = _read(record, arrived_us + max_clock_skew_us)
            if isinstance(action, DeadLetter):
                found.letters.append((record, action))
                continue
            target = target_partition(action.outage_key, partitions)
            item = ActionItem(record.topic, record.partition, record.offset, action)
            found.items.setdefault(target, []).append(item)
    return found


def _read(record: ConsumerRecord, latest_us: int) -> Action | DeadLetter:
    """Return the action, or why it cannot be used; our own mistakes, too, concern one record."""
    try:
        return _action(record, latest_us)
    except MemoryError:  # it is the process that is ill, and not the record
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the others must be read
        return letter_of(error)


def _action(record: ConsumerRecord, latest_us: int) -> Action | DeadLetter:
    if record.value is None:
        return _EMPTY
    message, reject = read_action(record.value)
    if message is None:
        assert reject is not None  # noqa: S101 - one of the two is always there
        return DeadLetter(reject.reason, reject.detail)
    if message.latest_us > latest_us:
        seconds = (message.latest_us - latest_us) // 1_000_000
        detail = f"at, done_at: {seconds} seconds further ahead of its arrival than is allowed"
        return DeadLetter(Reason.AHEAD_OF_ARRIVAL, detail)
    return core_action(message)


class Actions:
    """Forwards what people did."""

    def __init__(
        self, broker: Broker, topics: Topics, clock: Clock, *, group: str, max_clock_skew_us: int
    ) -> None:
        """Take the group that shares the work."""
        self._broker = broker
        self._topics = topics
        self._clock = clock
        self._group = group
        self._max_clock_skew_us = max_clock_skew_us
        self._log = LetterLog(what="actions")
        #: what was forwarded and set aside so far
        self.forwarded = 0
        self.dead_letters = 0

    async def run(self) -> None:
        """Forward until cancelled; whatever fails is tried again, for alarms must go on."""
        while True:
            try:
                await self._connected()
            except Exception as error:  # noqa: BLE001 - whatever it is, alarms must go on
                _log.warning(
                    "actions cannot be forwarded now, it is tried again; alarms go on",
                    topic=self._topics.actions.name,
                    error=repr(error),
                )
            await asyncio.sleep(_AGAIN_S)

    async def _connected(self) -> None:
        """Forward with clients that are new; those that failed may not work any more."""
        async with (
            producer_of(self._broker) as producer,
            consumer_of(self._broker, group=self._group) as consumer,
        ):
            consumer.subscribe([self._topics.actions.name])
            letters = Letters(producer, self._topics.actions_dlq)
            while True:
                await self._once(consumer, producer, letters)

    async def _once(
        self, consumer: AIOKafkaConsumer, producer: AIOKafkaProducer, letters: Letters
    ) -> None:
        now_s = asyncio.get_running_loop().time()
        batch: Batch = await consumer.getmany(timeout_ms=_POLL_MS, max_records=_MOST)
        self._log.flush(now_s)
        if not batch:
            return
        now_us = self._clock.now_us()
        found = read_actions(
            batch,
            self._topics.inputs.partitions,
            now_us=now_us,
            max_clock_skew_us=self._max_clock_skew_us,
        )
        for record, letter in found.letters:
            self._log.note(record, letter, now_s)
        await asyncio.gather(
            *(self._send(producer, *some) for some in found.items.items()),
            answered(_set_aside(letters, found.letters, now_us)),
        )
        self.forwarded += sum(map(len, found.items.values()))
        self.dead_letters += len(found.letters)
        count_refused(self._topics.actions.name, [letter.reason for _, letter in found.letters])
        # What was not committed comes again; so only what has arrived is.
        commits = Commits(consumer)
        commits.arrived({source: records[-1].offset + 1 for source, records in batch.items()})
        await commits.settle()

    async def _send(self, producer: AIOKafkaProducer, target: int, items: list[ActionItem]) -> None:
        """Write one after the other, so that each outage keeps its order on any broker."""
        for item in items:
            await answered(
                producer.send_and_wait(
                    self._topics.inputs.name,
                    seal_actions([item]),
                    partition=target,
                    timestamp_ms=timestamp_ms(self._clock.now_us()),
                )
            )


async def _set_aside(letters: Letters, found: list[Letter], now_us: int) -> None:
    """Write dead letters; their topic is asked for only if there are any."""
    if found:
        await letters.open()
        await letters.send(await letters.pack(found, now_us))
