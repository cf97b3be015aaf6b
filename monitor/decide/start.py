"""Decide wired to a broker."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

import faust
import structlog

from monitor.clock import Clock
from monitor.decide.agent import Decide
from monitor.decide.app import create_app
from monitor.decide.recovery import Home
from monitor.readiness import Readiness
from monitor.settings import Settings
from monitor.tasks import cancelled_on_exit

#: How long Faust may take to stop.
_STOP_S: Final = 5.0
_SECOND_US: Final = 1_000_000
_log = structlog.get_logger(__name__)


class DecideStoppedError(RuntimeError):
    """Raised when the Faust application stops by itself."""


@asynccontextmanager
async def running_decide(
    home: Home, settings: Settings, clock: Clock, readiness: Readiness | None = None
) -> AsyncIterator[tuple[Decide, list[asyncio.Task[None]]]]:
    """Run decide; yield it and its tasks, none of which ends unless something is wrong."""
    async with AsyncExitStack() as stack:
        decide = Decide(home, clock, settings.input_stall_us / _SECOND_US, readiness)
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        app = create_app(
            home.broker, home.topics, decide, app_id=settings.app_id, data_dir=data_dir
        )
        decide.end_of = partial(_end_of, app, home)
        stack.push_async_callback(_stop, app)
        stack.push_async_callback(decide.stop)
        await app.start()
        tasks = [asyncio.create_task(_watch(app, decide), name="decide")]
        await stack.enter_async_context(cancelled_on_exit(tasks))
        yield decide, tasks


def _end_of(app: faust.App, home: Home, number: int) -> int | None:
    """Return where a partition of inputs ended when records were last delivered from it."""
    end: int | None = app.consumer.highwater(home.inputs(number))
    return end


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
