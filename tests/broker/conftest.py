"""One suite for both brokers: the embedded one, and Apache Kafka where it can be started."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from kafka_cluster import Cluster
from kafka_jars import missing

from monitor.broker.access import Kafka
from monitor.broker.embedded import embedded_broker

from .running import OpenBroker

_WHY_NOT = missing()
EMBEDDED, APACHE = "embedded", "apache-kafka"


@pytest.fixture(scope="session")
def apache() -> Iterator[Kafka]:
    """Return one Apache Kafka for all tests; they keep apart by the names of their topics."""
    if _WHY_NOT is not None:
        pytest.skip(f"no Apache Kafka: {_WHY_NOT}")
    cluster = Cluster()
    asyncio.run(cluster.start())
    try:
        yield Kafka(cluster.bootstrap)
    finally:
        asyncio.run(cluster.close())


@pytest.fixture(params=[EMBEDDED] if _WHY_NOT else [EMBEDDED, APACHE])
def open_broker(request: pytest.FixtureRequest) -> OpenBroker:
    """Return what opens a broker: of each kind that is there, in turn."""
    return embedded_broker if request.param == EMBEDDED else _opened(request)


@pytest.fixture
def open_apache(request: pytest.FixtureRequest) -> OpenBroker:
    """Return what opens Apache Kafka; a test that asks for it is skipped where there is none."""
    return _opened(request)


def _opened(request: pytest.FixtureRequest) -> OpenBroker:
    kafka: Kafka = request.getfixturevalue("apache")

    @asynccontextmanager
    async def open_kafka() -> AsyncIterator[Kafka]:
        yield kafka

    return open_kafka
