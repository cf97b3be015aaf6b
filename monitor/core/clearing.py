"""Alarms that a person ends: an action becomes clear events, which are then like any others.

An event carries the id of its action where others carry what tells them from repeats. So an action
that comes again is known as one, and nothing has to be remembered but the history of the alarms.
"""

from collections.abc import Iterator

from monitor.core.domain import Domain
from monitor.core.duty_act import Problem
from monitor.core.duty_state import Action
from monitor.core.event import AlarmId, Event
from monitor.core.moment import time_of
from monitor.core.notification import outage_id
from monitor.core.outage import Outage
from monitor.core.step import Book
from monitor.core.written import time_text


def clears(book: Book, action: Action) -> list[Event] | Problem:
    """Return the events that a clear stands for, or why it cannot be taken.

    They end the alarms it names; or, if it names none, those that keep the outage going. There are
    none if it came before, and none if nothing keeps the outage going any more.
    """
    key, time_us = action.outage_key, time_of_clear(action)
    publisher = book.publishers.get(key) or book.wake(key, book.clock)
    if publisher is None:
        return _unknown(action)
    domain = publisher.domain
    if any(event.remainder == _mark(action) for event in _events(domain)):
        return []
    edge_us = time_of(book.clock) - book.options.lateness_horizon_us
    if time_us < edge_us:
        text = f"it was done at {time_text(time_us)}; nothing before {time_text(edge_us)} changes"
        return Problem("too_late", text)
    domain.catch_up(book.clock)
    outage = _outage(domain, action.outage_id)
    if outage is None:
        return _unknown(action)
    alarms = _alarms(domain, outage, action)
    if isinstance(alarms, Problem):
        return alarms
    return [_clear(domain, alarm, action, time_us) for alarm in sorted(alarms)]


def time_of_clear(action: Action) -> int:
    """Return when it was done; if nobody says, when it was recorded."""
    return action.recorded_us if action.done_us is None else action.done_us


def _unknown(action: Action) -> Problem:
    return Problem("unknown_outage", f"outage {action.outage_id} is not known, or long over")


def _mark(action: Action) -> str:
    return f"action {action.action_id}"


def _events(domain: Domain) -> Iterator[Event]:
    for events in domain.history.values():
        yield from events


def _outage(domain: Domain, named: str) -> Outage | None:
    for outage in domain.live.outages:
        if outage.named_us is not None and outage_id(domain.outage_key, outage.named_us) == named:
            return outage
    return None


def _alarms(domain: Domain, outage: Outage, action: Action) -> set[AlarmId] | Problem:
    """Return the alarms that are ended."""
    known = domain.live.alarms
    if not action.alarms:
        goes_on = outage.end_us is None
        return {name for name, alarm in known.items() if goes_on and alarm.service_affecting}
    if strangers := [name for name in action.alarms if name not in known]:
        names = ", ".join(f"{source}/{alarm_id}" for source, alarm_id in strangers)
        return Problem("unknown_alarm", f"outage {action.outage_id} has no alarm {names}")
    return set(action.alarms)


def _clear(domain: Domain, name: AlarmId, action: Action, time_us: int) -> Event:
    state, events = domain.live.alarms[name], domain.history.get(name)
    source, alarm_id = name
    return Event(
        outage_key=domain.outage_key,
        source=source,
        alarm_id=alarm_id,
        action="clear",
        time_us=time_us,
        # It comes after what the alarm itself said of this time.
        sequence=state.last_sequence if state.last_us == time_us else 0,
        element=events[-1].element if events else "",
        severity=None,
        planned=None,
        impact=None,
        effects=None,
        element_impact=(),
        element_effects=(),
        remainder=_mark(action),
    )
