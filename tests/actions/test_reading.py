"""An action is read as a whole, or refused with a sentence that names the field."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.actions.message import ActionMessage, AlarmName, core_action, written
from monitor.actions.reading import read_action
from monitor.core.duty_state import Action
from monitor.formats.reject import Reason, Reject

from .samples import CLEAR, OUTAGE, PLAIN, value

_SETTINGS = settings(max_examples=200, deadline=None, derandomize=True, database=None)


def used(data: bytes) -> ActionMessage:
    """Return an action that can be used."""
    message, reject = read_action(data)
    assert reject is None
    assert message is not None
    return message


def refused(data: bytes) -> Reject:
    """Return why an action cannot be used."""
    message, reject = read_action(data)
    assert message is None
    assert reject is not None
    return reject


def test_what_it_says_is_what_the_core_is_told() -> None:
    """Each field at its place; the times as instants; the reference and the text."""
    assert core_action(used(value())) == Action(
        action_id="a-1",
        kind="submitted",
        outage_id=OUTAGE,
        obligation="be.bipt.brief_notice",
        recorded_us=1_773_479_400_000_000,
        who="Anna",
        done_us=1_773_475_500_000_000,
        reference="R-17",
        text="by telephone",
    )
    clear = core_action(used(value(CLEAR)))
    assert (clear.kind, clear.obligation, clear.alarms) == ("clear", "", (("oss", "1"),))


def test_what_is_written_is_read_the_same() -> None:
    """With exactly the fields of the message, in their order."""
    for base in (PLAIN, CLEAR):
        message = used(value(base))
        assert json.loads(written(message)) == base
        assert list(json.loads(written(message))) == list(PLAIN)
        assert used(written(message)) == message


def test_little_is_required() -> None:
    """Null is the same as absent, and fields that are not known are passed over."""
    names = ("action_id", "kind", "outage_id", "at", "who")
    short = {name: PLAIN[name] for name in names}
    nulls = dict.fromkeys(PLAIN.keys() - set(names))
    assert used(value(short)) == used(value({**nulls, **short}, surprise=[1, {"x": None}]))
    for name in names:
        reject = refused(value({**short, name: None}))
        assert (reject.reason, reject.detail) == (Reason.MISSING_FIELD, f"{name}: is required")


@pytest.mark.parametrize(
    ("base", "changes", "part"),
    [
        (PLAIN, {"kind": "submit"}, "kind: expected one of acknowledged, submitted, note, clear"),
        (PLAIN, {"action_id": 7}, "action_id: expected a non-empty string, got 7"),
        (PLAIN, {"action_id": ""}, "action_id: expected a non-empty string"),
        (PLAIN, {"action_id": "x" * 401}, "action_id: expected at most 400 characters, not 401"),
        (PLAIN, {"obligation": ""}, "obligation: expected a non-empty string"),
        (PLAIN, {"crossing_id": "x" * 401}, "crossing_id: expected at most 400"),
        (PLAIN, {"corrects": "a-1"}, "corrects: an action cannot correct itself"),
        (PLAIN, {"revision": -1}, "revision: expected a whole number from 0, got -1"),
        (PLAIN, {"revision": True}, "revision: expected a whole number"),
        (PLAIN, {"revision": 1.0}, "revision: expected a whole number"),
        (PLAIN, {"revision": 2**60}, "revision: expected a whole number"),
        (PLAIN, {"at": "2026-03-14 09:10"}, "at: expected RFC 3339 with an offset"),
        (PLAIN, {"done_at": "2026-02-30T00:00:00Z"}, "done_at: there is no day 2026-02-30"),
        (PLAIN, {"done_at": 17}, "done_at: expected a non-empty string, got 17"),
        (PLAIN, {"who": "A" * 81}, "who: expected at most 80 characters, not 81"),
        (PLAIN, {"who": "\x00\u202e \t"}, "who: expected a text that can be printed"),
        (PLAIN, {"who": "\ud800"}, "who: expected text; half of a surrogate pair"),
        (PLAIN, {"reference": "R" * 201}, "reference: expected at most 200 characters"),
        (PLAIN, {"note": "n" * 2001}, "note: expected at most 2000 characters"),
        (PLAIN, {"note": ["n"]}, 'note: expected a string, got ["n"]'),
        (PLAIN, {"alarms": [{"source": "a", "alarm_id": "1"}]}, "alarms: expected none"),
        (CLEAR, {"obligation": "x"}, "obligation: expected none: a clear is of an outage"),
        (CLEAR, {"alarms": []}, "alarms: expected a list of 1 to 200 alarms, or null"),
        (CLEAR, {"alarms": [{}] * 201}, "alarms: expected a list of 1 to 200 alarms"),
        (CLEAR, {"alarms": ["oss/1"]}, "alarms[0]: expected an object with source and alarm_id"),
        (CLEAR, {"alarms": [{"source": 1, "alarm_id": "1"}]}, "alarms[0].source: expected a non"),
        (CLEAR, {"note": " \x07 "}, "note: expected a text that can be printed"),
    ],
)
def test_a_known_field_with_a_wrong_value(
    base: dict[str, Any], changes: dict[str, Any], part: str
) -> None:
    """The detail names the field, says what was expected, and what was there."""
    reject = refused(value(base, **changes))
    assert reject.reason == Reason.BAD_VALUE
    assert part in reject.detail


def test_what_is_missing() -> None:
    """A clear without a reason, an alarm without its id; an outage id without a key."""
    assert refused(value(CLEAR, note=None)).detail == "note: is required"
    source_only = refused(value(CLEAR, alarms=[{"source": "a"}]))
    assert source_only.detail == "alarms[0].alarm_id: is required"
    for outage_id in ("no-at", "@2026-03-14T08:00:00Z"):
        assert refused(value(outage_id=outage_id)).reason == Reason.NO_KEY


def test_texts_are_put_on_one_line_and_ids_are_not_touched() -> None:
    """A name must not colour a terminal; an outage key is whatever a network element is called."""
    odd = "BE/\x1b[31m\u202ex@y@2026-03-14T08:00:00Z"
    message = used(value(who="\x1b[31mAnna\n B\u202e", note="a\r\nb\t\x00c", outage_id=odd))
    assert (message.who, message.note) == ("[31mAnna B", "a b c")
    assert (message.outage_id, message.outage_key) == (odd, odd.rpartition("@")[0])
    assert used(value(reference=" \n", note="")).reference is None
    longest = used(value(who="é" * 80, reference="é" * 200, note="é" * 2000, action_id="é" * 400))
    assert len(longest.note or "") == 2000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b"\xff\x00", Reason.NOT_UTF8),
        (b"[]", Reason.NOT_AN_OBJECT),
        (b"null", Reason.NOT_AN_OBJECT),
        (value()[:-1], Reason.NOT_JSON),
        (b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", Reason.NOT_JSON),
        (value().replace(b"null", b"NaN", 1), Reason.NOT_JSON),
        (value()[:-1] + b', "alarms": ' + b"[" * 900 + b"]" * 900 + b"}", Reason.BAD_VALUE),
        (value()[:-1] + b', "revision": ' + b"9" * 5000 + b"}", Reason.BAD_VALUE),
    ],
)
def test_bytes_that_are_none(data: bytes, reason: Reason) -> None:
    """Whatever they are: a reason, and no exception."""
    assert refused(data).reason == reason


_scalars = (
    st.none() | st.booleans() | st.sampled_from([0, -1, 2**63, 1e30, 0.5])
    | st.sampled_from(["", "a", "\ud800", "\x00", "clear", "note", OUTAGE, "2026-03-14T24:00:00Z"])
    | st.text(max_size=500)
)  # fmt: skip
_names = st.sampled_from([*PLAIN, "source", "alarm_id", "x"])
_values = _scalars | st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3)
)


@given(st.sampled_from([PLAIN, CLEAR]), st.dictionaries(_names, _values, max_size=3), st.data())
@_SETTINGS
def test_any_bytes_at_all(
    base: dict[str, Any], changes: dict[str, Any], data: st.DataObject
) -> None:
    """Never an exception; what is used can be written, read again, and told to the core."""
    damaged = bytearray(value(base, **changes))
    for _ in range(data.draw(st.integers(0, 2))):
        start = data.draw(st.integers(0, len(damaged)))
        damaged[start : start + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    message, reject = read_action(bytes(damaged))
    assert (message is None) != (reject is None)
    if message is not None:
        assert used(written(message)) == message
        assert core_action(message).recorded_us <= message.latest_us
    elif reject is not None:
        reject.detail.encode()


def test_an_alarm_is_named_by_source_and_id() -> None:
    """Unknown fields beside them are passed over."""
    (named,) = used(value(CLEAR, alarms=[{"source": "a/b", "alarm_id": "1", "x": 2}])).alarms or ()
    assert named == AlarmName("a/b", "1")
