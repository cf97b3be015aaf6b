"""What happens at one place: a few alarms over their lives, on the edges of what must be notified.

All times count from the first alarm. Which counts and durations matter is read from the packs, so
that every cell of every table is met from below, exactly, and from above.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from random import Random
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from monitor.core.law import Cell, TableRule
from monitor.packs.loading import load_law

from .places import Place

SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
_EFFECTS: Final = (
    ("emergency_number_unreachable", "112"),
    ("emergency_number_unreachable", "100"),
    ("psap_unavailable", "PSAP-X"),
    ("psap_not_as_planned", "PSAP-Y"),
    ("interconnection", "ix-9"),
    ("critical_component", "core-9"),
    ("personal_data_breach", None),
    ("digital_infrastructure", "dns"),
)
_SEVERITIES: Final = ("critical", "major", "minor")


class Line(NamedTuple):
    """One event of one alarm of a place."""

    time_us: int
    alarm: int
    action: str
    fields: Mapping[str, Any] = MappingProxyType({})


class Script(NamedTuple):
    """The events at one place, in order of time, and the instant that decides."""

    lines: list[Line]
    decides_us: int


class _Edge(NamedTuple):
    """A cell of a table, met nearly or exactly."""

    service: str
    end_users: int
    #: what the table asks for, and what it gets
    duration_us: int
    held_us: int


@cache
def _cells(country: str) -> list[tuple[TableRule, Cell]]:
    tables = [rule for rule in load_law().rules if isinstance(rule, TableRule)]
    return [(rule, cell) for rule in tables if rule.country == country for cell in rule.cells]


def _edge(rng: Random, place: Place) -> _Edge:
    rule, cell = rng.choice(_cells(place.country))
    wanted_us = cell.duration_us or 0
    more_us = rng.choice((-SECOND_US, -1, 0, 1, SECOND_US, 5 * MINUTE_US, 3 * HOUR_US))
    return _Edge(
        rng.choice(rule.services),
        cell.end_users + rng.choice((-1, 0, 1, 1, 7000)),
        wanted_us,
        max(SECOND_US, wanted_us + more_us),
    )


def hold(rng: Random, place: Place) -> Script:
    """Raise one alarm and hold it for about as long as matters; it may stay open."""
    edge = _edge(rng, place)
    impact = place.impact(rng, edge.end_users, edge.service, rng.randint(1, 3))
    lines = [Line(0, 0, "raise", {"severity": rng.choice(_SEVERITIES), "impact": impact})]
    changes_us = sorted(rng.randint(1, edge.held_us) for _ in range(rng.randint(0, 3)))
    lines += [Line(us, 0, "change", {"severity": rng.choice(_SEVERITIES)}) for us in changes_us]
    if rng.random() < 0.8:
        lines.append(Line(edge.held_us, 0, "clear"))
    return Script(lines, edge.duration_us)


def grow(rng: Random, place: Place) -> Script:
    """Let several alarms add up to what matters, be repaired in steps, and end one by one."""
    edge, alarms = _edge(rng, place), rng.randint(2, 6)
    shares = place.impact(rng, edge.end_users, edge.service, alarms)
    step_us = rng.choice((SECOND_US, MINUTE_US, 10 * MINUTE_US))
    lines = []
    for number, share in enumerate(shares):
        begins_us = number * step_us
        ends_us = edge.held_us + rng.randint(0, 30) * MINUTE_US + begins_us
        lines.append(Line(begins_us, number, "raise", {"severity": "major", "impact": [share]}))
        fewer = {**share, "end_users": share["end_users"] // 2}
        lines.append(
            Line(rng.randint(begins_us + 1, ends_us), number, "change", {"impact": [fewer]})
        )
        if rng.random() < 0.8:
            lines.append(Line(ends_us, number, "clear"))
    return Script(sorted(lines), edge.duration_us + (alarms - 1) * step_us)


def flap(rng: Random, place: Place) -> Script:
    """Let one alarm come and go, now and then with a pause that begins another outage."""
    edge, now_us, lines = _edge(rng, place), 0, []
    impact = place.impact(rng, edge.end_users, edge.service)
    for _ in range(rng.randint(3, 20)):
        lines.append(Line(now_us, 0, "raise", {"severity": "major", "impact": impact}))
        now_us += rng.randint(1, 600) * SECOND_US
        lines.append(Line(now_us, 0, "clear"))
        now_us += rng.choice((SECOND_US, 5 * MINUTE_US, 20 * MINUTE_US, HOUR_US, HOUR_US + 1))
    return Script(lines, edge.duration_us)


def effects(rng: Random, _place: Place) -> Script:
    """Carry effects, other effects, none, and begin again."""
    lines, now_us = [], 0
    for _ in range(rng.randint(1, 3)):
        said = rng.sample(_EFFECTS, rng.randint(1, 3))
        lines.append(Line(now_us, 0, "raise", _carrying(said, severity="critical", impact=[])))
        for _ in range(rng.randint(0, 3)):
            now_us += rng.randint(1, 20 * 60) * SECOND_US
            said = rng.sample(_EFFECTS, rng.randint(0, 2))
            lines.append(Line(now_us, 0, "change", _carrying(said)))
        now_us += rng.randint(1, 50 * 60) * SECOND_US
        lines.append(Line(now_us, 0, "clear"))
        now_us += rng.choice((MINUTE_US, 2 * HOUR_US))
    return Script(lines, 0)


def swarm(rng: Random, place: Place) -> Script:
    """Let many small alarms of one outage add up; all of the element itself, too."""
    edge, count = _edge(rng, place), rng.randint(20, 150)
    shares = place.impact(rng, edge.end_users, edge.service, count)
    lines = [Line(0, 0, "raise", {"severity": "critical"})]
    lines += [
        Line(
            rng.randint(1, 5 * 60) * SECOND_US, n, "raise", {"severity": "minor", "impact": [share]}
        )
        for n, share in enumerate(shares, 1)
    ]
    lines += [
        Line(rng.randint(edge.held_us, edge.held_us + HOUR_US), n, "clear")
        for n in range(count + 1)
        if rng.random() < 0.9
    ]
    return Script(sorted(lines, key=lambda line: (line.time_us, line.alarm)), edge.duration_us)


def _carrying(said: list[tuple[str, str | None]], **fields: Any) -> dict[str, Any]:
    return {**fields, "effects": [{"kind": kind, "target": target} for kind, target in said]}


_MAKE: Final[dict[Callable[[Random, Place], Script], int]] = {
    hold: 40, grow: 25, flap: 15, effects: 17, swarm: 3
}  # fmt: skip


def script(rng: Random, place: Place) -> Script:
    """Return what happens at a place."""
    (make,) = rng.choices(list(_MAKE), list(_MAKE.values()))
    return make(rng, place)


def with_repeats(rng: Random, lines: list[Line]) -> Iterator[tuple[int, Line]]:
    """Say some lines twice, each with its place in order; the second changes nothing."""
    for number, line in enumerate(lines):
        yield number, line
        if rng.random() < 0.02:
            yield number, line
