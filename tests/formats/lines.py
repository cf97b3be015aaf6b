"""What the tests of the readers share: lines with something changed, and the two readers."""

import json
from collections.abc import Callable
from typing import Any, Final

from monitor.formats import careful, native
from monitor.formats.alarm import NativeAlarm
from monitor.formats.inventory import Element, read_element
from monitor.formats.reject import Reason, Reject, UnreadableError

#: As the value of a field: leave the field out.
LEFT_OUT: Final = object()

PLAIN: Final[dict[str, Any]] = {
    "source": "oss-be-1",
    "alarm_id": "881204",
    "action": "raise",
    "event_time": "2026-03-14T08:12:05Z",
    "element": "olt-ANR-04",
    "country": "BE",
    "incident": None,
    "severity": "critical",
    "probable_cause": "lossOfSignal",
    "planned": False,
    "impact": [{"service": "fixed_internet", "area": "BE-2000-07", "end_users": 26140}],
}

Read = tuple[NativeAlarm | None, Reject | None]


def line(**changes: object) -> bytes:
    """Return the line of a plain alarm with some fields changed or left out."""
    fields = PLAIN | changes
    return json.dumps({k: v for k, v in fields.items() if v is not LEFT_OUT}).encode()


def raw(fields: str) -> bytes:
    """Return the line of a plain alarm, with fields as they are spelled added at its end."""
    return line()[:-1] + b", " + fields.encode() + b"}"


def impact(**changes: object) -> dict[str, object]:
    """Return one impact entry with some fields changed or left out."""
    fields = {"service": "fixed_internet", "area": "BE-2000-07", "end_users": 26140} | changes
    return {k: v for k, v in fields.items() if v is not LEFT_OUT}


def used(data: bytes) -> NativeAlarm:
    """Return the alarm of a line that is used whole."""
    alarm, reject = native.read_alarm(data)
    assert alarm is not None, reject
    assert reject is None
    return alarm


def refused(data: bytes) -> Reject:
    """Return why a line is not used at all."""
    alarm, reject = native.read_alarm(data)
    assert alarm is None
    assert reject is not None
    return reject


def why(data: bytes) -> tuple[Reason, str]:
    """Return the reason why a line is not used at all, and its sentence."""
    reject = refused(data)
    return reject.reason, reject.detail


def carefully(data: bytes) -> Read:
    """Read a line with the careful reader alone."""
    return _told(careful.read_alarm, data)


def _told(read: Callable[[bytes], tuple[NativeAlarm, Reject | None]], data: bytes) -> Read:
    try:
        return read(data)
    except UnreadableError as error:
        return None, error.reject


def element(**fields: object) -> Element:
    """Return the inventory record of these fields, which is used whole."""
    found, reject = read_element(json.dumps({"element": "olt-1"} | fields).encode())
    assert found is not None, reject
    assert reject is None
    return found
