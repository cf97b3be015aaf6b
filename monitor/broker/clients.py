"""Clients of a broker, with the settings that all parts of the program share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient

from monitor.broker.access import Broker
from monitor.broker.any_headers import accept_any_headers
from monitor.broker.embedded import FETCH_MAX_WAIT_MS

#: The largest record we send, of all topics that we write.
MAX_REQUEST_BYTES: Final = 4 * 1024 * 1024
#: Records that wait to be sent together; a topic takes at least four times as much at once.
_BATCH_BYTES: Final = 256 * 1024
#: A broker that has not answered by then is asked again, or another one is.
_REQUEST_MS: Final = 10_000
#: New partitions are found within this time.
_METADATA_MAX_AGE_MS: Final = 5000
#: A transaction that was left open holds back readers no longer than this.
_TRANSACTION_MS: Final = 60_000


def producer_of(broker: Broker, transactional_id: str | None = None) -> AIOKafkaProducer:
    """Return a producer that knows a record is written only when all replicas have it.

    With a transactional id it is the only one: starting it fences whoever used the id before.
    """
    assert transactional_id is None or broker.transactional  # noqa: S101 - callers ask first
    return AIOKafkaProducer(
        **broker.client_options,
        acks="all",
        enable_idempotence=broker.idempotent,
        transactional_id=transactional_id,
        transaction_timeout_ms=_TRANSACTION_MS,
        max_request_size=MAX_REQUEST_BYTES,
        max_batch_size=_BATCH_BYTES,
        request_timeout_ms=_REQUEST_MS,
        metadata_max_age_ms=_METADATA_MAX_AGE_MS,
    )


def consumer_of(broker: Broker, *topics: str, group: str | None = None) -> AIOKafkaConsumer:
    """Return a consumer that begins at the beginning and commits only when told to.

    It sees of a transaction only what was committed.
    """
    accept_any_headers()
    return AIOKafkaConsumer(
        *topics,
        **broker.client_options,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
        fetch_max_wait_ms=FETCH_MAX_WAIT_MS,
        metadata_max_age_ms=_METADATA_MAX_AGE_MS,
        session_timeout_ms=6000,
        heartbeat_interval_ms=1000,
    )


@asynccontextmanager
async def admin_of(broker: Broker) -> AsyncIterator[AIOKafkaAdminClient]:
    """Connect a client that asks about topics, groups and settings, and changes them."""
    admin = AIOKafkaAdminClient(**broker.client_options)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


@asynccontextmanager
async def client_of(broker: Broker) -> AsyncIterator[AIOKafkaClient]:
    """Connect a client for requests that no other client of aiokafka can make."""
    client = AIOKafkaClient(**broker.client_options)
    await client.bootstrap()
    try:
        yield client
    finally:
        await client.close()
