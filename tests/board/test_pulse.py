"""The word on how things are turns when it should, and not before."""

from aiokafka import TopicPartition

from board.served import NOW_US
from monitor.board.pulse import LATE_S, Pulse
from monitor.clock import ScaledClock
from monitor.ingest.envelope import Tick

SOURCE = TopicPartition("inputs", 0)
SECOND_US = 1_000_000


def pulse(speed: float = 1) -> Pulse:
    """Return a pulse that has heard a fresh tick at second 0."""
    found = Pulse(ScaledClock(NOW_US, speed))
    found.answered(0)
    found.ticks([tick(NOW_US)], 1, 0)
    return found


def tick(up_to_us: int) -> Tick:
    """Return the evidence of one source."""
    return Tick((("alarms", 1),), (("alarms", 0, up_to_us),))


def state(found: Pulse, s: float, *, read: bool = True, complete: bool = True) -> str:
    """Return the word at a second."""
    word: str = found.health(s, read=read, complete=complete)["state"]
    return word


def test_fine_and_not_yet_read() -> None:
    """Fresh evidence is fine once all is read."""
    assert state(pulse(), 1) == "fine"
    assert state(pulse(), 1, read=False) == "starting"


def test_a_broker_that_does_not_answer() -> None:
    """It is told whatever else was known."""
    assert state(pulse(), 10) != "unreachable"
    assert state(pulse(), 10.1, read=False) == "unreachable"


def test_no_worker() -> None:
    """The broker answers, and nothing is written."""
    found = pulse()
    found.answered(11)
    found.ticks([tick(NOW_US)], 1, 11)
    assert state(found, 11) == "no_worker"
    found.ticks([tick(NOW_US)], 2, 11)
    assert state(found, 11) == "fine"


def test_a_stall_is_told_by_a_tick_and_by_an_outage() -> None:
    """Either is enough."""
    found = pulse()
    found.ticks([tick(NOW_US), Tick(stalled_us=NOW_US)], 3, 1)
    assert state(found, 1) == "stalled"
    assert state(pulse(), 1, complete=False) == "stalled"


def test_an_old_input_is_late_in_real_seconds() -> None:
    """Sixty times as fast, a minute of its time is a second of ours."""
    found = Pulse(ScaledClock(NOW_US, 1))
    found.ticks([tick(NOW_US - round((LATE_S + 1) * SECOND_US))], 1, 0)
    assert state(found, 0) == "late"
    fast = Pulse(ScaledClock(NOW_US, 60))
    fast.ticks([tick(NOW_US - round((LATE_S + 1) * SECOND_US))], 1, 0)
    assert state(fast, 0) == "fine"


def test_counting_that_stands_still_is_late() -> None:
    """What was written at second 0 is not counted at second 21; then it is."""
    found = pulse()
    for s in range(22):
        found.answered(s)
        found.ticks([tick(NOW_US)], s + 2, s)
        found.counted({SOURCE: s + 1}, {SOURCE: 0}, s)
    assert state(found, 21) == "late"
    found.counted({SOURCE: 23}, {SOURCE: 20}, 22)
    assert found.counting_late_s == 3
    assert state(found, 22) == "fine"
