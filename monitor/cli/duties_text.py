"""How duties are shown to a person."""

from collections.abc import Iterable, Mapping
from typing import Final

from rich.table import Table
from rich.text import Text

from monitor.actions.known import Duty
from monitor.formats.instant import time_us
from monitor.messages.printable import printable

_STYLES: Final = {"overdue": "bold red", "due": "yellow", "done": "green", "withdrawn": "dim"}
_UNITS_S: Final = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))


def table(duties: Iterable[Duty], ids: Mapping[str, str], now_us: int) -> Table:
    """Return one row per duty; `ids` says how each is called in short."""
    rows = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("id", "state", "due", "authority", "step", "acknowledged", "outage"):
        rows.add_column(column, overflow="fold")
    for duty in duties:
        due = due_in(duty.due_at, now_us) if duty.open else duty.due_at
        voluntary = " (voluntary)" if duty.voluntary else ""
        by = "" if duty.acknowledged is None else duty.acknowledged.by
        said = (due, duty.authority, duty.step + voluntary, by, duty.outage_id)
        state = Text(printable(duty.state), style=_STYLES.get(duty.state, ""))
        name = Text(printable(ids[duty.obligation_id]))
        rows.add_row(name, state, *(Text(printable(cell)) for cell in said))
    return rows


def due_in(due_at: str, now_us: int) -> str:
    """Say how long there is left, or since when there is none."""
    left_us = time_us(due_at) - now_us
    said = spent(abs(left_us))
    return f"due in {said}" if left_us >= 0 else f"overdue for {said}"


def spent(span_us: int) -> str:
    """Return a span in its two largest units."""
    seconds = span_us // 1_000_000
    parts: list[str] = []
    for unit, size_s in _UNITS_S:
        if seconds >= size_s or (unit == "s" and not parts):
            parts.append(f"{seconds // size_s} {unit}")
            seconds %= size_s
        elif parts:
            break
    return " ".join(parts[:2])
