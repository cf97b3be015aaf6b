"""Alarms that are active though nothing was heard of them for long; from the state of a key."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from monitor.core.alarm import Alarm
from monitor.core.event import Event
from monitor.core.moment import time_of
from monitor.core.notification import outage_id
from monitor.core.publish import Publisher
from monitor.core.written import time_text


class Silent(Struct, frozen=True, kw_only=True):
    """One active alarm."""

    source: str
    alarm_id: str
    outage_key: str
    #: the outage that it holds open; None: it hits nobody, so it holds none
    outage_id: str | None
    #: that of its last event; None: the event is older than the lateness horizon, and not kept
    element: str | None
    #: when it was raised, as far back as its events are kept
    since_us: int
    last_us: int
    end_users: int
    effects: tuple[str, ...]


def silent(publisher: Publisher, clock: int, before_us: int) -> Iterator[Silent]:
    """Yield the active alarms of an outage key whose last event is older than a time."""
    domain = publisher.domain
    key, outages = domain.outage_key, domain.live.outages
    named_us = outages[-1].named_us if outages and outages[-1].end_us is None else None
    for alarm, state in domain.live.alarms.items():
        if not state.active or state.last_us >= before_us:
            continue
        events = [e for e in domain.history.get(alarm, ()) if e.time_us <= time_of(clock)]
        holds = state.service_affecting and named_us is not None
        yield Silent(
            source=alarm[0],
            alarm_id=alarm[1],
            outage_key=key,
            outage_id=outage_id(key, named_us) if holds and named_us is not None else None,
            element=events[-1].element if events else None,
            since_us=_since_us(domain.base.alarms.get(alarm), events, state),
            last_us=state.last_us,
            end_users=sum(end_users for _, _, end_users in state.impact),
            effects=tuple(f"{kind} {target}".strip() for kind, target in state.effects),
        )


def _since_us(before: Alarm | None, events: list[Event], state: Alarm) -> int:
    """Return when an active alarm was raised: the first event after its last clear."""
    since_us = before.last_us if before is not None and before.active else None
    for event in events:
        if event.action == "clear":
            since_us = None
        elif since_us is None:
            since_us = event.time_us
    return state.last_us if since_us is None else since_us


def fields(found: Silent, now_us: int) -> dict[str, Any]:
    """Return what a program is told of it."""
    return {
        "source": found.source,
        "alarm_id": found.alarm_id,
        "outage_key": found.outage_key,
        "outage_id": found.outage_id,
        "element": found.element,
        "since": time_text(found.since_us),
        "last_event": time_text(found.last_us),
        "silent_seconds": (now_us - found.last_us) // 1_000_000,
        "end_users": found.end_users,
        "effects": list(found.effects),
    }
