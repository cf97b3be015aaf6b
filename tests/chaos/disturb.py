"""What befalls the workers, the network and the brokers: one thing after the other, from a seed."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from random import Random
from typing import Any, Final, NamedTuple

from msgspec import Struct, field

from .brokers import Networked
from .crew import Crew, Worker

#: A session lasts 6 s; whoever is frozen for longer loses its partitions.
_LONG_S: Final = (7.0, 14.0)
#: A transaction may stay open for 60 s; then the broker ends it.
_VERY_LONG_S: Final = (62.0, 75.0)
_SHORT_S: Final = (0.3, 4.0)


class Done(NamedTuple):
    """One disturbance: what it was, to whom, when it began, how long it lasted."""

    kind: str
    whom: str
    at_s: float
    seconds: float


class Disturber(Struct):
    """Disturbs a cluster and its workers."""

    rng: Random
    cluster: Networked
    brokers: int
    crew: Crew
    done: list[Done] = field(default_factory=list)
    began_s: float = field(default_factory=time.monotonic)
    #: what goes on while the next begins
    _going_on: set[asyncio.Task[None]] = field(default_factory=set)

    async def one(self, kinds: Sequence[str]) -> str:
        """Disturb something, wait until that is over or goes on by itself, and say what it is."""
        weights = [_KINDS[kind][0] for kind in kinds]
        (kind,) = self.rng.choices(kinds, weights)
        if kind in _ALONE or len(self._going_on) > 1:
            await self.settled()
        work = self._timed(kind, _KINDS[kind][1](self))
        if kind in _IN_BACKGROUND and self.rng.random() < 0.5:
            task = asyncio.create_task(work)
            self._going_on.add(task)
            task.add_done_callback(self._going_on.discard)
            return f"{kind}, going on"
        await work
        return f"{kind}: {self.done[-1].whom}, {self.done[-1].seconds:.1f} s"

    async def settled(self) -> None:
        """Wait until nothing is disturbed any more."""
        while self._going_on:
            await asyncio.gather(*self._going_on)
        for network in self.cluster.networks:
            network.heal()

    async def _timed(self, kind: str, work: Awaitable[str]) -> None:
        at_s = time.monotonic()
        whom = await work
        self.done.append(Done(kind, whom, at_s - self.began_s, time.monotonic() - at_s))

    def between(self, bounds: tuple[float, float]) -> float:
        """Draw a time."""
        return self.rng.uniform(*bounds)

    def worker(self) -> Worker:
        """Draw a worker, one that runs if there is any."""
        running = [worker for worker in self.crew.workers if worker.running]
        return self.rng.choice(running or self.crew.workers)


# -- workers


async def _kill(d: Disturber) -> str:
    worker = d.worker()
    worker.send(signal.SIGKILL)
    return worker.name


async def _term(d: Disturber) -> str:
    worker = d.worker()
    worker.send(signal.SIGTERM)
    return worker.name


async def _freeze(d: Disturber, bounds: tuple[float, float]) -> str:
    worker = d.worker()
    if worker.send(signal.SIGSTOP):
        await asyncio.sleep(d.between(bounds))
        worker.send(signal.SIGCONT)
    return worker.name


async def _storm(d: Disturber) -> str:
    """Let workers come and go, so that the partitions are given away again and again."""
    times = d.rng.randint(2, 4)
    for _ in range(times):
        role, network = d.rng.choice(("all", "decide", "ingest")), 0
        worker = d.crew.visitor(role, network)
        worker.start()
        await asyncio.sleep(d.rng.uniform(2, 6))
        await worker.end(d.rng.choice((signal.SIGKILL, signal.SIGTERM)))
    return f"{times} workers"


async def _all_workers(d: Disturber) -> str:
    """End all workers, leave them away for a while, and start them again."""
    await d.crew.end_all(d.rng.choice((signal.SIGKILL, signal.SIGTERM)))
    await asyncio.sleep(d.rng.uniform(0, 5))
    d.crew.start_all()
    return "all workers"


async def _ingest_away(d: Disturber) -> str:
    """Let nobody read alarms for longer than the clock waits; whoever decides goes on."""
    away = [worker for worker in d.crew.workers if worker.role != "decide"]
    await asyncio.gather(*(worker.end(signal.SIGTERM) for worker in away))
    await asyncio.sleep(d.rng.uniform(34, 42))
    for worker in away:
        worker.start()
    return f"{len(away)} workers"


# -- networks


async def _slow(d: Disturber) -> str:
    which = d.rng.randrange(len(d.cluster.networks))
    network = d.cluster.networks[which]
    network.slow_s = d.rng.choice((0.3, 1.0, 3.0))
    await asyncio.sleep(d.rng.uniform(4, 12))
    network.slow_s = 0.0
    return f"network {which}"


async def _lost(d: Disturber) -> str:
    which = d.rng.randrange(len(d.cluster.networks))
    network = d.cluster.networks[which]
    network.lost = d.rng.choice((0.02, 0.1, 0.4))
    await asyncio.sleep(d.rng.uniform(4, 12))
    network.lost = 0.0
    return f"network {which}"


async def _cut_off(d: Disturber) -> str:
    """Cut a worker off that goes on believing that it has its partitions."""
    which = d.rng.randrange(len(d.cluster.networks))
    network = d.cluster.networks[which]
    network.up.clear()
    await asyncio.sleep(d.between(d.rng.choice((_SHORT_S, _LONG_S))))
    network.up.set()
    return f"network {which}"


async def _killed_amid(d: Disturber) -> str:
    """Kill a worker while much of what it wrote is not answered yet."""
    which = d.rng.randrange(len(d.crew.workers))
    worker, network = d.crew.workers[which], d.cluster.networks[which]
    network.slow_s = d.rng.choice((0.5, 2.0))
    await asyncio.sleep(d.rng.uniform(2, 6))
    worker.send(signal.SIGKILL)
    network.slow_s = 0.0
    return worker.name


# -- brokers


async def _broker_killed(d: Disturber) -> str:
    number = d.rng.randrange(d.brokers)
    d.cluster.kill(number)
    await asyncio.sleep(d.rng.uniform(0, 5))
    await d.cluster.restart(number)
    return f"broker {number}"


async def _broker_restarted(d: Disturber) -> str:
    number = d.rng.randrange(d.brokers)
    await d.cluster.stop(number)
    await d.cluster.restart(number)
    return f"broker {number}"


async def _broker_frozen(d: Disturber) -> str:
    number = d.rng.randrange(d.brokers)
    d.cluster.pause(number)
    await asyncio.sleep(d.rng.uniform(1, 10))
    d.cluster.resume(number)
    return f"broker {number}"


async def _everything(d: Disturber) -> str:
    """End all workers and all brokers, and start all of it again."""
    if d.rng.random() < 0.5:
        await d.crew.end_all(d.rng.choice((signal.SIGKILL, signal.SIGTERM)))
    for number in range(d.brokers):
        d.cluster.kill(number)
    await d.crew.end_all(d.rng.choice((signal.SIGKILL, signal.SIGTERM)))
    await asyncio.gather(*(d.cluster.restart(number) for number in range(d.brokers)))
    d.crew.start_all()
    return "everything"


_Work = Callable[[Disturber], Coroutine[Any, Any, str]]

#: what there is: how often, and how
_KINDS: Final[dict[str, tuple[int, _Work]]] = {
    "worker killed (SIGKILL)": (14, _kill),
    "worker stopped (SIGTERM)": (10, _term),
    "worker frozen beyond its session": (10, lambda d: _freeze(d, _LONG_S)),
    "worker frozen beyond its transaction": (1, lambda d: _freeze(d, _VERY_LONG_S)),
    "worker killed amid slow writes": (12, _killed_amid),
    "worker frozen for a moment": (6, lambda d: _freeze(d, _SHORT_S)),
    "worker cut off from the network": (8, _cut_off),
    "answers to writes delayed": (8, _slow),
    "answers to writes lost": (8, _lost),
    "broker killed": (7, _broker_killed),
    "broker restarted": (4, _broker_restarted),
    "broker frozen": (4, _broker_frozen),
    "workers come and go": (5, _storm),
    "all workers restarted": (3, _all_workers),
    "nobody ingests": (2, _ingest_away),
    "everything restarted": (3, _everything),
}
KINDS: Final = tuple(_KINDS)
#: These begin when nothing else is disturbed.
_ALONE: Final = frozenset(
    {"broker killed", "broker restarted", "broker frozen", "all workers restarted",
     "everything restarted", "nobody ingests"}
)  # fmt: skip
_IN_BACKGROUND: Final = frozenset(
    {"worker frozen beyond its session", "worker frozen beyond its transaction",
     "worker cut off from the network", "answers to writes delayed", "answers to writes lost"}
)  # fmt: skip
