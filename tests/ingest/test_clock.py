"""The clock: as fast as asked, and time stamps that never lie before their time."""

import pytest

from monitor.clock import ScaledClock, WallClock, timestamp_ms


def test_a_scaled_clock_runs_as_fast_as_asked() -> None:
    """It stands until it is started; then, at 60-fold speed, a real second is a minute."""
    elapsed_s = [100.0]
    clock = ScaledClock(5_000_000, 60, lambda: elapsed_s[0])
    elapsed_s[0] += 7
    assert clock.now_us() == 5_000_000
    clock.start()
    elapsed_s[0] += 1
    assert clock.now_us() == 65_000_000
    assert clock.real_seconds(60_000_000) == 1


def test_the_wall_clock_runs_at_speed_one() -> None:
    """Real time passes once."""
    clock = WallClock()
    assert clock.speed == 1
    assert clock.now_us() <= clock.now_us()


@pytest.mark.parametrize(("time_us", "expected_ms"), [(0, 0), (1, 1), (1000, 1), (1001, 2)])
def test_a_time_stamp_is_never_before_its_time(time_us: int, expected_ms: int) -> None:
    """Kafka keeps milliseconds: what is cut off is rounded up."""
    assert timestamp_ms(time_us) == expected_ms
