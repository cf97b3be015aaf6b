"""The page of a worker: only what is listed, in a form that Prometheus reads, whatever comes in."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

from broker.running import own_topics
from core.world import LAW, flag, hit, moment, options, us
from duties.desk import Desk
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families as parsed

from monitor.core.step import Book, Envelope, Tick, step
from monitor.decide.agent import Decide
from monitor.decide.budget import Budget
from monitor.decide.lane import Lane
from monitor.decide.partition import Partition
from monitor.decide.recovery import Home
from monitor.ledger.keeper import Keeper
from monitor.ledger.restore import Restored
from monitor.metrics import METRICS, PREFIX
from monitor.metrics_worker import WorkerMetrics, about
from monitor.packs.loading import load_packs
from monitor.readiness import Readiness

#: what a metric of the page is known by: its name, and its labels
Series = Mapping[tuple[str, frozenset[tuple[str, str]]], float]
HOSTILE = 'XX/a"} 1\n# EOF\n\\\x1b[31m' + "x" * 5000


class At:
    """A clock that stands at a minute."""

    speed = 1.0

    def __init__(self, minutes: float) -> None:
        """Stand."""
        self.minutes = minutes

    def now_us(self) -> int:
        """Return its time."""
        return us(self.minutes)


def page(fill: Callable[[Partition], None], *, role: str = "all", now: float = 5) -> Series:
    """Return the page of a worker with one partition, read back as Prometheus would."""
    return asyncio.run(_page(fill, role, now))


async def _page(fill: Callable[[Partition], None], role: str, now: float) -> Series:
    clock, topics = At(now), own_topics("app")
    home = Home(cast("Any", None), topics, "app", LAW, options(), Budget())
    decide, lane = Decide(home, clock, 30), Lane(home, 0, clock, 30)
    decide.lanes = {0: lane, 1: Lane(home, 1, clock, 30)}
    decide.end_of = lambda _number: 12
    book = Book(LAW, options())
    lane._partition = Partition(Restored(book, Keeper(), None, {}, []), sources=[])
    lane.recovered_s = 0.5
    fill(lane._partition)
    metrics = WorkerMetrics(about(role, "cautious", load_packs()), clock, Readiness(), dict)
    metrics.decide = decide if role == "all" else None
    families = list(parsed((await metrics.page()).decode()))
    return {
        (s.name.removeprefix(PREFIX), frozenset(s.labels.items())): s.value
        for family in families
        for s in family.samples
    }


def outages(partition: Partition) -> None:
    """Give a partition an outage that has crossed and one with an effect, up to minute 5."""
    book = partition.book
    events = [hit(0, outage_key=HOSTILE), flag(1, "\n\x00" * 9, alarm_id="2", outage_key="XX/b")]
    for one in events:
        step(book, Envelope((one,)), us(4))
    step(book, Tick(moment(4.5)), us(4.5))
    partition.next_offset = 10


def labels(**named: str) -> frozenset[tuple[str, str]]:
    """Return labels as they are known by."""
    return frozenset(named.items())


def test_all_of_it_is_listed() -> None:
    """No series but those of the list and of the process itself; each with the labels listed."""
    listed = {metric.name: set(metric.labels) for metric in METRICS}
    for name, found in page(outages):
        if name.startswith(("process_", "python_")):
            continue
        base = name
        for ending in ("_bucket", "_sum", "_count"):
            base = base.removesuffix(ending)
        assert {key for key, _ in found} - {"le"} == listed[PREFIX + base], name


def test_how_things_stand() -> None:
    """Partitions, lag in records and seconds, and the clock of the one that works."""
    told = page(outages)
    assert told["partitions", labels(state="working")] == 1
    assert told["partitions", labels(state="recovering")] == 1
    assert told["input_lag_records", labels(partition="0")] == 2
    assert told["clock_lag_seconds", labels(partition="0")] == 30
    assert told["recovery_seconds", labels(partition="0")] == 0.5
    assert told["open_outages", labels(country="XX")] == 2
    assert told["effect_outages", labels(country="XX", kind="e")] == 1
    assert told["ready", labels()] == 1


def test_duties_that_are_left() -> None:
    """Those due and overdue by authority, and the time until the next; zero where there is none."""

    def fill(partition: Partition) -> None:
        desk = Desk()
        desk.events(hit(0))
        desk.act("submitted", "x.report", 1)
        desk.tick(9)
        partition.duties.restore(desk.duties, [])
        partition.duties.restore([replace(desk.of("notice"), obligation_id="2", state="due")], [])

    told = page(fill, now=4)
    assert told["obligations", labels(authority="X", state="overdue", voluntary="no")] == 1
    assert told["obligations", labels(authority="X", state="due", voluntary="no")] == 1
    assert told["next_obligation_seconds", labels(authority="X", step="x.notice")] == 60


def test_a_partition_without_a_clock_tells_none() -> None:
    """Before any time was confirmed there is no lag, rather than a lag of ages."""
    told = page(lambda _partition: None)
    assert not [name for name, _ in told if name == "clock_lag_seconds"]
    assert told["input_stalled", labels(partition="0")] == 0


def test_hostile_text_stays_a_label_of_bounded_length() -> None:
    """An outage key that is made to break the page, and a target that must not be in it."""
    told = page(outages)
    crossed = [dict(found) for name, found in told if name == "crossing_detected_timestamp_seconds"]
    by_rule = {found["rule"]: found for found in crossed}
    assert by_rule["x.effect"]["cell"] == "e"
    assert by_rule["x.effect"]["outage_id"].startswith("XX/b@2026-03-14T")
    hostile = by_rule["x.at_least"]["outage_id"]
    assert hostile.isprintable()
    assert len(hostile) < 220
    assert all(len(value) < 220 for _, found in told for _, value in found)


def test_a_crossing_is_told_by_when_it_was_detected() -> None:
    """In seconds since 1970, so that an alert knows how long ago that was."""
    told = page(outages)
    (since,) = {
        value
        for (name, found), value in told.items()
        if name == "crossing_detected_timestamp_seconds" and ("rule", "x.effect") in found
    }
    assert since == us(4.5) / 1_000_000


def test_a_worker_that_only_ingests_tells_nothing_of_outages() -> None:
    """Sums over workers must not find zeros of those that do not decide."""
    names = {name for name, _ in page(outages, role="ingest")}
    assert "open_outages" not in names
    assert not [name for name in names if name.startswith("notification")]
    assert "build_info" in names


def test_ends_of_policies_are_told() -> None:
    """None of the packaged policies ends; a pack of which rules end is told with the time left."""
    (pack, *_) = load_packs()
    rules = [rule.model_copy(update={"valid_to": date(2026, 4, 14)}) for rule in pack.rules]
    ending = pack.model_copy(update={"rules": tuple(rules)})
    metrics = WorkerMetrics(about("all", "cautious", [ending]), At(0), Readiness(), dict)
    text = asyncio.run(metrics.page()).decode()
    (family,) = [f for f in parsed(text) if f.name == "outage_monitor_policy_end_seconds"]
    (sample,) = family.samples
    assert sample.labels == {"policy": pack.policy, "authority": pack.authority}
    assert 30 * 86400 < sample.value < 31 * 86400
