"""Pace: who runs ahead waits for who is slow, but not for who does not move at all."""

from aiokafka import TopicPartition

from monitor.ingest.pace import Pace

A, B, C = (TopicPartition("alarms", n) for n in range(3))


def pace() -> Pace:
    """Return one that allows a lead of 50 and waits 10 seconds."""
    return Pace(max_lead_us=50, patience_s=10)


def test_a_source_far_ahead_waits_for_the_slowest() -> None:
    """The slowest is never held back; one is from just beyond the lead on."""
    assert pace().too_far_ahead({A: 10, B: 60}, 0) == set()
    assert pace().too_far_ahead({A: 10, B: 61}, 0) == {B}


def test_it_goes_on_when_the_slowest_has_followed() -> None:
    """Nobody waits longer than needed."""
    watched = pace()
    assert watched.too_far_ahead({A: 10, B: 100}, 0) == {B}
    assert watched.too_far_ahead({A: 60, B: 100}, 1) == set()


def test_nobody_waits_for_a_partition_that_does_not_move() -> None:
    """Without a leader it may stand for minutes; the alarms of the others must come through."""
    watched = pace()
    assert watched.too_far_ahead({A: 10, B: 100}, 0) == {B}
    assert watched.too_far_ahead({A: 10, B: 100}, 9.9) == {B}
    assert watched.too_far_ahead({A: 10, B: 100}, 10) == set()


def test_one_left_behind_does_not_stop_the_others_when_it_comes_back() -> None:
    """It works off what it missed by itself, and is waited for again when it has caught up."""
    watched = pace()
    watched.too_far_ahead({A: 10, B: 100}, 0)
    watched.too_far_ahead({A: 10, B: 100}, 10)
    assert watched.too_far_ahead({A: 20, B: 200}, 11) == set()
    assert watched.too_far_ahead({A: 190, B: 210}, 12) == set()
    assert watched.too_far_ahead({A: 191, B: 300}, 13) == {B}


def test_one_left_behind_does_not_let_all_others_run() -> None:
    """Those that move still wait for each other."""
    watched = pace()
    watched.too_far_ahead({A: 10, B: 100, C: 200}, 0)
    assert watched.too_far_ahead({A: 10, B: 101, C: 200}, 10) == {C}


def test_one_that_waits_is_not_one_that_stands() -> None:
    """A paused partition does not move either; it is ahead, and goes on waiting."""
    watched = pace()
    for second in range(30):
        assert watched.too_far_ahead({A: 10 + second, B: 1000}, second) == {B}
