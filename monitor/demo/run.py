"""The demonstration: everything in one process, wired as it is in production.

Only ingest and the simulator have a clock. So only there time runs 60 times as fast, and all the
rest of the program follows from the ticks, exactly as it does at speed one.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from msgspec import Struct
from msgspec.json import decode

from monitor.board.run import running_board
from monitor.broker.access import Broker
from monitor.broker.clients import consumer_of, producer_of
from monitor.broker.embedded import EmbeddedBroker, embedded_broker
from monitor.clock import ScaledClock
from monitor.core.law import Law
from monitor.decide.recovery import home_of
from monitor.decide.start import running_decide
from monitor.demo.screen import Progress, Screen
from monitor.demo.storm import Storm, StormProducer
from monitor.demo.view import View
from monitor.ingest.loop import Ingest
from monitor.ingest.start import running_ingest
from monitor.settings import Settings
from monitor.tasks import cancelled_on_exit
from monitor.topics import Topics, create_topics, load_topics

#: How long the alarms from before the start may take to get through.
_CATCH_UP_S: Final = 60.0
#: How long the stop may take; clients of a broker that is gone try for ever.
_STOP_S: Final = 8.0
_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")


class DemoFailedError(RuntimeError):
    """Raised when a part of the demonstration cannot go on."""


class Demo(Struct, kw_only=True):
    """What is asked for, and what came of it."""

    settings: Settings
    law: Law
    clock: ScaledClock
    view: View
    screen: Screen
    storm: Storm
    inventory: list[dict[str, object]]
    #: real seconds; None: until somebody ends it
    for_s: float | None
    alarms: int = 0
    dead_letters: int = 0
    broker: EmbeddedBroker | None = None
    #: why it could not go on
    failure: str | None = None

    def stopping(self, reason: str) -> None:
        """End the process the hard way if its clients have not stopped by then."""
        logging.disable(logging.ERROR)  # what they say of a broker that is gone helps nobody
        asyncio.get_running_loop().call_later(_STOP_S, self._give_up, reason)

    def _give_up(self, reason: str) -> None:
        if self.broker is not None:
            self.broker.kill()
        sys.stderr.write(f"error: {reason}\n")
        sys.stderr.flush()
        os._exit(3)


async def run_demo(demo: Demo) -> None:
    """Run until the time is over or a signal comes; raise whatever made it impossible."""
    work = asyncio.create_task(_work(demo))

    def interrupt() -> None:
        # Only once: a second Ctrl-C must not cut short the stop that the first one began.
        if not work.cancelling():
            demo.stopping("stopping took too long")
            work.cancel()

    _on_signals(interrupt)
    # What stops may be cancelled, and then hides why: by us, or because its broker is gone.
    with suppress(asyncio.CancelledError):
        await work
    if demo.failure is not None:
        raise DemoFailedError(demo.failure)


def _on_signals(call: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for name in _SIGNALS:
        # Windows has neither all signals nor handlers of a loop; there Ctrl-C ends it as usual.
        with suppress(NotImplementedError, AttributeError):
            loop.add_signal_handler(getattr(signal, name), call)


async def _work(demo: Demo) -> None:
    topics = load_topics(demo.settings.app_id, demo.settings.topics_file)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(embedded_broker())
        demo.broker = broker
        await _create(broker, topics)
        producer = await stack.enter_async_context(producer_of(broker))
        storm = StormProducer(producer, topics, demo.clock)
        await storm.send_inventory(demo.inventory)
        await storm.send_before(demo.storm.before)
        tasks = [asyncio.create_task(_ended(broker), name="broker")]
        tasks.append(asyncio.create_task(_watch(broker, topics, demo), name="view"))
        # Left in reverse order: what reads stops before what writes, and the broker last.
        await stack.enter_async_context(cancelled_on_exit(tasks))
        home = home_of(broker, topics, demo.settings, demo.law)
        _, deciding = await stack.enter_async_context(
            running_decide(home, demo.settings, demo.clock)
        )
        tasks += deciding
        ingest, reading = await stack.enter_async_context(
            running_ingest(broker, topics, demo.settings, demo.clock)
        )
        tasks += reading
        stack.callback(_count, demo, ingest)
        board = running_board(broker, topics, demo.settings, demo.clock, any_port=True)
        demo.view.board_url, showing = await stack.enter_async_context(board)
        tasks += showing
        await _first_failure(demo, tasks, _caught_up(ingest, demo), _CATCH_UP_S)
        demo.clock.start()
        await _first_failure(demo, tasks, _play(demo, storm, ingest), demo.for_s)


async def _create(broker: Broker, topics: Topics) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        await create_topics(admin, topics)
    finally:
        await admin.close()


async def _caught_up(ingest: Ingest, demo: Demo) -> None:
    """Wait until what happened before the start has been read."""
    while ingest.alarms < len(demo.storm.before):  # noqa: ASYNC110 - a count is asked for
        await asyncio.sleep(0.05)


async def _play(demo: Demo, storm: StormProducer, ingest: Ingest) -> None:
    """Show, and send what happens; when all is sent, time goes on."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()

    def left_s() -> float | None:
        return None if demo.for_s is None else demo.for_s - (loop.time() - began_s)

    progress = Progress(alarms=lambda: ingest.alarms, left_s=left_s)
    shown = asyncio.create_task(demo.screen.run(progress), name="screen")
    async with cancelled_on_exit([shown]):
        await storm.send_then(demo.storm.then)
        await shown


async def _watch(broker: Broker, topics: Topics, demo: Demo) -> None:
    """Read the output topics, as the live page of the product does."""
    async with consumer_of(broker, topics.status.name, topics.notifications.name) as consumer:
        async for record in consumer:
            if record.value is None:
                continue  # a status that is deleted: its last word came before
            message = decode(record.value)
            if record.topic == topics.status.name:
                demo.view.status(message)
            else:
                demo.screen.fired(demo.view.notification(message))


async def _ended(broker: EmbeddedBroker) -> None:
    code = await broker.ended()
    message = f"the embedded broker ended by itself, with code {code}"
    raise DemoFailedError(message)


async def _first_failure(
    demo: Demo,
    tasks: list[asyncio.Task[None]],
    work: Coroutine[None, None, None],
    for_s: float | None,
) -> None:
    """Do work until it ends or the time is over; raise if one of the tasks ends before."""
    doing = asyncio.create_task(work, name="simulator")
    try:
        done, _ = await asyncio.wait(
            {doing, *tasks}, timeout=for_s, return_when=asyncio.FIRST_COMPLETED
        )
        for task in done:
            if error := task.exception():
                message = f"{task.get_name()}: {error}"
                demo.failure = message
                demo.stopping(message)
                raise DemoFailedError(message) from error
    finally:
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)


def _count(demo: Demo, ingest: Ingest) -> None:
    demo.alarms, demo.dead_letters = ingest.alarms, ingest.dead_letters
