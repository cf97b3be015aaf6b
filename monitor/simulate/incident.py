"""An incident: something fails, alarms of the root and of everything below it follow."""

from collections.abc import Iterator
from random import Random
from typing import Any

from msgspec import Struct

from monitor.simulate.network import Network, Node, Serves, entries
from monitor.simulate.signal import SECOND_US, Alarm, Fields, Signal, between, early

_ROOT_CAUSES = {
    "agg": "transmissionError",
    "core": "softwareProgramError",
    "national": "softwareProgramError",
    "ecr": "callEstablishmentError",
    "psap": "callEstablishmentError",
    "ix": "lossOfSignal",
}
#: what an element below the root says of itself: first that it serves nobody, then the rest
_FIRST_CAUSE = "communicationsSubsystemFailure"
_CAUSES = ("lossOfSignal", "degradedSignal", "remoteNodeTransmissionError", "timingProblem")
_SEVERITIES = ("critical", "major", "major", "minor")
_REPEATED = 0.05
_CHANGED = 0.2


class Step(Struct, frozen=True):
    """From a time on, another share of those who hang on the root is hit."""

    at_us: int
    share: float


class Incident(Struct, frozen=True, kw_only=True):
    """A failure of one element; times are relative to the start of the stream."""

    element: str
    begins_us: int
    #: None: not within the stream
    ends_us: int | None = None
    #: of those who hang on the element; None: all, and the alarm leaves it to the inventory
    share: float | None = None
    steps: tuple[Step, ...] = ()
    #: given in the alarm, as (kind, target)
    effects: tuple[tuple[str, str], ...] = ()
    planned: bool = False
    #: the number in the operator's ticket system
    incident: str | None = None
    #: so many alarms of elements below follow, within this time
    followers: int = 0
    spread_us: int = 60 * SECOND_US


def alarms_of(incident: Incident, network: Network, rng: Random) -> Iterator[Alarm]:
    """Yield the alarm of the root, then those that follow from it."""
    root = network.by_element[incident.element]
    yield Alarm(root, tuple(_root_signals(incident, root)))
    below = network.below(root)
    if not below:
        return
    # Nobody counts the customers of one element twice: its further alarms say that no one is hit.
    rng.shuffle(below)
    for number in range(incident.followers):
        round_, index = divmod(number, len(below))
        yield Alarm(below[index], tuple(_follower_signals(incident, rng, first=round_ == 0)))


def _root_signals(incident: Incident, root: Node) -> Iterator[Signal]:
    fields: dict[str, Any] = {
        "severity": "critical",
        "probable_cause": _ROOT_CAUSES.get(root.kind, _FIRST_CAUSE),
        **_common(incident),
    }
    if incident.share is not None:
        fields["impact"] = share_of(root.serves, incident.share)
    if incident.effects:
        fields["effects"] = [{"kind": kind, "target": target} for kind, target in incident.effects]
    yield Signal(incident.begins_us, "raise", fields)
    for step in incident.steps:
        changed = {"impact": share_of(root.serves, step.share)}
        yield Signal(step.at_us, "change", changed | _ticket(incident))
    if incident.ends_us is not None:
        yield Signal(incident.ends_us, "clear", _ticket(incident))


def _follower_signals(incident: Incident, rng: Random, *, first: bool) -> Iterator[Signal]:
    begins_us = early(rng, incident.begins_us, incident.begins_us + incident.spread_us)
    fields = {
        "severity": "critical" if first else rng.choice(_SEVERITIES),
        "probable_cause": _FIRST_CAUSE if first else rng.choice(_CAUSES),
        **_common(incident),
    }
    if not first:
        fields["impact"] = []
    yield Signal(begins_us, "raise", fields)
    if rng.random() < _REPEATED:
        yield Signal(begins_us, "raise", fields, between(rng, SECOND_US, 30 * SECOND_US))
    ends_us = None
    if incident.ends_us is not None:
        last_us = max(begins_us, incident.ends_us)
        ends_us = early(rng, last_us, last_us + incident.spread_us)
    if rng.random() < _CHANGED:
        latest_us = begins_us + 5 * incident.spread_us if ends_us is None else ends_us
        changed = {"severity": rng.choice(_SEVERITIES), **_ticket(incident)}
        yield Signal(between(rng, begins_us, latest_us), "change", changed)
    if ends_us is not None:
        yield Signal(ends_us, "clear", _ticket(incident))


def share_of(serves: Serves, share: float) -> list[dict[str, Any]]:
    """Return the impact when this share of each area is hit."""
    return entries(tuple((s, area, int(count * share)) for s, area, count in serves))


def _common(incident: Incident) -> Fields:
    """Return what every raise of the incident carries."""
    return {"planned": True, **_ticket(incident)} if incident.planned else _ticket(incident)


def _ticket(incident: Incident) -> dict[str, Any]:
    return {} if incident.incident is None else {"incident": incident.incident}
