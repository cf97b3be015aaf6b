"""Durations as people write them: `60m`, `90s`, `1h30m`, `7d`, or ISO 8601 (`PT1H`)."""

import re
from datetime import timedelta
from typing import Final

from pydantic import TypeAdapter, ValidationError

_UNITS_US: Final = (86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000)
_SHORT = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
_iso: Final = TypeAdapter(timedelta)


def duration_us(text: str) -> int:
    """Return microseconds; raises ValueError with a sentence for what is no duration."""
    written = text.strip()
    if written and (match := _SHORT.fullmatch(written)):
        amounts = zip(match.groups(), _UNITS_US, strict=True)
        return sum(int(amount) * unit_us for amount, unit_us in amounts if amount)
    try:
        if written.startswith("P"):
            return _iso.validate_python(written) // timedelta(microseconds=1)
    except ValidationError:
        pass
    message = f"expected a duration such as 60m, 90s, 1h30m or PT1H, not {text!r}"
    raise ValueError(message)
