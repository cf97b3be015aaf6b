"""Times: RFC 3339 with an offset, to the microsecond, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.written import time_text
from monitor.formats.instant import time_us
from monitor.formats.reject import Reason

from .lines import line, used, why

T = "2026-03-14T08:12:05"
T_US = 1_773_475_925_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected_us"),
    [
        (f"{T}Z", T_US),
        ("2026-03-14t08:12:05z", T_US),
        ("2026-03-14 08:12:05Z", T_US),
        (f"{T}+00:00", T_US),
        (f"{T}-00:00", T_US),
        ("2026-03-14T09:12:05+01:00", T_US),
        ("2026-03-14T02:42:05-05:30", T_US),
        ("2026-03-15T08:11:05+23:59", T_US),
        ("2026-03-13T08:13:05-23:59", T_US),
        (f"{T}.5Z", T_US + 500_000),
        (f"{T}.000001Z", T_US + 1),
        (f"{T}.9999999999999Z", T_US + 999_999),
        (f"{T}.0000009+00:00", T_US),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.9999999Z", -1),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ],
)
def test_instants(text: str, expected_us: int) -> None:
    """Offsets are taken off, further digits cut off (towards the past), letters may be small."""
    assert time_us(text) == expected_us
    assert used(line(event_time=text)).time_us == expected_us


@pytest.mark.parametrize(
    "text",
    [
        T, f"{T}+01", f"{T}+0100", f"{T}Z ", f" {T}Z", f"{T}Z\n", f"{T}+1:00", f"{T} Z", f"{T}UTC",
        f"{T}.Z", f"{T},5Z", "2026-03-14T08:12Z", "2026-03-14", "20260314T081205Z", "08:12:05Z",
        "2026-3-14T08:12:05Z", "26-03-14T08:12:05Z", "12026-03-14T08:12:05Z",
        "+2026-03-14T08:12:05Z",
        "2026-W11-6T08:12:05Z", "2026-073T08:12:05Z", "2026-03-14__08:12:05Z", "1773475925", "now",
        "٢٠٢٦-03-14T08:12:05Z", "2026-03-14T08:12:0\uff15Z", "2026-03-14T08:12:05\uff3a",
        "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-00-10T00:00:00Z",
        "2026-13-10T00:00:00Z", "2026-01-00T00:00:00Z", "0000-01-01T00:00:00Z",
        "2026-03-14T24:00:00Z", "2026-03-14T08:60:00Z", "2026-12-31T23:59:60Z",
        f"{T}+24:00", f"{T}-01:60", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
    ],
)  # fmt: skip
def test_what_is_no_instant(text: str) -> None:
    """No offset, no such day or hour, a leap second, or a year outside 0001 to 9999 is refused."""
    with pytest.raises(ValueError, match=r"."):
        time_us(text)
    reason, detail = why(line(event_time=text))
    assert reason == Reason.BAD_VALUE
    assert detail.startswith("event_time: ")


@given(
    st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)),  # noqa: DTZ001
    st.integers(-1439, 1439),
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_agrees_with_the_calendar(local: datetime, offset_minutes: int) -> None:
    """Any instant in any offset is the number that the calendar gives, and is written again."""
    sign, (hours, minutes) = "+-"[offset_minutes < 0], divmod(abs(offset_minutes), 60)
    expected = local.replace(tzinfo=UTC) - timedelta(minutes=offset_minutes)
    expected_us = (expected - EPOCH) // timedelta(microseconds=1)
    found_us = time_us(f"{local.isoformat()}{sign}{hours:02d}:{minutes:02d}")
    assert found_us == expected_us
    assert time_us(time_text(found_us)) == found_us
