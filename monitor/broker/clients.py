"""Clients of a broker, with the settings that all parts of the program share."""

from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from monitor.broker.access import Broker
from monitor.broker.embedded import FETCH_MAX_WAIT_MS

#: The largest record we send, of all topics that we write.
MAX_REQUEST_BYTES: Final = 4 * 1024 * 1024
#: New partitions are found within this time.
_METADATA_MAX_AGE_MS: Final = 5000


def producer_of(broker: Broker) -> AIOKafkaProducer:
    """Return a producer that knows a record is written only when all replicas have it."""
    return AIOKafkaProducer(
        bootstrap_servers=broker.bootstrap,
        acks="all",
        enable_idempotence=broker.idempotent,
        max_request_size=MAX_REQUEST_BYTES,
        metadata_max_age_ms=_METADATA_MAX_AGE_MS,
    )


def consumer_of(broker: Broker, *topics: str, group: str | None = None) -> AIOKafkaConsumer:
    """Return a consumer that begins at the beginning and commits only when told to."""
    return AIOKafkaConsumer(
        *topics,
        bootstrap_servers=broker.bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=FETCH_MAX_WAIT_MS,
        metadata_max_age_ms=_METADATA_MAX_AGE_MS,
        session_timeout_ms=6000,
        heartbeat_interval_ms=1000,
    )
