"""What the outages of some books add up to now, looked at in slices so that nothing waits for it.

Nothing is counted along: a sum that is made anew each time cannot drift from what is true.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from hashlib import blake2b
from heapq import nlargest, nsmallest
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from msgspec import Struct, field

from monitor.core.domain import Domain
from monitor.core.event import Effect
from monitor.core.law import Cell
from monitor.core.moment import time_of
from monitor.core.notification import Notification, outage_id
from monitor.core.outage import Outage
from monitor.core.publish import Publisher
from monitor.core.table import Table
from monitor.core.written import duration_text
from monitor.decide.partition import Partition
from monitor.messages.printable import printable
from monitor.metrics import CROSSINGS, WATCHED

#: So long is looked before others have their turn.
_SLICE_S: Final = 0.005
#: So long after its detection a crossing is told even if its outage has ended.
_TOLD_US: Final = 24 * 60 * 60 * 1_000_000
#: More of an outage's id would not help anybody.
_MAX_ID: Final = 200
#: Later than anything.
_NEVER_US: Final = 1 << 62
#: The time is looked at after so many.
_SOME: Final = 50
_T = TypeVar("_T")


class Watched(NamedTuple):
    """An outage that is going on."""

    domain: Domain
    outage: Outage
    #: the next crossing for each authority
    next_us: dict[str, int]
    users: int
    notified_us: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """Place it: what was notified last, then what is crossed next, then what hits most."""
        next_us = min(self.next_us.values(), default=_NEVER_US)
        return (-self.notified_us, next_us, -self.users)

    @property
    def name(self) -> str:
        """Its id, as a label."""
        named_us = self.outage.named_us
        first_us = self.outage.first_onset_us if named_us is None else named_us
        return label(outage_id(self.domain.outage_key, first_us))


class Sums(Struct):
    """What all outages add up to, and those that matter most."""

    open: Counter[str] = field(default_factory=Counter)
    without_policy: Counter[str] = field(default_factory=Counter)
    #: by country, service, reading
    end_users: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    #: by country and kind
    effects: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: by authority
    next_us: dict[str, int] = field(default_factory=dict)
    strays: int = 0
    watched: list[Watched] = field(default_factory=list)
    unwatched: int = 0
    #: the latest revisions of crossings
    crossings: list[Notification] = field(default_factory=list)

    def add(self, publisher: Publisher, now_us: int) -> None:
        """Add one outage key."""
        domain = publisher.domain
        live = domain.live
        if live.strays:
            self.strays += sum(live.strays.values())
        outage = live.outages[-1] if live.affecting else None
        notified_us = 0
        if publisher.published:
            open_us = None if outage is None else outage.named_us
            told = list(_told(publisher, open_us, now_us - _TOLD_US))
            self.crossings += told
            notified_us = max((n.detected_at_us for n in told), default=0)
        if outage is not None:
            self._add_open(domain, outage, notified_us)

    def _add_open(self, domain: Domain, outage: Outage, notified_us: int) -> None:
        country, users = domain.country, 0
        self.open[country] += 1
        if not outage.law:
            self.without_policy[country] += 1
        for service, cautious, literal in end_users_of(domain, outage):
            self.end_users[country, service, "cautious"] += cautious
            self.end_users[country, service, "literal"] += literal
            users += cautious
        for kind in {kind for kind, _ in effects_of(domain, outage)}:
            self.effects[country, kind] += 1
        next_us = next_crossings(domain, outage)
        for authority, at_us in next_us.items():
            self.next_us[authority] = min(at_us, self.next_us.get(authority, _NEVER_US))
        self.watched.append(Watched(domain, outage, next_us, users, notified_us))

    def close(self) -> None:
        """Keep of the outages and crossings those that matter most."""
        count = len(self.watched)
        self.watched = nsmallest(WATCHED, self.watched, key=lambda w: w.rank)
        self.unwatched = count - len(self.watched)
        self.crossings = nlargest(CROSSINGS, self.crossings, key=lambda n: n.detected_at_us)


async def scan(partitions: Mapping[int, Partition], now_us: int) -> Sums:
    """Look at all outages that are in memory; others have their turn meanwhile."""
    sums = Sums()
    for partition in partitions.values():
        sums.strays += partition.book.closed.strays
        async for some in _in_turns(partition.book.publishers.values()):
            for publisher in some:
                live = publisher.domain.live
                # Most keys are those of outages that are long over.
                if live.affecting or live.strays or publisher.published:
                    sums.add(publisher, now_us)
    sums.close()
    return sums


async def ledger_records(partitions: Mapping[int, Partition]) -> Counter[int]:
    """Return how many records the ledgers hold, by partition."""
    found: Counter[int] = Counter()
    for number, partition in partitions.items():
        async for some in _in_turns(partition.keeper.shelves.values()):
            found[number] += sum(shelf.records for shelf in some)
    return found


async def _in_turns(all_of_them: Iterable[_T]) -> AsyncIterator[list[_T]]:
    """Yield some after the other, and give others their turn when a slice of time is over."""
    rest, until_s = iter(list(all_of_them)), time.monotonic() + _SLICE_S
    while some := list(islice(rest, _SOME)):
        yield some
        if time.monotonic() >= until_s:
            await asyncio.sleep(0)
            until_s = time.monotonic() + _SLICE_S


def label(text: str) -> str:
    """Return text that partly came from outside as it may stand in a label: others have others."""
    shown = printable(text)[:_MAX_ID]
    return (
        shown if shown == text else f"{shown}~{blake2b(text.encode(), digest_size=4).hexdigest()}"
    )


def cell_label(cell: Cell | Effect) -> str:
    """Return duration/end-users, or the kind of an effect: its target may be any text."""
    if isinstance(cell, Cell):
        return f"{duration_text(cell.duration_us) or 'any'}/{cell.end_users}"
    return cell[0]


def end_users_of(domain: Domain, outage: Outage) -> Iterable[tuple[str, int, int]]:
    """Yield (service, cautious, literal) of an outage that is going on."""
    hit = domain.live.hit
    for service, tables in outage.by_service.items():
        cautious = max(table.ever_sums.get(service, 0) for table in tables)
        if cautious:
            yield service, cautious, hit.get(service, 0)


def effects_of(domain: Domain, outage: Outage) -> set[Effect]:
    """Return the effects that active alarms of an outage carry."""
    # Most outages have none, and many alarms.
    if not any(not isinstance(crossing.cell, int) for crossing in outage.crossings.values()):
        return set()
    return {e for alarm in domain.live.alarms.values() if alarm.effects for e in alarm.effects}


def next_crossings(domain: Domain, outage: Outage) -> dict[str, int]:
    """Return, by authority, when an outage that is going on crosses next by time alone."""
    found: dict[str, int] = {}
    for table in outage.tables:
        at_us = None if table.due is None else _next_us(domain, table)
        if at_us is not None:
            authority = table.rule.authority
            found[authority] = min(at_us, found.get(authority, _NEVER_US))
    return found


def _next_us(domain: Domain, table: Table) -> int | None:
    """Return the next deadline in the reading that decides."""
    hit = table.total(domain.live.hit)
    if domain.options.cautious:
        crossed, count, since = table.cautious, table.count, table.onset
    else:
        crossed, count, since = table.literal, hit, table.stretch
    waits = (
        wait
        for cell, (wait, need) in enumerate(table.cells)
        if need <= count and cell not in crossed
    )
    wait = min(waits, default=None)
    return None if wait is None or not hit else time_of(since + wait)


def _told(publisher: Publisher, open_us: int | None, since_us: int) -> Iterable[Notification]:
    for named_us, published in publisher.published.items():
        for notification in published.values():
            if named_us == open_us or notification.detected_at_us >= since_us:
                yield notification
