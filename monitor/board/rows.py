"""What the page is told of an outage, a notification and an obligation: little, and without nulls.

Rules and effects are objects by name, not lists, so that a patch names only the count that changed.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import to_builtins

from monitor.actions.message import ActionMessage
from monitor.board.history import Point
from monitor.board.patch import without_nulls
from monitor.board.records import NotificationRecord, StatusRecord

Row = dict[str, Any]
#: Of an obligation the page is told these, whatever else stands in it.
_OBLIGATION: Final = (
    "obligation_id", "outage_id", "country", "authority", "step", "title", "addressees", "channels",
    "voluntary", "state", "due_at", "acknowledged", "submitted", "in_time",
)  # fmt: skip
_SEPARATOR: Final = "\n"


def outage_row(status: StatusRecord, last: Point | None, version: int) -> Row:
    """Describe an outage for the list; `version` changes with whatever its own page shows."""
    row: Row = to_builtins(status)
    for name in ("series", "largest_areas", "outage_id"):
        del row[name]
    row["rules"] = {rule.pop("rule"): _rule(rule) for rule in row["rules"]}
    row["effects"] = {
        _SEPARATOR.join((effect["rule"], effect["kind"], effect["target"] or "")): effect
        for effect in row["effects"]
    }
    row["last"] = list(last or ())
    row["version"] = version
    return _cleaned(row)


def _rule(rule: Row) -> Row:
    """Say of the crossed cells how many there are, and which was the last."""
    crossed = rule.pop("crossed")
    rule["crossed"] = {"count": len(crossed), "last": crossed[-1] if crossed else None}
    return rule


def crossing_row(
    notification: NotificationRecord, arrived: int, acknowledged: ActionMessage | None
) -> Row:
    """Describe the last revision of a crossing for the feed, and who has seen it."""
    row: Row = to_builtins(notification)
    del row["crossing_id"], row["obligations"], row["policy"]
    row["arrived"] = arrived
    if acknowledged is not None:
        row["acknowledged"] = {n: getattr(acknowledged, n) for n in ("who", "at", "note")}
    return _cleaned(row)


def obligation_row(obligation: Mapping[str, Any]) -> Row:
    """Describe an obligation."""
    return _cleaned({name: obligation.get(name) for name in _OBLIGATION})


def _cleaned(row: Row) -> Row:
    cleaned: Row = without_nulls(row)
    return cleaned
