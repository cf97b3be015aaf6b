"""After a takeover all outage keys come back into memory, so that the sums are complete."""

import time
from collections.abc import Callable

import pytest
from core.world import hit, moment, us
from decide.test_partition import partition, record, reread

from monitor.core.publish import Publisher
from monitor.decide.partition import Partition

HOUR_US = 3_600_000_000


def asleep(count: int) -> tuple[Partition, Partition]:
    """Return a partition with so many outage keys, and what is read back from its ledger."""
    state = partition()
    events = [hit(0, outage_key=f"BE/{number}") for number in range(count)]
    state.apply(0, record(us(1), *events), us(1))
    return state, reread(state, {})


def test_keys_that_sleep_are_woken() -> None:
    """What they say is then as before, and nothing more has to be written or published."""
    before, after = asleep(3)
    assert len(after.book.asleep) == 3
    after.rouse(time.monotonic() + 10)
    assert not after.book.asleep
    for key, publisher in before.book.publishers.items():
        woken = after.book.publishers[key]
        assert woken.domain.live.hit == publisher.domain.live.hit
        assert woken.domain.live.affecting == publisher.domain.live.affecting
    assert not after.changed
    assert after.book.clock == moment(1)


def test_waking_stops_when_its_time_is_over() -> None:
    """Records that wait come first."""
    _, after = asleep(3)
    after.rouse(time.monotonic() - 1)
    assert len(after.book.asleep) == 3


def test_a_key_that_cannot_be_woken_keeps_its_place() -> None:
    """It is not lost, it is not tried for ever, and it does not keep the others asleep."""
    _, after = asleep(3)
    tried = []

    def fail(_clock: int) -> Publisher:
        tried.append(1)
        message = "its records are damaged"
        raise ValueError(message)

    failing: Callable[[int], Publisher] = fail
    after.book.asleep["BE/0"] = failing
    for _ in range(3):
        after.rouse(time.monotonic() + 10)
    assert dict(after.book.asleep) == {"BE/0": failing}
    assert len(tried) == 1
    with pytest.raises(ValueError, match="damaged"):
        after.book.wake("BE/0", after.book.clock)
