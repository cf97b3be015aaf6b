"""The time of the brokers: what they stamp counts, not the clock of the host."""

import pytest
from aiokafka.structs import RecordMetadata
from structlog.testing import capture_logs

from monitor.clock import ScaledClock
from monitor.ingest.broker_time import BrokerTime

SECOND_US = 1_000_000
NOON_MS = 1_800_000_000_000


class Hand:
    """Moves time by hand."""

    def __init__(self) -> None:
        """Begin at some second."""
        self.elapsed_s = 1000.0

    def __call__(self) -> float:
        """Return what has elapsed."""
        return self.elapsed_s


def answer(stamp_ms: int, stamp_type: int = 1) -> RecordMetadata:
    """Return a broker's answer; type 1 is the stamp of the broker, 0 that of the writer."""
    return RecordMetadata("inputs", 0, None, 0, stamp_ms, stamp_type, 0)


def clock(hand: Hand, host_ahead_s: float = 0) -> BrokerTime:
    """Return the time as a host knows it whose clock is so far ahead of noon."""
    host = ScaledClock(NOON_MS * 1000 + int(host_ahead_s * SECOND_US), 1, hand)
    host.start()
    return BrokerTime(host, hand)


def since_noon_s(time: BrokerTime) -> float:
    """Return the time told, in seconds after noon."""
    return (time.now_us() - NOON_MS * 1000) / SECOND_US


@pytest.mark.parametrize("host_ahead_s", [600, -600, 0])
def test_a_wrong_clock_of_the_host_does_no_harm(host_ahead_s: float) -> None:
    """Ten minutes ahead would fire what is not over yet, ten behind would be late: neither is."""
    hand = Hand()
    time = clock(hand, host_ahead_s)
    time.heard([answer(NOON_MS)])
    assert since_noon_s(time) == 0
    hand.elapsed_s += 30
    assert since_noon_s(time) == 30


def test_until_brokers_tell_the_time_the_host_does() -> None:
    """And where they keep the stamps of writers it stays so."""
    hand = Hand()
    time = clock(hand, 600)
    assert since_noon_s(time) == 600
    time.heard([answer(NOON_MS, stamp_type=0)])
    assert since_noon_s(time) == 600


def test_time_is_never_ahead_of_the_broker() -> None:
    """An answer says when the record was stamped, some time ago: the fastest answer counts."""
    hand = Hand()
    time = clock(hand)
    hand.elapsed_s += 10
    time.heard([answer(NOON_MS + 9_800)])
    assert since_noon_s(time) == pytest.approx(9.8)
    hand.elapsed_s += 10
    time.heard([answer(NOON_MS + 15_000)])
    assert since_noon_s(time) == pytest.approx(19.8)
    hand.elapsed_s += 10
    time.heard([answer(NOON_MS + 29_999)])
    assert since_noon_s(time) == pytest.approx(29.999)


def test_a_broker_that_was_put_right_is_followed() -> None:
    """What a wrong clock told is forgotten after a few ticks."""
    hand = Hand()
    time = clock(hand)
    time.heard([answer(NOON_MS + 3_600_000)])
    for _ in range(8):
        time.heard([answer(NOON_MS)])
    assert since_noon_s(time) == 0


def test_one_wrong_broker_of_three_does_not_decide() -> None:
    """Of several the one in the middle counts."""
    time = clock(Hand())
    time.heard([answer(NOON_MS + 3_600_000), answer(NOON_MS), answer(NOON_MS - 3_600_000)])
    assert since_noon_s(time) == 0


def test_a_wrong_clock_is_said_loudly_but_not_with_each_tick() -> None:
    """Once a minute, with how far it is ahead."""
    hand = Hand()
    time = clock(hand, 600)
    with capture_logs() as logs:
        for second in range(61):
            hand.elapsed_s = 1000.0 + second
            time.heard([answer(NOON_MS + second * 1000)])
    assert [(log["log_level"], log["seconds_ahead"]) for log in logs] == [("warning", 600.0)] * 2


def test_a_clock_that_is_right_is_not_talked_about() -> None:
    """Nor are the seconds that nobody can help."""
    with capture_logs() as logs:
        clock(Hand(), 4).heard([answer(NOON_MS)])
    assert logs == []
