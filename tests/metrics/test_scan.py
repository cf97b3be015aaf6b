"""What the outages of a worker add up to."""

import asyncio
import random
from typing import Any

from core.world import (
    LAW,
    MINUTE_US,
    cell,
    clear,
    event,
    flag,
    hit,
    moment,
    options,
    reading,
    stream,
    table_rule,
    us,
    users,
)

from monitor.core.event import Event
from monitor.core.law import Cell, Law
from monitor.core.reading import Options
from monitor.core.step import Book, Envelope, Tick, step
from monitor.decide.partition import Partition
from monitor.ledger.keeper import Keeper
from monitor.ledger.restore import Restored
from monitor.messages.status import standing
from monitor.metrics import CROSSINGS, WATCHED
from monitor.metrics_scan import Sums, cell_label, end_users_of, label, next_crossings, scan


def partition(
    *events: Event, until: float, law: Law = LAW, how: Options | None = None
) -> Partition:
    """Return a partition that took these events up to a minute; no time passed in between."""
    book = Book(law, options() if how is None else how)
    for one in events:
        step(book, Envelope((one,)), None)
        step(book, Tick(moment((one.time_us - us(0)) / MINUTE_US)), one.time_us)
    step(book, Tick(moment(until)), us(until))
    return Partition(Restored(book, Keeper(), None, {}, []), sources=[])


def summed(*partitions: Partition, now: float) -> Sums:
    """Return the sums of partitions at a minute."""
    return asyncio.run(scan(dict(enumerate(partitions)), us(now)))


def keyed(key: str, minutes: float, end_users: int = 9, **more: Any) -> Event:
    """Return a raise in an outage key."""
    return hit(minutes, end_users, outage_key=key, **more)


def test_outages_are_counted_while_they_last() -> None:
    """By country; one that ended is not open, and neither are its end-users."""
    two = partition(keyed("XX/a", 0, 5), keyed("XX/b", 0, 7), clear(1, outage_key="XX/b"), until=2)
    other = partition(keyed("YY/c", 0, 100), until=2)
    sums = summed(two, other, now=2)
    assert sums.open == {"XX": 1, "YY": 1}
    assert sums.end_users["XX", "s", "cautious"] == 5
    assert sums.without_policy == {"YY": 1}


def test_both_readings_are_told() -> None:
    """Those repaired still count for the cautious reading."""
    repaired = event("change", 1, users(2))
    sums = summed(partition(hit(0, 8), repaired, until=2), now=2)
    assert sums.end_users["XX", "s", "cautious"] == 8
    assert sums.end_users["XX", "s", "literal"] == 2


def test_the_next_crossing_is_that_of_the_status() -> None:
    """In both readings and any stream, what is told here is what the status tells."""
    waiting = 0
    for seed in range(300):
        rng = random.Random(seed)
        until, how = rng.randint(0, 20), options(reading(rng))
        events = [e for e in stream(rng) if e.time_us <= us(until)]
        book = partition(*events, until=until, how=how).book
        for domain in (p.domain for p in book.publishers.values()):
            if not domain.live.affecting:
                continue
            outage = domain.live.outages[-1]
            says = standing(domain, outage, outage.first_onset_us, input_complete=True)
            told = [rule.next_by_time.at for rule in says.rules if rule.next_by_time]
            found = next_crossings(domain, outage)
            assert bool(found) == bool(told), seed
            waiting += bool(found)
            counts = {s: (c, n) for s, c, n in end_users_of(domain, outage)}
            assert counts == {s: (c.cautious, c.literal) for s, c in says.affected.items()}
    assert waiting > 30


def test_the_next_crossing_of_an_authority_is_the_earliest() -> None:
    """Of several outages and rules for one authority, what comes first counts."""
    early, late = keyed("XX/a", 0, 6), keyed("XX/b", 1, 6)
    sums = summed(partition(early, late, until=1.5), now=1.5)
    assert sums.next_us == {"X": us(2)}


def test_effects_are_counted_once_an_outage_and_only_while_carried() -> None:
    """Two targets of one kind are one outage with it; a cleared alarm carries nothing."""
    both = [flag(0, "1"), flag(0, "2", alarm_id="2"), flag(0, "3", alarm_id="3", outage_key="XX/b")]
    sums = summed(partition(*both, clear(1, "3", outage_key="XX/b"), until=2), now=2)
    assert sums.effects == {("XX", "e"): 1}


def test_those_that_matter_most_are_watched() -> None:
    """What was notified last comes first, then what crosses next; the rest is counted."""
    law = Law((table_rule(cell(1, 5), cell(60, 5)),), "hash")
    small = [keyed(f"XX/{n}", 0, 1) for n in range(WATCHED)]
    how = options()
    crossed, due = keyed("XX/crossed", 0, 9), keyed("XX/due", 4.5, 9)
    sums = summed(partition(*small, crossed, due, until=5, law=law, how=how), now=5)
    assert [w.domain.outage_key for w in sums.watched[:2]] == ["XX/crossed", "XX/due"]
    assert len(sums.watched) == WATCHED
    assert sums.unwatched == 2
    assert sums.open["XX"] == WATCHED + 2


def test_a_crossing_is_told_for_a_day_or_while_its_outage_lasts() -> None:
    """One whose outage has ended is told for 24 hours after its detection."""
    day = 24 * 60
    ended = partition(hit(0), clear(1), until=1)
    told = {n.cell: (n.detected_at_us - us(0)) / MINUTE_US for n in summed(ended, now=1).crossings}
    assert told[Cell(None, 9)] == 0
    later = {n.cell for n in summed(ended, now=day + 0.5).crossings}
    assert Cell(None, 9) not in later
    assert later == {c for c, minute in told.items() if minute == 1}
    lasting = partition(hit(0), until=1)
    assert {n.cell for n in summed(lasting, now=2 * day).crossings} == set(told)


def test_the_latest_crossings_are_told() -> None:
    """Of very many, the latest."""
    many = [keyed(f"XX/{n}", n / 10) for n in range(CROSSINGS + 5)]
    crossings = summed(partition(*many, until=30), now=30).crossings
    assert len(crossings) == CROSSINGS
    assert min(n.detected_at_us for n in crossings) >= us(0.5)


def test_strays_are_counted() -> None:
    """A clear that finds no active alarm."""
    assert summed(partition(clear(0), until=1), now=1).strays == 1


def test_labels_are_short_printable_and_their_own() -> None:
    """Ids that differ only where they are cut, or cannot be printed, stay apart."""
    hostile = ["a" * 1000, "a" * 1001, "b\n\x1b[31m", "b\r\x1b[31m", "plain"]
    labels = [label(text) for text in hostile]
    assert len(set(labels)) == len(hostile)
    assert all(len(text) <= 210 and text.isprintable() for text in labels)
    assert labels[-1] == "plain"


def test_a_cell_is_told_without_its_target() -> None:
    """A target is text from outside."""
    assert cell_label(Cell(MINUTE_US, 5)) == "PT1M/5"
    assert cell_label(Cell(None, 5)) == "any/5"
    assert cell_label(("psap", "\n")) == "psap"


def test_others_have_their_turn_meanwhile() -> None:
    """A scan of many keys does not hold up whoever else waits, for longer than a slice."""
    many = partition(*[keyed(f"XX/{n}", 0) for n in range(3000)], until=1)

    async def run() -> int:
        turns, scanning = 0, asyncio.ensure_future(scan({0: many}, us(1)))
        while not scanning.done():
            await asyncio.sleep(0)
            turns += 1
        assert (await scanning).open["XX"] == 3000
        return turns

    assert asyncio.run(run()) > 3
