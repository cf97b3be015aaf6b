"""A table rule within one outage: what is crossed at which moment, and when to look again."""

import pytest

from core.world import AT_LEAST, cell, moment, table_rule
from monitor.core.law import TableRule
from monitor.core.table import Table, needs
from monitor.core.undo import Undo, take_back

_GAP = moment(3) - moment(0)
_NOBODY: dict[str, int] = {"s": 0, "t": 0}


class _Watched:
    """A table, and who is hit; areas do not matter here."""

    def __init__(self, rule: TableRule) -> None:
        self.table, self.undo = Table(rule), Undo()
        self.hit = 0

    def now(self, minutes: float, end_users: int) -> None:
        """From this minute on so many are hit; those hit before still count at it."""
        peak = max(self.hit, end_users)
        if end_users and not self.hit:
            self.table.begin(moment(minutes), _GAP, self.undo)
        self.table.hit(("s", "k"), end_users, self.undo)
        self.hit = end_users
        self.table.look(moment(minutes), peak, end_users, self.undo)

    def wait(self) -> float:
        """Let time pass to the deadline; return its minute."""
        assert self.table.due is not None
        due = self.table.due
        self.table.look(due, self.hit, self.hit, self.undo)
        return (due - moment(0)) / (moment(1) - moment(0))

    def crossed(self, reading: str = "cautious") -> dict[int, float]:
        """Return the minute at which each cell was crossed."""
        known: dict[int, int] = getattr(self.table, reading)
        return {c: (m - moment(0)) / (moment(1) - moment(0)) for c, m in known.items()}


@pytest.mark.parametrize(
    ("strict", "expected"),
    [(False, [(0, 9), (120_000_000, 5)]), (True, [(0, 10), (120_000_001, 6)])],
)
def test_needs(strict: bool, expected: list[tuple[int, int]]) -> None:  # noqa: FBT001 - a row
    """More than is at least the next whole number; any duration is none, also of a strict rule."""
    cells = (cell(None, 9), cell(1, 5))
    assert needs(table_rule(*cells, strict=strict)) == expected


def test_each_comparator_is_its_own() -> None:
    """A rule may be strict in time and not in count, or the other way round."""
    rule = table_rule(cell(1, 5), duration_comparator=">", count_comparator=">=")
    assert needs(rule) == [(120_000_001, 5)]
    rule = table_rule(cell(1, 5), duration_comparator=">=", count_comparator=">")
    assert needs(rule) == [(120_000_000, 6)]


def test_deadlines_come_one_after_the_other() -> None:
    """Enough from the start: the deadlines are those of the cells still open, then none."""
    w = _Watched(AT_LEAST)
    w.now(0, 6)
    assert w.crossed() == {}
    assert (w.wait(), w.wait()) == (2, 5)
    assert w.table.due is None
    w.now(6, 9)
    assert w.crossed() == w.crossed("literal") == {0: 6, 1: 2, 2: 5}
    assert w.table.lowest > 10**9


def test_a_strict_deadline_is_right_after_the_instant() -> None:
    """Held for exactly as long is not longer."""
    w = _Watched(table_rule(cell(2, 5), strict=True))
    w.now(0, 6)
    assert w.table.due == moment(2) + 1


def test_time_counts_from_the_onset_users_from_any_time() -> None:
    """The clock runs from the first hit; enough are hit only later, so it is crossed at once."""
    w = _Watched(table_rule(cell(2, 6)))
    w.now(0, 1)
    assert w.table.due is None
    w.now(4, 6)
    assert w.crossed() == w.crossed("literal") == {0: 4}


def test_repair_hides_nobody_from_the_cautious_reading() -> None:
    """Those hit before count on in one reading, and not in the other."""
    w = _Watched(table_rule(cell(2, 6)))
    w.now(0, 6)
    w.now(1, 2)
    assert w.wait() == 2
    assert (w.crossed(), w.crossed("literal")) == ({0: 2}, {})
    assert w.table.affected({"s": 2, "t": 0}) == (("s", 6, 2), ("t", 0, 0))
    w.now(5, 6)
    assert w.crossed("literal") == {0: 5}


