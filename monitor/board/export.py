"""Outages and notifications as a table, for a spreadsheet that must not run what stands in it."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

from monitor.board.state import Crossing, Outage, State

#: A cell that begins so is a formula to a spreadsheet.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BOM: Final = "\ufeff"


def outages_csv(outages: Iterable[Outage]) -> bytes:
    """Return a line for each outage and rule; an outage that no rule counts has one, too."""
    return _table(row for outage in outages for row in _outage_rows(outage))


def notifications_csv(state: State, crossings: Iterable[Crossing]) -> bytes:
    """Return a line for the last revision of each crossing, and who acknowledged it."""
    return _table(_crossing_row(state, crossing) for crossing in crossings)


def _outage_rows(outage: Outage) -> Iterable[dict[str, Any]]:
    status = outage.status
    head = {
        "outage_id": status.outage_id,
        "outage_key": status.outage_key,
        "country": status.country,
        "state": status.state,
        "first_onset": status.first_onset,
        "ended_at": status.ended_at,
        "planned": status.planned,
        "severity": status.severity,
        "alarms": status.alarms,
        "reading": status.reading,
        "input_complete": status.input_complete,
        "as_of": status.as_of,
        "effects": "; ".join(f"{e.kind} {e.target or ''}".strip() for e in status.effects),
    }
    for rule in status.rules:
        by_time, by_count = rule.next_by_time, rule.next_by_count
        yield head | {
            "rule": rule.rule,
            "authority": rule.authority,
            "cautious": rule.end_users.cautious,
            "literal": rule.end_users.literal,
            "next_crossing_at": by_time and by_time.at,
            "next_duration": by_time and by_time.duration,
            "next_end_users": by_time and by_time.end_users,
            "missing": by_count and by_count.missing,
            "crossed": len(rule.crossed),
        }
    if not status.rules:
        yield head | dict.fromkeys((
            "rule", "authority", "cautious", "literal", "next_crossing_at", "next_duration",
            "next_end_users", "missing", "crossed",
        ))  # fmt: skip


def _crossing_row(state: State, crossing: Crossing) -> dict[str, Any]:
    said, seen = crossing.last, state.acknowledged(crossing.last.crossing_id)
    return {
        "crossing_id": said.crossing_id,
        "revision": said.revision,
        "type": said.type,
        "initial": said.initial,
        "authority": said.authority,
        "rule": said.rule,
        "cell": " ".join(str(part) for part in said.cell.values() if part is not None),
        "outage_id": said.outage_id,
        "country": said.country,
        "first_onset": said.first_onset,
        "crossed_at": said.crossed_at,
        "detected_at": said.detected_at,
        "cautious": sum(counts.cautious for counts in said.affected.values()),
        "literal": sum(counts.literal for counts in said.affected.values()),
        "literal_met": said.literal_met,
        "planned": said.planned,
        "input_complete": said.input_complete,
        "reason": said.reason,
        "acknowledged_by": seen and seen.who,
        "acknowledged_at": seen and seen.at,
        "note": seen and seen.note,
    }


def _table(rows: Iterable[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(text, list(row), quoting=csv.QUOTE_ALL)
            writer.writeheader()
        writer.writerow({name: harmless(value) for name, value in row.items()})
    return (_BOM + text.getvalue()).encode()


def harmless(value: Any) -> Any:
    """Return a value that a spreadsheet takes as what it is: text stays text."""
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value
