"""Now is the least over all source partitions that any tick has named."""

from monitor.decide.now import InputTime
from monitor.ingest.envelope import Tick


def tick(partitions: int, *confirmed: tuple[int, int], topic: str = "alarms") -> Tick:
    """Return a tick of a worker that knows so many partitions: (partition, time) confirmed."""
    return Tick(((topic, partitions),), tuple((topic, p, us) for p, us in confirmed))


def test_a_partition_that_only_one_worker_knows_is_waited_for() -> None:
    """Ticks of a worker that has not found it yet do not make it forgotten."""
    time = InputTime()
    assert time.take(tick(2, (0, 50), (1, 50))) == 50
    assert time.take(tick(3)) is None
    assert time.take(tick(2, (0, 90), (1, 90))) is None
    assert time.take(tick(3, (2, 70))) == 70


def test_owners_speak_each_for_their_own() -> None:
    """Time is the least of what all of them said last."""
    time = InputTime()
    assert time.take(tick(2, (0, 50))) is None
    assert time.take(tick(2, (1, 40))) == 40
    assert time.take(tick(2, (1, 60))) == 50


def test_a_late_tick_takes_nothing_back() -> None:
    """A worker that slept says what was true before."""
    time = InputTime()
    time.take(tick(1, (0, 50)))
    assert time.take(tick(1, (0, 20))) == 50


def test_a_tick_that_says_nothing_changes_nothing() -> None:
    """The first one of a worker only asks the brokers for the time."""
    time = InputTime()
    assert time.take(Tick()) is None
    time.take(tick(1, (0, 50)))
    assert time.take(Tick()) == 50


def test_several_source_topics_count_alike() -> None:
    """A second topic is waited for like a further partition."""
    time = InputTime()
    time.take(tick(1, (0, 50)))
    assert time.take(tick(1, topic="more")) is None
    assert time.take(tick(1, (0, 30), topic="more")) == 30


def test_what_was_heard_is_restored() -> None:
    """Unconfirmed partitions, too: a worker that takes over waits for the same."""
    time, other = InputTime(), InputTime()
    time.take(tick(2, (1, 40)))
    assert time.state() == [("alarms", 0, None), ("alarms", 1, 40)]
    other.restore(time.state())
    assert other.state() == time.state()
    assert other.take(tick(2, (0, 30))) == time.take(tick(2, (0, 30))) == 30


def test_a_topic_that_is_read_no_more_is_not_waited_for() -> None:
    """Only when that is said; else time would stand still for ever."""
    time = InputTime()
    time.take(tick(1, (0, 50), topic="old"))
    time.take(tick(1, (0, 90)))
    time.only(["alarms"])
    assert time.take(Tick()) == 90
