"""A worker from start to stop: its roles wired to a broker, its signals, its end.

Whatever fails ends it: nothing was acknowledged that was not written, and whoever starts it again
goes on where the ledger is.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from enum import StrEnum
from typing import Final

import structlog
from aiokafka.errors import KafkaError

from monitor.broker.access import Broker
from monitor.broker.connect import broker_of
from monitor.clock import WallClock
from monitor.core.law import Law
from monitor.decide.agent import Decide
from monitor.decide.recovery import home_of
from monitor.decide.start import running_decide
from monitor.ingest.loop import Ingest
from monitor.ingest.start import running_ingest
from monitor.metrics_count import begin_at_zero
from monitor.metrics_worker import WorkerMetrics, about
from monitor.packs.loading import load_packs
from monitor.readiness import Readiness
from monitor.settings import Settings
from monitor.topics import Topics, TopicsError, load_topics
from monitor.topics_cluster import apply, compare, refusals
from monitor.topics_plan import Difference
from monitor.worker.policies import reminding
from monitor.worker.web import Beats, Page, PortError, serving

#: How long a stop may take. Nothing is half done at any moment, so it may be cut short.
_STOP_S: Final = 2.5
#: Nobody is ready before all of its parts have said what they wait for.
_STARTING: Final = "worker"
#: How long the clients of a worker that failed may take to stop.
_FAILED_S: Final = 5.0
_log = structlog.get_logger(__name__)


class Role(StrEnum):
    """What a worker does."""

    all = "all"
    ingest = "ingest"
    decide = "decide"


class TopicsRefusedError(RuntimeError):
    """Raised when the topics cannot work; says which, and what to do."""


class UnreachableError(RuntimeError):
    """Raised when the broker cannot be reached."""


async def run_worker(settings: Settings, law: Law, role: Role) -> None:
    """Work until a signal comes; raise whatever made it impossible to go on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    # What stops may be cancelled on its way out, and then hides why it had to.
    failure: list[BaseException] = []
    work = asyncio.create_task(_work(settings, law, role, failure), name="worker")
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        _log.info("stopping")
        _cut_short_after(_STOP_S, "the stop took too long and was cut short", 0)
        work.cancel()
    stopped.cancel()
    await asyncio.wait({work})
    if failure:
        raise failure[0]
    if not work.cancelled() and (error := work.exception()):
        raise error
    _log.info("stopped")


def _why(task: asyncio.Task[None]) -> BaseException:
    """Return why a task ended that should never end."""
    error = None if task.cancelled() else task.exception()
    return error or RuntimeError(f"{task.get_name()} ended by itself")


def _cut_short_after(seconds: float, said: str, code: int) -> None:
    """End the process by then, even if what is being stopped blocks the loop."""

    def cut() -> None:
        sys.stderr.write(
            json.dumps({"level": "warning", "event": f"{said}; nothing is lost"}) + "\n"
        )
        sys.stderr.flush()
        os._exit(code)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()


async def _work(settings: Settings, law: Law, role: Role, failure: list[BaseException]) -> None:
    broker, topics = broker_of(settings), load_topics(settings.app_id, settings.topics_file)
    readiness, clock = Readiness(), WallClock()
    parts: dict[str, Ingest | Decide] = {}

    def beats() -> Mapping[str, float]:
        return {name: _idle_s(part) for name, part in parts.items()}

    packs = load_packs(settings.policy_dirs)
    facts = about(role.value, settings.reading, packs, settings.designations)
    metrics = WorkerMetrics(facts, clock, readiness, beats)
    begin_at_zero(law, [topics.alarms.name, topics.actions.name], topics.inputs.name)
    async with AsyncExitStack() as stack:
        readiness.waits(_STARTING, "it is starting")
        port = await _serve(stack, settings, readiness, beats, metrics.page)
        await stack.enter_async_context(reminding(packs, clock))
        await _check_topics(broker, topics, role)
        tasks: list[asyncio.Task[None]] = []
        _spare_the_collector()
        if role != Role.ingest:
            home = home_of(broker, topics, settings, law)
            decide, deciding = await stack.enter_async_context(
                running_decide(home, settings, clock, readiness)
            )
            parts["decide"] = metrics.decide = decide
            tasks += deciding
        if role != Role.decide:
            ingest, reading = await stack.enter_async_context(
                running_ingest(broker, topics, settings, clock, readiness)
            )
            parts["ingest"] = metrics.ingest = ingest
            tasks += reading
        # By now each part has named what it waits for.
        readiness.met(_STARTING)
        _log.info(
            "worker started", role=role.value, broker=settings.broker, app_id=settings.app_id,
            web=f"{settings.web_bind}:{port}", policy_set=law.policy_set,
        )  # fmt: skip
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        failure += [_why(task) for task in done]
        # Clients of a broker that is away may take a minute to stop: whoever starts us again waits.
        code = 3 if isinstance(failure[0], (KafkaError, OSError, TimeoutError)) else 1
        _cut_short_after(_FAILED_S, f"ended the hard way after {failure[0]!r}", code)


async def _serve(
    stack: AsyncExitStack, settings: Settings, readiness: Readiness, beats: Beats, page: Page
) -> int:
    """Answer on the port that was set; of several workers on one host each takes a free one."""
    bind, port = settings.web_bind, settings.web_port
    try:
        return await stack.enter_async_context(serving(bind, port, readiness, beats, page))
    except PortError as error:
        if "web_port" in settings.model_fields_set:
            raise
        _log.warning("taking a free port", reason=str(error))
        return await stack.enter_async_context(serving(bind, 0, readiness, beats, page))


async def _check_topics(broker: Broker, topics: Topics, role: Role) -> None:
    """Make the topics that are missing, and refuse to start on those that cannot work."""
    roles = ("ingest", "decide") if role == Role.all else (role.value,)
    try:
        missing = [d for d in await compare(broker, topics) if d.remedy == "create"]
        for difference in missing:
            _log.warning("topic is missing, it is made as declared", topic=difference.topic)
        if missing:
            await _make(broker, topics, missing)
        refused = await refusals(broker, topics, roles=roles)
    except (KafkaError, OSError, TimeoutError) as error:
        message = f"cannot reach Kafka at {broker.bootstrap}: {error or type(error).__name__}"
        raise UnreachableError(message) from error
    if refused:
        raise TopicsRefusedError("\n".join(refused))


async def _make(broker: Broker, topics: Topics, missing: list[Difference]) -> None:
    """Make topics; whoever may not is told by what is then refused."""
    try:
        await apply(broker, topics, missing)
    except TopicsError as error:
        _log.warning("not all topics could be made", error=str(error))


def _idle_s(part: Ingest | Decide) -> float:
    if isinstance(part, Decide):
        return part.slowest_s()
    return time.monotonic() - part.beat_s


def _spare_the_collector() -> None:
    """Let the garbage collector leave alone what stays: its full rounds would stop all work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 1000)
