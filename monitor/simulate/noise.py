"""What every network says on a good day: many alarms, hardly anybody hit, nothing lasts."""

from collections.abc import Iterable, Iterator
from random import Random

from monitor.simulate.network import Node
from monitor.simulate.signal import (
    MINUTE_US,
    SECOND_US,
    Alarm,
    Fields,
    Scene,
    Signal,
    between,
    early,
)

_HOUSE_CAUSES = (
    "powerProblem",
    "coolingSystemFailure",
    "fanFailure",
    "temperatureUnacceptable",
    "enclosureDoorOpen",
    "excessiveErrorRate",
    "thresholdCrossed",
    "timingProblem",
)
_HOUSE_SEVERITIES = ("warning", "warning", "minor", "indeterminate")
_SERVICE_CAUSES = ("lossOfSignal", "degradedSignal", "excessiveRetransmissionRate")
#: One card of a line terminal, one cell of a base station. So small that all that ever flickers in
#: one failure domain, added up over a day, is no matter for any regulator.
_HIT_MAX = 250
_HIT = 0.15
_CHANGED = 0.1
_REPEATED = 0.03
_LONGEST_US = 20 * MINUTE_US


def noise(scene: Scene, count: int, busy: Iterable[str] = ()) -> Iterator[Alarm]:
    """Yield so many alarms over the whole time; in busy groups they hit nobody."""
    quiet = frozenset(busy)
    field = scene.network.of_kind("olt", "bts")
    centre = scene.network.of_kind("agg", "core", "national", "ecr", "ix", "psap")
    rng = scene.rng
    for _ in range(count):
        node = rng.choice(centre if rng.random() < 0.1 else field)  # noqa: PLR2004 - one in ten
        hits = node.kind in ("olt", "bts") and node.group not in quiet and rng.random() < _HIT
        yield Alarm(node, tuple(_signals(scene, _hit(rng, node) if hits else _house(rng))))


def _signals(scene: Scene, fields: Fields) -> Iterator[Signal]:
    rng = scene.rng
    begins_us = between(rng, 0, scene.duration_us)
    ends_us = early(rng, begins_us + 5 * SECOND_US, begins_us + _LONGEST_US)
    yield Signal(begins_us, "raise", fields)
    if rng.random() < _REPEATED:
        yield Signal(begins_us, "raise", fields, between(rng, SECOND_US, 30 * SECOND_US))
    if rng.random() < _CHANGED:
        severity = rng.choice(_HOUSE_SEVERITIES)
        yield Signal(between(rng, begins_us, ends_us), "change", {"severity": severity})
    yield Signal(ends_us, "clear")


def _house(rng: Random) -> Fields:
    return {
        "severity": rng.choice(_HOUSE_SEVERITIES),
        "probable_cause": rng.choice(_HOUSE_CAUSES),
        "impact": [],
    }


def _hit(rng: Random, node: Node) -> Fields:
    service, area, everyone = rng.choice(node.serves)
    end_users = 1 + int(rng.random() ** 3 * (min(everyone, _HIT_MAX) - 1))
    return {
        "severity": rng.choice(("minor", "major")),
        "probable_cause": rng.choice(_SERVICE_CAUSES),
        "impact": [{"service": service, "area": area, "end_users": end_users}],
    }
