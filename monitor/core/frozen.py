"""A settled fold as plain data, to be written down and read back.

Written is what cannot be worked out from the rest: alarms, outages with the state of their rules,
and what holds at the fold's very moment. Who is hit where, and how often, follows from the alarms.
An outage keeps the rules that it began under, so they are written with it.
"""

from collections.abc import Iterable
from typing import TypeVar, cast

from msgspec import Struct

from monitor.core.alarm import Alarm
from monitor.core.event import AlarmId
from monitor.core.fold import Fold, Present
from monitor.core.law import AnyRule, EffectRule, InForce, Law, TableRule
from monitor.core.outage import Crossing, Outage
from monitor.core.reading import Options
from monitor.core.table import ServiceArea, Table

R = TypeVar("R", TableRule, EffectRule)


class FrozenTable(Struct, array_like=True):
    """What a table rule has seen of an outage; the rules stand in the same order in its law."""

    onset: int
    stretch: int
    ended: int
    ever: list[tuple[ServiceArea, int]]
    ever_sums: dict[str, int]
    count: int
    cautious: dict[int, int]
    literal: dict[int, int]
    lowest: int
    due: int | None


class FrozenOutage(Struct, array_like=True):
    """One outage."""

    first_onset_us: int
    end_us: int | None
    law: InForce
    tables: list[FrozenTable]
    crossings: list[Crossing]


class FrozenFold(Struct, array_like=True):
    """The fold of one outage key over everything older than the lateness horizon."""

    moment: int
    crossed: int
    alarms: list[tuple[AlarmId, Alarm]]
    strays: list[tuple[AlarmId, int]]
    outages: list[FrozenOutage]
    present: Present


def freeze(fold: Fold) -> FrozenFold:
    """Return a fold as plain data."""
    return FrozenFold(
        fold.moment,
        fold.crossed,
        list(fold.alarms.items()),
        list(fold.strays.items()),
        [_freeze_outage(outage) for outage in fold.outages],
        fold.present,
    )


def thaw(frozen: FrozenFold, country: str, law: Law, options: Options) -> Fold:
    """Return the fold that was frozen."""
    fold = Fold(country, law, options)
    fold.moment, fold.crossed = frozen.moment, frozen.crossed
    fold.strays = dict(frozen.strays)
    known: dict[AnyRule, AnyRule] = {rule: rule for rule in law.rules}
    fold.outages = [_thaw_outage(outage, known) for outage in frozen.outages]
    fold.resume(frozen.alarms, frozen.present)
    return fold


def _freeze_outage(outage: Outage) -> FrozenOutage:
    return FrozenOutage(
        outage.first_onset_us,
        outage.end_us,
        outage.law,
        [
            FrozenTable(
                t.onset, t.stretch, t.ended, list(t.ever.items()), t.ever_sums, t.count,
                t.cautious, t.literal, t.lowest, t.due,
            )
            for t in outage.tables
        ],
        list(outage.crossings.values()),
    )  # fmt: skip


def _thaw_outage(frozen: FrozenOutage, known: dict[AnyRule, AnyRule]) -> Outage:
    """Return the outage, with the very rules of the law where they are still the same."""
    law = InForce(_same(frozen.law.tables, known), _same(frozen.law.effects, known))
    outage = Outage(frozen.first_onset_us, law)
    outage.end_us = frozen.end_us
    for table, state in zip(outage.tables, frozen.tables, strict=True):
        _thaw_table(table, state)
    rules: dict[str, AnyRule] = {}
    rules.update((rule.rule, rule) for rule in law.tables)
    rules.update((rule.rule, rule) for rule in law.effects)
    for crossing in frozen.crossings:
        same = Crossing(
            rules[crossing.rule.rule], crossing.cell, crossing.moment, crossing.affected,
            crossing.planned,
        )  # fmt: skip
        outage.crossings[same.key] = same
    return outage


def _same(rules: Iterable[R], known: dict[AnyRule, AnyRule]) -> tuple[R, ...]:
    # A rule is equal only to one of its own kind.
    return tuple(cast("R", known.get(rule, rule)) for rule in rules)


def _thaw_table(table: Table, state: FrozenTable) -> None:
    table.onset, table.stretch, table.ended = state.onset, state.stretch, state.ended
    table.ever, table.ever_sums, table.count = dict(state.ever), state.ever_sums, state.count
    table.cautious, table.literal = state.cautious, state.literal
    table.lowest, table.due = state.lowest, state.due
