"""The careful reader: every rule of the native form, and a sentence for each way to break it."""

import json
import math
from typing import Any, NoReturn

from monitor.core.event import Effect, Impact
from monitor.formats.alarm import NativeAlarm
from monitor.formats.instant import time_us
from monitor.formats.reject import Reason, Reject, UnreadableError
from monitor.formats.words import (
    ACTIONS,
    DIGITAL_INFRASTRUCTURE,
    END_USERS_MAX,
    KINDS,
    SEQUENCE_MAX,
    SEQUENCE_MIN,
    SERVICES,
    SEVERITIES,
    is_country,
)

#: More digits than any number has that we look at; beyond, Python refuses to convert.
_DIGITS_MAX = 400
_SHOWN_MAX = 60
_ENTRIES_SHOWN = 3

Fields = dict[str, Any]


def read_object(data: bytes) -> Fields:
    """Decode the bytes of one JSON object (RFC 8259, in UTF-8)."""
    try:
        found = _DECODER.decode(data.decode())
        if not isinstance(found, dict):
            raise UnreadableError(Reason.NOT_AN_OBJECT, f"expected an object, got {shown(found)}")
    except UnicodeDecodeError as error:
        raise UnreadableError(Reason.NOT_UTF8, f"byte {error.start + 1} is not UTF-8") from error
    except RecursionError as error:
        raise too_deep() from error
    except ValueError as error:
        raise UnreadableError(Reason.NOT_JSON, f"not JSON: {error}") from error
    return found


def read_alarm(line: bytes) -> tuple[NativeAlarm, Reject | None]:
    """Read one native alarm event; raises UnreadableError for one that cannot be used."""
    fields = read_object(line)
    try:
        return _read(fields)
    except RecursionError as error:
        # What could just be decoded can still be too deep to be shown.
        raise too_deep() from error


def too_deep() -> UnreadableError:
    """Return the error for an object with more levels than can be handled."""
    return UnreadableError(Reason.NOT_JSON, "nested too deeply")


def _read(fields: Fields) -> tuple[NativeAlarm, Reject | None]:
    odd: list[tuple[str, int, Any]] = []
    impact, effects = _entries(fields, "impact"), _entries(fields, "effects")
    alarm = NativeAlarm(
        source=text(fields, "source", required=True),
        alarm_id=text(fields, "alarm_id", required=True),
        action=_word(fields, "action", ACTIONS, required=True),
        time_us=_time(fields),
        sequence=_sequence(fields),
        element=text(fields, "element", required=True),
        country=country(fields),
        incident=text(fields, "incident", empty=True) or None,
        severity=_word(fields, "severity", SEVERITIES),
        probable_cause=text(fields, "probable_cause", empty=True),
        planned=flag(fields, "planned"),
        impact=None if impact is None else impacts(impact, "impact", odd),
        effects=None if effects is None else _effects(effects, odd),
        left_out=json.dumps(odd, sort_keys=True) if odd else "",
    )
    return alarm, partly_used(odd)


def partly_used(odd: list[tuple[str, int, Any]]) -> Reject | None:
    """Return the reject that names the entries left out, if there are any."""
    if not odd:
        return None
    names = ", ".join(f"{name}[{i}]: {shown(entry)}" for name, i, entry in odd[:_ENTRIES_SHOWN])
    more = f", and {len(odd) - _ENTRIES_SHOWN:,} more" if len(odd) > _ENTRIES_SHOWN else ""
    detail = f"left out, as the service or kind is unknown: {names}{more}"
    return Reject(Reason.PARTLY_USED, detail)


def text(
    fields: Fields, name: str, *, required: bool = False, empty: bool = False, within: str = ""
) -> Any:
    """Return a string field; None if it is left out. `within` says which entry the fields are."""
    value = _value(fields, name, required=required, within=within)
    if value is None:
        return None
    if not isinstance(value, str) or not (value or empty):
        expected = "expected a string" if empty else "expected a non-empty string"
        _bad(within + name, expected, value)
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        half = "expected text; half of a surrogate pair cannot be written as UTF-8"
        _bad(within + name, half, value)
    return value


