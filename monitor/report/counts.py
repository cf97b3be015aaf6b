"""The counts of an outage, each with the alarms that it comes from."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.core.event import AlarmId, Effect
from monitor.core.moment import at
from monitor.core.outage import Outage
from monitor.core.table import ServiceArea
from monitor.explain.parts import Behind, Part, at_that_moment, so_far
from monitor.explain.timeline import Timeline

#: So many alarms are named beside a number; the rest is counted, and in the evidence.
ALARMS_NAMED = 10


@dataclass(frozen=True)
class Counted:
    """A number, and the alarms that it comes from."""

    value: int
    alarms: tuple[str, ...] = ()
    alarm_count: int = 0


@dataclass(frozen=True)
class ServiceCount:
    """The end-users of one service; all in one, at most at one time, and now."""

    service: str
    so_far: Counted
    most: Counted
    most_at_us: int
    now: Counted


@dataclass(frozen=True)
class AreaCount:
    """The end-users of one service in one area."""

    service: str
    area: str
    so_far: Counted
    now: int


def counted(behind: Mapping[ServiceArea, Behind]) -> Counted:
    """Add up counts, and name the alarms, that with the largest number first."""
    ordered = sorted(behind.items(), key=lambda b: (-b[1].end_users, b[0]))
    names = dict.fromkeys("/".join(found.alarm) for _, found in ordered)
    value = sum(found.end_users for found in behind.values())
    return Counted(value, tuple(names)[:ALARMS_NAMED], len(names))


def only(
    behind: Mapping[ServiceArea, Behind], services: Iterable[str]
) -> Mapping[ServiceArea, Behind]:
    """Keep the counts of some services."""
    wanted = set(services)
    return {where: found for where, found in behind.items() if where[0] in wanted}


def services_of(
    parts: Sequence[Part], line: Timeline, outage: Outage, clock_us: int
) -> list[ServiceCount]:
    """Count each service: all in one, the most at one time, and now."""
    ever = so_far(parts, outage.first_onset_us, at(clock_us))
    now = at_that_moment(parts, at(clock_us)) if outage.end_us is None else {}
    found = []
    for service in sorted({service for service, _ in ever}):
        _, most_at_us = line.most.get(service, (0, outage.first_onset_us))
        then = counted(only(at_that_moment(parts, at(most_at_us)), [service]))
        found.append(
            ServiceCount(
                service,
                counted(only(ever, [service])),
                then,
                most_at_us,
                counted(only(now, [service])),
            )
        )
    return found


def areas_of(parts: Sequence[Part], outage: Outage, clock_us: int) -> list[AreaCount]:
    """Return the areas, the largest first."""
    ever = so_far(parts, outage.first_onset_us, at(clock_us))
    now = at_that_moment(parts, at(clock_us)) if outage.end_us is None else {}
    ordered = sorted(ever.items(), key=lambda found: (-found[1].end_users, found[0]))
    return [
        AreaCount(
            service, area, counted({(service, area): behind}),
            now[service, area].end_users if (service, area) in now else 0,
        )
        for (service, area), behind in ordered
    ]  # fmt: skip


def effects_of(parts: Sequence[Part]) -> dict[Effect, Counted]:
    """Return the effects, each with the alarms that carry it."""
    found: dict[Effect, dict[str, None]] = {}
    for part in parts:
        for effect in part.state.effects:
            found.setdefault(effect, {})["/".join(part.alarm)] = None
    return {
        effect: Counted(0, tuple(names)[:ALARMS_NAMED], len(names))
        for effect, names in sorted(found.items())
    }


def causes_of(alarms: Iterable[AlarmId], causes: Mapping[AlarmId, str]) -> list[tuple[str, int]]:
    """Return the probable causes, the most frequent first."""
    counts = Counter(causes[alarm] for alarm in alarms if alarm in causes)
    return sorted(counts.items(), key=lambda found: (-found[1], found[0]))
