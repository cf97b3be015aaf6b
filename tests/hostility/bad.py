"""Records that mean harm, or nothing: each is bad by the way it is made, whatever reads it."""

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final, NamedTuple

from monitor.formats.reject import Reason

from .good import line

#: Damaged at random: may by chance still be an alarm, of a country without policies.
MAYBE: Final = None


class Bad(NamedTuple):
    """A record that must be set aside for this reason; or `MAYBE`."""

    value: bytes | None
    key: bytes | None
    reason: str | None


_Make = Callable[[Random, int], bytes | None]
_ODD: Final[list[Any]] = [None, True, -1, 1e30, "", "\x1b[2J\x1b]0;x\x07", [], {}, 2**70, "é\u202e"]


def bad(rng: Random, at_us: int) -> Bad:
    """Return a record that is no good alarm; some are large, some have no key."""
    make, reason = rng.choice(_KINDS)
    key = rng.choice([None, b"", b"key", rng.randbytes(9)])
    return Bad(make(rng, at_us), key, reason)


def _line(rng: Random, at_us: int, **changes: object) -> bytes:
    alarm_id = f"{rng.randrange(10**6)}"
    return line(alarm_id, "raise", at_us, "fuzz", 1, **{"country": "ZZ"} | changes)


def _with(**changes: object) -> _Make:
    return lambda rng, at_us: _line(rng, at_us, **changes)


def _without(name: str) -> _Make:
    def make(rng: Random, at_us: int) -> bytes:
        fields = json.loads(_line(rng, at_us))
        del fields[name]
        return json.dumps(fields).encode()

    return make


def _cut(rng: Random, at_us: int) -> bytes:
    whole = _line(rng, at_us)
    return whole[: rng.randrange(1, len(whole))]


def _not_utf8(rng: Random, at_us: int) -> bytes:
    whole = _line(rng, at_us)
    where = rng.randrange(len(whole))
    return whole[:where] + b"\xff" + whole[where:]


def _damaged(rng: Random, at_us: int) -> bytes:
    data = bytearray(_line(rng, at_us))
    for _ in range(rng.randint(1, 5)):
        where = rng.randrange(len(data))
        data[where : where + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
    return bytes(data)


def _odd_field(rng: Random, at_us: int) -> bytes:
    return _line(rng, at_us, **{rng.choice(["effects", "impact", "severity"]): rng.choice(_ODD)})


def _impact(**changes: object) -> _Make:
    entry = {"service": "fixed_internet", "area": "a", "end_users": 1} | changes
    return _with(impact=[entry])


_KINDS: Final[list[tuple[_Make, str | None]]] = [
    (lambda _rng, _at: None, Reason.EMPTY),
    (lambda _rng, _at: b"", Reason.NOT_JSON),
    (lambda rng, _at: b"\xff" + rng.randbytes(rng.randrange(600)), Reason.NOT_UTF8),
    (lambda rng, _at: b"[" * rng.choice([1, 100, 5000]), Reason.NOT_JSON),
    (lambda rng, _at: b"x" * rng.choice([1, 600, 600, 600, 20_000]), Reason.NOT_JSON),
    (lambda rng, _at: rng.choice([b"null", b"[]", b"17", b'"a"', b"1e999"]), Reason.NOT_AN_OBJECT),
    (_cut, Reason.NOT_JSON),
    (_cut, Reason.NOT_JSON),
    (_not_utf8, Reason.NOT_UTF8),
    (_without("alarm_id"), Reason.MISSING_FIELD),
    (_without("event_time"), Reason.MISSING_FIELD),
    (_with(country=None), Reason.NO_KEY),
    (_with(event_time="2199-01-01T00:00:00Z"), Reason.AHEAD_OF_ARRIVAL),
    (_with(event_time="yesterday"), Reason.BAD_VALUE),
    (_with(action="explode\x1b[31m"), Reason.BAD_VALUE),
    (_with(country="be"), Reason.BAD_VALUE),
    (_with(sequence=2**70), Reason.BAD_VALUE),
    (_with(source="\ud800"), Reason.BAD_VALUE),
    (_with(element="x" * 3000, severity=[["deep"] * 50]), Reason.BAD_VALUE),
    (_impact(end_users=-1), Reason.BAD_VALUE),
    (_impact(end_users="many"), Reason.BAD_VALUE),
    (_impact(service="smoke_signals"), Reason.PARTLY_USED),
    (_odd_field, MAYBE),
    (_damaged, MAYBE),
    (_damaged, MAYBE),
]
