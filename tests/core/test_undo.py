"""A fold taken back to any earlier mark is as it was; nothing that changes it is forgotten."""

import random

import pytest

from core.world import LAW, clear, flag, hit, options, reading, snapshot, stream
from monitor.core.domain import order
from monitor.core.event import Event
from monitor.core.fold import Fold
from monitor.core.load import Load
from monitor.core.moment import at
from monitor.core.outage import Outage
from monitor.core.undo import MISSING, Undo, take_back

_SEEDS_PER_TEST = 100


def _seeds(batch: int) -> range:
    return range(batch * _SEEDS_PER_TEST, (batch + 1) * _SEEDS_PER_TEST)


def _fold(rng: random.Random) -> Fold:
    return Fold("XX", LAW, options(reading(rng), gap=rng.choice((0, 1, 3, 6))))


def _go_on(fold: Fold, rng: random.Random, event: Event) -> None:
    """Apply an event, as a domain does: deadlines on the way, seals and leavings now and then."""
    if rng.random() < 0.5:
        fold.run_to(at(event.time_us))
    fold.apply(event)
    if rng.random() < 0.5:
        fold.seal()
    if rng.random() < 0.1:
        fold.leave()


@pytest.mark.parametrize("batch", range(4))
def test_taken_back_to_any_mark(batch: int) -> None:
    """The state at each mark comes back whole, from the last to the first or by a long jump."""
    for seed in _seeds(batch):
        rng = random.Random(seed)
        fold, marks = _fold(rng), []
        for event in sorted(stream(rng), key=order):
            marks.append((len(fold.undo), snapshot(fold)))
            _go_on(fold, rng, event)
        while marks:
            mark, before = marks[place := rng.randrange(len(marks))]
            del marks[place:]
            take_back(fold.undo, mark)
            assert snapshot(fold) == before, f"seed {seed}"
            assert len(fold.undo) == mark, f"seed {seed}"


@pytest.mark.parametrize("batch", range(4))
def test_forward_again_it_is_the_same(batch: int) -> None:
    """Taken back and led over the same events again, a fold is where it was."""
    for seed in _seeds(batch):
        rng = random.Random(seed)
        fold, read = _fold(rng), sorted(stream(rng), key=order)
        middle = rng.randrange(len(read))
        for event in read[:middle]:
            fold.apply(event)
        mark = len(fold.undo)
        for event in read[middle:]:
            fold.apply(event)
        there = snapshot(fold)
        take_back(fold.undo, mark)
        for event in read[middle:]:
            fold.apply(event)
        assert snapshot(fold) == there, f"seed {seed}"


@pytest.mark.parametrize("batch", range(4))
def test_a_copy_is_independent(batch: int) -> None:
    """A copy is equal, knows no way back, and does not change with the original, nor it with it."""
    for seed in _seeds(batch):
        rng = random.Random(seed)
        fold, read = _fold(rng), sorted(stream(rng), key=order)
        middle = rng.randrange(len(read))
        for event in read[:middle]:
            fold.apply(event)
        twin, there = fold.copy(), snapshot(fold)
        assert snapshot(twin) == there, f"seed {seed}"
        assert twin.undo == [], f"seed {seed}"
        for event in read[middle:]:
            fold.apply(event)
        assert snapshot(twin) == there, f"seed {seed}"
        ahead = snapshot(fold)
        for event in read[middle:]:
            twin.apply(event)
        assert snapshot(twin) == ahead, f"seed {seed}"
        take_back(twin.undo, 0)
        assert (snapshot(twin), snapshot(fold)) == (there, ahead), f"seed {seed}"


def test_each_kind_of_change() -> None:
    """Items, appends, attributes and loads are put back, the latest change first."""
    items, numbers, load = {"a": 1}, [1], Load()
    outage = Outage(0, LAW.in_force("XX", 0))
    load.put(("oss", "1"), 5)
    log: Undo = [
        (items, "a", 1),
        (items, "b", MISSING),
        (numbers, None, None),
        (outage, "end_us", None),
        (load, ("oss", "1"), 5),
        (load, ("oss", "1"), MISSING),
        (items, "a", 2),
    ]
    items |= {"a": 3, "b": 4}
    numbers.append(2)
    outage.end_us = 9
    load.put(("oss", "1"), 7)
    take_back(log, 6)
    assert items == {"a": 2, "b": 4}
    take_back(log, 0)
    assert (items, numbers, dict(load)) == ({"a": 1}, [1], {("oss", "1"): 5})
    assert outage.end_us is None


def test_a_retired_outage_comes_back() -> None:
    """An outage that a later one made final counts on as before once that one is taken back."""
    fold = Fold("XX", LAW, options(gap=3))
    for event in (hit(0, 4), clear(1)):
        fold.apply(event)
    before, mark = snapshot(fold), len(fold.undo)
    fold.apply(flag(10, alarm_id="2"))
    assert len(fold.outages) == 2
    take_back(fold.undo, mark)
    assert snapshot(fold) == before
