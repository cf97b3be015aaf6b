"""The life of one alarm: what an event makes of its state.

Rules (contract of the native format, "Life of an alarm"):
1. A raise of an active alarm acts as a change. A raise after a clear starts anew, nothing is left.
2. A change of an inactive alarm acts as a raise if the alarm has no earlier event, or none within
   the lateness horizon before it (its raise may have been lost); otherwise it changes nothing.
3. A clear of an inactive alarm changes nothing.
4. A field that a change leaves out keeps its value. Only the action clears, never a severity.
5. While critical or major, an alarm carries the effects of the element its last event named.
"""

from operator import itemgetter
from typing import Final

from msgspec import Struct

from monitor.core.event import EFFECTIVE_SEVERITIES, Effect, Event, Impact

_WHERE: Final = itemgetter(0, 1)
_END_USERS: Final = itemgetter(2)


class Alarm(Struct, frozen=True, gc=False):
    """The state of an alarm after its latest event."""

    active: bool
    last_us: int
    last_sequence: int
    severity: str | None = None
    planned: bool = False
    #: whom it hits: one entry per service and area, none with zero end-users
    impact: tuple[Impact, ...] = ()
    given_effects: tuple[Effect, ...] = ()
    #: every effect it carries, those of its element included
    effects: tuple[Effect, ...] = ()
    #: whether it hits an end-user or carries an effect
    service_affecting: bool = False

    @property
    def last(self) -> tuple[int, int]:
        """When its latest event stands in the order of its events."""
        return (self.last_us, self.last_sequence)


def after(alarm: Alarm | None, event: Event, horizon_us: int) -> Alarm:
    """Return the state of an alarm after an event; `alarm` is None before its first event."""
    if event.action == "clear" or _changes_nothing(alarm, event, horizon_us):
        return Alarm(False, event.time_us, event.sequence)
    if alarm is None or not alarm.active:
        return _raised(event)
    return _changed(alarm, event)


def _changes_nothing(alarm: Alarm | None, event: Event, horizon_us: int) -> bool:
    """Whether this is a change of an alarm that is known to be inactive."""
    return (
        event.action == "change"
        and alarm is not None
        and not alarm.active
        and event.time_us - alarm.last_us <= horizon_us
    )


def _raised(event: Event) -> Alarm:
    impact = _hit(event.element_impact if event.impact is None else event.impact)
    return _active(event, event.severity, bool(event.planned), impact, event.effects or ())


def _changed(alarm: Alarm, event: Event) -> Alarm:
    return _active(
        event,
        alarm.severity if event.severity is None else event.severity,
        alarm.planned if event.planned is None else event.planned,
        alarm.impact if event.impact is None else _hit(event.impact),
        alarm.given_effects if event.effects is None else event.effects,
    )


def _active(
    event: Event,
    severity: str | None,
    planned: bool,  # noqa: FBT001 - a value that is passed on, not a switch
    impact: tuple[Impact, ...],
    given: tuple[Effect, ...],
) -> Alarm:
    effects = given
    if event.element_effects and severity in EFFECTIVE_SEVERITIES:
        effects = tuple(dict.fromkeys(given + event.element_effects))
    return Alarm(
        True,
        event.time_us,
        event.sequence,
        severity,
        planned,
        impact,
        given,
        effects,
        bool(impact or effects),
    )


def _hit(impact: tuple[Impact, ...]) -> tuple[Impact, ...]:
    """Return one entry per service and area: the largest, if anybody is hit."""
    if len(impact) == 1:
        return impact if impact[0][2] else ()
    # As it is, where nothing is to be left out: thousands of alarms of an element then share it.
    if all(map(_END_USERS, impact)) and len(set(map(_WHERE, impact))) == len(impact):
        return impact
    largest: dict[tuple[str, str], int] = {}
    for service, area, end_users in impact:
        if end_users > largest.get((service, area), 0):
            largest[service, area] = end_users
    return tuple((service, area, n) for (service, area), n in largest.items())
