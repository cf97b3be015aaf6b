"""The chart of an outage: counts in both readings against the thresholds, and effects as bars."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from monitor.core.event import Effect
from monitor.core.outage import CrossingKey
from monitor.explain.shapes import Area, Circle, Drawing, Label, Line, Place, Shape
from monitor.explain.timeline import Episode, Series, Timeline

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE_US: Final = 60_000_000
#: Later times have no room for an axis.
_LAST_US: Final = (datetime(9990, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_WIDTH, _LEFT, _RIGHT = 720.0, 66.0, 16.0
_PLOT_HEIGHT, _LANE_HEIGHT = 170.0, 22.0
_TICKS_MOST: Final = 8
_TICKS_MINUTES: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 40320)
#: Thresholds so many times higher than the counts do not press them flat on the axis.
_HIGHER_MOST: Final = 6
#: So many places are enough for any line that is this wide.
_COLUMNS: Final = 600


class Words(NamedTuple):
    """What stands in a chart, in the language of whoever reads it."""

    title: str
    cautious: str
    literal: str
    threshold: str
    reached: str
    #: names the time zone of the axis
    axis: str
    services: Callable[[Sequence[str]], str]
    effect: Callable[[Effect], str]
    number: Callable[[int], str]
    day: Callable[[datetime], str]
    zone: tzinfo


class _Scale(NamedTuple):
    """From time and counts to places; `top` and `bottom` of the plot."""

    first_us: int
    last_us: int
    most: int
    top: float
    bottom: float

    def x(self, time_us: float) -> float:
        part = (time_us - self.first_us) / (self.last_us - self.first_us)
        return _LEFT + min(max(part, 0), 1) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, count: float) -> float:
        return self.bottom - min(count / self.most, 1) * (self.bottom - self.top)


def chart(line: Timeline, words: Words, numbers: Mapping[CrossingKey, int]) -> Drawing | None:
    """Draw an outage; `numbers` name the crossings. None: there is nothing to draw."""
    if not (line.series or line.lanes) or line.until_us > _LAST_US:
        return None
    span_us = max(line.until_us - line.first_onset_us, _MINUTE_US)
    ends = (line.first_onset_us, line.first_onset_us + span_us + span_us // 40)
    shapes: list[Shape] = []
    top = 6.0
    if line.lanes:
        scale = _Scale(*ends, 1, top + 6, top + 6 + _LANE_HEIGHT * len(line.lanes))
        shapes += _lanes(line, scale, words, numbers)
        shapes += _time_axis(scale, words)
        top = scale.bottom + 46
    for series in line.series:
        scale = _Scale(*ends, _most(series, line.until_us), top + 18, top + 18 + _PLOT_HEIGHT)
        shapes += _panel(series, line.until_us, scale, words, numbers)
        top = scale.bottom + 46
    if line.series:
        shapes += _legend(top - 4, words)
        top += 12
    return Drawing(_WIDTH, top, shapes, words.title)


def _most(series: Series, until_us: int) -> int:
    """Return what the count axis must reach."""
    counted = max(max(p.cautious, p.peak) for e in series.episodes for p in e.points)
    asked = [t.end_users for stairs in series.thresholds(until_us) for t in stairs]
    if asked:
        counted = max(counted, min(max(asked), max(_HIGHER_MOST * counted, min(asked))))
    return _round_up(counted + counted // 12)


def _round_up(count: int) -> int:
    """Return the next count that four lines divide well."""
    unit = 4
    while unit * 10 <= count:
        unit *= 10
    parts = (10, 15, 20, 25, 30, 40, 50, 75, 100) if unit > 4 else range(10, 101, 10)  # noqa: PLR2004
    return next(n for n in (unit * part // 10 for part in parts) if n >= count)


def _panel(
    series: Series, until_us: int, scale: _Scale, words: Words, numbers: Mapping[CrossingKey, int]
) -> Iterator[Shape]:
    yield Label((_LEFT, scale.top - 8), words.services(series.rule.services), "title")
    for part in range(5):
        count = scale.most * part // 4
        y = scale.y(count)
        yield Line([(_LEFT, y), (_WIDTH - _RIGHT, y)], "grid" if part else "axis")
        yield Label((_LEFT - 6, y + 3), words.number(count), "text", "end")
    for episode in series.episodes:
        yield from _counts(episode, until_us, scale)
    for stairs in series.thresholds(until_us):
        yield from _stairs([(t.from_us, t.end_users) for t in stairs], scale, words)
    for reached in series.reached:
        x = scale.x(reached.time_us)
        place = (x, scale.y(reached.end_users))
        yield Line([(x, scale.top), (x, scale.bottom)], "mark")
        yield from _mark(place, numbers.get((series.rule.rule, reached.cell)))
    yield from _time_axis(scale, words)


def _mark(place: Place, number: int | None) -> Iterator[Shape]:
    x, y = place
    yield Circle(place, 7, "reached")
    yield Label((x, y + 3), "" if number is None else str(number), "number", "middle")


def _counts(episode: Episode, until_us: int, scale: _Scale) -> Iterator[Shape]:
    last_us = until_us if episode.end_us is None else episode.end_us
    cautious = [(p.time_us, p.cautious) for p in episode.points]
    literal = [(p.time_us, p.literal) for p in episode.points]
    line = _steps(cautious, last_us, scale)
    yield Area([*line, (line[-1][0], scale.bottom), (line[0][0], scale.bottom)], "cautious_area")
    yield Line([(line[0][0], scale.bottom), *line], "cautious")
    yield Line([(line[0][0], scale.bottom), *_steps(literal, last_us, scale)], "literal")


def _steps(points: Sequence[tuple[int, int]], last_us: int, scale: _Scale) -> list[Place]:
    """Return the corners of a line that goes in steps, at most a few in each column."""
    columns: dict[int, list[tuple[int, int]]] = {}
    for time_us, count in points:
        column = round((scale.x(time_us) - _LEFT) / (_WIDTH - _LEFT - _RIGHT) * _COLUMNS)
        kept = columns.setdefault(column, [])
        if len(kept) == 3:  # noqa: PLR2004 - the least, the most and the last tell the line
            kept = columns[column] = sorted([min(kept, key=_count), max(kept, key=_count)])
        kept.append((time_us, count))
    corners: list[Place] = []
    for time_us, count in (point for kept in columns.values() for point in kept):
        if corners:
            corners.append((scale.x(time_us), corners[-1][1]))
        corners.append((scale.x(time_us), scale.y(count)))
    return [*corners, (scale.x(last_us), corners[-1][1])]


def _count(point: tuple[int, int]) -> int:
    return point[1]


def _stairs(steps: Sequence[tuple[int, int]], scale: _Scale, words: Words) -> Iterator[Shape]:
    seen = [(time_us, count) for time_us, count in steps if count <= scale.most]
    if not seen:
        return
    line: list[Place] = []
    for time_us, count in seen:
        if line:
            line.append((scale.x(time_us), line[-1][1]))
        line.append((scale.x(time_us), scale.y(count)))
    yield Line(line, "threshold")
    free = 0.0
    for time_us, count in seen[:-1]:
        x = scale.x(time_us)
        if x >= free:
            yield Label((x + 9, scale.y(count) - 5), words.number(count), "asked")
            free = x + 58


def _lanes(
    line: Timeline, scale: _Scale, words: Words, numbers: Mapping[CrossingKey, int]
) -> Iterator[Shape]:
    known = {cell: number for (_, cell), number in numbers.items() if not isinstance(cell, int)}
    for i, lane in enumerate(line.lanes):
        top = scale.top + i * _LANE_HEIGHT
        for start_us, end_us in lane.spans:
            left, right = scale.x(start_us), scale.x(line.until_us if end_us is None else end_us)
            right = max(right, left + 1.5)
            corners = [(left, top + 13), (right, top + 13), (right, top + 18), (left, top + 18)]
            yield Area(corners, "lane")
        x = scale.x(lane.spans[0][0])
        if lane.effect in known:
            yield from _mark((x, top + 15), known[lane.effect])
        yield Label((x + 10, top + 10), words.effect(lane.effect), "text")


def _legend(y: float, words: Words) -> Iterator[Shape]:
    x = _LEFT
    for style, text in (
        ("cautious", words.cautious), ("literal", words.literal), ("threshold", words.threshold),
    ):  # fmt: skip
        yield Line([(x, y - 3), (x + 22, y - 3)], style)
        yield Label((x + 27, y), text, "text")
        x += 40 + 4.9 * len(text)
    yield Circle((x + 6, y - 3), 5, "reached")
    yield Label((x + 15, y), words.reached, "text")


# -- the axis of time


def _time_axis(scale: _Scale, words: Words) -> Iterator[Shape]:
    yield Line([(_LEFT, scale.bottom), (_WIDTH - _RIGHT, scale.bottom)], "axis")
    day = None
    for tick in _ticks(scale, words.zone):
        x = scale.x((tick - _EPOCH) // timedelta(microseconds=1))
        yield Line([(x, scale.bottom), (x, scale.bottom + 4)], "axis")
        yield Label((x, scale.bottom + 15), f"{tick:%H:%M}", "text", "middle")
        if tick.date() != day:
            day = tick.date()
            yield Label((x, scale.bottom + 27), words.day(tick), "text", "middle")
    yield Label((_WIDTH - _RIGHT, scale.bottom + 27), words.axis, "text", "end")


def _ticks(scale: _Scale, zone: tzinfo) -> Iterator[datetime]:
    """Yield round times of a zone: round also after its clock changes, and none comes twice."""
    minutes = (scale.last_us - scale.first_us) // _MINUTE_US
    longest = minutes // _TICKS_MOST
    step = timedelta(minutes=next((m for m in _TICKS_MINUTES if m > longest), longest))
    first, last = (_EPOCH + timedelta(microseconds=us) for us in (scale.first_us, scale.last_us))
    wall = first.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    before = None
    while (tick := wall.replace(tzinfo=zone).astimezone(UTC)) <= last:
        if tick >= first and tick != before:
            yield tick.astimezone(zone)
        before = tick
        wall += step
