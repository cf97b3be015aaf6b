"""One run: start everything, disturb it, let it come to rest, and look at what there is."""

import asyncio
import json
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from msgspec import Struct

from monitor.broker.access import Kafka
from monitor.broker.clients import admin_of
from monitor.clock import WallClock
from monitor.topics import Topics, create_topics, load_topics

from .brokers import Networked
from .check import check
from .choice import Choice
from .compaction import compact
from .crew import Crew
from .disturb import Disturber
from .places import inventory
from .report import Outcome
from .sender import Sender, patient_producer
from .watch import Watch

APP_ID: Final = "chaos"
#: How long it may take until all is applied once nothing is disturbed any more.
_CALM_S: Final = 600.0
#: So often it is looked whether all comes to rest while alarms go on coming in.
_LOOK: Final = 0.1
#: Workers may end by themselves for want of a broker, but not so often before anything was done.
_ENDS: Final = 30


class Run(Struct):
    """Everything that is running."""

    choice: Choice
    outcome: Outcome
    broker: Kafka
    topics: Topics
    crew: Crew
    watch: Watch
    sender: Sender
    disturber: Disturber


def tell(text: str) -> None:
    """Say how far it is."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


async def run(choice: Choice) -> Outcome:
    """Run, and return what was found."""
    directory = Path(tempfile.mkdtemp(prefix=f"chaos-{choice.seed}-"))
    outcome, began_s = Outcome(choice, directory), time.monotonic()
    tell(f"seed {choice.seed}; logs in {directory}")
    async with _started(outcome) as r:
        try:
            await _disturb(r)
            await _come_to_rest(r, "after the disturbances")
            await _look(r, "")
            outcome.figures |= await compact(r.broker, r.topics)
            r.crew.start_all()
            await _come_to_rest(r, "after compaction and another start")
            await _look(r, "after compaction: ")
        finally:
            await r.crew.end_all(signal.SIGKILL)
        outcome.note_crew(r.crew)
    outcome.figures["seconds"] = round(time.monotonic() - began_s)
    return outcome


@asynccontextmanager
async def _started(outcome: Outcome) -> AsyncIterator[Run]:
    """Start brokers, send the inventory and the backlog; the workers are not started yet."""
    choice, topics = outcome.choice, load_topics(APP_ID)
    rng = Random(f"disturbances/{choice.seed}")
    async with Networked(choice.brokers, len(choice.roles), rng) as cluster:
        broker = Kafka(cluster.bootstrap)
        async with admin_of(broker) as admin:
            await create_topics(admin, topics, replication=choice.brokers)
        crew, watch = _crew(choice, cluster, outcome.directory), Watch(broker, topics.ledger)
        async with patient_producer(broker) as producer, _going_on(watch.run()):
            await _send_inventory(producer, topics)
            plan = choice.plan(WallClock().now_us())
            sender = Sender(producer, topics.alarms.name, plan)
            await sender.backlog()
            tell(f"{sender.sent:,} records of a backlog of {choice.backlog} sent")
            disturber = Disturber(rng, cluster, choice.brokers, crew)
            yield Run(choice, outcome, broker, topics, crew, watch, sender, disturber)


def _crew(choice: Choice, cluster: Networked, directory: Path) -> Crew:
    common = {
        "MONITOR_APP_ID": APP_ID,
        "MONITOR_WEB_PORT": "0",
        "MONITOR_LOG_FORMAT": "json",
        "MONITOR_LATENESS_HORIZON": choice.horizon,
        "MONITOR_INPUT_STALL": choice.stall,
    }
    networks = range(len(choice.roles))
    crew = Crew(
        directory, [{**common, "MONITOR_BROKER": cluster.bootstrap_of(n)} for n in networks]
    )
    for network, role in enumerate(choice.roles):
        crew.add(role, network)
    return crew


async def _send_inventory(producer: AIOKafkaProducer, topics: Topics) -> None:
    for record in inventory():
        value = json.dumps(record).encode()
        await producer.send(topics.inventory.name, value, record["element"].encode())
    await producer.flush()


@asynccontextmanager
async def _going_on(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let something go on meanwhile."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _disturb(r: Run) -> None:
    """Disturb, while alarms come in."""
    rng, disturber = r.disturber.rng, r.disturber
    r.crew.start_all()
    sending = asyncio.create_task(r.sender.live())
    for number in range(1, r.choice.disturbances + 1):
        await asyncio.sleep(rng.uniform(0.2, r.choice.pause_s))
        said = await disturber.one(_kinds(r.choice, number))
        _check_alive(r)
        tell(f"{number:3} {said}; {r.sender.sent:,} sent, {_behind(r)}")
        if sending.done():
            await sending
        if rng.random() < _LOOK:
            await disturber.settled()
            await _reach_now(r, f"after disturbance {number}")
    await disturber.settled()
    r.sender.stop()
    await sending
    r.outcome.note_disturbances(disturber.done)


def _check_alive(r: Run) -> None:
    """Give up where workers end again and again, and nothing was ever applied."""
    ends = [end for end in r.crew.ends if end.asked is None]
    if not r.watch.clock_us and len(ends) > _ENDS:
        message = f"the workers do not work: {ends[-1].last}"
        raise RuntimeError(message)


def _kinds(choice: Choice, number: int) -> tuple[str, ...]:
    """Return what may befall next."""
    return (choice.kinds[number % len(choice.kinds)],) if choice.in_turn else choice.kinds


def _behind(r: Run) -> str:
    if not r.watch.clock_us:
        return "nothing applied yet"
    return f"clock {(WallClock().now_us() - r.watch.clock_us) / 1e6:.0f} s behind"


async def _reach_now(r: Run, when: str) -> None:
    """Wait until all that was sent by now is applied."""
    _check_alive(r)
    waited_s = await r.watch.until_at(WallClock().now_us(), _CALM_S)
    if waited_s is None:
        r.outcome.findings.add("does not recover", f"{when}: {_behind(r)}")
    else:
        tell(f"{when} all is applied in {waited_s:.1f} s")


async def _come_to_rest(r: Run, when: str) -> None:
    """Wait until all is applied and told, and end the workers."""
    await _reach_now(r, when)
    if await r.watch.until_told(_CALM_S) is None:
        r.outcome.findings.add("status never told", when)
    await r.crew.end_all(signal.SIGTERM)


async def _look(r: Run, when: str) -> None:
    """Compare everything that the topics hold with what they should hold."""
    figures = await check(r.broker, r.topics, r.outcome, r.sender.taken, when)
    r.outcome.figures |= figures
    tell(f"{when}{r.outcome.findings.total} findings; {figures}")
