"""Alarm and inventory together: the outage key, and the event that the core is told.

The outage key is computed from one event and the inventory alone, so that any worker can do it:
country + `/` + (the incident, where correlation by incident is on and it is given; else the
inventory's group; else the element).
"""

from collections.abc import Mapping
from sys import intern
from typing import Literal

from monitor.core.event import Event
from monitor.formats.alarm import NativeAlarm
from monitor.formats.inventory import Element
from monitor.formats.reject import Reason, Reject

Correlate = Literal["group", "incident"]
Inventory = Mapping[str, Element]

_UNKNOWN = Element("")


def enrich(alarm: NativeAlarm, inventory: Inventory, correlate: Correlate) -> Event | Reject:
    """Return the event with what the inventory knows frozen in, or why there is no outage key."""
    element = inventory.get(alarm.element, _UNKNOWN)
    country = alarm.country or element.country
    if country is None:
        return _no_key(alarm)
    incident = alarm.incident if correlate == "incident" else None
    return Event(
        intern(f"{country}/{incident or element.group or alarm.element}"),
        alarm.source,
        alarm.alarm_id,
        alarm.action,
        alarm.time_us,
        alarm.sequence,
        alarm.element,
        alarm.severity,
        alarm.planned,
        alarm.impact,
        alarm.effects,
        element.serves,
        element.effects,
        _remainder(alarm),
    )


def _remainder(alarm: NativeAlarm) -> str:
    """Return what else tells a repeat from another event."""
    if alarm.incident is None and not alarm.left_out:
        return intern(alarm.country or "")
    return f"{alarm.country or ''}\n{alarm.incident or ''}\n{alarm.left_out}"


def _no_key(alarm: NativeAlarm) -> Reject:
    detail = f"country: neither the event nor the inventory gives one for element {alarm.element!r}"
    if alarm.action == "clear":
        detail += f"; alarm {alarm.source}/{alarm.alarm_id} is at risk of staying open"
    return Reject(Reason.NO_KEY, detail)
