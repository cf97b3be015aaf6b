"""From what holds to revisions: required, corrected, withdrawn, and who is told first."""

import pytest

from core.world import (
    AT_LEAST,
    EFFECT,
    KEY,
    LAW,
    MORE_THAN,
    cell,
    clear,
    effect_rule,
    event,
    flag,
    hit,
    moment,
    options,
    table_rule,
    us,
    users,
)  # fmt: skip
from monitor.core.event import Event
from monitor.core.law import AnyRule, Law
from monitor.core.notification import Notification, crossing_id
from monitor.core.publish import place_in_pack, told
from monitor.core.reading import Options
from monitor.core.step import Book, Envelope, Tick, step

_FLAGS = Law((EFFECT,), "hash")
_TWO_MINUTES = Law((table_rule(cell(2, 6)),), "hash")


class _Live:
    """A book whose clock stands still, mostly long after all events."""

    def __init__(
        self, law: Law = LAW, chosen: Options | None = None, *, clock: float = 100
    ) -> None:
        self.book = Book(law, chosen or options())
        self.stamp_us = 0
        step(self.book, Tick(moment(clock)), 0)

    def take(self, *events: Event) -> list[Notification]:
        """Take events in one envelope; the first is stamped 1, the next 2."""
        self.stamp_us += 1
        return step(self.book, Envelope(events), self.stamp_us)

    def said(self, *events: Event) -> list[tuple[str, int, float]]:
        """Return type, revision and minute of what these events make it say."""
        return [
            (n.type, n.revision, (n.crossed_at_us - us(0)) / (us(1) - us(0)))
            for n in self.take(*events)
        ]


def test_required_corrected_withdrawn_required() -> None:
    """Each difference is the next revision; what does not differ is not said."""
    live = _Live(_TWO_MINUTES)
    assert live.said(hit(10, 6)) == [("required", 0, 12)]
    assert live.said(hit(9, 1, alarm_id="2")) == [("corrected", 1, 11)]
    assert live.said(clear(20, "2")) == []
    assert live.said(clear(10.5), clear(9.5, "2")) == [("withdrawn", 2, 11)]
    assert live.said(event("change", 30)) == []
    assert live.said(event("raise", 10.6, users(6))) == [("required", 3, 11)]


def test_other_fields_alone_are_not_said() -> None:
    """More people at the same instant change nothing that is published."""
    live = _Live(_TWO_MINUTES)
    live.take(hit(10, 6))
    assert live.said(hit(11, 90, alarm_id="2")) == []


def test_a_repeat_says_nothing() -> None:
    """An event that comes again changes nothing."""
    live = _Live(_FLAGS)
    assert len(live.take(flag(10))) == 1
    assert live.take(flag(10)) == []
    assert live.book.repeats == 1


def test_a_withdrawal_is_as_last_published() -> None:
    """All fields but type, revision and stamp are those of the revision before."""
    live = _Live(_TWO_MINUTES)
    live.take(hit(10, 6))
    (before,) = live.take(hit(9, 1, alarm_id="2", planned=True))
    (after,) = live.take(clear(9.5, "2"), clear(10.5))
    assert (after.type, after.revision, after.detected_at_us) == ("withdrawn", 2, 3)
    for name in before.__struct_fields__:
        if name not in {"type", "revision", "detected_at_us"}:
            assert getattr(after, name) == getattr(before, name), name


def test_the_absorbed_says_by_whom() -> None:
    """An outage that another absorbs is withdrawn with that one's id; taken up again, it is new."""
    live = _Live(_FLAGS)
    live.take(flag(10), clear(11), flag(20, alarm_id="2"))
    withdrawn, *rest = live.take(hit(13, 1, alarm_id="3"), clear(18, "3"))
    assert withdrawn.outage_id == "XX/g@2026-03-14T08:20:00Z"
    assert withdrawn.superseded_by == "XX/g@2026-03-14T08:10:00Z"
    assert rest == []
    (again,) = live.take(clear(14, "3"))
    assert (again.type, again.revision, again.initial) == ("required", 2, True)
    assert again.outage_id == withdrawn.outage_id
    assert again.superseded_by is None


def test_the_first_for_each_addressee_is_initial() -> None:
    """One initial per authority and set of addressees, whatever the order of the addressees."""
    law = Law(
        (
            effect_rule("e", rule="x.a", addressees=("P", "Q")),
            effect_rule("e", rule="x.b", addressees=("Q", "P")),
            effect_rule("e", rule="x.c", addressees=("P",)),
            effect_rule("e", rule="y.d", addressees=("P",), authority="Y"),
        ),
        "hash",
    )
    said = _Live(law).take(flag(10))
    assert [(n.rule.rule, n.initial) for n in said] == [
        ("x.a", True), ("x.b", False), ("x.c", True), ("y.d", True),
    ]  # fmt: skip


