"""One outage key: late events, the two ways of taking them in, and what is dropped when."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from core.world import (
    KEY,
    LAW,
    alarm,
    clear,
    crossings,
    draw,
    event,
    flag,
    hit,
    moment,
    options,
    reading,
    snapshot,
    stream,
    us,
    users,
)  # fmt: skip
from monitor.core.domain import Domain, order
from monitor.core.event import Event
from monitor.core.fold import Fold
from monitor.core.reading import Options

_SEEDS_PER_TEST = 100
_NOW = moment(100)


def _seeds(batch: int) -> range:
    return range(batch * _SEEDS_PER_TEST, (batch + 1) * _SEEDS_PER_TEST)


def _domain(*events: Event, chosen: Options | None = None, clock: int = _NOW) -> Domain:
    domain = Domain(KEY, LAW, chosen or options())
    for one in events:
        assert domain.file(one)
        domain.place(one, clock)
        domain.resolve(clock)
    return domain


def _drawn(seed: int) -> tuple[random.Random, Options, list[Event]]:
    """Give a few events of one key in any order, none of them twice."""
    rng = random.Random(seed)
    chosen = options(reading(rng), gap=rng.choice((0, 1, 3, 8)))
    read = stream(rng)
    rng.shuffle(read)
    return rng, replace(chosen, tail_us=rng.choice((0, 10**8, 10**12))), read


def _state(fold: Fold) -> dict[str, Any]:
    """Return what a fold knows that decides anything later.

    What was found at this moment is sealed; when a table last ended is left out while it goes on,
    for whether it did within this moment is a matter of which event came first; strays only count.
    """
    fold.seal()
    state = snapshot(fold) | {"_fresh": None, "strays": None}
    for *_, tables in state["outages"]:
        for table in tables:
            if any(fold.hit[service] for service in table["services"]):
                table["ended"] = None
    return state


@pytest.mark.parametrize("batch", range(4))
def test_going_back_is_folding_anew(batch: int) -> None:
    """After every event, in any order, the state is that of one fold over all events in order."""
    for seed in _seeds(batch):
        rng, chosen, read = _drawn(seed)
        domain, fresh = Domain(KEY, LAW, chosen), Domain(KEY, LAW, chosen)
        for one in read:
            clock = moment(rng.choice((31, 33, 40)))
            if domain.file(one) and fresh.file(one):
                domain.place(one, clock)
                if rng.random() < 0.3:
                    domain.trim(moment(rng.randint(0, 30)))
        domain.resolve(moment(40))
        domain.advance(moment(40))
        assert not domain.deferred.events, f"seed {seed}"
        fresh.refold(moment(40))
        assert _state(domain.live) == _state(fresh.live), f"seed {seed}"


def _in_order(seed: int) -> Iterator[tuple[Domain, Fold, Event]]:
    """Give a domain that settles as it goes, and one plain fold over the same events."""
    rng, chosen, read = _drawn(seed)
    horizon_us = us(rng.choice((2, 5, 12))) - us(0)
    chosen = replace(chosen, lateness_horizon_us=horizon_us)
    domain, plain = Domain(KEY, LAW, chosen), Fold("XX", LAW, chosen)
    for one in sorted(read, key=order):
        if domain.file(one):
            clock = 2 * one.time_us
            domain.advance(clock)
            domain.place(one, clock)
            plain.apply(one)
            if rng.random() < 0.5:
                domain.settle(one.time_us - horizon_us)
            yield domain, plain, one


@pytest.mark.parametrize("batch", range(2))
def test_settled_it_still_knows_the_rest(batch: int) -> None:
    """However often it settles, what it still holds is what a plain fold over all holds."""
    for seed in _seeds(batch):
        for domain, plain, _ in _in_order(seed):
            plain.seal()
            held = crossings(plain.outages)
            kept = {o.first_onset_us for o in domain.live.outages}
            domain.live.seal()
            assert crossings(domain.live.outages).items() <= held.items(), f"seed {seed}"
            assert crossings(o for o in plain.outages if o.first_onset_us in kept) == crossings(
                domain.live.outages
            ), f"seed {seed}"
            assert snapshot(domain.live)["_tops"] == snapshot(plain)["_tops"], f"seed {seed}"


@pytest.mark.parametrize("batch", range(2))
def test_settled_it_folds_anew_to_the_same(batch: int) -> None:
    """Base and history together give the live state again, however often it settled."""
    for seed in _seeds(batch):
        for domain, _, one in _in_order(seed):
            before = _state(domain.live)
            domain.refold(2 * one.time_us)
            assert _state(domain.live) == before, f"seed {seed}"


def test_what_is_settled_leaves_the_history() -> None:
    """Events before the edge are folded for good; one at the edge may still be corrected."""
    domain = _domain(hit(0), clear(5), hit(6, alarm_id="2"))
    assert domain.settle(us(5)) == []
    assert {a: [e.time_us for e in h] for a, h in domain.history.items()} == {
        alarm(1): [us(5)],
        alarm(2): [us(6)],
    }
    assert domain.base.alarms.keys() == {alarm(1)}


@pytest.mark.parametrize(("edge", "closed"), [(8, 0), (8.1, 1), (20, 1)])
def test_an_outage_closes_when_nothing_can_reach_it(edge: float, closed: int) -> None:
    """An event at the edge still joins an outage that ended the merge gap before."""
    domain = _domain(hit(0), clear(5), hit(30, alarm_id="2"), chosen=options(gap=3))
    outages = domain.settle(us(edge))
    assert len(outages) == closed
    assert len(domain.live.outages) == 2 - closed
    assert all(len(o.crossings) == 6 for o in outages)


def test_an_open_outage_never_closes() -> None:
    """However long ago it began."""
    domain = _domain(hit(0))
    assert domain.settle(us(90)) == []
    assert len(domain.live.outages) == 1
    assert not domain.empty


def test_inactive_alarms_are_forgotten_in_the_end() -> None:
    """One horizon after the edge passed the last event of an alarm, a change of it is a raise."""
    domain = _domain(hit(0), clear(5), hit(6, alarm_id="2"), chosen=options(horizon=10))
    domain.settle(us(15))
    assert alarm(1) in domain.live.alarms
    domain.settle(us(15) + 1)
    assert alarm(1) not in domain.live.alarms
    assert alarm(1) not in domain.base.alarms
    assert domain.live.alarms[alarm(2)].active
    assert not domain.empty


def test_nothing_is_left_of_what_is_over() -> None:
    """Once all is settled and forgotten, nothing is left to know."""
    domain = _domain(hit(0), clear(5), chosen=options(horizon=10))
    assert len(domain.settle(us(9))) == 1
    assert not domain.empty
    domain.settle(us(16))
    assert domain.empty


def test_forgotten_strays_are_told_once() -> None:
    """Clears that found nothing are counted when their alarm is forgotten."""
    domain = _domain(clear(0), clear(1), chosen=options(horizon=10))
    assert domain.live.strays == {alarm(1): 2}
    domain.settle(us(20))
    assert (domain.forgotten_strays(), domain.forgotten_strays()) == (2, 0)
    assert domain.live.strays == {}


def test_an_event_ahead_of_the_clock_waits() -> None:
    """It is kept in its order, and taken when the clock reaches it."""
    domain = _domain(flag(9, "b", alarm_id="2"), flag(8, "a"), clock=moment(7))
    assert [e.time_us for e in domain.ahead] == [us(8), us(9)]
    assert domain.due == moment(8)
    domain.advance(moment(8) - 1)
    assert crossings(domain.live.outages) == {}
    domain.advance(moment(8))
    assert domain.due == moment(9)
    domain.advance(moment(9))
    assert domain.ahead == []
    assert len(crossings(domain.live.outages)) == 2


def test_the_order_of_one_alarm_is_time_then_sequence_then_arrival() -> None:
    """Events that tie are taken as they came, whenever the clock gets there."""
    for clock in (moment(0), _NOW):
        domain = _domain(
            hit(5, 3, sequence=2), clear(5, sequence=1), hit(5, 4), clear(5), hit(5, 6),
            clock=clock,
        )  # fmt: skip
        domain.advance(_NOW)
        domain.resolve(_NOW)
        assert [(e.sequence, e.action, e.impact) for e in domain.history[alarm(1)]] == [
            (0, "raise", (users(4),)),
            (0, "clear", None),
            (0, "raise", (users(6),)),
            (1, "clear", None),
            (2, "raise", (users(3),)),
        ]
        assert domain.live.hit["s"] == 3


def test_repeats_are_told_from_other_events() -> None:
    """A repeat is equal in every field its sender wrote; anything else is another event."""
    first = event("change", 5, users(3), severity="major", planned=True, remainder="BE")
    domain = _domain(first)
    assert not domain.file(
        replace(first, element_impact=(users(9),), element_effects=(("e", "1"),))
    )
    others: list[dict[str, Any]] = [
        {"sequence": 1}, {"action": "raise"}, {"element": "x"}, {"severity": None},
        {"planned": None}, {"impact": None}, {"effects": ()}, {"remainder": ""},
        {"time_us": us(4)}, {"alarm_id": "2"}, {"source": "x"},
    ]  # fmt: skip
    for fields in others:
        assert domain.file(replace(first, **fields)), fields
        assert not domain.file(replace(first, **fields)), fields


def test_absent_planned_is_false_but_on_a_change() -> None:
    """On a change it is unchanged, which is another thing to say."""
    domain = _domain(hit(1, planned=None), event("change", 2, planned=None))
    assert not domain.file(hit(1, planned=False))
    assert domain.file(event("change", 2, planned=False))


def test_trimming_frees_what_is_final() -> None:
    """Steps before the moment can no longer be undone; later ones still can."""
    domain = _domain(*(hit(n, alarm_id=str(n)) for n in range(10)))
    before, size = snapshot(domain.live), len(domain.live.undo)
    assert domain.trim(moment(5))
    assert 0 < len(domain.live.undo) < size
    assert not domain.trim(moment(20))
    assert domain.live.undo == []
    assert snapshot(domain.live) == before


@pytest.mark.parametrize("late", [4, 5, 5.5, 9, 9.5])
def test_late_after_trimming(late: float) -> None:
    """What lies before the trimmed moment is folded anew, what lies after it by going back."""
    steps = [hit(n, 1, alarm_id=f"a{n}") for n in range(10)]
    domain = _domain(*steps)
    domain.trim(moment(6))
    first = domain.live
    one = flag(late, alarm_id="late")
    domain.file(one)
    domain.place(one, _NOW)
    domain.resolve(_NOW)
    assert (domain.live is first) == (late > 5)
    assert _state(domain.live) == _state(_domain(*sorted([*steps, one], key=order)).live)


def test_drawn_events_fill_the_world() -> None:
    """The small world has all actions, repeats apart, and events at equal instants."""
    drawn = [draw(random.Random(seed)) for seed in range(200)]
    assert {e.action for e in drawn} == {"raise", "change", "clear"}
    assert any(e.effects for e in drawn)
