"""`outage.status.v1`: rolling counts and forecast of each open outage, a last record when it ends.

Only outages that events or notifications touched are looked at, and only so often: between two
rounds the status may lag behind, but the last record of an outage is always right.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from monitor.core.domain import Domain
from monitor.core.event import Event
from monitor.core.moment import time_of
from monitor.core.notification import Notification, outage_id
from monitor.core.outage import Outage
from monitor.core.step import Book
from monitor.core.table import Table
from monitor.core.written import time_text
from monitor.messages.notification import cell_fields


class Status(Struct, frozen=True):
    """What is to be published about one outage; `as_of_us` is not part of what it says."""

    outage_id: str
    as_of_us: int
    fields: dict[str, Any]


class Board:
    """What was last published about each outage, and which may have changed since."""

    def __init__(self, book: Book, every_us: int) -> None:
        """Look after the outages of a book; a round at most every so often (time of events)."""
        self._book = book
        self._every_us = every_us
        #: outage keys to look at, and the time of the latest event not looked at yet
        self._touched: dict[str, int] = {}
        self._said: dict[str, dict[str, dict[str, Any]]] = {}
        self._next_us: int | None = None

    def touched(self, events: Iterable[Event]) -> None:
        """Note events; some may be ahead of the clock and take effect later."""
        for event in events:
            latest_us = self._touched.get(event.outage_key, event.time_us)
            self._touched[event.outage_key] = max(latest_us, event.time_us)

    def notified(self, said: Iterable[Notification]) -> None:
        """Note crossings: what comes next has changed."""
        for notification in said:
            self._touched.setdefault(notification.outage_key, notification.crossed_at_us)

    def due(self) -> list[Status]:
        """Return what changed since the last round, if it is time for another."""
        now_us = time_of(self._book.clock)
        if self._next_us is not None and now_us < self._next_us:
            return []
        self._next_us = now_us + self._every_us
        looked_at, self._touched = (
            self._touched,
            {key: time_us for key, time_us in self._touched.items() if time_us > now_us},
        )
        return [s for key in sorted(looked_at) for s in self._changes(key, now_us)]

    def _changes(self, key: str, now_us: int) -> Iterator[Status]:
        publisher = self._book.publishers.get(key)
        current = {} if publisher is None else dict(_described(publisher.domain))
        known = self._said.pop(key, {})
        for gone in known.keys() - current.keys():
            if known[gone]["state"] == "open":
                yield Status(gone, now_us, {**known[gone], "state": "withdrawn", "rules": []})
        for name, fields in current.items():
            if fields != known.get(name):
                yield Status(name, now_us, fields)
        if current:
            self._said[key] = current


def _described(domain: Domain) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, status) of every outage of a key that was opened and is remembered."""
    for outage in domain.live.outages:
        if outage.named_us is not None:
            name = outage_id(domain.outage_key, outage.named_us)
            yield name, {"outage_id": name, **_status(domain, outage)}


def _status(domain: Domain, outage: Outage) -> dict[str, Any]:
    ended_us = outage.end_us
    return {
        "outage_key": domain.outage_key,
        "country": domain.country,
        "state": "open" if ended_us is None else "ended",
        "first_onset": time_text(outage.first_onset_us),
        "ended_at": None if ended_us is None else time_text(ended_us),
        "crossed": len(outage.crossings),
        "rules": [
            _rule(table, domain, open_=ended_us is None) for table in outage.tables if table.count
        ],
    }


def _rule(table: Table, domain: Domain, *, open_: bool) -> dict[str, Any]:
    rule = table.rule
    hit = table.total(domain.live.hit) if open_ else 0
    cautious = domain.options.cautious
    return {
        "rule": rule.rule,
        "authority": rule.authority,
        "services": list(rule.services),
        "end_users": {"cautious": table.count, "literal": hit},
        "next_by_time": _next_by_time(table, hit, cautious=cautious) if hit else None,
        "next_by_count": _next_by_count(table, table.count if cautious else hit, cautious=cautious),
    }


def _next_by_time(table: Table, hit: int, *, cautious: bool) -> dict[str, Any] | None:
    """Return the cell that the deciding reading crosses next if nothing changes, and when."""
    crossed, since, count = (
        (table.cautious, table.onset, table.count)
        if cautious
        else (table.literal, table.stretch, hit)
    )
    waiting = [
        (since + wait, cell)
        for cell, (wait, need) in enumerate(table.cells)
        if need <= count and cell not in crossed
    ]
    if not waiting:
        return None
    moment, cell = min(waiting)
    return {**cell_fields(table.rule.cells[cell]), "at": time_text(time_of(moment))}


def _next_by_count(table: Table, count: int, *, cautious: bool) -> dict[str, Any] | None:
    """Return the nearest cell that too few are hit for, and how many are missing."""
    crossed = table.cautious if cautious else table.literal
    short = [
        (need, -wait, cell)
        for cell, (wait, need) in enumerate(table.cells)
        if need > count and cell not in crossed
    ]
    if not short:
        return None
    need, _, cell = min(short)
    return {**cell_fields(table.rule.cells[cell]), "missing": need - count}
