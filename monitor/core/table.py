"""One table rule within one outage: its episodes, both readings, its crossings and deadlines.

Whole numbers let both comparators be one: more than y end-users is at least y + 1, and longer than
x is at least 2x + 1 in moments. So a cell is (wait, need): held for `wait` moments, by `need`
end-users.

- cautious: count = everybody hit so far in the episode; duration from the episode's onset.
- literal: count = everybody hit now; duration from the start of the stretch without a gap.
"""

from typing import Final

from monitor.core.law import TableRule
from monitor.core.undo import MISSING, Undo

#: More end-users than anything asks for.
_NEVER: Final = 1 << 62

ServiceArea = tuple[str, str]


def needs(rule: TableRule) -> list[tuple[int, int]]:
    """Return (wait, need) of each cell: moments to be held, and end-users, both at least."""
    strict_time = rule.duration_comparator == ">"
    strict_count = rule.count_comparator == ">"
    return [
        (
            0 if c.duration_us is None else 2 * c.duration_us + strict_time,
            c.end_users + strict_count,
        )
        for c in rule.cells
    ]


class Table:
    """What a table rule has seen of an outage; all times are moments."""

    __slots__ = (
        "cautious", "cells", "count", "due", "ended", "ever", "ever_sums", "literal", "lowest",
        "onset", "rule", "services", "stretch",
    )  # fmt: skip

    def __init__(self, rule: TableRule) -> None:
        """Start with nobody hit."""
        self.rule = rule
        self.services = rule.services
        self.cells = needs(rule)
        #: the episode's onset, the start of the present stretch, the end of the last one
        self.onset = self.stretch = self.ended = -_NEVER
        #: the largest count so far in the episode, by area; their sums by service and in all
        self.ever: dict[ServiceArea, int] = {}
        self.ever_sums: dict[str, int] = {}
        self.count = 0
        #: by cell: the moment it was crossed, in each reading
        self.cautious: dict[int, int] = {}
        self.literal: dict[int, int] = {}
        #: the smallest need of a cell that is still open in some reading
        self.lowest = min((need for _, need in self.cells), default=_NEVER)
        #: the next moment at which a cell is crossed if nothing changes
        self.due: int | None = None

    def total(self, sums: dict[str, int]) -> int:
        """Add up the services of the rule."""
        return sum(map(sums.__getitem__, self.services))

    def affected(self, hit: dict[str, int]) -> tuple[tuple[str, int, int], ...]:
        """Return (service, cautious, literal) for each service of the rule."""
        return tuple((s, self.ever_sums.get(s, 0), hit[s]) for s in self.services)

    def begin(self, moment: int, merge_gap: int, undo: Undo) -> None:
        """Note that somebody is hit again, after nobody was."""
        undo.append((self, "stretch", self.stretch))
        self.stretch = moment
        if moment - self.ended > merge_gap:
            undo += (
                (self, "onset", self.onset),
                (self, "ever", self.ever),
                (self, "ever_sums", self.ever_sums),
                (self, "count", self.count),
            )
            self.onset, self.ever, self.ever_sums, self.count = moment, {}, {}, 0

    def hit(self, where: ServiceArea, end_users: int, undo: Undo) -> None:
        """Note that so many end-users were hit; only a new largest count matters."""
        known = self.ever.get(where, 0)
        if end_users <= known:
            return
        service, more = where[0], end_users - known
        undo += (
            (self.ever, where, known or MISSING),
            (self.ever_sums, service, self.ever_sums.get(service, MISSING)),
            (self, "count", self.count),
        )
        self.ever[where] = end_users
        self.ever_sums[service] = self.ever_sums.get(service, 0) + more
        self.count += more

    def look(self, moment: int, hit: int, hit_after: int, undo: Undo) -> None:
        """Cross what is to be crossed at this moment, and name the next deadline.

        `hit` end-users are hit at the moment itself, `hit_after` once what ends now has ended.
        """
        if not hit_after and self.ended != moment:
            undo.append((self, "ended", self.ended))
            self.ended = moment
        due = None
        if self.count >= self.lowest:
            held, stretched = moment - self.onset, moment - self.stretch
            for cell, (wait, need) in enumerate(self.cells):
                if need <= self.count and wait <= held and cell not in self.cautious:
                    self._cross(self.cautious, cell, moment, undo)
                if need <= hit and wait <= stretched and cell not in self.literal:
                    self._cross(self.literal, cell, moment, undo)
            due = self._next(moment, hit_after) if hit_after else None
        if due != self.due:
            undo.append((self, "due", self.due))
            self.due = due

    def _cross(self, crossed: dict[int, int], cell: int, moment: int, undo: Undo) -> None:
        undo += ((crossed, cell, MISSING), (self, "lowest", self.lowest))
        crossed[cell] = moment
        still_open = [
            need
            for i, (_, need) in enumerate(self.cells)
            if i not in self.cautious or i not in self.literal
        ]
        self.lowest = min(still_open, default=_NEVER)

    def _next(self, moment: int, hit_after: int) -> int | None:
        """Return the earliest later moment at which a cell is crossed if nothing changes."""
        due = _NEVER
        for cell, (wait, need) in enumerate(self.cells):
            if need <= self.count and cell not in self.cautious and self.onset + wait < due:
                due = self.onset + wait
            if need <= hit_after and cell not in self.literal:
                # Those hit only until this moment may have met the wait already, never these.
                when = self.stretch + wait
                if moment < when < due:
                    due = when
        return None if due == _NEVER else due

    def copy(self) -> "Table":
        """Return an independent copy."""
        twin = Table(self.rule)
        for name in ("onset", "stretch", "ended", "count", "lowest", "due"):
            setattr(twin, name, getattr(self, name))
        for name in ("ever", "ever_sums", "cautious", "literal"):
            setattr(twin, name, dict(getattr(self, name)))
        return twin
