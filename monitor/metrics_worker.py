"""The metrics page of a worker: what was counted, and how everything stands now."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Final

from msgspec import Struct, field
from prometheus_client import Metric, generate_latest
from prometheus_client.registry import Collector

from monitor import metrics as m
from monitor.clock import Clock
from monitor.core.moment import time_of
from monitor.decide.agent import Decide
from monitor.decide.partition import Partition
from monitor.ingest.loop import Ingest
from monitor.metrics_scan import (
    Sums,
    cell_label,
    effects_of,
    end_users_of,
    label,
    ledger_records,
    scan,
)
from monitor.packs.model import Pack
from monitor.packs.to_law import policy_set
from monitor.packs.validity import ending_soon
from monitor.readiness import Readiness

_SECOND_US: Final = 1_000_000
_HOUR_S: Final = 3600.0
#: Whoever asks again so soon gets the same sums, and the same sizes of ledgers.
_FRESH_S: Final = 1.0
#: Sums that take long are made more rarely: at most one part in so many of the time goes into them.
_SHARE: Final = 20
_SIZES_FRESH_S: Final = 60.0
#: Any end that is known.
_DAYS: Final = 36_500

#: A metric, and its values by label values.
Values = tuple[m.Metric, Iterable[m.Sample]]


class About(Struct):
    """What does not change while a worker runs."""

    role: str
    reading: str
    policy_set: str
    packs: Sequence[Pack]


def about(
    role: str, reading: str, packs: Sequence[Pack], designations: Sequence[str] = ()
) -> About:
    """Return what the metrics say of a worker that goes by these packs."""
    return About(role, reading, policy_set(packs, designations), packs)


class WorkerMetrics(Collector):
    """Reads the live objects of a worker when somebody asks."""

    def __init__(
        self,
        about: About,
        clock: Clock,
        readiness: Readiness,
        idle_s: Callable[[], Mapping[str, float]],
    ) -> None:
        """Start without parts; `idle_s` says how long ago each last went round."""
        self.decide: Decide | None = None
        self.ingest: Ingest | None = None
        self._about = about
        self._clock = clock
        self._readiness = readiness
        self._idle_s = idle_s
        self._sums = Sums()
        self._fresh_until_s = float("-inf")
        self._sizes: Counter[int] = Counter()
        self._sized: set[int] = set()
        self._sized_s = float("-inf")
        self._one_by_one = asyncio.Lock()
        self._ends = _Ends(about.packs)
        self._registry = m.registry_of(("worker", *_parts(about.role)), self)

    async def page(self) -> bytes:
        """Return everything in Prometheus' text format."""
        async with self._one_by_one:
            await self._look()
            return generate_latest(self._registry)

    async def _look(self) -> None:
        """Bring up to date what takes a while to add up."""
        partitions = self._partitions()
        began_s = time.monotonic()
        if began_s >= self._fresh_until_s:
            self._sums = await scan(partitions, self._clock.now_us())
            took_s = time.monotonic() - began_s
            self._fresh_until_s = began_s + max(_FRESH_S, _SHARE * took_s)
        if time.monotonic() - self._sized_s > _SIZES_FRESH_S or partitions.keys() != self._sized:
            self._sizes = await ledger_records(partitions)
            self._sized, self._sized_s = set(partitions), time.monotonic()

    def _partitions(self) -> dict[int, Partition]:
        lanes = {} if self.decide is None else self.decide.lanes
        return {n: lane.partition for n, lane in lanes.items() if lane.partition is not None}

    def collect(self) -> Iterator[Metric]:
        """Yield each metric as it stands."""
        now_us = self._clock.now_us()
        for metric, samples in self._values(now_us):
            yield metric.family(samples)

    def _values(self, now_us: int) -> Iterator[Values]:
        yield from self._worker(now_us)
        if self.ingest is not None:
            yield from _ingest(self.ingest, now_us)
        if self.decide is not None:
            yield from _lanes(self.decide, self._sizes, now_us)
            yield from _outages(self._sums, now_us)
            yield from _duties(self._partitions().values(), now_us)
            yield from _watched(self._sums, now_us)

    def _worker(self, now_us: int) -> Iterator[Values]:
        about = self._about
        build = (version("outage-monitor"), about.policy_set, about.reading, about.role)
        yield m.BUILD_INFO, [(build, 1)]
        yield m.READY, [((), float(self._readiness.ready))]
        yield m.IDLE_SECONDS, [((part,), idle_s) for part, idle_s in self._idle_s().items()]
        yield m.POLICY_END_SECONDS, self._ends.seconds(now_us)


def _parts(role: str) -> list[m.Part]:
    parts: tuple[m.Part, ...] = ("ingest", "decide")
    return [part for part in parts if role in ("all", part)]


class _Ends(Struct):
    """When the rules of policies end, looked up now and then."""

    packs: Sequence[Pack]
    looked_s: float = float("-inf")
    ends_us: dict[tuple[str, str], int] = field(default_factory=dict)

    def seconds(self, now_us: int) -> list[m.Sample]:
        if time.monotonic() - self.looked_s > _HOUR_S:
            self.looked_s, self.ends_us = time.monotonic(), {}
            for ending in ending_soon(self.packs, now_us, _DAYS):
                key = (ending.policy, ending.authority)
                self.ends_us[key] = min(ending.ends_us, self.ends_us.get(key, ending.ends_us))
        return [(key, _until_s(ends_us, now_us)) for key, ends_us in self.ends_us.items()]


