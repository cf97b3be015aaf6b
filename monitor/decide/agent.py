"""The agent: each record of `outage-inputs` in its order; publish, await, acknowledge.

An envelope's items are applied first, then its tick. What must be published is sent and awaited
before the record is acknowledged: at least once, and recognisable by id and revision.

The state is in memory. Its place on disk is between `_publish` and `ack`: the ledger of a
partition (what changed, and the offset applied) is written together with what is published, and
`_partition` reads it back when a partition is assigned. Until then a worker that is started again
knows nothing of what came before the offset that its group acknowledged.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import faust
import structlog
from aiokafka import AIOKafkaProducer

from monitor.core.law import Law
from monitor.core.reading import Options
from monitor.core.written import time_text
from monitor.decide.outputs import Output, notification_output, status_output
from monitor.decide.partition import Partition
from monitor.ingest.envelope import unseal
from monitor.topics import Topics

#: How long the broker may take to answer.
ANSWER_S: Final = 30.0
_log = structlog.get_logger(__name__)


class Decide:
    """The partitions of `outage-inputs` that this worker was given, and what becomes of them."""

    def __init__(
        self,
        *,
        producer: AIOKafkaProducer,
        topics: Topics,
        law: Law,
        options: Options,
        source: str,
        status_every_us: int = 1_000_000,
    ) -> None:
        """Take a started producer; `source` is the CloudEvents source of what is published."""
        self._producer = producer
        self._topics = topics
        self._law = law
        self._options = options
        self._source = source
        self._status_every_us = status_every_us
        self._partitions: dict[int, Partition] = {}
        #: ends with the exception that made it impossible to go on
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, stream: faust.Stream[bytes]) -> None:
        """Handle record after record; on any exception stop at that record, and report.

        Faust would go on with the next one and lose this. So the agent stands still, the record
        stays unacknowledged, and whoever awaits `failed` ends the process.
        """
        try:
            async for event in stream.noack().events():
                await self._handle(event)
                event.ack()
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not be passed over
            _log.critical("decide cannot go on", error=str(error), exc_info=True)
            if not self.failed.done():
                self.failed.set_exception(error)
            await asyncio.Event().wait()

    def revoked(self, partitions: Iterable[int]) -> None:
        """Drop the state of partitions that another worker holds from now on."""
        for partition in partitions:
            self._partitions.pop(partition, None)

    async def _handle(self, event: Any) -> None:
        message = event.message
        detected_at_us = round(message.timestamp * 1000) * 1000
        state = self._partition(message.partition)
        said, statuses = state.apply(unseal(event.value), detected_at_us)
        self._say_lawless(state)
        outputs = [notification_output(n, self._topics, self._source) for n in said]
        outputs += [status_output(s, self._topics, self._source) for s in statuses]
        if outputs:
            await asyncio.wait_for(self._publish(outputs), ANSWER_S)

    @staticmethod
    def _say_lawless(state: Partition) -> None:
        """Say loudly that nothing was decided for an outage; silence would look like a no."""
        for outage_key, first_onset_us in state.book.lawless:
            _log.error(
                "no policy in force, nothing is decided for this outage",
                outage_key=outage_key,
                first_onset=time_text(first_onset_us),
            )
        state.book.lawless.clear()

    def _partition(self, number: int) -> Partition:
        state = self._partitions.get(number)
        if state is None:
            state = Partition(self._law, self._options, self._status_every_us)
            self._partitions[number] = state
        return state

    async def _publish(self, outputs: list[Output]) -> None:
        """Send in order, then await all: the records of one partition keep their order."""
        sent = [
            await self._producer.send(
                output.topic,
                output.value,
                output.key,
                headers=output.headers,
                timestamp_ms=output.timestamp_ms,
            )
            for output in outputs
        ]
        await asyncio.gather(*sent)
