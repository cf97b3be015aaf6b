"""How instants and durations are written."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.written import duration_text, time_text

_HOUR_US, _MINUTE_US, _SECOND_US = 3_600_000_000, 60_000_000, 1_000_000


@pytest.mark.parametrize(
    ("duration_us", "text"),
    [
        (None, None),
        (0, "PT0S"),
        (1, "PT0.000001S"),
        (_SECOND_US - 1, "PT0.999999S"),
        (90 * _SECOND_US, "PT1M30S"),
        (_HOUR_US, "PT1H"),
        (_HOUR_US + _SECOND_US, "PT1H1S"),
        (90 * _MINUTE_US, "PT1H30M"),
        (100 * _HOUR_US, "PT100H"),
    ],
)
def test_durations(duration_us: int | None, text: str | None) -> None:
    """Hours, minutes and seconds, each only if there are any; hours are never made days."""
    assert duration_text(duration_us) == text


@pytest.mark.parametrize(
    ("time_us", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_773_475_925_000_000, "2026-03-14T08:12:05Z"),
        (1_773_475_925_000_001, "2026-03-14T08:12:05.000001Z"),
        (1_773_475_925_500_000, "2026-03-14T08:12:05.500000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
    ],
)
def test_instants(time_us: int, text: str) -> None:
    """RFC 3339 in UTC; six digits of fraction only if there is one."""
    assert time_text(time_us) == text


@given(st.integers(-(10**15), 10**16))
def test_instants_read_back(time_us: int) -> None:
    """What is written reads back as the same microsecond."""
    read = datetime.fromisoformat(time_text(time_us))
    since = read - datetime.fromisoformat("1970-01-01T00:00:00Z")
    assert since // timedelta(microseconds=1) == time_us
