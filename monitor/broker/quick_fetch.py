"""Faust against a broker that does not wake a waiting fetch when a record arrives.

Faust lets an empty fetch wait for 1.5 s, and no setting changes that. The embedded broker would
then answer up to 0.75 s after the record that was waited for; so there the wait is made short.
"""

from typing import Any

import faust
from aiokafka import AIOKafkaConsumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport

from monitor.broker.embedded import FETCH_MAX_WAIT_MS


class _Thread(AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        # Read when the consumer starts; it is an argument of its constructor, which Faust calls.
        consumer._fetch_max_wait_ms = FETCH_MAX_WAIT_MS  # noqa: SLF001
        return consumer


class _Consumer(Consumer):
    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class _Transport(Transport):
    Consumer = _Consumer


def fetch_quickly(app: faust.App) -> None:
    """Make the consumers of an application ask again soon when there was nothing."""
    app.transport = _Transport(app.conf.broker_consumer, app)