def test_a_gap_restarts_one_clock_only() -> None:
    """After a gap of the merge gap the cautious clock runs on; the literal one starts anew."""
    w = _Watched(table_rule(cell(5, 6)))
    w.now(0, 6)
    w.now(2, 0)
    assert w.table.due is None
    w.now(5, 6)
    assert w.wait() == 10
    assert (w.crossed(), w.crossed("literal")) == ({0: 5}, {0: 10})


def test_a_longer_gap_begins_anew() -> None:
    """After a gap longer than the merge gap nobody hit before counts, and the clock restarts."""
    w = _Watched(table_rule(cell(None, 9), cell(5, 6)))
    w.now(0, 8)
    w.now(2, 0)
    w.now(5.5, 6)
    assert w.table.affected({"s": 6, "t": 0}) == (("s", 6, 6), ("t", 0, 0))
    assert w.wait() == 10.5
    assert w.crossed() == {1: 10.5}


def test_a_deadline_in_a_gap_waits() -> None:
    """The time is up while nobody is hit: crossed when somebody is hit again."""
    w = _Watched(table_rule(cell(2, 6)))
    w.now(0, 6)
    w.now(1, 0)
    w.now(3, 1)
    assert (w.crossed(), w.crossed("literal")) == ({0: 3}, {})


def test_what_ends_at_a_moment_still_counts_at_it() -> None:
    """Hit for exactly as long as the cell asks, until just then: crossed, and no deadline."""
    w = _Watched(table_rule(cell(2, 6)))
    w.now(0, 6)
    w.now(2, 0)
    assert w.crossed() == w.crossed("literal") == {0: 2}
    assert w.table.due is None


def test_those_that_ended_set_no_deadline() -> None:
    """Enough were hit until this moment, not after it: the literal reading has no deadline."""
    w = _Watched(table_rule(cell(2, 6)))
    w.now(0, 6)
    w.now(1, 5)
    w.wait()
    assert w.table.due is None
    assert w.crossed("literal") == {}


def test_a_literal_deadline_that_is_met_now_is_none() -> None:
    """At the deadline itself fewer are hit after it: it is crossed by those that end, once."""
    w = _Watched(table_rule(cell(2, 6), cell(2, 4)))
    w.now(0, 4)
    w.now(2, 6)
    assert w.crossed("literal") == {0: 2, 1: 2}
    assert w.table.due is None


def test_a_copy_is_independent() -> None:
    """A copy is equal and goes its own way."""
    w = _Watched(AT_LEAST)
    w.now(0, 6)
    twin = w.table.copy()
    for name in Table.__slots__:
        assert getattr(twin, name) == getattr(w.table, name), name
    w.wait()
    w.now(3, 9)
    assert (twin.cautious, twin.ever, twin.ever_sums) == ({}, {("s", "k"): 6}, {"s": 6})
    assert twin.due == moment(2)


def test_it_can_be_taken_back() -> None:
    """Every change stands in the undo log."""
    w = _Watched(AT_LEAST)
    before = {name: getattr(w.table, name) for name in Table.__slots__}
    before |= {name: dict(getattr(w.table, name)) for name in ("cautious", "ever", "ever_sums")}
    for minutes, end_users in ((0, 4), (1, 6), (2, 0), (4, 9), (5, 0), (9, 4)):
        w.now(minutes, end_users)
    take_back(w.undo, 0)
    assert {name: getattr(w.table, name) for name in Table.__slots__} == before


def test_a_rule_adds_up_its_services() -> None:
    """The total is that of the rule's services, not of others."""
    table = Table(table_rule(cell(None, 1), services=("s",)))
    assert table.total({"s": 3, "t": 4}) == 3
    assert Table(AT_LEAST).total({"s": 3, "t": 4}) == 7
    assert Table(AT_LEAST).total(_NOBODY) == 0
