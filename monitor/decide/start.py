"""Decide wired to a broker."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import faust
import structlog

from monitor.broker.access import Broker
from monitor.broker.clients import producer_of
from monitor.core.law import Law
from monitor.core.reading import Options
from monitor.decide.agent import Decide
from monitor.decide.app import create_app
from monitor.settings import Settings
from monitor.tasks import cancelled_on_exit
from monitor.topics import Topics

#: How long Faust may take to stop.
_STOP_S: Final = 5.0
_log = structlog.get_logger(__name__)


class DecideStoppedError(RuntimeError):
    """Raised when the Faust application stops by itself."""


@asynccontextmanager
async def running_decide(
    broker: Broker, topics: Topics, settings: Settings, law: Law, *, status_every_us: int
) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Run decide; yield its tasks, none of which ends unless something is wrong."""
    async with AsyncExitStack() as stack:
        decide = Decide(
            producer=await stack.enter_async_context(producer_of(broker)),
            topics=topics,
            law=law,
            options=Options(
                reading=settings.reading,
                merge_gap_us=settings.merge_gap_us,
                lateness_horizon_us=settings.lateness_horizon_us,
            ),
            source=f"/{settings.app_id}",
            status_every_us=status_every_us,
        )
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        app = create_app(broker, topics, decide, app_id=settings.app_id, data_dir=data_dir)
        stack.push_async_callback(_stop, app)
        await app.start()
        tasks = [asyncio.create_task(_watch(app, decide), name="decide")]
        await stack.enter_async_context(cancelled_on_exit(tasks))
        yield tasks


async def _watch(app: faust.App, decide: Decide) -> None:
    """End with an exception as soon as the agent failed or Faust stopped by itself."""
    stopped = asyncio.ensure_future(app.wait_until_stopped())
    try:
        await asyncio.wait({stopped, decide.failed}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
    if decide.failed.done():
        await decide.failed
    message = "the Faust application stopped by itself"
    raise DecideStoppedError(message) from app.crash_reason


async def _stop(app: faust.App) -> None:
    """Stop Faust, which must not wait for records that nobody will acknowledge any more.

    They are read again by the next worker. A stop that hangs swallows its cancellation, too; so
    after a while it is left alone.
    """
    app.conf.stream_wait_empty = False
    stopping = asyncio.ensure_future(app.stop())
    _, unfinished = await asyncio.wait({stopping}, timeout=_STOP_S)
    if unfinished:
        _log.warning("Faust does not stop; going on without it")
