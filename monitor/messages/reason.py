"""The reason of a notification: one sentence that a duty officer can read out."""

from monitor.core.event import Effect
from monitor.core.law import Cell, TableRule
from monitor.core.notification import Notification
from monitor.core.written import time_text

_HOUR_US, _MINUTE_US = 3_600_000_000, 60_000_000

_EFFECTS = {
    "emergency_number_unreachable": "emergency number {} cannot be reached",
    "psap_unavailable": "emergency call centre {} takes no incoming calls",
    "psap_not_as_planned": "emergency call centre {} cannot be reached as planned",
    "interconnection": "interconnection {} is affected",
    "critical_component": "critical component {} is affected",
    "personal_data_breach": "personal data was breached",
    "digital_infrastructure": "digital infrastructure ({}) is affected",
}


def reason(notification: Notification) -> str:
    """Say in one sentence who must be told, what was crossed, by how much, and since when."""
    what = notification.cell
    said = _table(notification, what) if isinstance(what, Cell) else effect_text(what)
    since = time_text(notification.first_onset_us)
    return (
        f"{notification.rule.authority} must be notified: {said}; "
        f"outage {notification.outage_key}, since {since}."
    )


def effect_text(effect: Effect) -> str:
    """Say what an effect means."""
    kind, target = effect
    return _EFFECTS[kind].format(target)


def span_text(duration_us: int) -> str:
    """Write a duration the way one says it: 8 h, 1 h 30 min, 45 s."""
    hours, rest_us = divmod(duration_us, _HOUR_US)
    minutes, rest_us = divmod(rest_us, _MINUTE_US)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    if rest_us or not parts:
        parts.append(f"{_decimal(rest_us)} s")
    return " ".join(parts)


def _decimal(duration_us: int) -> str:
    """Write seconds with as many digits as they have, never rounded up to the next minute."""
    return f"{duration_us / 1e6:.6f}".rstrip("0").rstrip(".")


def threshold_text(rule: TableRule, cell: Cell) -> str:
    """Say what a cell asks for."""
    more = "more than" if rule.count_comparator == ">" else "at least"
    text = f"{more} {cell.end_users:,}"
    if cell.duration_us is None:
        return f"{text} for any time"
    longer = "more than" if rule.duration_comparator == ">" else "at least"
    return f"{text} for {longer} {span_text(cell.duration_us)}"


def service_text(service: str) -> str:
    """Write a service in words."""
    return service.replace("_", " ")


def _table(notification: Notification, cell: Cell) -> str:
    rule, cautious_decides = notification.rule, notification.reading == "cautious"
    assert isinstance(rule, TableRule)  # noqa: S101 - only tables have cells
    counts = [(s, so_far, now) if cautious_decides else (s, now, so_far)
              for s, so_far, now in notification.affected]  # fmt: skip
    decided, other = sum(c[1] for c in counts), sum(c[2] for c in counts)
    words = ("so far", "at that moment") if cautious_decides else ("at that moment", "so far")
    service, largest, _ = max(counts, key=lambda count: count[1])
    over = service_text(service)
    if len(counts) > 1:
        over = f"all services, {largest:,} of them of {over}"
    return (
        f"{decided:,} end-users {words[0]} ({over}; {other:,} {words[1]}), "
        f"{threshold_text(rule, cell)}"
    )
