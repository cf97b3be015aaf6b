"""A board from start to stop: its reader, its web server, its signals, its end."""

import asyncio
import secrets
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer
from starlette.types import ASGIApp

from monitor.actions.message import ActionMessage, written
from monitor.board.access import Access
from monitor.board.api import WriteActions
from monitor.board.app import board_app
from monitor.board.hub import Hub
from monitor.board.live import Live
from monitor.board.pulse import Pulse
from monitor.board.reading import Looker, Reader
from monitor.board.serve import BoardPortError, serving
from monitor.board.state import State
from monitor.broker.access import Broker
from monitor.broker.clients import producer_of
from monitor.broker.connect import broker_of
from monitor.clock import Clock, WallClock, timestamp_ms
from monitor.readiness import Readiness
from monitor.settings import Settings
from monitor.tasks import cancelled_on_exit
from monitor.topics import Topics, load_topics

_JSON: Final = [("content-type", b"application/json")]
_WRITE_S: Final = 10.0
_log = structlog.get_logger(__name__)


@asynccontextmanager
async def running_board(
    broker: Broker, topics: Topics, settings: Settings, clock: Clock, *, any_port: bool = False
) -> AsyncIterator[tuple[str, list[asyncio.Task[None]]]]:
    """Run a board; yield its address, and tasks that end only by failing."""
    access = Access(settings)
    state, readiness, pulse = State(), Readiness(), Pulse(clock)
    live = Live(state, Hub(secrets.token_hex(6)), clock, pulse)
    async with AsyncExitStack() as stack:
        producer = producer_of(broker)
        app = board_app(live, access, _writer(producer, topics.actions.name, clock), readiness)
        port = await _serve(stack, app, live.hub, settings, any_port=any_port)
        await stack.enter_async_context(producer)
        live.reader = Reader(broker, topics, state, readiness)
        looker = Looker(broker, topics, settings.app_id, pulse)
        tasks = [
            asyncio.create_task(live.reader.run(), name="reader"),
            asyncio.create_task(looker.run(), name="looker"),
            asyncio.create_task(live.run(), name="live"),
        ]
        await stack.enter_async_context(cancelled_on_exit(tasks))
        yield address(settings.board_bind, port), tasks


def _writer(producer: AIOKafkaProducer, topic: str, clock: Clock) -> WriteActions:
    async def write(actions: list[ActionMessage]) -> None:
        async with asyncio.timeout(_WRITE_S):
            for action in actions:
                await producer.send_and_wait(
                    topic,
                    written(action),
                    action.outage_id.encode(),
                    headers=_JSON,
                    timestamp_ms=timestamp_ms(clock.now_us()),
                )

    return write


async def _serve(
    stack: AsyncExitStack, app: ASGIApp, hub: Hub, settings: Settings, *, any_port: bool
) -> int:
    """Answer on the port that was set; where any will do, on a free one if it is taken."""
    bind, port = settings.board_bind, settings.board_port
    try:
        return await stack.enter_async_context(serving(app, hub, bind, port))
    except BoardPortError:
        if not any_port or "board_port" in settings.model_fields_set:
            raise
        return await stack.enter_async_context(serving(app, hub, bind, 0))


def address(bind: str, port: int) -> str:
    """Return the address to type into a browser on this machine."""
    host = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(bind, bind)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def run_board(settings: Settings) -> None:
    """Show until a signal comes; raise whatever made it impossible to go on."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    topics = load_topics(settings.app_id, settings.topics_file)
    board = running_board(broker_of(settings), topics, settings, WallClock())
    async with board as (url, tasks):
        _log.info("board started", url=url, broker=settings.broker, app_id=settings.app_id)
        stopped = asyncio.create_task(stop.wait(), name="stop")
        done, _ = await asyncio.wait({stopped, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        for task in done - {stopped}:
            if error := task.exception():
                raise error
        _log.info("stopping")
