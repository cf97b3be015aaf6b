"""The largest count of the alarms that hit one area, however many there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.world import alarm
from monitor.core.load import Load
from monitor.core.undo import MISSING, Undo, take_back

#: (alarm, what it hits now): None takes it off; small numbers, so that counts are often equal
_Change = tuple[int, int | None]
_CHANGES = st.lists(
    st.tuples(st.integers(0, 19), st.one_of(st.none(), st.integers(1, 6))), max_size=60
)


def _filled(count: int) -> Load:
    load = Load()
    for number in range(count):
        load.put(alarm(number), number + 1)
    return load


def _change(load: Load, change: _Change, log: Undo) -> None:
    """Do what a fold does, with its undo log."""
    who, end_users = alarm(change[0]), change[1]
    if who in load:
        log.append((load, who, load.pop(who)))
    if end_users is not None:
        log.append((load, who, MISSING))
        load.put(who, end_users)


@pytest.mark.parametrize("count", [0, 1, 2, 12, 13, 14, 100, 1000])
def test_the_largest_goes_step_by_step(count: int) -> None:
    """Taking off the largest again and again gives the next one, down to nobody."""
    load = _filled(count)
    for number in reversed(range(count)):
        assert load.largest() == number + 1
        del load[alarm(number)]
    assert load.largest() == 0


def test_a_stale_entry_does_not_count() -> None:
    """Among many, an alarm that hits fewer than before, or none, no longer counts as before."""
    load = _filled(20)
    load.put(alarm(0), 50)
    assert load.largest() == 50
    load.put(alarm(0), 7)
    assert load.largest() == 20
    load.put(alarm(1), 50)
    del load[alarm(1)]
    assert load.largest() == 20


def test_a_few_after_many() -> None:
    """What changes while there are few is known when there are many again."""
    load = _filled(13)
    assert load.largest() == 13
    del load[alarm(12)]
    assert load.largest() == 12
    load.put(alarm(0), 40)
    load.put(alarm(12), 5)
    assert load.largest() == 40


def test_a_copy_is_independent() -> None:
    """What happens to one does not happen to the other."""
    load = _filled(20)
    load.largest()
    twin = load.copy()
    load.put(alarm(0), 50)
    del twin[alarm(19)]
    assert (load.largest(), twin.largest()) == (50, 19)


@given(start=st.sampled_from((0, 11, 15)), changes=_CHANGES)
def test_it_is_the_largest_of_all(start: int, changes: list[_Change]) -> None:
    """After any changes the largest is that of a plain search."""
    load, log = _filled(start), Undo()
    for change in changes:
        _change(load, change, log)
        assert load.largest() == max(load.values(), default=0)


@given(start=st.sampled_from((0, 11, 15)), changes=_CHANGES, data=st.data())
def test_taken_back_it_is_as_before(
    start: int, changes: list[_Change], data: st.DataObject
) -> None:
    """Taken back to any mark it holds what it held, and goes on rightly from there."""
    load, log = _filled(start), Undo()
    marks: list[tuple[int, dict[tuple[str, str], int]]] = []
    for change in changes:
        marks.append((len(log), dict(load)))
        _change(load, change, log)
        if data.draw(st.booleans()):
            load.largest()
        if data.draw(st.integers(0, 4)) == 0:
            mark, before = data.draw(st.sampled_from(marks))
            del marks[marks.index((mark, before)) + 1 :]
            take_back(log, mark)
            assert load == before
            assert load.largest() == max(before.values(), default=0)


def test_what_is_put_back_is_the_largest_again() -> None:
    """An alarm that left, was no longer found, and is put back counts as before."""
    load = Load()
    for number in range(20):
        load.put(alarm(number), number)
    assert load.largest() == 19
    del load[alarm(19)]
    assert load.largest() == 18
    load.restore(alarm(19), 19)
    assert load.largest() == 19
