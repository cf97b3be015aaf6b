"""Durations as people write them: `60m`, `90s`, `1h30m`, `7d`, or ISO 8601 (`PT1H`).

Months and years have no length of their own, so they are not taken.
"""

import re
from typing import Final

_SHOWN_MAX: Final = 20
_SECOND_US: Final = 1_000_000
_UNITS_US: Final = (
    7 * 86_400 * _SECOND_US, 86_400 * _SECOND_US, 3_600 * _SECOND_US, 60 * _SECOND_US, _SECOND_US, 1
)  # fmt: skip
#: Nine digits: more than any time between two years with four digits needs.
_N: Final = r"(\d{1,9})"
#: Each finds weeks, days, hours, minutes, seconds and the fraction, as far as they are given.
_FORMS: Final = (
    re.compile(rf"()(?:{_N}d)?(?:{_N}h)?(?:{_N}m)?(?:{_N}s)?()", re.ASCII),
    re.compile(rf"P{_N}W()()()()()", re.ASCII),
    re.compile(
        rf"P()(?:{_N}D)?(?:T(?=\d)(?:{_N}H)?(?:{_N}M)?(?:{_N}(?:[.,](\d{{1,6}}))?S)?)?", re.ASCII
    ),
)


def duration_us(text: str) -> int:
    """Return microseconds; raises ValueError with a sentence for what is no duration."""
    for form in _FORMS:
        if (match := form.fullmatch(text.strip())) and any(match.groups()):
            *whole, fraction = (amount or "" for amount in match.groups())
            amounts = (*whole, fraction.ljust(6, "0"))
            return sum(int(n or 0) * unit for n, unit in zip(amounts, _UNITS_US, strict=True))
    shown = text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
    message = f"expected a duration such as 60m, 90s, 1h30m or PT1H, not {shown!r}"
    raise ValueError(message)
