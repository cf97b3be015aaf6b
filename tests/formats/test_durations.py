"""Durations as people write them."""

import pytest

from monitor.durations import duration_us

S = 1_000_000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("60m", 3600), ("90s", 90), ("1h30m", 5400), ("7d", 604_800), ("1d2h3m4s", 93_784),
        ("0s", 0), ("0m", 0), (" 60m ", 3600), ("100h", 360_000), ("007m", 420),
        ("PT1H", 3600), ("PT60M", 3600), ("PT90S", 90), ("PT1H30M", 5400), ("P1D", 86_400),
        ("P7D", 604_800), ("P1W", 604_800), ("P1DT12H", 129_600), ("PT36H", 129_600), ("PT0S", 0),
        ("PT0.5S", 0.5), ("PT0.000001S", 0.000001),
    ],
)  # fmt: skip
def test_durations(text: str, seconds: float) -> None:
    """Days, hours, minutes and seconds, short or in ISO 8601."""
    assert duration_us(text) == round(seconds * S)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "60", "1.5h", "1h 30m", "30m1h", "1h1h", "-1h", "+1h", "1H", "60 m", "1w", "1ms",
        "h", "P", "PT", "P-1D", "PT-5S", "-PT5S", "pt1h", "1 hour", "PT1e3S", "٦0m", "inf", "nan",
        "01:00:00", "P1Y", "P1M", "P1Y2M", "PT1H1H", "P1DT", "P99999999999999999999D", "\x00",
        "PT0.0000001S", "9" * 400 + "d", "9" * 5000 + "d",
    ],
)  # fmt: skip
def test_what_is_no_duration(text: str) -> None:
    """What is no duration is refused; so are months and years, which have no fixed length."""
    with pytest.raises(ValueError, match="expected a duration such as 60m"):
        duration_us(text)
