"""Reading an action: every rule of its message, and a sentence for each way to break it.

Ids are taken as they are; texts of people are put on one line, without what cannot be printed.
Fields that are not known are passed over.
"""

from typing import Any, Final, NoReturn, get_args

from monitor.actions.message import (
    ALARMS_MOST,
    ID_MOST,
    NOTE_MOST,
    REFERENCE_MOST,
    WHO_MOST,
    ActionMessage,
    AlarmName,
    plain,
)
from monitor.core.duty_state import ActionKind
from monitor.formats.careful import Fields, read_object, shown, text, too_deep
from monitor.formats.instant import time_us
from monitor.formats.reject import Reason, Reject, UnreadableError

KINDS: Final[tuple[ActionKind, ...]] = get_args(ActionKind)
#: Whole numbers above are not the same in every program that reads JSON.
_REVISION_MOST: Final = 2**53


def read_action(value: bytes) -> tuple[ActionMessage | None, Reject | None]:
    """Read one action; nothing of it is used if anything in it is wrong."""
    try:
        return _read(read_object(value)), None
    except RecursionError:
        return None, too_deep().reject
    except UnreadableError as error:
        return None, error.reject


def _read(fields: Fields) -> ActionMessage:
    kind = _kind(fields)
    message = ActionMessage(
        action_id=_id(fields, "action_id", required=True),
        kind=kind,
        outage_id=_id(fields, "outage_id", required=True),
        obligation=_id(fields, "obligation"),
        crossing_id=_id(fields, "crossing_id"),
        revision=_revision(fields),
        at=_time(fields, "at", required=True),
        done_at=_time(fields, "done_at"),
        who=_said(fields, "who", WHO_MOST, required=True),
        reference=_said(fields, "reference", REFERENCE_MOST),
        note=_said(fields, "note", NOTE_MOST, required=kind == "clear"),
        corrects=_id(fields, "corrects"),
        alarms=_alarms(fields, kind),
    )
    _check(message)
    return message


def _check(message: ActionMessage) -> None:
    """Refuse what each field by itself allows."""
    if not message.outage_key:
        detail = "outage_id: expected an outage key, @ and a first onset"
        raise UnreadableError(Reason.NO_KEY, f"{detail}, got {shown(message.outage_id)}")
    if message.corrects == message.action_id:
        _bad("corrects", "an action cannot correct itself", message.corrects)
    if message.kind == "clear" and message.obligation is not None:
        _bad("obligation", "expected none: a clear is of an outage", message.obligation)


def _kind(fields: Fields) -> ActionKind:
    found = text(fields, "kind", required=True)
    kind: ActionKind | None = next((known for known in KINDS if known == found), None)
    if kind is None:
        _bad("kind", f"expected one of {', '.join(KINDS)}", found)
    return kind


def _id(fields: Fields, name: str, *, required: bool = False, within: str = "") -> Any:
    """Return an id; anything that can be written, for some are made of names from outside."""
    return _short(within + name, text(fields, name, required=required, within=within), ID_MOST)


def _said(fields: Fields, name: str, most: int, *, required: bool = False) -> Any:
    """Return what a person said; nothing, if nothing of it can be printed."""
    given = _short(name, text(fields, name, required=required, empty=not required), most)
    cleaned = plain(given)
    if required and not cleaned:
        _bad(name, "expected a text that can be printed", given)
    return cleaned or None


def _short(name: str, value: str | None, most: int) -> str | None:
    if value is not None and len(value) > most:
        _bad(name, f"expected at most {most} characters, not {len(value)}", value[:most])
    return value


def _time(fields: Fields, name: str, *, required: bool = False) -> Any:
    value = text(fields, name, required=required)
    if value is not None:
        try:
            time_us(value)
        except ValueError as error:
            _bad(name, str(error), value)
    return value


def _revision(fields: Fields) -> int | None:
    value = fields.get("revision")
    if value is not None and not (type(value) is int and 0 <= value <= _REVISION_MOST):
        _bad("revision", "expected a whole number from 0", value)
    return value


def _alarms(fields: Fields, kind: ActionKind) -> tuple[AlarmName, ...] | None:
    value = fields.get("alarms")
    if value is None:
        return None
    if kind != "clear":
        _bad("alarms", "expected none: only a clear names alarms", value)
    if not isinstance(value, list) or not 0 < len(value) <= ALARMS_MOST:
        expected = f"expected a list of 1 to {ALARMS_MOST} alarms, or null for all of the outage"
        _bad("alarms", expected, value)
    return tuple(_alarm(entry, f"alarms[{i}]") for i, entry in enumerate(value))


def _alarm(entry: Any, where: str) -> AlarmName:
    if not isinstance(entry, dict):
        _bad(where, "expected an object with source and alarm_id", entry)
    source = _id(entry, "source", required=True, within=f"{where}.")
    return AlarmName(source, _id(entry, "alarm_id", required=True, within=f"{where}."))


def _bad(name: str, expected: str, value: object) -> NoReturn:
    raise UnreadableError(Reason.BAD_VALUE, f"{name}: {expected}, got {shown(value)}")
