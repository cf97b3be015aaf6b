"""Ticks are evidence: never more than what is known to have been forwarded."""

import pytest
from aiokafka import TopicPartition
from structlog.testing import capture_logs

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
    evidence = started(A, at=3)
    evidence.forwarded(A, 5, [], NOW_US)
    with pytest.raises(SourceReplacedError, match="alarms/0 ends at 4, but it reached 5"):
        evidence.confirmed(A, 4, 70)
    with pytest.raises(SourceReplacedError):
        evidence.forwarded(A, 1, [(1, 1)], NOW_US)


def test_a_committed_offset_of_another_topic_confirms_nothing() -> None:
    """The topic was made anew while nobody read it: it is read from its beginning, and no loop."""
    evidence = started(A, at=100)
    with capture_logs() as logs:
        evidence.confirmed(A, 40, 70)
    assert said(evidence) == {}
    assert [(log["committed"], log["end"]) for log in logs] == [(100, 40)]
    evidence.forwarded(A, 40, [(20, 20)], NOW_US)
    evidence.confirmed(A, 40, 80)
    assert said(evidence) == {0: 80}


def test_an_end_that_is_reached_later_confirms_when_it_was_asked_for() -> None:
    """A partition that never stands still is confirmed, too: what arrived before t0 is done."""
    evidence = started(A)
    evidence.confirmed(A, 10, 70)
    evidence.forwarded(A, 9, [(5, 5)], NOW_US)
    assert said(evidence) == {0: 5}
    evidence.forwarded(A, 10, [(6, 6)], NOW_US)
    assert said(evidence) == {0: 70}


def test_a_growing_partition_is_asked_again_only_when_it_answered() -> None:
    """A later, further end does not push the first one away; else none would ever be reached."""
    evidence = started(A)
    evidence.confirmed(A, 10, 70)
    evidence.confirmed(A, 20, 80)
    evidence.forwarded(A, 10, [], NOW_US)
    assert said(evidence) == {0: 70}
    evidence.confirmed(A, 30, 90)
    evidence.forwarded(A, 30, [], NOW_US)
    assert said(evidence) == {0: 90}


def test_the_end_of_transactions_counts_as_read() -> None:
    """A position that moves past what no reader sees reaches the end without a record."""
    evidence = started(A)
    evidence.forwarded(A, 5, [(1, 1)], NOW_US)
    evidence.confirmed(A, 6, 70)
    evidence.forwarded(A, 6, (), 0)
    assert said(evidence) == {0: 70}


def test_records_forwarded_while_the_question_is_asked_are_no_sign_of_a_new_topic() -> None:
    """An answer is compared with what had been forwarded when it was asked for."""
    evidence = started(A, at=5)
    evidence.forwarded(A, 9, [], NOW_US)
    evidence.confirmed(A, 7, 70, at_least=5)
    assert said(evidence) == {0: 70}
    with pytest.raises(SourceReplacedError):
        evidence.confirmed(A, 7, 80, at_least=9)


def test_a_topic_made_anew_during_a_rebalance_is_noticed() -> None:
    """The partition comes back with another offset, but its end tells."""
    evidence = started(A)
    evidence.confirmed(A, 7, 70)
    evidence.revoked(A)
    evidence.assigned(A, 0)
    with pytest.raises(SourceReplacedError, match="ends at 2, but it reached 7"):
        evidence.confirmed(A, 2, 80)


def test_a_claim_of_a_worker_that_slept_is_still_true() -> None:
    """It slept after asking, lost the partition, and wakes: t0 is when it asked, not now.

    What was forwarded by then reaches the end as it was after t0, so nothing from before t0 is
    missing, however much was written while it slept.
    """
    evidence = started(A, at=5)
    evidence.confirmed(A, 5, 70)
    asleep_until_us = NOW_US
    evidence.forwarded(A, 5, (), asleep_until_us)
    assert said(evidence) == {0: 70}


def test_only_what_is_assigned_is_spoken_for() -> None:
    """Records of a partition that came in while it was given away leave nothing behind."""
    evidence = started(A, B)
    evidence.keep({B})
    assert evidence.read_to == {B: 0}


def test_a_burst_of_old_events_is_not_today() -> None:
    """Written in one go today, they move time to the last of them until all are read."""
    evidence = started(A)
    evidence.confirmed(A, 1000, NOW_US - 1)
    for offset in range(100, 1000, 100):
        evidence.forwarded(A, offset, [(NOW_US, 1000 + offset)], NOW_US)
        assert said(evidence) == {0: 1000 + offset}
    evidence.forwarded(A, 1000, [(NOW_US, 2000)], NOW_US)
    assert said(evidence) == {0: NOW_US - 1}


def test_events_a_little_ahead_move_time_to_their_arrival() -> None:
    """A source whose clock is fast does not turn ours."""
    evidence = started(A)
    evidence.forwarded(A, 1, [(500, 700)], NOW_US)
    assert said(evidence) == {0: 500}
