"""From the events of each alarm to its parts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .reading import Event, Json, largest

FOREVER_US = 10**18

Effects = frozenset[tuple[str, str | None]]


@dataclass(frozen=True)
class State:
    """What an active alarm says of itself."""

    element: str
    record: Json
    severity: str | None
    planned: bool
    users: dict[tuple[str, str], int]
    given: Effects

    def effects(self) -> Effects:
        """Give the effects given, and those of the inventory while critical or major."""
        if self.severity not in ("critical", "major"):
            return self.given
        return self.given | marked_effects(self.element, self.record)


@dataclass(frozen=True)
class Part:
    """One state of one alarm from a to b, both ends included."""

    key: str
    a_us: int
    b_us: int
    planned: bool
    users: dict[tuple[str, str], int]
    effects: Effects

    def service_affecting(self) -> bool:
        """Tell if it holds an end-user or an effect."""
        return bool(self.effects) or any(self.users.values())


def marked_effects(element: str, record: Json) -> Effects:
    """Give the effects that an inventory record marks its element with."""
    component = record.get("critical_component")
    marks: set[tuple[str, str | None]] = {
        ("emergency_number_unreachable", number) for number in record.get("emergency_numbers") or []
    }
    if component:
        marks.add(("critical_component", element if component is True else component))
    if record.get("interconnection"):
        marks.add(("interconnection", record["interconnection"]))
    if record.get("psap"):
        marks.add(("psap_unavailable", record["psap"]))
    return frozenset(marks)


def begun(event: Event) -> State:
    """Give the state of an alarm that begins with this event."""
    users = event.impact
    if users is None:
        users = largest(event.record.get("serves") or [])
    return State(
        element=event.element,
        record=event.record,
        severity=event.severity,
        planned=bool(event.planned),
        users=users,
        given=event.effects or frozenset(),
    )


def changed(state: State, event: Event) -> State:
    """Give the state after a change; what is absent stays."""
    return replace(
        state,
        element=event.element,
        record=event.record,
        severity=state.severity if event.severity is None else event.severity,
        planned=state.planned if event.planned is None else event.planned,
        users=state.users if event.impact is None else event.impact,
        given=state.given if event.effects is None else event.effects,
    )


def begins(event: Event, earlier: Event | None, horizon_us: int) -> bool:
    """Tell if this event of an inactive alarm makes it active; `earlier` is the last before."""
    if event.action == "raise":
        return True
    if event.action == "clear":
        return False
    return earlier is None or earlier.time_us < event.time_us - horizon_us


def life(events: Iterable[Event], horizon_us: int) -> list[Part]:
    """Give the parts of one alarm."""
    parts: list[Part] = []
    state: State | None = None
    earlier: Event | None = None
    for event in sorted(events, key=Event.order):
        if state is not None and earlier is not None:
            parts.append(part(earlier.alarm[2], earlier.time_us, event.time_us, state))
        if state is None:
            state = begun(event) if begins(event, earlier, horizon_us) else None
        else:
            state = None if event.action == "clear" else changed(state, event)
        earlier = event
    if state is not None and earlier is not None:
        parts.append(part(earlier.alarm[2], earlier.time_us, FOREVER_US, state))
    return parts


def part(key: str, a_us: int, b_us: int, state: State) -> Part:
    """Give the part of one state."""
    return Part(key, a_us, b_us, state.planned, state.users, state.effects())


def all_parts(events: Iterable[Event], horizon_us: int) -> list[Part]:
    """Give the parts of all alarms."""
    alarms: dict[tuple[str, str, str], list[Event]] = {}
    for event in events:
        alarms.setdefault(event.alarm, []).append(event)
    return [part for events in alarms.values() for part in life(events, horizon_us)]
