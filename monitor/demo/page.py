"""The live page on a terminal."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitor.core.written import time_text
from monitor.demo.text import (
    countdown_text,
    fired_text,
    next_cell_text,
    outage_text,
    threshold_missing_text,
)
from monitor.demo.view import Row, View

#: Lines of the page that are neither outages nor notifications.
_FRAME_LINES = 9
_NOTIFICATIONS = 8


def page(view: View, alarms: int, left_s: float | None, height: int) -> RenderableType:
    """Return the page as it is now."""
    room = max(3, height - _FRAME_LINES - _NOTIFICATIONS)
    return Group(
        _header(view, alarms, left_s),
        _outages(view, room),
        _notifications(view),
    )


def _header(view: View, alarms: int, left_s: float | None) -> Text:
    now = time_text(view.clock.now_us())[11:19]
    text = Text.assemble(
        (" outage-monitor demo ", "bold reverse"),
        f"  {now}  {view.clock.speed:g}x  ·  {alarms:,} alarms  ·  ",
        f"{len(view.open)} outages  ·  {len(view.fired)} notifications",
    )
    if left_s is not None:
        text.append(f"  ·  {max(0, left_s):.0f} s left")
    if view.board_url is not None:
        text.append("  ·  board: ").append(view.board_url, "underline")
    return text


def _outages(view: View, room: int) -> Table:
    table = Table(expand=True, title_justify="left", title="Open outages, what is due next on top")
    table.add_column("since, outage", min_width=18, no_wrap=True)
    table.add_column("rule", min_width=18, no_wrap=True)
    table.add_column("cautious", justify="right", min_width=8)
    table.add_column("literal", justify="right", min_width=8)
    table.add_column("next by count", min_width=17, no_wrap=True)
    table.add_column("next by time", min_width=17, no_wrap=True)
    rows = view.rows()
    for row in rows[:room]:
        _add(table, row, view)
    if len(rows) > room:
        table.caption = f"and {len(rows) - room} more"
    return table


def _add(table: Table, row: Row, view: View) -> None:
    if row.rule is None:
        table.add_row(outage_text(row.outage), Text("no end-user known to be hit", "dim"))
        return
    count = row.rule["end_users"]
    table.add_row(
        outage_text(row.outage),
        row.rule["rule"],
        f"{count['cautious']:,}",
        f"{count['literal']:,}",
        threshold_missing_text(row.rule["next_by_count"]),
        Text.assemble(
            next_cell_text(row.rule["next_by_time"]),
            (countdown_text(row.at_us, view.clock), "bold yellow"),
        ),
    )


def _notifications(view: View) -> Panel:
    lines = [Text(fired_text(fired), overflow="ellipsis") for fired in view.fired[-_NOTIFICATIONS:]]
    for line in lines:
        line.no_wrap = True
    return Panel(Group(*reversed(lines)), title="Notifications, newest on top", title_align="left")
