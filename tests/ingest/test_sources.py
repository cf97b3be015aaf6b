"""The source topics: every partition is named as soon as it is known, and none is forgotten."""

import pytest

from monitor.ingest.evidence import SourceReplacedError
from monitor.ingest.sources import Sources

Counts = dict[str, set[int]]


def counted(sources: Sources, counts: Counts, now_s: float = 0) -> dict[str, int]:
    """Return what ticks say when the broker says this."""
    return dict(sources.counted(counts.get, now_s))


def test_every_source_topic_is_named() -> None:
    """Several topics with their partitions."""
    sources = Sources(["alarms", "more"])
    assert sources.topics == ["alarms", "more"]
    assert counted(sources, {"alarms": {0, 1}, "more": {0}}) == {"alarms": 2, "more": 1}


def test_an_unknown_topic_counts_as_one_that_nobody_confirmed() -> None:
    """While nothing is known of it, time must wait for it: it has a partition at least."""
    assert counted(Sources(["alarms"]), {}) == {"alarms": 1}


def test_a_partition_added_is_named_at_once() -> None:
    """So that time waits until it is confirmed as well."""
    sources = Sources(["alarms"])
    counted(sources, {"alarms": {0, 1}})
    assert counted(sources, {"alarms": {0, 1, 2}}) == {"alarms": 3}


def test_a_topic_that_is_gone_stops_the_worker() -> None:
    """At once: the message says which topic, how many partitions it had, and what to do."""
    sources = Sources(["alarms"])
    counted(sources, {"alarms": {0, 1}})
    with pytest.raises(SourceReplacedError, match="alarms had 2 partitions and now has none"):
        counted(sources, {}, 10)


@pytest.mark.parametrize("fewer", [{}, {"alarms": {0}}])
def test_a_broker_that_has_not_heard_yet_takes_nothing_back(fewer: Counts) -> None:
    """Just after a topic was made, or grew, not all brokers know of it."""
    sources = Sources(["alarms"])
    counted(sources, {"alarms": {0, 1}})
    assert counted(sources, fewer, 9) == {"alarms": 2}
    assert counted(sources, {"alarms": {0, 1}}, 10) == {"alarms": 2}


def test_fewer_partitions_for_long_stop_the_worker() -> None:
    """The topic was made anew with fewer: time would wait for the others for ever."""
    sources = Sources(["alarms"])
    counted(sources, {"alarms": {0, 1, 2}})
    counted(sources, {"alarms": {0}}, 100)
    with pytest.raises(SourceReplacedError, match="had 3 partitions and now has 1"):
        counted(sources, {"alarms": {0}}, 110)
