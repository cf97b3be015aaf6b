"""The memory of a replay follows what lies within the lateness horizon, not the file."""

from collections.abc import Iterator

import pytest

from monitor.core.event import Event
from monitor.core.final import Final
from monitor.core.reading import Options
from monitor.core.received import Received
from monitor.core.step import Book
from monitor.packs.loading import load_law

DAY_US = 86_400_000_000
MINUTE_US = 60_000_000
START_US = 1_773_446_400_000_000
DAYS = 60
PER_DAY = 48


def _event(action: str, time_us: int, number: int) -> Event:
    return Event(
        outage_key=f"AT/e{number % 7}",
        source="s",
        alarm_id=f"{number}",
        action="raise" if action == "raise" else "clear",
        time_us=time_us,
        sequence=0,
        element=f"e{number % 7}",
        severity=None,
        planned=None,
        impact=(("mobile_internet", f"k{number % 5}", 600_000),) if action == "raise" else None,
        effects=None,
        element_impact=(),
        element_effects=(),
        remainder="AT",
    )


def _stream() -> Iterator[Event]:
    """Yield 60 days of alarms, each cleared after ten minutes, and one that is never cleared."""
    for number in range(DAYS * PER_DAY):
        time_us = START_US + number * (DAY_US // PER_DAY)
        yield _event("raise", time_us, number)
        if number:
            yield _event("clear", time_us + 10 * MINUTE_US, number)


def _kept(book: Book) -> dict[str, int]:
    domains = book.domains
    return {
        "events": sum(len(events) for d in domains for events in d.history.values()),
        "states": sum(len(d.live.alarms) + len(d.base.alarms) for d in domains),
        "undo": sum(len(d.live.undo) + len(d.base.undo) for d in domains),
        "outages": sum(len(d.live.outages) + len(d.base.outages) for d in domains),
        "published": sum(
            len(told) for p in book.publishers.values() for told in p.published.values()
        ),
    }


@pytest.mark.parametrize("kind", [Final, Received])
def test_kept_is_what_lies_within_the_horizon(kind: type[Final] | type[Received]) -> None:
    """Of 60 days, events of little more than one day are ever kept, and as many states."""
    program = kind(load_law(), Options(lateness_horizon_us=DAY_US))
    crossings, most = 0, dict.fromkeys(_kept(program.book), 0)
    for count, event in enumerate(_stream()):
        crossings += len(program.take(event) or ())
        if count % 50 == 0:
            kept = _kept(program.book)
            most = {name: max(kept[name], value) for name, value in most.items()}
    if isinstance(program, Final):
        crossings = len(program.result())
    # What is beyond the horizon is looked for eight times within it, so 9/8 of a day are kept.
    assert PER_DAY < most["events"] <= 2 * PER_DAY * 9 // 8 + 10
    # A state is kept for one more horizon, in the fold that is live and in the one behind it.
    assert most["states"] <= 2 * 2 * PER_DAY * 10 // 8 + 10
    assert most["outages"] <= 2 * PER_DAY * 10 // 8 + 10
    assert most["published"] <= 2 * PER_DAY * 10 // 8 + 10
    if kind is Received:
        assert most["undo"] <= 200
    assert crossings > DAYS
    assert program.book.tally().outages > DAYS
