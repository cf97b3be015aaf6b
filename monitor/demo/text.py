"""The words of the demonstration, the same on the live page and in plain lines."""

from typing import Any

from monitor.clock import ScaledClock
from monitor.demo.view import Fired, View

Message = dict[str, Any]

#: A countdown is worth watching in real seconds only when one can wait for it.
_SOON_SECONDS = 100


def outage_text(outage: Message) -> str:
    """Name an outage by the time of day at which it began, and its key."""
    return f"{outage['first_onset'][11:16]} {outage['outage_key']}"


def fired_text(fired: Fired) -> str:
    """Say what was notified, when it was crossed, and how late it came."""
    message = fired.message
    late = "before the start" if fired.late_s is None else f"{fired.late_s:.2f} s late"
    if message["type"] != "required":
        late = f"revision {message['revision']}"
    first = "" if message["type"] != "required" else " first" if message["initial"] else " update"
    return (
        f"{message['crossed_at'][11:19]}  {message['authority']}{first}  {message['type']}  "
        f"{message['rule']} {cell_text(message['cell'])}  {message['outage_key']}  ({late})"
    )


def cell_text(cell: Message) -> str:
    """Say which cell, in short."""
    if "effect" in cell:
        return f"{cell['effect']} {cell['target'] or ''}".rstrip()
    return f"{cell['end_users']:,} users, {cell['duration'] or 'any time'}"


def threshold_missing_text(cell: Message | None) -> str:
    """Say how many are missing to the nearest threshold."""
    return "" if cell is None else f"{cell['missing']:,} to {cell['end_users']:,}"


def next_cell_text(cell: Message | None) -> str:
    """Say which cell comes next by time."""
    return "" if cell is None else f"{cell['duration'] or 'any time'} in "


def countdown_text(at_us: int | None, clock: ScaledClock) -> str:
    """Say how long it is until then: in the time of the outages, and in real seconds."""
    if at_us is None:
        return ""
    left_us = max(0, at_us - clock.now_us())
    hours, rest_us = divmod(left_us, 3_600_000_000)
    minutes, rest_us = divmod(rest_us, 60_000_000)
    left = f"{minutes}:{rest_us // 1_000_000:02d}"
    left = f"{hours}:{left:0>5}" if hours else left
    real_seconds = clock.real_seconds(left_us)
    return f"{left} ({real_seconds:.0f} s)" if real_seconds < _SOON_SECONDS else left


def board_text(view: View) -> str:
    """Say where the board is."""
    return f"the board is at {view.board_url}"


def progress_text(view: View, alarms: int) -> str:
    """Say in one line how things stand."""
    text = f"{alarms:,} alarms in, {len(view.open)} outages open"
    due = [row for row in view.rows() if row.at_us is not None and row.rule is not None]
    if not due:
        return f"{text}; nothing is due by time"
    row = due[0]
    assert row.rule is not None  # noqa: S101 - only those were kept
    count = row.rule["end_users"]
    return (
        f"{text}; next by time: {outage_text(row.outage)}, {row.rule['rule']}, "
        f"{count['cautious']:,} cautious, {count['literal']:,} literal, "
        f"{next_cell_text(row.rule['next_by_time'])}{countdown_text(row.at_us, view.clock)}"
    )


def summary_lines(view: View, alarms: int, dead_letters: int) -> list[str]:
    """Say what happened, at the end."""
    lines = [
        f"alarms in:      {alarms:,} ({dead_letters} not fully used)",
        f"outages:        {len(view.seen)} seen, {len(view.open)} still open",
        f"notifications:  {len(view.fired)}",
    ]
    lines += [
        f"  {count:>4}  {rule}" + ("" if kind == "required" else f" ({kind})")
        for (rule, kind), count in sorted(view.by_rule.items())
    ]
    return [*lines, f"late by:        {view.lateness_text()}"]