def _ingest(ingest: Ingest, now_us: int) -> Iterator[Values]:
    lags = list(ingest.lags())
    yield m.INGEST_LAG_RECORDS, [((t, str(p)), count) for (t, p), count, _ in lags]
    in_time = [((t, str(p)), us / _SECOND_US) for (t, p), _, us in lags if us is not None]
    yield m.INGEST_LAG_SECONDS, in_time
    if ingest.inventory is None:
        return
    read = ingest.inventory.read
    yield m.INVENTORY_ELEMENTS, [((), len(read.known))]
    yield m.INVENTORY_UNREADABLE, [((), read.unreadable)]
    if read.latest_ms is not None:
        yield m.INVENTORY_AGE_SECONDS, [((), now_us / _SECOND_US - read.latest_ms / 1000)]


def _lanes(decide: Decide, sizes: Mapping[int, int], now_us: int) -> Iterator[Values]:
    lanes = [(str(number), lane) for number, lane in sorted(decide.lanes.items())]
    working = [(n, lane, p) for n, lane in lanes if (p := lane.partition) is not None]
    states = (("working",), len(working)), (("recovering",), len(lanes) - len(working))
    yield m.INPUT_PARTITIONS, [((), decide.partitions)]
    yield m.PARTITIONS, states
    yield m.RECOVERY_SECONDS, [((n,), lane.recovered_s or 0.0) for n, lane, _ in working]
    behind = [((n,), lag) for n, lane, _ in working if (lag := decide.lag(int(n))) is not None]
    yield m.INPUT_LAG_RECORDS, behind
    clocks = [(n, p.book) for n, _, p in working if p.book.clock > 0]
    yield (
        m.CLOCK_LAG_SECONDS,
        [((n,), -_until_s(time_of(book.clock), now_us)) for n, book in clocks],
    )
    yield m.INPUT_STALLED, [((n,), float(p.stalled)) for n, _, p in working]
    yield m.LEDGER_RECORDS, [((n,), sizes.get(int(n), 0)) for n, _, _ in working]
    yield (
        m.OUTAGE_KEYS,
        [
            ((n, state), count)
            for n, _, p in working
            for state, count in (
                ("awake", len(p.book.publishers)),
                ("asleep", len(p.book.asleep)),
                ("faulty", len(p.faulty.keys() | p.faulty_duties.keys())),
            )
        ],
    )
    yield m.LATE_EVENTS, [((n,), p.book.too_late) for n, _, p in working]
    yield m.REPEATED_EVENTS, [((n,), p.book.repeats) for n, _, p in working]


def _outages(sums: Sums, now_us: int) -> Iterator[Values]:
    yield m.STRAYS, [((), sums.strays)]
    yield m.OPEN_OUTAGES, [((country,), count) for country, count in sums.open.items()]
    yield m.OUTAGES_WITHOUT_POLICY, [((c,), count) for c, count in sums.without_policy.items()]
    yield m.END_USERS, list(sums.end_users.items())
    yield m.EFFECT_OUTAGES, list(sums.effects.items())
    yield m.NEXT_CROSSING_SECONDS, [((a,), _until_s(us, now_us)) for a, us in sums.next_us.items()]


def _duties(partitions: Iterable[Partition], now_us: int) -> Iterator[Values]:
    count: Counter[tuple[str, str, str]] = Counter()
    next_us: dict[tuple[str, str], int] = {}
    for partition in partitions:
        for step in partition.book.law.steps.all:
            for state in ("due", "overdue"):
                count[step.authority, state, _yes(step.voluntary)] += 0
        for now in partition.duties.open:
            count[now.authority, now.state, _yes(now.voluntary)] += 1
            if now.state == "due" and not now.voluntary:
                key = (now.authority, now.step)
                next_us[key] = min(now.due_us, next_us.get(key, now.due_us))
    yield m.OBLIGATIONS, list(count.items())
    yield m.NEXT_OBLIGATION_SECONDS, [(key, _until_s(us, now_us)) for key, us in next_us.items()]


def _yes(voluntary: bool) -> str:  # noqa: FBT001 - it is all there is to say
    return "yes" if voluntary else "no"


def _watched(sums: Sums, now_us: int) -> Iterator[Values]:
    detected: dict[tuple[str, ...], float] = {}
    for n in sums.crossings:
        rule = n.rule
        key = (label(n.outage_id), n.country, rule.authority, rule.rule, cell_label(n.cell), n.type)
        detected[key] = max(n.detected_at_us / _SECOND_US, detected.get(key, 0.0))
    yield m.CROSSING_DETECTED, list(detected.items())
    users, ahead, effects = [], [], []
    for watched in sums.watched:
        domain, outage = watched.domain, watched.outage
        ours = (watched.name, domain.country)
        for service, cautious, literal in end_users_of(domain, outage):
            users.append(((*ours, service, "cautious"), cautious))
            users.append(((*ours, service, "literal"), literal))
        ahead += [((*ours, a), _until_s(us, now_us)) for a, us in watched.next_us.items()]
        kinds = [kind for kind, _ in effects_of(domain, outage)]
        effects += [((*ours, kind), kinds.count(kind)) for kind in dict.fromkeys(kinds)]
    yield m.OUTAGE_END_USERS, users
    yield m.OUTAGE_NEXT_CROSSING, ahead
    yield m.OUTAGE_EFFECTS, effects
    yield m.UNWATCHED, [((), sums.unwatched)]


def _until_s(time_us: int, now_us: int) -> float:
    return (time_us - now_us) / _SECOND_US
