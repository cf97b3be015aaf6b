"""A web server inside a process that does other things as well."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from monitor.board.hub import Hub

#: Connections that wait to be answered; a few hundred pages may come back at once.
_BACKLOG: Final = 1024
_STOP_S: Final = 2


class BoardPortError(RuntimeError):
    """Raised when the address cannot be listened on."""


class _Server(uvicorn.Server):
    """A server that leaves signals to the process it is part of."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def serving(app: ASGIApp, hub: Hub, bind: str, port: int) -> AsyncIterator[int]:
    """Answer on an address; yield the port, which is chosen if 0 was given."""
    listening = _listening(bind, port)
    config = uvicorn.Config(
        app, log_config=None, log_level="warning", access_log=False, lifespan="off", ws="none",
        server_header=False, backlog=_BACKLOG, timeout_graceful_shutdown=_STOP_S,
        proxy_headers=False,
    )  # fmt: skip
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]), name="web")
    try:
        yield int(listening.getsockname()[1])
    finally:
        # Streams never end by themselves, and a stop would wait for them.
        hub.close()
        server.should_exit = True
        await asyncio.wait({task})
        listening.close()


def _listening(bind: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    try:
        return socket.create_server((bind, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        message = (
            f"cannot listen on {bind}:{port}: {error.strerror}; set MONITOR_BOARD_PORT "
            "(0: any free port) or MONITOR_BOARD_BIND"
        )
        raise BoardPortError(message) from error
