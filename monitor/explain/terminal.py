"""The chart of an outage in a terminal, made of characters, without colours."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from monitor.core.event import Effect
from monitor.explain.timeline import Series, Timeline
from monitor.messages.printable import printable
from monitor.messages.reason import effect_text, service_text

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS, _ROWS, _MARGIN = 72, 8, 14
_NOW, _SO_FAR, _ASKED, _REACHED, _LANE = "█", "░", "─", "●", "▬"


class Words(NamedTuple):
    """What stands in such a chart."""

    now: str
    so_far: str
    asked: str
    reached: str
    services: Callable[[Sequence[str]], str]
    effect: Callable[[Effect], str]
    number: Callable[[int], str]
    time: Callable[[int], str]


def _clock(time_us: int) -> str:
    when = _EPOCH + timedelta(microseconds=time_us)
    return f"{when:%Y-%m-%d %H:%M:%SZ}"


ENGLISH: Final = Words(
    "hit now", "hit so far", "asked for", "crossed",
    lambda names: ", ".join(map(service_text, names)), effect_text, "{:,}".format, _clock,
)  # fmt: skip


def drawn(line: Timeline, words: Words = ENGLISH) -> Iterator[str]:
    """Yield the lines of the chart; none where nothing was counted."""
    if not (line.series or line.lanes) or line.until_us == line.first_onset_us:
        return
    times_us = _times_us(line)
    for lane in line.lanes:
        held = [any(a <= t and (b is None or t <= b) for a, b in lane.spans) for t in times_us]
        bar = "".join(_LANE if here else " " for here in held)
        yield f"{'':{_MARGIN}}{bar}".rstrip()
        yield f"{'':{_MARGIN}}{printable(words.effect(lane.effect))}"
    for series in line.series:
        yield from _panel(series, line, times_us, words)
    yield from _axis(line, words)
    if line.series:
        legend = (
            f"{_NOW} {words.now}  {_SO_FAR} {words.so_far}  "
            f"{_ASKED} {words.asked}  {_REACHED} {words.reached}"
        )
        yield f"{'':{_MARGIN}}{legend}"


def _times_us(line: Timeline) -> list[int]:
    """Return the time at the end of each column, the first being the onset."""
    span_us = line.until_us - line.first_onset_us
    return [line.first_onset_us + span_us * i // (_COLUMNS - 1) for i in range(_COLUMNS)]


def _panel(series: Series, line: Timeline, times_us: Sequence[int], words: Words) -> Iterator[str]:
    so_far, now = _counts(series, line, times_us)
    asked = _asked(series, line, times_us)
    most = max(
        *so_far, *(count for count in asked if count is not None and count <= 4 * max(so_far)), 1
    )
    reached = {_column(times_us, r.time_us): _row(r.end_users, most) for r in series.reached}
    yield f"{'':{_MARGIN}}{words.services(series.rule.services)}"
    for row in range(_ROWS, 0, -1):
        label = words.number(most * row // _ROWS) if row in {_ROWS, _ROWS // 2} else ""
        cells = "".join(
            _REACHED if reached.get(i) == row
            else _ASKED if asked[i] is not None and _row(asked[i] or 0, most) == row
            else _NOW if _row(now[i], most) >= row
            else _SO_FAR if _row(so_far[i], most) >= row
            else " "
            for i in range(_COLUMNS)
        )  # fmt: skip
        yield f"{label:>{_MARGIN - 2}} │{cells}".rstrip()


def _row(count: int, most: int) -> int:
    """Return the row in which a count ends; 0: it is nothing."""
    return -(-count * _ROWS // most)


def _column(times_us: Sequence[int], time_us: int) -> int:
    return next((i for i, t in enumerate(times_us) if t >= time_us), _COLUMNS - 1)


def _counts(series: Series, line: Timeline, times_us: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return what is counted so far and now at each of these times."""
    so_far, now = [0] * _COLUMNS, [0] * _COLUMNS
    for episode in series.episodes:
        last_us = line.until_us if episode.end_us is None else episode.end_us
        for point in episode.points:
            for i in range(_column(times_us, point.time_us), _COLUMNS):
                if times_us[i] > last_us:
                    break
                so_far[i] = point.cautious
                now[i] = point.peak if times_us[i] == point.time_us else point.literal
    return so_far, now


def _asked(series: Series, line: Timeline, times_us: Sequence[int]) -> list[int | None]:
    """Return the threshold at each of these times; None: there is none yet."""
    asked: list[int | None] = [None] * _COLUMNS
    for stairs in series.thresholds(line.until_us):
        for step in stairs:
            for i, time_us in enumerate(times_us):
                if step.from_us <= time_us <= stairs[-1].from_us:
                    asked[i] = step.end_users
    return asked


def _axis(line: Timeline, words: Words) -> Iterator[str]:
    yield f"{'':{_MARGIN - 1}}└{'─' * _COLUMNS}"
    first, last = (words.time(us) for us in (line.first_onset_us, line.until_us))
    room = max(1, _COLUMNS - len(first) - len(last))
    yield f"{'':{_MARGIN}}{first}{'':{room}}{last}"
