"""Ticks are evidence: never more than what is known to have been forwarded."""

import pytest
from aiokafka import TopicPartition

from monitor.ingest.evidence import Evidence, SourceReplacedError

A, B = TopicPartition("alarms", 0), TopicPartition("alarms", 1)
SOURCES = (("alarms", 2),)
NOW_US = 1_000_000_000


def said(evidence: Evidence) -> dict[int, int]:
    """Return what a tick says: partition to time."""
    tick = evidence.tick(SOURCES)
    assert tick.sources == SOURCES
    return {partition: up_to_us for _, partition, up_to_us in tick.confirmed}


def started(*sources: TopicPartition, at: int = 0) -> Evidence:
    """Return evidence of a worker that was given partitions and has read nothing."""
    evidence = Evidence()
    for source in sources:
        evidence.assigned(source, at)
    return evidence


def test_nothing_read_says_nothing() -> None:
    """A partition just assigned is unconfirmed."""
    assert said(started(A, B)) == {}


def test_read_to_its_end_confirms_the_time_of_asking() -> None:
    """When what was forwarded reaches the end, T is the time taken before the question."""
    evidence = started(A, at=5)
    evidence.confirmed(A, 5, 70)
    assert said(evidence) == {0: 70}


def test_an_end_that_is_not_reached_confirms_nothing() -> None:
    """While records wait, the clock says nothing."""
    evidence = started(A, at=5)
    evidence.confirmed(A, 6, 70)
    assert said(evidence) == {}


@pytest.mark.parametrize(("stamp_us", "event_us"), [(40, 90), (90, 40)])
def test_a_backlog_is_worked_off_in_its_own_time(stamp_us: int, event_us: int) -> None:
    """T is the smaller of time stamp and event time: old events written today stay old."""
    evidence = started(A)
    evidence.forwarded(A, 1, [(stamp_us, event_us)], NOW_US)
    assert said(evidence) == {0: 40}


def test_a_backlog_moves_time_by_its_largest_so_far() -> None:
    """One older record in between does not take time back."""
    evidence = started(A)
    evidence.forwarded(A, 3, [(10, 10), (50, 50), (20, 20)], NOW_US)
    evidence.forwarded(A, 4, [(30, 30)], NOW_US)
    assert said(evidence) == {0: 50}


def test_time_never_passes_the_clock() -> None:
    """A record stamped in the future moves time to the present only."""
    evidence = started(A)
    evidence.forwarded(A, 1, [(2 * NOW_US, 2 * NOW_US)], NOW_US)
    assert said(evidence) == {0: NOW_US}


def test_records_that_were_not_used_move_no_time() -> None:
    """Dead letters count as forwarded, but say nothing about time."""
    evidence = started(A)
    evidence.forwarded(A, 3, [], NOW_US)
    assert said(evidence) == {}
    evidence.confirmed(A, 3, 70)
    assert said(evidence) == {0: 70}


def test_an_older_confirmation_takes_nothing_back() -> None:
    """T never goes back."""
    evidence = started(A)
    evidence.confirmed(A, 0, 70)
    evidence.confirmed(A, 0, 60)
    assert said(evidence) == {0: 70}


def test_partitions_speak_for_themselves() -> None:
    """One partition at its end confirms nothing about another."""
    evidence = started(A, B)
    evidence.confirmed(A, 0, 70)
    assert said(evidence) == {0: 70}


def test_a_partition_given_away_is_not_spoken_for() -> None:
    """After a rebalance only the new owner's evidence counts, and late answers are passed over."""
    evidence = started(A)
    evidence.confirmed(A, 0, 70)
    evidence.revoked(A)
    evidence.forwarded(A, 9, [(80, 80)], NOW_US)
    evidence.confirmed(A, 9, 90)
    assert said(evidence) == {}
    evidence.assigned(A, 4)
    assert evidence.read_to == {A: 4}


def test_a_topic_made_anew_stops_the_worker() -> None:
    """An end before what was forwarded cannot be: the message names the partition."""
    evidence = started(A, at=5)
    with pytest.raises(SourceReplacedError, match="alarms/0 ends at 4, but 5"):
        evidence.confirmed(A, 4, 70)
    with pytest.raises(SourceReplacedError):
        evidence.forwarded(A, 1, [(1, 1)], NOW_US)


def test_a_source_minutes_ahead_waits() -> None:
    """The slowest partition is never held back, one far ahead of it is."""
    evidence = started(A, B)
    evidence.forwarded(A, 1, [(10, 10)], NOW_US)
    assert evidence.too_far_ahead(50) == set()
    evidence.confirmed(B, 0, 61)
    assert evidence.too_far_ahead(50) == {B}
