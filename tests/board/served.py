"""A board on a real port, fed by the test instead of by topics."""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from msgspec import Struct

from board.samples import Message, written
from monitor.actions.message import ActionMessage
from monitor.actions.message import written as action_written
from monitor.board.access import Access
from monitor.board.app import board_app
from monitor.board.hub import Hub
from monitor.board.live import Live
from monitor.board.pulse import Pulse
from monitor.board.serve import serving
from monitor.board.state import State
from monitor.clock import Clock, ScaledClock
from monitor.formats.instant import time_us
from monitor.readiness import Readiness
from monitor.settings import Settings

Result = TypeVar("Result")
#: Five minutes after the outages of the samples began.
NOW_US = time_us("2026-03-14T08:05:00Z")


class Board(Struct):
    """A running board."""

    url: str
    port: int
    live: Live
    readiness: Readiness

    @property
    def state(self) -> State:
        """What it shows."""
        return self.live.state

    def feed(
        self,
        statuses: list[Message] = [],  # noqa: B006 - never changed
        notifications: list[Message] = [],  # noqa: B006
        actions: list[Message] = [],  # noqa: B006
        obligations: list[Message] = [],  # noqa: B006
    ) -> None:
        """Feed records as its topics would."""
        feed(self.state, statuses, notifications, actions, obligations)


def feed(
    state: State,
    statuses: list[Message],
    notifications: list[Message],
    actions: list[Message],
    obligations: list[Message],
) -> None:
    """Feed records to a state."""
    for message in statuses:
        state.take_status(message["outage_id"], written(message))
    for message in notifications:
        state.take_notification(written(message))
    for message in actions:
        state.take_action(written(message))
    for message in obligations:
        state.take_obligation(message["obligation_id"], written(message))


@asynccontextmanager
async def board(
    clock: Clock | None = None, *, port: int = 0, state: State | None = None, **set_to: Any
) -> AsyncIterator[Board]:
    """Serve a board; what is acknowledged comes back as from the topic."""
    settings = Settings(**set_to)
    clock = ScaledClock(NOW_US, 1) if clock is None else clock
    live = Live(State() if state is None else state, Hub(secrets.token_hex(6)), clock, Pulse(clock))
    readiness = Readiness()

    async def write(actions: list[ActionMessage]) -> None:
        for action in actions:
            live.state.take_action(action_written(action))

    app = board_app(live, Access(settings), write, readiness)
    async with serving(app, live.hub, "127.0.0.1", port) as given:
        writing = asyncio.create_task(live.run())
        try:
            yield Board(f"http://127.0.0.1:{given}", given, live, readiness)
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)


class InThread:
    """A board in a thread of its own, for tests that wait themselves."""

    def __init__(self, served: Board, loop: asyncio.AbstractEventLoop) -> None:
        """Take a running board and its loop."""
        self.url, self.port, self.live = served.url, served.port, served.live
        self._loop = loop

    def do(self, work: Callable[[], Result]) -> Result:
        """Do something where the board runs, and return when it is done."""

        async def done() -> Result:
            return work()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(30)

    def feed(self, *records: list[Message], **more: list[Message]) -> None:
        """Feed records as its topics would."""
        served = Board(self.url, self.port, self.live, Readiness())
        self.do(lambda: served.feed(*records, **more))


@contextmanager
def board_thread(clock: Clock | None = None, **how: Any) -> Iterator[InThread]:
    """Serve a board beside the test."""
    started: list[InThread] = []
    ready, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        try:
            async with board(clock, **how) as served:
                started.append(InThread(served, asyncio.get_running_loop()))
                ready.set()
                await stop.wait()
        finally:
            ready.set()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(30)
    try:
        yield started[0]
    finally:
        if started:
            started[0].do(stop.set)
        thread.join(30)
