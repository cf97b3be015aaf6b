"""How instants and durations are written: RFC 3339 in UTC, and ISO 8601 in hours and smaller."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR_US, _MINUTE_US, _SECOND_US = 3_600_000_000, 60_000_000, 1_000_000


def time_text(time_us: int) -> str:
    """Write an instant as RFC 3339 with `Z`, with six digits of fraction only if there is one."""
    moment = _EPOCH + timedelta(microseconds=time_us)
    return moment.isoformat().replace("+00:00", "Z")


def duration_text(duration_us: int | None) -> str | None:
    """Write a duration as ISO 8601, for example PT8H or PT1H30M; None stays None."""
    if duration_us is None:
        return None
    hours, rest_us = divmod(duration_us, _HOUR_US)
    minutes, rest_us = divmod(rest_us, _MINUTE_US)
    text = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if rest_us or not text:
        seconds, fraction_us = divmod(rest_us, _SECOND_US)
        text += f"{seconds}.{fraction_us:06d}S" if fraction_us else f"{seconds}S"
    return f"PT{text}"
