"""How one table rule stands within an outage: counts, what was crossed, and what comes next."""

from functools import lru_cache

from msgspec import Struct

from monitor.core.domain import Domain
from monitor.core.law import Comparator, TableRule
from monitor.core.moment import time_of
from monitor.core.table import Table
from monitor.core.written import duration_text, time_text

#: The same instants and durations are written again and again.
text_of = lru_cache(maxsize=8192)(time_text)
_span_text = lru_cache(maxsize=512)(duration_text)


class Counts(Struct, frozen=True, gc=False):
    """End-users in both readings."""

    cautious: int
    literal: int


class Comparators(Struct, frozen=True, gc=False):
    """How a cell compares: `>=` at least, `>` more than."""

    duration: Comparator
    end_users: Comparator


class CrossedCell(Struct, frozen=True, gc=False):
    """A cell that is crossed."""

    duration: str | None
    end_users: int
    crossed_at: str


class NextByTime(Struct, frozen=True, gc=False):
    """The cell that is crossed next if nothing changes, and when."""

    duration: str | None
    end_users: int
    at: str


class NextByCount(Struct, frozen=True, gc=False):
    """The nearest cell that too few end-users are hit for, and how many are missing."""

    duration: str | None
    end_users: int
    missing: int


class RuleStatus(Struct, frozen=True, gc=False):
    """How one table rule stands; see docs/messages.md."""

    rule: str
    policy: str
    authority: str
    addressees: tuple[str, ...]
    services: tuple[str, ...]
    comparators: Comparators
    end_users: Counts
    onset: str
    current_onset: str | None
    next_by_time: NextByTime | None
    next_by_count: NextByCount | None
    crossed: list[CrossedCell]


def rule_status(domain: Domain, table: Table, *, ongoing: bool) -> tuple[RuleStatus, int | None]:
    """Describe a rule of an outage, and say at which instant it crosses next by time alone.

    `ongoing` says whether the outage is.
    """
    rule, cautious = table.rule, domain.options.cautious
    hit = table.total(domain.live.hit) if ongoing else 0
    crossed = table.cautious if cautious else table.literal
    waiting, short = _open_cells(table, crossed, table.count if cautious else hit)
    at_us = None
    if waiting and hit:
        at_us = time_of((table.onset if cautious else table.stretch) + waiting[0])
    says = RuleStatus(
        rule.rule,
        rule.policy,
        rule.authority,
        rule.addressees,
        rule.services,
        _comparators(rule.duration_comparator, rule.count_comparator),
        Counts(table.count, hit),
        text_of(time_of(table.onset)),
        text_of(time_of(table.stretch)) if hit else None,
        None if at_us is None or not waiting else _next_by_time(rule, waiting[1], at_us),
        _next_by_count(rule, short[2], short[0]) if short and ongoing else None,
        [_crossed(rule, cell, moment) for cell, moment in crossed.items()],
    )
    return says, at_us


@lru_cache(maxsize=8)
def _comparators(duration: Comparator, end_users: Comparator) -> Comparators:
    return Comparators(duration, end_users)


def _open_cells(
    table: Table, crossed: dict[int, int], count: int
) -> tuple[tuple[int, int] | None, tuple[int, int, int] | None]:
    """Return the next open cell that enough are hit for, and the nearest that too few are.

    As (wait, cell), the shortest wait first; and as (missing, wait, cell), the fewest missing.
    """
    waiting, short = None, None
    for cell, (wait, need) in enumerate(table.cells):
        if cell in crossed:
            continue
        if need <= count:
            if waiting is None or wait < waiting[0]:
                waiting = (wait, cell)
        elif short is None or (need - count, wait) < short[:2]:
            short = (need - count, wait, cell)
    return waiting, short


def _crossed(rule: TableRule, cell: int, moment: int) -> CrossedCell:
    asked = rule.cells[cell]
    return CrossedCell(_span_text(asked.duration_us), asked.end_users, text_of(time_of(moment)))


def _next_by_time(rule: TableRule, cell: int, at_us: int) -> NextByTime:
    asked = rule.cells[cell]
    return NextByTime(_span_text(asked.duration_us), asked.end_users, text_of(at_us))


def _next_by_count(rule: TableRule, cell: int, missing: int) -> NextByCount:
    asked = rule.cells[cell]
    return NextByCount(_span_text(asked.duration_us), asked.end_users, missing)
