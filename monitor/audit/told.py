"""What was published, as it was recorded: notifications and obligations, each with its place."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

from msgspec import Struct, convert
from msgspec.json import Decoder, encode

from monitor.formats.instant import time_us
from monitor.recorded.model import Row
from monitor.recorded.read import Recording, is_recording
from monitor.replay.lines import InputError, Lines

Fields = dict[str, Any]
_decode: Final = Decoder(Fields).decode
_HINT: Final = "expected lines as `replay` writes them, or the payload of the topic as kcat does"


class Told(Struct, frozen=True, kw_only=True):
    """A notification that was recorded."""

    fields: Fields
    #: file and line
    place: str
    #: when it was written, where the record says so
    written_us: int | None
    key: str | None
    crossed_us: int
    detected_us: int
    first_us: int

    @property
    def published_us(self) -> int:
        """When it was there to be read."""
        return max(self.detected_us, self.written_us or self.detected_us)


class Duty(Struct, frozen=True, kw_only=True):
    """An obligation as it was recorded; without fields it was deleted."""

    obligation_id: str
    fields: Fields | None
    place: str


class _Notification(Struct):
    """What must be there to compare at all."""

    crossing_id: str
    revision: int
    type: Literal["required", "corrected", "withdrawn"]
    rule: str
    cell: Fields
    outage_id: str
    outage_key: str
    first_onset: str
    crossed_at: str
    detected_at: str


class _Obligation(Struct):
    obligation_id: str
    revision: int
    state: str


class _Message(Struct):
    """A line, whatever its form."""

    place: str
    value: bytes | None
    key: str | None
    stamp_us: int | None


def notifications(names: Sequence[str]) -> list[Told]:
    """Read all recorded notifications; raises InputError that names file and line."""
    found = []
    for name in names:
        for message in _messages(name, "notifications"):
            if message.value is None:
                continue
            fields = _fields(message, _Notification)
            found.append(_told(message, fields))
    return found


def obligations(names: Sequence[str]) -> list[Duty]:
    """Read all recorded obligations, in their order; recordings without that topic have none."""
    found = []
    for name in names:
        for message in _messages(name, "obligations"):
            if message.value is None:
                found.append(
                    Duty(obligation_id=message.key or "", fields=None, place=message.place)
                )
                continue
            fields = _fields(message, _Obligation)
            found.append(
                Duty(obligation_id=fields["obligation_id"], fields=fields, place=message.place)
            )
    return found


def _told(message: _Message, fields: Fields) -> Told:
    times = {}
    for name in ("crossed_at", "detected_at", "first_onset"):
        try:
            times[name] = time_us(fields[name])
        except ValueError as error:
            text = f"{message.place}: {name}: {error}"
            raise InputError(text) from error
    return Told(
        fields=fields,
        place=message.place,
        written_us=message.stamp_us,
        key=message.key,
        crossed_us=times["crossed_at"],
        detected_us=times["detected_at"],
        first_us=times["first_onset"],
    )


def _fields(message: _Message, kind: type[Struct]) -> Fields:
    try:
        fields = _decode(message.value or b"")
        convert(fields, kind)
    except ValueError as error:
        what = kind.__name__.strip("_").lower()
        text = f"{message.place}: is no {what} ({error}); {_HINT}"
        raise InputError(text) from error
    return fields


def _messages(name: str, role: str) -> Iterator[_Message]:
    if not is_recording(name):
        yield from _lines(name)
        return
    recording = Recording(name)
    topic = recording.head.topic(role)
    if topic is not None:
        for number, row in recording.rows(topic.name):
            where = f"{row.topic}/{row.partition}@{row.offset}"
            yield _row(f"{recording.name}:{number} ({where})", row)


def _row(place: str, row: Row) -> _Message:
    key = None if row.key_bytes is None else row.key_bytes.decode(errors="replace")
    return _Message(place, row.value_bytes, key, row.timestamp_ms * 1000)


def _lines(name: str) -> Iterator[_Message]:
    """Yield the lines of a file: bare messages, or records as `kcat -J` writes them."""
    lines = Lines(name)
    for number, line, cut in lines:
        place = f"{lines.name}:{number}"
        if cut:
            text = f"{place}: the line is too long; {_HINT}"
            raise InputError(text)
        yield _unwrapped(place, line)


def _unwrapped(place: str, line: bytes) -> _Message:
    try:
        fields = _decode(line)
    except ValueError as error:
        text = f"{place}: is no JSON object ({error}); {_HINT}"
        raise InputError(text) from error
    if "payload" not in fields or "offset" not in fields:
        return _Message(place, line, None, None)
    payload, stamp_ms, key = fields["payload"], fields.get("ts"), fields.get("key")
    value = payload.encode() if isinstance(payload, str) else encode(payload)
    return _Message(
        place,
        None if payload is None else value,
        key if isinstance(key, str) else None,
        stamp_ms * 1000 if isinstance(stamp_ms, int) else None,
    )
