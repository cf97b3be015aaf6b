"""A small world: times are minutes from a start, thresholds are small, and so are the laws.

On so coarse a grid random events meet all the time: at one instant, at a deadline, at the edge of
the merge gap. What is wrong somewhere shows within a few streams.
"""

import random
from collections.abc import Iterable
from typing import Any

from monitor.core.event import AlarmId, Event
from monitor.core.fold import Fold
from monitor.core.law import Cell, EffectRule, Law, TableRule
from monitor.core.moment import at
from monitor.core.outage import Outage
from monitor.core.reading import Options, Reading
from monitor.core.table import Table

MINUTE_US = 60_000_000
START_US = 1_773_475_200_000_000  # 2026-03-14T08:00:00Z
KEY = "XX/g"
_READINGS: tuple[Reading, ...] = ("cautious", "literal")
#: From this minute on another law is in force.
NEW_LAW = 18

_RULE: dict[str, Any] = {"country": "XX", "valid_from_us": 0, "valid_to_us": None}


def us(minutes: float) -> int:
    """Return an instant, in minutes from the start."""
    return START_US + round(minutes * MINUTE_US)


def moment(minutes: float) -> int:
    """Return the moment of an instant, in minutes from the start."""
    return at(us(minutes))


def cell(minutes: int | None, end_users: int) -> Cell:
    """Return a cell of a table; None asks for no duration."""
    return Cell(None if minutes is None else minutes * MINUTE_US, end_users)


def table_rule(
    *cells: Cell, rule: str = "x.at_least", strict: bool = False, **more: Any
) -> TableRule:
    """Return a table rule over services s and t; `strict` asks for more than, not at least."""
    comparator = ">" if strict else ">="
    fields: dict[str, Any] = _RULE | {
        "rule": rule, "policy": "x", "authority": "X", "addressees": ("X",),
        "services": ("s", "t"), "duration_comparator": comparator, "count_comparator": comparator,
        "cells": cells,
    }  # fmt: skip
    return TableRule(**fields | more)


def effect_rule(*kinds: str, rule: str = "x.effect", **more: Any) -> EffectRule:
    """Return an effect rule."""
    fields: dict[str, Any] = _RULE | {
        "rule": rule, "policy": "x", "authority": "X", "addressees": ("X",), "kinds": kinds,
    }  # fmt: skip
    return EffectRule(**fields | more)


AT_LEAST = table_rule(cell(None, 9), cell(2, 6), cell(5, 4))
MORE_THAN = table_rule(
    cell(None, 5), cell(3, 3), rule="x.more_than", strict=True, services=("s",), addressees=("Y",)
)
OLD = table_rule(cell(1, 3), rule="x.old", valid_to_us=us(NEW_LAW))
NEW = table_rule(cell(1, 4), rule="x.new", valid_from_us=us(NEW_LAW))
EFFECT = effect_rule("e", "f")
LAW = Law((AT_LEAST, MORE_THAN, OLD, NEW, EFFECT), "hash")


def options(decides: Reading = "cautious", *, gap: float = 3, horizon: float = 100_000) -> Options:
    """Return options; the merge gap and the horizon are minutes."""
    return Options(
        reading=decides,
        merge_gap_us=round(gap * MINUTE_US),
        lateness_horizon_us=round(horizon * MINUTE_US),
    )


def reading(rng: random.Random) -> Reading:
    """Draw a reading."""
    return rng.choice(_READINGS)


def users(end_users: int, area: str = "k", service: str = "s") -> tuple[str, str, int]:
    """Return an impact entry."""
    return (service, area, end_users)


def event(action: Any, minutes: float, *impact: tuple[str, str, int], **more: Any) -> Event:
    """Return an event of alarm 1; without entries the impact is absent."""
    fields: dict[str, Any] = {
        "outage_key": KEY, "source": "oss", "alarm_id": "1", "action": action,
        "time_us": us(minutes), "sequence": 0, "element": "el", "severity": None, "planned": None,
        "impact": impact or None, "effects": None, "element_impact": (), "element_effects": (),
        "remainder": "",
    }  # fmt: skip
    return Event(**fields | more)


def hit(minutes: float, end_users: int = 9, **more: Any) -> Event:
    """Return a raise that hits so many end-users."""
    return event("raise", minutes, users(end_users), **more)


def flag(minutes: float, target: str = "1", **more: Any) -> Event:
    """Return a raise that carries effect e and hits nobody."""
    return event("raise", minutes, impact=(), effects=(("e", target),), **more)


def clear(minutes: float, alarm_id: str = "1", **more: Any) -> Event:
    """Return a clear."""
    return event("clear", minutes, alarm_id=alarm_id, **more)


def draw(rng: random.Random, *, last: int = 30, key: str = KEY) -> Event:
    """Draw an event of one of three alarms."""
    action = rng.choice(("raise", "raise", "change", "clear", "clear"))
    more: dict[str, Any] = {
        "outage_key": key,
        "alarm_id": rng.choice("123"),
        "sequence": rng.choice((0, 0, 0, 1)),
        "planned": rng.choice((None, None, True, False)),
        "severity": rng.choice((None, "major", "minor")),
        "element_effects": rng.choice(((), (), (("f", "2"),))),
    }
    if action != "clear":
        more["impact"] = rng.choice((None, *[_impact(rng)] * 4))
        more["effects"] = rng.choice((None, None, None, (), (("e", rng.choice("12")),)))
        more["element_impact"] = (users(4),)
    return event(action, rng.randint(0, last), **more)


def _impact(rng: random.Random) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        users(rng.choice((0, 1, 3, 4, 5, 6, 9)), rng.choice("kl"), rng.choice("sst"))
        for _ in range(rng.choice((0, 1, 1, 2)))
    )


def stream(rng: random.Random, *, keys: tuple[str, ...] = (KEY,)) -> list[Event]:
    """Draw a few events in order of time; the clear of the last comes early, late or never."""
    size, last = rng.randint(1, 14), rng.choice((6, 30, 30))
    drawn = [draw(rng, last=last, key=rng.choice(keys)) for _ in range(size)]
    return sorted(drawn, key=lambda e: e.time_us)


def crossings(outages: Iterable[Outage]) -> dict[tuple[int, str, object], float]:
    """Return the minute of each crossing, by minute of its outage, rule and cell."""
    return {
        ((o.first_onset_us - START_US) // MINUTE_US, *key): (c.moment / 2 - START_US) / MINUTE_US
        for o in outages
        for key, c in o.crossings.items()
    }


def snapshot(fold: Fold) -> dict[str, Any]:
    """Return all that a fold knows, as plain values that later changes leave alone."""
    plain = {
        name: _plain(value)
        for name, value in vars(fold).items()
        if name not in {"law", "options", "undo", "found"}
    }
    return plain | {"outages": [_outage(outage) for outage in fold.outages]}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return list(value) if isinstance(value, list) else value


def _outage(outage: Outage) -> tuple[Any, ...]:
    tables = [_table(table) for table in outage.tables]
    return (outage.first_onset_us, outage.end_us, outage.law, dict(outage.crossings), tables)


def _table(table: Table) -> dict[str, Any]:
    return {name: _plain(getattr(table, name)) for name in table.__slots__}


def alarm(number: int) -> AlarmId:
    """Return the identity of an alarm."""
    return ("oss", str(number))
