"""The native form of an alarm event: one JSON object.

Nearly every line is right, so it is first decoded straight into `_Line`, which accepts only lines
without a blemish. Whatever that refuses is read again by `careful.py`, which knows every rule and
says what is wrong. What the first accepts, the second would read the same.
"""

from sys import intern

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import Decoder

from monitor.formats import careful
from monitor.formats.alarm import NativeAlarm
from monitor.formats.instant import time_us
from monitor.formats.reject import Reject, UnreadableError
from monitor.formats.words import Action, Country, EndUsers, Sequence, Service, Severity, Text


class _Impact(Struct, gc=False):
    service: Service
    area: Text
    end_users: EndUsers


class _Line(Struct, gc=False):
    source: Text
    alarm_id: Text
    action: Action
    event_time: str
    element: Text
    sequence: Sequence | None = None
    country: Country | None = None
    incident: str | None = None
    severity: Severity | None = None
    probable_cause: str | None = None
    planned: bool | None = None
    impact: list[_Impact] | None = None
    #: effects are rare and have rules of their own: only none or an empty list is taken here
    effects: tuple[()] | None = None


_decode = Decoder(_Line).decode


def read_alarm(line: bytes) -> tuple[NativeAlarm | None, Reject | None]:
    """Read one native alarm event; a reject beside an alarm says that a part was left out."""
    try:
        # Decoding to text first refuses bytes that are no UTF-8 in fields we do not look at, too.
        found = _decode(line.decode())
        instant_us = time_us(found.event_time)
    except (DecodeError, ValidationError, ValueError, RecursionError):
        try:
            return careful.read_alarm(line)
        except UnreadableError as error:
            return None, error.reject
    impact = found.impact
    # The same few names come in millions of alarms: each is kept once.
    return NativeAlarm(
        intern(found.source),
        found.alarm_id,
        found.action,
        instant_us,
        found.sequence or 0,
        intern(found.element),
        found.country,
        found.incident or None,
        found.severity,
        found.probable_cause,
        found.planned,
        None
        if impact is None
        else tuple([(i.service, intern(i.area), i.end_users) for i in impact]),
        found.effects,
        "",
    ), None
