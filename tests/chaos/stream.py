"""What is sent, and when: a backlog of hours, then an endless live part, from a seed.

Most outages come in order of time, all their alarms in one partition, so that even the ids must be
those of a replay. Others come out of order by seconds, or by hours. In the live part an outage is
said to have begun so long ago that what decides about it falls into the next minute.
"""

import heapq
from collections.abc import Iterator
from random import Random
from typing import Any, Final, NamedTuple
from zlib import crc32

from msgspec.json import encode

from monitor.core.written import time_text

from .places import Place
from .scripts import HOUR_US, MINUTE_US, SECOND_US, Line, script, with_repeats

#: Different outages, about, of which each is drawn now and then again.
_PLACES: Final = 1_000_000
_AGAIN: Final = 0.1
_BAD: Final = 0.002
#: What is further ahead is not made: no run takes so long.
_AHEAD_US: Final = 2 * HOUR_US


class Plan(NamedTuple):
    """What makes a stream; the same plan gives the same stream."""

    seed: int
    #: when the live part begins
    start_us: int
    backlog_us: int
    #: outages a second in the backlog's own time, and live
    backlog_outages: int
    outages_per_second: float
    #: how late an event may be, at most
    late_us: int
    #: time stamps of records: as old as the events, or those of the sending
    old_stamps: bool
    partitions: int = 6


class Sent(NamedTuple):
    """One record, and when it is to be sent."""

    send_us: int
    number: int
    partition: int
    value: bytes
    #: when it happened; None if it is no alarm
    time_us: int | None


class _Manner(NamedTuple):
    """How the events of an outage come in."""

    jitter_us: int
    late_us: int
    #: whether each event goes to any partition
    scattered: bool


_IN_ORDER: Final = _Manner(0, 0, scattered=False)


def stream(plan: Plan) -> Iterator[Sent]:
    """Yield all records in the order in which they are sent; there is no end."""
    rng = Random(f"chaos/{plan.seed}")
    ahead: list[Sent] = []
    for number, (launched_us, live) in enumerate(_launches(rng, plan)):
        while ahead and ahead[0].send_us <= launched_us:
            yield heapq.heappop(ahead)
        for sent in _records(rng, plan, number, launched_us, live=live):
            if sent.send_us < max(launched_us, plan.start_us) + _AHEAD_US:
                heapq.heappush(ahead, sent)


def _launches(rng: Random, plan: Plan) -> Iterator[tuple[int, bool]]:
    """Yield when outages become known, and whether that is live."""
    began_us = plan.start_us - plan.backlog_us
    backlog = (rng.randint(began_us, plan.start_us - 1) for _ in range(plan.backlog_outages))
    yield from ((launched_us, False) for launched_us in sorted(backlog))
    now_us = float(plan.start_us)
    while True:
        now_us += rng.expovariate(plan.outages_per_second) * SECOND_US
        yield int(now_us), True


def _records(
    rng: Random, plan: Plan, number: int, launched_us: int, *, live: bool
) -> Iterator[Sent]:
    """Yield the records of one outage."""
    again = rng.random() < _AGAIN
    place = Place(rng.randrange(number + 1) if again else number % _PLACES)
    manner, (lines, decides_us) = _manner(rng, plan), script(rng, place)
    began_us = launched_us
    if live:
        # What decides falls between 20 s ago and 70 s from now, as far as lateness allows.
        ago_us = decides_us + rng.randint(-70, 20) * SECOND_US
        began_us -= max(0, min(ago_us, plan.late_us + HOUR_US))
    home = crc32(place.element.encode()) % plan.partitions
    sent_us = launched_us
    for count, (place_in_order, line) in enumerate(with_repeats(rng, lines)):
        time_us = began_us + line.time_us
        sent_us = max(sent_us, time_us + rng.randint(50_000, 2 * SECOND_US))
        at_us = sent_us + rng.randint(0, manner.jitter_us) + _delay_us(rng, manner)
        yield Sent(
            at_us,
            number * 1000 + count,
            rng.randrange(plan.partitions) if manner.scattered else home,
            encode(_event(place, number, line, time_us) | _sequence(manner, place_in_order)),
            time_us,
        )
    if rng.random() < _BAD * len(lines):
        yield Sent(launched_us, number * 1000 + 999, home, _bad(rng, place, launched_us), None)


def _sequence(manner: _Manner, place_in_order: int) -> dict[str, int]:
    """Return what orders events of one time where the partition does not."""
    return {"sequence": place_in_order} if manner.scattered else {}


def _manner(rng: Random, plan: Plan) -> _Manner:
    drawn = rng.random()
    if drawn < 0.7:
        return _IN_ORDER
    scattered = rng.random() < 0.5
    late_us = plan.late_us if drawn > 0.9 else 0
    return _Manner(rng.choice((SECOND_US, 10 * SECOND_US)), late_us, scattered)


def _delay_us(rng: Random, manner: _Manner) -> int:
    if not manner.late_us or rng.random() < 0.8:
        return 0
    return rng.randint(MINUTE_US, max(MINUTE_US, manner.late_us))


def _event(place: Place, number: int, line: Line, time_us: int) -> dict[str, Any]:
    return {
        "source": f"oss-{number % 5}",
        "alarm_id": f"{number}-{line.alarm}",
        "action": line.action,
        "event_time": time_text(time_us),
        **place.fields,
        "probable_cause": "lossOfSignal",
        **line.fields,
    }


def _bad(rng: Random, place: Place, time_us: int) -> bytes:
    """Return a record of which nothing can be used, or not all."""
    event = _event(place, 0, Line(0, 0, "raise", {"severity": "major"}), time_us)
    odd = {"service": "smoke_signals", "area": "x", "end_users": 1}
    return rng.choice(
        (
            b"\xff no alarm",
            encode(event)[:-7],
            encode({**event, "country": None, "element": "nobody knows it"}),
            encode({**event, "alarm_id": f"odd-{time_us}", "impact": [odd]}),
        )
    )
