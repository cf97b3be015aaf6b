"""The alarms of an outage, event by event, as they were counted: what every number comes from.

Each line is an alarm in the native form with all that it meant: what the inventory added, and what
a change left as it was. So the lines alone, replayed with correlation by incident, cross the same
cells.
"""

from collections.abc import Iterator
from typing import Any

from msgspec.json import encode

from monitor.core.alarm import Alarm, after
from monitor.core.event import AlarmId, Event
from monitor.core.moment import at
from monitor.core.written import time_text
from monitor.replay.reading import Origin
from monitor.report.course import Course
from monitor.report.draft import Draft


def evidence(draft: Draft, course: Course) -> Iterator[bytes]:
    """Yield lines of JSON, in the order in which the events arrived."""
    states = _states(draft)
    for origin in course.origins:
        event = origin.event
        if event.alarm in states and id(event) in states[event.alarm]:
            yield encode(_line(origin, states[event.alarm][id(event)])) + b"\n"


def _states(draft: Draft) -> dict[AlarmId, dict[int, Alarm]]:
    """Return the state of each alarm of the outage after each of its events."""
    domain, clock = draft.found.domain, at(draft.clock_us)
    found: dict[AlarmId, dict[int, Alarm]] = {}
    for alarm in draft.alarms:
        state: Alarm | None = None
        states = found[alarm] = {}
        for event in domain.history[alarm]:
            if at(event.time_us) <= clock:
                state = after(state, event, domain.options.lateness_horizon_us)
                states[id(event)] = state
    return found


def _line(origin: Origin, state: Alarm) -> dict[str, Any]:
    event = origin.event
    country, _, key = event.outage_key.partition("/")
    counted: dict[str, Any] = {}
    if state.active:
        counted = {
            "severity": state.severity,
            "planned": state.planned,
            "impact": _impact(state.impact),
            "effects": _effects(state.effects),
        }
    return {
        "source": event.source,
        "alarm_id": event.alarm_id,
        "action": event.action,
        "event_time": time_text(event.time_us),
        "sequence": event.sequence,
        "element": event.element,
        "country": country,
        "incident": key,
        **counted,
        "outage_key": event.outage_key,
        "file": origin.file,
        "line": origin.line,
        "as_sent": _as_sent(event),
        "of_inventory": {
            "impact": _impact(event.element_impact),
            "effects": _effects(event.element_effects),
        },
    }


def _as_sent(event: Event) -> dict[str, Any]:
    return {
        "severity": event.severity,
        "planned": event.planned,
        "impact": None if event.impact is None else _impact(event.impact),
        "effects": None if event.effects is None else _effects(event.effects),
    }


def _impact(impact: tuple[tuple[str, str, int], ...]) -> list[dict[str, Any]]:
    return [{"service": s, "area": area, "end_users": n} for s, area, n in impact]


def _effects(effects: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [{"kind": kind, "target": target or None} for kind, target in effects]
