"""The facts of an explanation, as they are printed with `--json`."""

from collections.abc import Iterable
from typing import Any

from monitor.core.domain import Domain
from monitor.core.fold import Fold
from monitor.core.law import EffectRule
from monitor.core.moment import time_of
from monitor.core.notification import outage_id
from monitor.core.outage import Outage
from monitor.core.table import Table
from monitor.core.written import time_text
from monitor.explain.snapshot import AreaCount, Snapshot, snapshots
from monitor.messages.notification import cell_fields

Facts = dict[str, Any]


def explained(domain: Domain, clock_us: int) -> Facts:
    """Explain every outage of a key as it is known at a time."""
    fold = domain.live
    shots = snapshots(domain, _moments(fold.outages))
    return {
        "outage_key": domain.outage_key,
        "country": domain.country,
        "clock": time_text(clock_us),
        "reading": domain.options.reading,
        "alarms": len(fold.alarms),
        "alarms_active": sum(alarm.active for alarm in fold.alarms.values()),
        "clears_and_changes_that_found_no_active_alarm": sum(fold.strays.values()),
        "outages": [
            _outage(domain.outage_key, fold, outage, clock_us, shots) for outage in fold.outages
        ],
    }


def _moments(outages: Iterable[Outage]) -> set[int]:
    tables = [table for outage in outages for table in outage.tables]
    return {m for t in tables for crossed in (t.cautious, t.literal) for m in crossed.values()}


def _outage(
    key: str, fold: Fold, outage: Outage, clock_us: int, shots: dict[int, Snapshot]
) -> Facts:
    now = fold if outage is fold.outages[-1] else None
    return {
        "outage_id": outage_id(key, outage.first_onset_us),
        "first_onset": time_text(outage.first_onset_us),
        "end": None if outage.end_us is None else time_text(outage.end_us),
        "policy_in_force": bool(outage.law),
        "rules": [_table(table, now, clock_us, shots) for table in outage.tables]
        + [_effect(outage, rule) for rule in outage.law.effects],
    }


def _table(table: Table, now: Fold | None, clock_us: int, shots: dict[int, Snapshot]) -> Facts:
    hit = table.total(now.hit) if now else 0
    rule = table.rule
    ended = None if hit else time_of(table.ended)
    until_us = clock_us if ended is None else ended
    return {
        "rule": rule.rule,
        "authority": rule.authority,
        "services": list(rule.services),
        "duration_comparator": rule.duration_comparator,
        "count_comparator": rule.count_comparator,
        "ever_hit": table.count > 0,
        "ongoing": hit > 0,
        "ended": time_text(ended) if table.count and ended is not None else None,
        "cautious": _reading(table.onset, until_us, table.count) if table.count else None,
        "literal": _reading(table.stretch, until_us, hit) if table.count else None,
        "cells": [
            {
                "cell": cell_fields(cell),
                "cautious": _cell(table, i, table.cautious, (table.onset, table.count, hit), shots),
                "literal": _cell(table, i, table.literal, (table.stretch, hit, hit), shots),
            }
            for i, cell in enumerate(rule.cells)
        ],
    }


def _reading(since: int, until_us: int, end_users: int) -> Facts:
    """Say what one reading counts now: since when (a moment), how long, and how many."""
    return {
        "since": time_text(time_of(since)),
        "duration_seconds": (until_us - time_of(since)) / 1e6,
        "end_users": end_users,
    }


def _cell(
    table: Table,
    cell: int,
    crossed: dict[int, int],
    state: tuple[int, int, int],
    shots: dict[int, Snapshot],
) -> Facts:
    if (moment := crossed.get(cell)) is not None:
        areas = shots[moment].areas[table.rule.rule]
        return _crossed(table, cell, moment, areas, cautious=crossed is table.cautious)
    since, end_users, hit = state
    wait, need = table.cells[cell]
    due = _forecast(time_of(since + wait)) if hit and end_users >= need else None
    return {
        "crossed_at": None,
        # What the literal reading counts is nothing once all has ended, so nothing can be missing.
        "end_users_missing": max(0, need - end_users) if hit or end_users else None,
        "would_cross_at": due,
    }


def _forecast(time_us: int) -> str | None:
    """Write a time to come; None for one beyond the last year that can be written."""
    try:
        return time_text(time_us)
    except OverflowError:
        return None


def _crossed(
    table: Table, cell: int, moment: int, areas: list[AreaCount], *, cautious: bool
) -> Facts:
    end_users = sum(a.cautious if cautious else a.literal for a in areas)
    return {
        "crossed_at": time_text(time_of(moment)),
        "end_users": end_users,
        "end_users_over": end_users - table.rule.cells[cell].end_users,
        "areas": [
            {"service": a.service, "area": a.area, "cautious": a.cautious, "literal": a.literal}
            for a in areas
        ],
    }


def _effect(outage: Outage, rule: EffectRule) -> Facts:
    crossings = [c for c in outage.crossings.values() if c.rule is rule]
    return {
        "rule": rule.rule,
        "authority": rule.authority,
        "effects": list(rule.kinds),
        "crossed": [
            {"cell": cell_fields(c.cell), "crossed_at": time_text(c.crossed_at_us)}
            for c in sorted(crossings, key=lambda c: (c.moment, str(c.cell)))
            if not isinstance(c.cell, int)
        ],
    }