def flag(fields: Fields, name: str) -> bool | None:
    """Return a field that is true or false; None if it is left out."""
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        _bad(name, "expected true or false", value)
    return value


def country(fields: Fields) -> str | None:
    """Return an ISO 3166 alpha-2 country; None if it is left out."""
    value = fields.get("country")
    if value is not None and not (isinstance(value, str) and is_country(value)):
        _bad("country", "expected two capital letters (ISO 3166 alpha-2)", value)
    return value


def impacts(entries: list[Any], name: str, odd: list[tuple[str, int, Any]]) -> tuple[Impact, ...]:
    """Return the usable entries; those of an unknown service are added to `odd`."""
    usable = []
    for i, entry in enumerate(entries):
        where = f"{name}[{i}]"
        if _known(entry, "service", SERVICES, where):
            area = text(entry, "area", required=True, within=f"{where}.")
            usable.append((entry["service"], area, _end_users(entry, f"{where}.")))
        else:
            odd.append((name, i, entry))
    return tuple(usable)


def _effects(entries: list[Any], odd: list[tuple[str, int, Any]]) -> tuple[Effect, ...]:
    usable = []
    for i, entry in enumerate(entries):
        where = f"effects[{i}]"
        if _known(entry, "kind", KINDS, where):
            usable.append((entry["kind"], _target(entry, f"{where}.")))
        else:
            odd.append(("effects", i, entry))
    return tuple(usable)


def _target(entry: Fields, within: str) -> str:
    if entry["kind"] == "personal_data_breach":
        return ""
    target: str = text(entry, "target", required=True, within=within)
    if entry["kind"] == "digital_infrastructure" and target not in DIGITAL_INFRASTRUCTURE:
        _bad(
            f"{within}target",
            f"expected one of {', '.join(sorted(DIGITAL_INFRASTRUCTURE))}",
            target,
        )
    return target


def _known(entry: Any, name: str, words: frozenset[str], where: str) -> bool:
    if not isinstance(entry, dict):
        _bad(where, "expected an object", entry)
    word = entry.get(name)
    return isinstance(word, str) and word in words


def _entries(fields: Fields, name: str) -> list[Any] | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, list):
        _bad(name, "expected a list", value)
    return value


def entries(fields: Fields, name: str) -> list[Any]:
    """Return a list field; empty if it is left out."""
    return _entries(fields, name) or []


def _end_users(entry: Fields, within: str) -> int:
    value = _value(entry, "end_users", required=True, within=within)
    if type(value) is not int or not 0 <= value <= END_USERS_MAX:
        _bad(f"{within}end_users", f"expected a whole number from 0 to {END_USERS_MAX}", value)
    return int(value)


def _time(fields: Fields) -> int:
    try:
        return time_us(text(fields, "event_time", required=True))
    except ValueError as error:
        _bad("event_time", str(error), fields["event_time"])


def _sequence(fields: Fields) -> int:
    value = fields.get("sequence")
    if value is None:
        return 0
    if type(value) is not int or not SEQUENCE_MIN <= value <= SEQUENCE_MAX:
        _bad("sequence", "expected a whole number of at most 64 bits", value)
    return int(value)


def _word(fields: Fields, name: str, words: tuple[str, ...], *, required: bool = False) -> Any:
    value = text(fields, name, required=required)
    if value is not None and value not in words:
        _bad(name, f"expected one of {', '.join(words)}", value)
    return value


def _value(fields: Fields, name: str, *, required: bool, within: str = "") -> Any:
    value = fields.get(name)
    if value is None and required:
        raise UnreadableError(Reason.MISSING_FIELD, f"{within}{name}: is required")
    return value


def _bad(name: str, expected: str, value: object) -> NoReturn:
    raise UnreadableError(Reason.BAD_VALUE, f"{name}: {expected}, got {shown(value)}")


def shown(value: object) -> str:
    """Return a value as short text that is safe to print."""
    written = json.dumps(value)
    return written if len(written) <= _SHOWN_MAX else f"{written[:_SHOWN_MAX]}…"


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _DIGITS_MAX else math.inf


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is not a JSON number"
    raise ValueError(message)


#: Made once: a flood of bad records is read by it, and making one costs as much as reading one.
_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_int=_whole)
