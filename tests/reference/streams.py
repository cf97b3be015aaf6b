"""Small random native streams that live on the edges of the definitions."""

import random

from .law import HOUR_US
from .network import DAY_US, MINUTE_US, SECOND_US, Json
from .reading import instant_text, instant_us
from .stories import Teller

OFFSETS = (
    ("Z", 0), ("+00:00", 0), ("+01:00", HOUR_US), ("-03:30", -210 * MINUTE_US),
)  # fmt: skip


def stream(
    rng: random.Random,
    *,
    merge_gap_us: int = HOUR_US,
    lateness_horizon_us: int = 7 * DAY_US,
    most_events: int = 30,
) -> tuple[list[Json], list[Json]]:
    """Give 2 to `most_events` lines in order of reading, and the inventory."""
    teller = Teller(rng, merge_gap_us, lateness_horizon_us)
    wanted = rng.randint(2, rng.choice((5, 12, most_events)))
    while len(teller.lines) < wanted:
        teller.tell()
    lines = teller.lines[:wanted]
    if rng.random() < 0.8:
        lines.sort(key=lambda line: instant_us(line["event_time"]))
    _repeat(rng, lines)
    if rng.random() < 0.6:
        _reorder(rng, lines)
    if rng.random() < 0.2:
        _too_late(rng, lines, lateness_horizon_us)
    return lines[:most_events], teller.inventory


def shuffled(rng: random.Random, lines: list[Json]) -> list[Json]:
    """Permute; events of one alarm with equal time and sequence keep their relative order."""
    mixed = rng.sample(lines, len(lines))
    queues: dict[tuple[str, str, int, int], list[Json]] = {}
    for line in reversed(lines):
        queues.setdefault(_turn(line), []).append(line)
    return [queues[_turn(line)].pop() for line in mixed]


def _turn(line: Json) -> tuple[str, str, int, int]:
    """Give what events must share for their arrival to decide between them."""
    time_us = instant_us(line["event_time"])
    return (line["source"], line["alarm_id"], time_us, line.get("sequence") or 0)


def _reorder(rng: random.Random, lines: list[Json]) -> None:
    """Make a few lines late, or nearly all."""
    if rng.random() < 0.3:
        rng.shuffle(lines)
        return
    for _ in range(rng.randint(1, 3)):
        line = lines.pop(rng.randrange(len(lines)))
        lines.insert(rng.randint(0, len(lines)), line)


def _too_late(rng: random.Random, lines: list[Json], lateness_horizon_us: int) -> None:
    """Bring a line at the end, or somewhere, that is as old as the horizon."""
    newest_us = max(instant_us(line["event_time"]) for line in lines)
    time_us = newest_us - lateness_horizon_us + rng.choice((-SECOND_US, -1, 0, 0, 1))
    line = rng.choice(lines) | {"event_time": instant_text(time_us), "action": "raise"}
    lines.insert(rng.choice((len(lines), rng.randint(0, len(lines)))), line)


def _repeat(rng: random.Random, lines: list[Json]) -> None:
    """Say some lines again, word for word or in another spelling."""
    while rng.random() < 0.35:
        at = rng.randrange(len(lines))
        again = dict(lines[at])
        if rng.random() < 0.7:
            again = _respelled(rng, again)
        lines.insert(rng.randint(at, len(lines)), again)


def _respelled(rng: random.Random, line: Json) -> Json:
    """Give the same event in other words."""
    time_us = instant_us(line["event_time"])
    offset, offset_us = rng.choice(OFFSETS)
    local = instant_text(time_us + offset_us)[:-1]
    dot = "" if "." in local else "."
    digits = rng.choice(("", f"{dot}000" if dot else "", f"{dot}0000009" if dot else "9"))
    line["event_time"] = f"{local}{digits}{offset}"
    for name in ("severity", "impact", "effects", "incident", "country", "planned", "sequence"):
        if name not in line and rng.random() < 0.3:
            line[name] = None
    if line.get("sequence") is None and rng.random() < 0.3:
        line["sequence"] = 0
    if line["action"] != "change" and line.get("planned") is None and rng.random() < 0.3:
        line["planned"] = False
    line["probable_cause"] = rng.choice(("lossOfSignal", "powerProblem", None))
    line["unknown_field"] = rng.randint(0, 9)
    return dict(sorted(line.items())) if rng.random() < 0.5 else line
