"""How the counts of an outage went over time, against the thresholds of each table rule."""

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from msgspec import Struct

from monitor.core.domain import Domain, order
from monitor.core.event import Effect, Event
from monitor.core.fold import Fold
from monitor.core.law import TableRule
from monitor.core.moment import at, time_of
from monitor.core.outage import Outage
from monitor.core.table import Table
from monitor.explain.parts import carriers, parts_of, spans, within

Span = tuple[int, int | None]


class Point(NamedTuple):
    """End-users from a time on, in both readings; `peak`: literally at that very time."""

    time_us: int
    cautious: int
    literal: int
    peak: int


class Threshold(NamedTuple):
    """So many end-users are asked for from a time on."""

    from_us: int
    end_users: int


class Episode(Struct):
    """One episode of a rule: from its onset to when nobody was hit any more."""

    onset_us: int
    #: None while it goes on
    end_us: int | None
    points: list[Point]
    #: the stretches without any gap
    stretches: list[Span]


class Reached(NamedTuple):
    """A cell that was crossed, as the deciding reading says."""

    cell: int
    time_us: int
    end_users: int


class Series(Struct):
    """The counts of one rule within one outage."""

    rule: TableRule
    cautious: bool
    episodes: list[Episode]
    reached: list[Reached]

    def thresholds(self, until_us: int) -> list[list[Threshold]]:
        """Return what is asked for as time goes by: one staircase for each start of the clock."""
        starts: list[Span] = []
        for episode in self.episodes:
            whole = [(episode.onset_us, episode.end_us)]
            starts += whole if self.cautious else episode.stretches
        return [stairs for start in starts if (stairs := self._stairs(start, until_us))]

    def _stairs(self, span: Span, until_us: int) -> list[Threshold]:
        start_us, end_us = span
        last_us = until_us if end_us is None else end_us
        steps: list[Threshold] = []
        for cell in sorted(self.rule.cells, key=lambda c: (c.duration_us or 0, c.end_users)):
            from_us = start_us + (cell.duration_us or 0)
            if from_us <= last_us and (not steps or cell.end_users < steps[-1].end_users):
                steps.append(Threshold(from_us, cell.end_users))
        return [*steps, Threshold(last_us, steps[-1].end_users)] if steps else []


class Lane(NamedTuple):
    """When an effect was there."""

    effect: Effect
    spans: list[Span]


class Timeline(Struct):
    """All that a chart of one outage shows."""

    first_onset_us: int
    #: None while it goes on
    end_us: int | None
    until_us: int
    series: list[Series]
    lanes: list[Lane]
    #: by service: the most end-users hit at one time, and when
    most: dict[str, tuple[int, int]]


def timeline(domain: Domain, outage: Outage, clock: int) -> Timeline:
    """Follow an outage through time, up to the clock (a moment)."""
    until_us = time_of(clock) if outage.end_us is None else outage.end_us
    cautious = domain.options.cautious
    series = [
        Series(t.rule, cautious, [], _reached(outage, t, cautious=cautious)) for t in outage.tables
    ]
    lanes = _lanes(domain, outage, clock)
    found = Timeline(outage.first_onset_us, outage.end_us, until_us, series, lanes, {})
    for fold, time_us in _moments(domain, outage, clock):
        _note(found, fold, time_us)
    for each in series:
        _finish(each)
    found.series = [each for each in series if each.episodes]
    return found


def _moments(domain: Domain, outage: Outage, clock: int) -> Iterator[tuple[Fold, int]]:
    """Fold the history once more, and stop at each time of an event of the outage."""
    fold = domain.base.copy()
    events = [e for alarm in domain.history.values() for e in alarm if at(e.time_us) <= clock]
    for time_us, together in groupby(sorted(events, key=order), key=_time):
        for event in together:
            fold.apply(event)
            fold.undo.clear()
        if fold.outages and fold.outages[-1].first_onset_us == outage.first_onset_us:
            yield fold, time_us


def _time(event: Event) -> int:
    return event.time_us


def _note(found: Timeline, fold: Fold, time_us: int) -> None:
    peaks = fold.present.hit
    for service, peak in peaks.items():
        if peak > found.most.get(service, (0, 0))[0]:
            found.most[service] = (peak, time_us)
    for series, table in zip(found.series, fold.outages[-1].tables, strict=False):
        if table.count:
            now, peak = table.total(fold.hit), table.total(peaks)
            _count(series, table, Point(time_us, table.count, now, peak))


def _count(series: Series, table: Table, point: Point) -> None:
    onset_us, episodes = time_of(table.onset), series.episodes
    if not episodes or episodes[-1].onset_us != onset_us:
        episodes.append(Episode(onset_us, None, [], []))
    episode = episodes[-1]
    last = episode.points[-1] if episode.points else None
    if last is None or last[1:] != point[1:] or point.peak != point.literal:
        episode.points.append(point)
    stretch_us = time_of(table.stretch)
    if not episode.stretches or episode.stretches[-1][0] != stretch_us:
        episode.stretches.append((stretch_us, None))
    if not point.literal:
        episode.stretches[-1] = (stretch_us, time_of(table.ended))


def _finish(series: Series) -> None:
    """Say when each episode ended: with its last stretch."""
    for episode in series.episodes:
        episode.end_us = episode.stretches[-1][1]
    for one, other in pairwise(series.episodes):
        assert one.end_us is not None and one.end_us < other.onset_us  # noqa: S101, PT018 - by definition


def _reached(outage: Outage, table: Table, *, cautious: bool) -> list[Reached]:
    """Return what the deciding reading crossed, with what it counted."""
    found = []
    for crossing in outage.crossings.values():
        if crossing.rule is table.rule and isinstance(crossing.cell, int):
            counted = sum(so_far if cautious else now for _, so_far, now in crossing.affected)
            found.append(Reached(crossing.cell, crossing.crossed_at_us, counted))
    return sorted(found, key=lambda reached: (reached.time_us, reached.cell))


def _lanes(domain: Domain, outage: Outage, clock: int) -> list[Lane]:
    parts = within(parts_of(domain, clock), outage.first_onset_us, outage.end_us)
    effects = sorted({effect for part in parts for effect in part.state.effects})
    return [Lane(effect, spans(carriers(parts, effect))) for effect in effects]
