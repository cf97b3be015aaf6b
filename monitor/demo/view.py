"""What the demonstration shows, gathered from the output topics alone."""

from collections import Counter
from statistics import median
from typing import Any

from msgspec import Struct

from monitor.clock import ScaledClock
from monitor.formats.instant import time_us

Message = dict[str, Any]


class Fired(Struct, frozen=True):
    """A notification as it arrived; `late_s` is None if it was due before the clock started."""

    message: Message
    late_s: float | None


class Row(Struct, frozen=True):
    """One open outage under one rule; without a rule if nobody is known to be hit."""

    outage: Message
    rule: Message | None
    #: when the next cell is crossed if nothing changes
    at_us: int | None


class View:
    """The open outages, and the notifications so far."""

    def __init__(self, clock: ScaledClock) -> None:
        """Start with nothing seen."""
        self.clock = clock
        #: where the board shows the same
        self.board_url: str | None = None
        self.open: dict[str, Message] = {}
        self.seen: set[str] = set()
        self.fired: list[Fired] = []
        self.by_rule: Counter[tuple[str, str]] = Counter()

    def status(self, message: Message) -> None:
        """Take the status of an outage."""
        self.seen.add(message["outage_id"])
        if message["state"] == "open":
            self.open[message["outage_id"]] = message
        else:
            self.open.pop(message["outage_id"], None)

    def notification(self, message: Message) -> Fired:
        """Take a notification, and say how late it came, in real seconds."""
        due_us = time_us(message["crossed_at"])
        late_s = None
        if due_us > self.clock.start_us and message["type"] == "required":
            late_s = self.clock.real_seconds(self.clock.now_us() - due_us)
        fired = Fired(message, late_s)
        self.fired.append(fired)
        self.by_rule[message["rule"], message["type"]] += 1
        return fired

    def rows(self) -> list[Row]:
        """Return the open outages by rule: what is due first, then who is nearest a threshold."""
        rows = [row for outage in self.open.values() for row in _rows(outage)]
        return sorted(rows, key=_urgency)

    def late_s(self) -> list[float]:
        """Return the seconds by which notifications came late, of those due since the start."""
        return sorted(fired.late_s for fired in self.fired if fired.late_s is not None)

    def lateness_text(self) -> str:
        """Say the median and the largest of them."""
        late_s = self.late_s()
        if not late_s:
            return "none was due"
        return f"p50 {median(late_s):.2f} s, max {late_s[-1]:.2f} s (real seconds)"


def _rows(outage: Message) -> list[Row]:
    rules = [rule for rule in outage["rules"] if rule["next_by_time"] or rule["next_by_count"]]
    if not rules:
        return [Row(outage, None, None)]
    return [Row(outage, rule, _at_us(rule["next_by_time"])) for rule in rules]


def _at_us(cell: Message | None) -> int | None:
    return None if cell is None else time_us(cell["at"])


def _urgency(row: Row) -> tuple[float, float, str]:
    at_us = float("inf") if row.at_us is None else row.at_us
    missing = float("inf")
    if row.rule is not None and row.rule["next_by_count"] is not None:
        missing = row.rule["next_by_count"]["missing"] / row.rule["next_by_count"]["end_users"]
    return (at_us, missing, row.outage["outage_id"])
