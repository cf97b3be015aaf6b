"""The parts of one outage key, and which alarms stand behind a count.

This goes through the life of each alarm by itself, without the fold, so that what it finds behind a
number also checks that number.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from monitor.core.alarm import Alarm, after
from monitor.core.domain import Domain
from monitor.core.event import AlarmId, Effect
from monitor.core.moment import at
from monitor.core.table import ServiceArea


class Part(NamedTuple):
    """One state of an alarm that affects a service, from a time to a time, both included."""

    alarm: AlarmId
    start_us: int
    #: None: it goes on
    end_us: int | None
    state: Alarm

    def holds_at(self, moment: int) -> bool:
        """Whether the part counts at a moment."""
        return at(self.start_us) <= moment and (self.end_us is None or moment <= at(self.end_us))


class Behind(NamedTuple):
    """A count of one service in one area, and the alarm that gives it."""

    end_users: int
    alarm: AlarmId


def parts_of(domain: Domain, clock: int) -> list[Part]:
    """Return the parts of a key up to its clock (a moment), in order of time."""
    horizon_us = domain.options.lateness_horizon_us
    found: list[Part] = []
    for alarm, events in domain.history.items():
        state: Alarm | None = None
        for event in events:
            if at(event.time_us) > clock:
                break
            if state is not None and state.service_affecting:
                found.append(Part(alarm, state.last_us, event.time_us, state))
            state = after(state, event, horizon_us)
        if state is not None and state.service_affecting:
            found.append(Part(alarm, state.last_us, None, state))
    return sorted(found, key=lambda part: (part.start_us, part.alarm))


def within(parts: Iterable[Part], first_us: int, last_us: int | None) -> list[Part]:
    """Return the parts of an outage that began and ended at these times."""
    return [
        p for p in parts if first_us <= p.start_us and (last_us is None or p.start_us <= last_us)
    ]


def so_far(parts: Iterable[Part], since_us: int, moment: int) -> Mapping[ServiceArea, Behind]:
    """Return the largest count of each service and area from a time up to a moment."""
    return _largest(p for p in parts if since_us <= p.start_us and at(p.start_us) <= moment)


def at_that_moment(parts: Iterable[Part], moment: int) -> Mapping[ServiceArea, Behind]:
    """Return the largest count of each service and area at a moment."""
    return _largest(p for p in parts if p.holds_at(moment))


def _largest(parts: Iterable[Part]) -> Mapping[ServiceArea, Behind]:
    found: dict[ServiceArea, Behind] = {}
    for part in parts:
        for service, area, end_users in part.state.impact:
            where = (service, area)
            if where not in found or end_users > found[where].end_users:
                found[where] = Behind(end_users, part.alarm)
    return found


def carriers(parts: Iterable[Part], effect: Effect) -> Iterator[Part]:
    """Yield the parts that carry an effect."""
    return (part for part in parts if effect in part.state.effects)


def spans(parts: Iterable[Part]) -> list[tuple[int, int | None]]:
    """Join parts that touch or overlap into spans of time; None: to no end."""
    joined: list[tuple[int, int | None]] = []
    for part in parts:
        last_us = joined[-1][1] if joined else -1
        if joined and (last_us is None or part.start_us <= last_us):
            ends = None if last_us is None or part.end_us is None else max(last_us, part.end_us)
            joined[-1] = (joined[-1][0], ends)
        else:
            joined.append((part.start_us, part.end_us))
    return joined
