"""The single values of a pack, each with a sentence for whoever writes it wrongly."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from monitor.core.event import Effect
from monitor.core.law import Cell
from monitor.core.written import duration_text
from monitor.formats.instant import time_us
from monitor.formats.words import END_USERS_MAX, KINDS, is_country

_DURATION: Final = (
    r"P(?=[0-9T])(?:([0-9]+)D)?(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?"
)
_UNITS_SECONDS: Final = (24 * 60 * 60, 60 * 60, 60, 1)
_SECOND_US: Final = 1_000_000
#: A century: longer is a slip of the pen, and would not fit the core's whole numbers.
_SECONDS_MAX: Final = 100 * 366 * 24 * 60 * 60
_MONTH_DAY: Final = r"[0-9]{2}-[0-9]{2}"
_INSTANT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})"
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TABLE_CELL: Final = re.compile(r"([^/]+)/([0-9]{1,18})")


def duration_us(text: object) -> int:
    """Return the microseconds of an ISO 8601 duration in whole days, hours, minutes, seconds."""
    match = re.fullmatch(_DURATION, text, re.ASCII) if isinstance(text, str) else None
    if match is None:
        message = "must be an ISO 8601 duration such as PT30M, PT1H30M or P1D"
        raise ValueError(message)
    amounts = zip(match.groups(default="0"), _UNITS_SECONDS, strict=True)
    seconds = sum(int(amount[:_DIGITS_MAX]) * unit for amount, unit in amounts)
    if seconds > _SECONDS_MAX:
        message = "must be shorter than a century"
        raise ValueError(message)
    return seconds * _SECOND_US


#: Enough for any duration that is not refused.
_DIGITS_MAX: Final = 12


def cell_duration_us(text: object) -> int | None:
    """Return the microseconds of a cell's duration; None for `any`."""
    if text == "any":
        return None
    found_us = duration_us(text)
    if not found_us:
        message = "must be longer than zero; write `any` where no duration is asked for"
        raise ValueError(message)
    return found_us


def parse_effect(text: str) -> Effect:
    """Return kind and target of `kind/target`, or of `kind` where there is no target."""
    kind, _, target = text.partition("/")
    if kind not in KINDS:
        message = f"must be kind/target with a kind of {', '.join(sorted(KINDS))}"
        raise ValueError(message)
    return (kind, target)


def parse_cell(text: str) -> Cell | Effect:
    """Return the cell that an example names: `PT30M/1000`, `any/1000`, or an effect."""
    match = _TABLE_CELL.fullmatch(text)
    if match is None or match[1] in KINDS:
        return parse_effect(text)
    return Cell(cell_duration_us(match[1]), int(match[2]))


def cell_name(cell: Cell | Effect) -> str:
    """Write a cell as examples name it."""
    if isinstance(cell, Cell):
        return f"{duration_text(cell.duration_us) or 'any'}/{cell.end_users}"
    return "/".join(cell).removesuffix("/")


def _day(text: object) -> date:
    if isinstance(text, str) and re.fullmatch(_DAY, text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    message = "must be a day that exists, written YYYY-MM-DD"
    raise ValueError(message)


def _month_day(text: object) -> str:
    """Return a day of every year, MM-DD; 29 February is none."""
    if isinstance(text, str) and re.fullmatch(_MONTH_DAY, text, re.ASCII):
        try:
            date.fromisoformat(f"2001-{text}")
        except ValueError:
            pass
        else:
            return text
    message = "must be a day of every year, written MM-DD"
    raise ValueError(message)


def instant_us(text: object) -> int:
    """Return the microseconds since 1970 of an instant with its offset."""
    if isinstance(text, str) and re.fullmatch(_INSTANT, text, re.ASCII):
        try:
            return time_us(text)
        except ValueError:
            pass
    message = "must be an instant with its offset, such as 2026-03-14T08:00:00+01:00"
    raise ValueError(message)


def _must(test: Callable[[str], object], what: str) -> AfterValidator:
    """Refuse text that fails a test, saying what it must be."""

    def check(text: str) -> str:
        if not test(text):
            message = f"must be {what}"
            raise ValueError(message)
        return text

    return AfterValidator(check)


def _looks(pattern: str, what: str) -> tuple[AfterValidator, Any]:
    """Ask for text of a form, in Python and in the JSON Schema alike."""
    compiled = re.compile(pattern, re.ASCII)
    schema: dict[str, Any] = {"pattern": f"^{pattern}$"}
    return _must(compiled.fullmatch, what), Field(json_schema_extra=schema)


def _written(**schema: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **schema})


Text = Annotated[str, _must(str.strip, "text that is not empty"), Field(min_length=1)]
Name = Annotated[str, *_looks(r"[a-z][a-z0-9_]*", "a name of small letters, digits and _")]
Id = Annotated[
    str, *_looks(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+", "names in small letters joined by dots")
]
Country = Annotated[
    str,
    _must(is_country, "two capital letters (ISO 3166 alpha-2)"),
    Field(json_schema_extra={"pattern": "^[A-Z]{2}$"}),
]
Address = Annotated[str, *_looks(r"https?://\S+", "a web address that begins with https://")]
TimeZone = Annotated[
    str, _must(lambda name: name in available_timezones(), "an IANA time zone such as Europe/Rome")
]
Day = Annotated[date, BeforeValidator(_day), _written(format="date")]
MonthDay = Annotated[str, BeforeValidator(_month_day), _written(pattern=f"^{_MONTH_DAY}$")]
Instant = Annotated[int, BeforeValidator(instant_us), _written(pattern=f"^{_INSTANT}$")]
Duration = Annotated[int, BeforeValidator(duration_us), _written(pattern=f"^{_DURATION}$")]
CellDuration = Annotated[
    int | None, BeforeValidator(cell_duration_us), _written(pattern=f"^(any|{_DURATION})$")
]
EffectName = Annotated[str, _must(parse_effect, "an effect")]
CellName = Annotated[str, _must(parse_cell, "the name of a cell")]
CellNameOrAny = Annotated[str, _must(lambda n: n == "any" or parse_cell(n), "a cell, or `any`")]
Threshold = Annotated[int, Field(ge=1, le=END_USERS_MAX)]
EndUsers = Annotated[int, Field(ge=0, le=END_USERS_MAX)]