def test_after_a_withdrawal_the_next_is_initial_again() -> None:
    """What was withdrawn does not stand, so it is not what they were told first."""
    live = _Live(_FLAGS)
    assert [n.initial for n in live.take(flag(10))] == [True]
    assert [n.initial for n in live.take(flag(11, "2", alarm_id="2"))] == [False]
    assert [n.type for n in live.take(clear(10, sequence=-1))] == []
    assert [(n.type, n.initial) for n in live.take(event("change", 9, impact=(), effects=()))] == []
    other = _Live(_TWO_MINUTES)
    assert [n.initial for n in other.take(hit(10, 6))] == [True]
    other.take(clear(11))
    assert [(n.type, n.initial) for n in other.take(hit(11, 6, sequence=1))] == [("required", True)]


def test_the_order_of_one_step() -> None:
    """Withdrawals first; then by time, outage, rule and place in the pack."""
    law = Law((table_rule(cell(1, 6), cell(None, 6)), effect_rule("e", rule="w")), "hash")
    live = _Live(law)
    live.take(hit(50, 6))
    said = live.take(
        clear(50, sequence=1),
        hit(40, 6, alarm_id="2", outage_key="XX/h"),
        hit(40, 6, alarm_id="2"),
        flag(41, "b", alarm_id="3"),
        flag(41, "a", alarm_id="4"),
        *(clear(42, alarm_id) for alarm_id in "234"),
    )
    assert [
        (n.type, n.outage_key, n.crossed_at_us - us(40), n.rule.rule, n.cell) for n in said
    ] == [
        ("withdrawn", KEY, us(11) - us(0), "x.at_least", cell(1, 6)),
        ("required", KEY, 0, "x.at_least", cell(None, 6)),
        ("required", "XX/h", 0, "x.at_least", cell(None, 6)),
        ("required", KEY, us(1) - us(0), "w", ("e", "a")),
        ("required", KEY, us(1) - us(0), "w", ("e", "b")),
        ("required", KEY, us(1) - us(0), "x.at_least", cell(1, 6)),
        ("required", "XX/h", us(1) - us(0), "x.at_least", cell(1, 6)),
    ]


def test_what_joins_in_the_same_moment_is_told_too() -> None:
    """Published is what holds now, at the clock, not what held when the cell was first crossed."""
    live = _Live(clock=10)
    (n, *_) = live.take(hit(10, 9, planned=True), hit(10, alarm_id="2", impact=(users(5, "l"),)))
    assert n.rule == AT_LEAST
    assert (n.affected, n.planned) == ((("s", 14, 14), ("t", 0, 0)), False)


def test_cells_of_one_instant_go_by_their_place_in_the_pack() -> None:
    """Not by their numbers: the pack's order is the regulator's."""
    rule = table_rule(cell(1, 6), cell(None, 6), cell(None, 9))
    said = _Live(Law((rule,), "hash")).take(hit(10, 1), hit(12, 9, alarm_id="2"))
    assert [n.cell for n in said] == list(rule.cells)
    assert [n.initial for n in said] == [True, False, False]


def test_what_a_notification_says() -> None:
    """Every field of a required notification, both readings included."""
    live = _Live(Law((MORE_THAN,), "packs"))
    (n,) = live.take(
        hit(10, 4, planned=True), event("change", 11, users(1)), clear(20), clear(20, "none")
    )
    assert (n.type, n.revision, n.initial, n.policy_set) == ("required", 0, True, "packs")
    assert (n.outage_id, n.country) == ("XX/g@2026-03-14T08:10:00Z", "XX")
    assert (n.first_onset_us, n.crossed_at_us, n.detected_at_us) == (us(10), us(13), 1)
    assert n.affected == (("s", 4, 1),)
    assert (n.reading, n.literal_met, n.planned) == ("cautious", False, True)
    assert n.cell == cell(3, 3)
    assert n.crossing_id == crossing_id(n.outage_id, "x.more_than", n.cell)


@pytest.mark.parametrize(("again", "met"), [(9.5, True), (9.6, False)])
def test_literal_met_by_the_instant(again: float, met: bool) -> None:  # noqa: FBT001 - a row
    """The literal reading crossed at or before the crossing; what it crosses later is not met."""
    live = _Live(_TWO_MINUTES)
    (n,) = live.take(hit(9, 6), clear(9.5), hit(again, 6, alarm_id="2"))
    assert (n.crossed_at_us, n.literal_met) == (us(11), met)


def test_literal_met_when_it_decides_and_for_effects() -> None:
    """Where the literal reading decides, or nothing is counted, it is met by itself."""
    said = _Live(LAW, options("literal")).take(hit(10, 9), flag(11, alarm_id="2"))
    assert len(said) == 7
    assert all(n.literal_met for n in said)


def test_places_and_addressees() -> None:
    """Cells go by their place in the pack, effects after them by kind and target."""
    places = [place_in_pack(AT_LEAST, c) for c in AT_LEAST.cells]
    effects = [place_in_pack(EFFECT, e) for e in (("e", "1"), ("e", "2"), ("f", "0"))]
    assert places + effects == sorted(places + effects)
    rules: tuple[AnyRule, ...] = (AT_LEAST, EFFECT)
    assert {told(rule) for rule in rules} == {("X", frozenset({"X"}))}
    assert told(MORE_THAN) != told(AT_LEAST)
