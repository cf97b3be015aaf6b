"""The notification event, as it is published on `notification.required.v1` and by a replay."""

from typing import Any

from msgspec.json import encode

from monitor.core.event import Effect
from monitor.core.law import Cell, TableRule
from monitor.core.notification import Notification
from monitor.core.written import duration_text, time_text
from monitor.messages.reason import reason


def cell_fields(cell: Cell | Effect) -> dict[str, Any]:
    """Return the cell as it is published; durations in ISO 8601, null for any."""
    if isinstance(cell, Cell):
        return {"duration": duration_text(cell.duration_us), "end_users": cell.end_users}
    kind, target = cell
    return {"effect": kind, "target": target or None}


def notification_fields(n: Notification) -> dict[str, Any]:
    """Return the message of one revision, in the order in which its fields are written."""
    services = n.rule.services if isinstance(n.rule, TableRule) else ()
    fields = {
        "crossing_id": n.crossing_id,
        "revision": n.revision,
        "type": n.type,
        "initial": n.initial,
        "authority": n.rule.authority,
        "policy": n.rule.policy,
        "rule": n.rule.rule,
        "cell": cell_fields(n.cell),
        "service": services[0] if len(services) == 1 else None,
        "outage_id": n.outage_id,
        "outage_key": n.outage_key,
        "country": n.country,
        "first_onset": time_text(n.first_onset_us),
        "crossed_at": time_text(n.crossed_at_us),
        "detected_at": time_text(n.detected_at_us),
        "affected": {s: {"cautious": c, "literal": now} for s, c, now in n.affected},
        "reading": n.reading,
        "literal_met": n.literal_met,
        "reason": reason(n),
        "planned": n.planned,
        "input_complete": n.input_complete,
        "policy_set": n.policy_set,
        "obligations": list(n.obligations),
    }
    if n.type == "withdrawn":
        fields["superseded_by"] = n.superseded_by
    return fields


def notification_line(n: Notification) -> bytes:
    """Return the message as one line of JSON."""
    return encode(notification_fields(n)) + b"\n"
