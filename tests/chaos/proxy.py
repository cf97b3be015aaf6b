"""A proxy before a broker, which knows requests and answers, and can be slow, or break.

It forwards whole frames of Kafka's protocol. Answers to what writes (produce, the end of a
transaction, a commit) can be held back, or lost: the broker has done what was asked, and whoever
asked never hears of it. A network that is down forwards nothing at all.
"""

import asyncio
from contextlib import suppress
from random import Random
from typing import Final

from kafka_config import HOST

#: Produce, OffsetCommit, InitProducerId, AddPartitionsToTxn, AddOffsetsToTxn, EndTxn.
_WRITES: Final = frozenset({0, 8, 22, 24, 25, 26})
_MAX_BYTES: Final = 256 * 1024


class Network:
    """How the network of one worker is now."""

    def __init__(self) -> None:
        """Begin as it should be."""
        #: answers to what writes are held back so long, at most
        self.slow_s = 0.0
        #: so many of the answers to what writes are lost, and the connection with them
        self.lost = 0.0
        self.up = asyncio.Event()
        self.up.set()

    def heal(self) -> None:
        """Let everything through again."""
        self.slow_s, self.lost = 0.0, 0.0
        self.up.set()


class Proxy:
    """Forwards one port to another one, as the network allows."""

    def __init__(self, port: int, target: int, network: Network, rng: Random) -> None:
        """Take the port to listen on and that of the broker."""
        self._port = port
        self._target = target
        self._network = network
        self._rng = rng
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._connected, HOST, self._port)

    async def close(self) -> None:
        """Cut all connections, and listen no more."""
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(
        self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter
    ) -> None:
        connection = asyncio.ensure_future(self._serve(client_in, client_out))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _serve(
        self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter
    ) -> None:
        """Forward both ways until either side, or the network, ends the connection."""
        writers = [client_out]
        try:
            broker_in, broker_out = await asyncio.open_connection(HOST, self._target)
            writers.append(broker_out)
            writes: set[int] = set()
            ways = {
                asyncio.ensure_future(self._requests(client_in, broker_out, writes)),
                asyncio.ensure_future(self._answers(broker_in, client_out, writes)),
            }
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except OSError:
            return
        finally:
            for writer in writers:
                with suppress(Exception):
                    writer.transport.abort()

    async def _requests(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, writes: set[int]
    ) -> None:
        while True:
            frame = await _frame(source)
            if int.from_bytes(frame[4:6], "big") in _WRITES:
                writes.add(int.from_bytes(frame[8:12], "big"))
            await self._network.up.wait()
            await _put(target, frame)

    async def _answers(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, writes: set[int]
    ) -> None:
        network = self._network
        while True:
            frame = await _frame(source)
            number = int.from_bytes(frame[4:8], "big")
            if number in writes:
                writes.discard(number)
                if self._rng.random() < network.lost:
                    return
                if network.slow_s:
                    await asyncio.sleep(self._rng.uniform(0, network.slow_s))
            await self._network.up.wait()
            await _put(target, frame)


async def _frame(source: asyncio.StreamReader) -> bytes:
    """Return the next frame, with its length before it."""
    length = await source.readexactly(4)
    return length + await source.readexactly(int.from_bytes(length, "big"))


async def _put(target: asyncio.StreamWriter, frame: bytes) -> None:
    target.write(frame)
    if target.transport.get_write_buffer_size() > _MAX_BYTES:
        await target.drain()
