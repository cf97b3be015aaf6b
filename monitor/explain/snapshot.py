"""What was counted at given moments of one outage key, area by area."""

from collections.abc import Iterable
from typing import NamedTuple

from monitor.core.domain import Domain, order
from monitor.core.fold import Fold
from monitor.core.moment import at
from monitor.core.table import ServiceArea


class AreaCount(NamedTuple):
    """End-users of one service in one area, at a moment, in both readings."""

    service: str
    area: str
    cautious: int
    literal: int


class Snapshot(NamedTuple):
    """The areas that made the counts of each table rule at one moment."""

    areas: dict[str, list[AreaCount]]


def snapshots(domain: Domain, moments: Iterable[int]) -> dict[int, Snapshot]:
    """Fold the history of a key once more and note the areas at each of these moments."""
    fold = domain.base.copy()
    events = sorted((e for alarm in domain.history.values() for e in alarm), key=order)
    found: dict[int, Snapshot] = {}
    done = 0
    for moment in sorted(set(moments)):
        while done < len(events) and at(events[done].time_us) <= moment:
            fold.apply(events[done])
            done += 1
        fold.pass_to(moment)
        fold.undo.clear()
        found[moment] = Snapshot(_areas(fold))
    return found


def _areas(fold: Fold) -> dict[str, list[AreaCount]]:
    """Return, by rule, the areas hit so far in its episode, the largest first."""
    if not fold.outages:
        return {}
    return {
        table.rule.rule: sorted(
            (_count(fold, where, ever) for where, ever in table.ever.items()),
            key=lambda c: (-c.cautious, c.service, c.area),
        )
        for table in fold.outages[-1].tables
    }


def _count(fold: Fold, where: ServiceArea, ever: int) -> AreaCount:
    return AreaCount(*where, ever, fold.hit_at(where))
