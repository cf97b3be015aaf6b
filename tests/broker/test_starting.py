"""A worker that is still starting says that it is not ready, and why."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL
from typing import Any

from aiohttp import ClientError, ClientSession
from kafka_config import HOST, free_ports


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take whatever is said, and never answer."""
    while await reader.read(1024):
        pass
    writer.close()


async def _answer(url: str) -> tuple[int, dict[str, Any]]:
    """Ask until somebody answers."""
    async with ClientSession() as web, asyncio.timeout(30):
        while True:
            try:
                async with web.get(url) as answer:
                    return answer.status, await answer.json()
            except ClientError:
                await asyncio.sleep(0.05)


def test_before_the_broker_has_answered_it_is_not_ready() -> None:
    """No part has named yet what it waits for; that must not look as if nothing were missing."""

    async def run() -> None:
        (port,) = free_ports(1)
        async with await asyncio.start_server(_silent, HOST) as broker:
            worker = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "monitor", "worker", stdout=DEVNULL, stderr=DEVNULL,
                env={
                    **os.environ,
                    "MONITOR_BROKER": f"{HOST}:{broker.sockets[0].getsockname()[1]}",
                    "MONITOR_WEB_PORT": str(port),
                },
            )  # fmt: skip
            try:
                status, said = await _answer(f"http://{HOST}:{port}/health/ready")
            finally:
                worker.kill()
                await worker.wait()
            assert (status, said["missing"]) == (503, {"worker": "it is starting"})

    asyncio.run(run())
