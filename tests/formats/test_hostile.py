"""Bytes that mean harm, or nothing: each gives a reject, none an exception."""

import pytest

from monitor.formats.inventory import read_element
from monitor.formats.native import read_alarm
from monitor.formats.reject import Reason, Reject

from .lines import carefully, element, line, raw, refused, used, why


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b" ", Reason.NOT_JSON),
        (b"\x00", Reason.NOT_JSON),
        (b"{", Reason.NOT_JSON),
        (b"{}{}", Reason.NOT_JSON),
        (b"{'a': 1}", Reason.NOT_JSON),
        (line()[:-1], Reason.NOT_JSON),
        (line() + b"}", Reason.NOT_JSON),
        (b"\xef\xbb\xbf" + line(), Reason.NOT_JSON),
        (raw('"x": NaN'), Reason.NOT_JSON),
        (raw('"x": -Infinity'), Reason.NOT_JSON),
        (raw('"x": "\x01"'), Reason.NOT_JSON),
        (raw('"x": "\\x41"'), Reason.NOT_JSON),
        (b"\xff\xfe" + line().decode().encode("utf-16-le"), Reason.NOT_UTF8),
        (raw('"x": "')[:-1] + b'\xff"}', Reason.NOT_UTF8),
        (line().replace(b"olt", b"\xed\xa0\x80"), Reason.NOT_UTF8),
        (line().replace(b"olt", b"\xc0\xaf"), Reason.NOT_UTF8),
        (b"null", Reason.NOT_AN_OBJECT),
        (b"[]", Reason.NOT_AN_OBJECT),
        (b"[" + line() + b"]", Reason.NOT_AN_OBJECT),
        (b'"text"', Reason.NOT_AN_OBJECT),
        (b"1e30", Reason.NOT_AN_OBJECT),
        (b"-1", Reason.NOT_AN_OBJECT),
        (b"{}", Reason.MISSING_FIELD),
    ],
)
def test_what_is_no_alarm(data: bytes, reason: Reason) -> None:
    """Whatever is wrong with the bytes as a whole has its own reason, for both readers."""
    assert refused(data).reason == reason
    assert carefully(data) == (None, refused(data))
    found, reject = read_element(data)
    if reason != Reason.NOT_JSON or data.startswith(b"{'a'"):
        assert found is None
        assert reject is not None


def test_not_utf8_names_the_byte() -> None:
    """The sentence says which byte is the first that is wrong."""
    assert why(b'{"a":"\xff"}') == (Reason.NOT_UTF8, "byte 7 is not UTF-8")


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"impact":[', b'[{"a":'])
def test_a_megabyte_of_nesting(opening: bytes) -> None:
    """Deep nesting without an end is refused as no JSON, not as a crash."""
    data = opening * (1_000_000 // len(opening))
    assert refused(data).reason == Reason.NOT_JSON
    assert read_element(data)[0] is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"x": ', "}"),
        ('{"source": ', "}"),
        ('{"impact": [', "]}"),
        ('{"impact": [{"service": ', "}]}"),
        ("", ""),
    ],
)
def test_every_depth_of_nesting(before: str, after: str) -> None:
    """Around the depth at which the decoder gives up nothing else gives up in its place."""
    start, edge = line(impact=[]).decode()[:-1], _deepest()
    for depth in range(edge - 20, edge + 10):
        for left, core, right in (("[", "1", "]"), ("[", "", "]"), ('{"a":', "{}", "}")):
            nested = before + left * depth + core + right * depth + after
            alarm, reject = read_alarm(nested.encode())
            assert (alarm is None) == (reject is not None)
            in_an_alarm = f"{start}, {nested[1:]}" if before else nested
            assert read_alarm(in_an_alarm.encode()) != (None, None)
            record = in_an_alarm.replace('"impact"', '"serves"').replace('"source"', '"group"')
            assert read_element(record.encode()) != (None, None)


def _deepest() -> int:
    """Return about how deep can be decoded here: that depends on how deep the caller stands."""
    too_deep = Reject(Reason.NOT_JSON, "nested too deeply")
    return next(n for n in range(10_000) if refused(b"[" * n + b"1" + b"]" * n) == too_deep)


def test_five_megabytes_of_text() -> None:
    """A very long string is a string; a very long wrong value is shown by its start."""
    text = "x" * 5_000_000
    assert used(line(element=text)).element == text
    assert element(element=text).element == text
    assert len(refused(line(action=text)).detail) < 200


@pytest.mark.parametrize("digits", [19, 20, 100, 400, 401, 4299, 4300, 4301, 100_000])
@pytest.mark.parametrize("sign", ["", "-"])
def test_huge_whole_numbers(digits: int, sign: str) -> None:
    """A sequence that does not fit 64 bits is refused by both readers, however long it is."""
    number = sign + "9" * digits
    entry = f'{{"service": "fixed_internet", "area": "x", "end_users": {number}}}'
    for data in (raw(f'"sequence": {number}'), raw(f'"impact": [{entry}]')):
        assert refused(data).reason == Reason.BAD_VALUE
        assert carefully(data) == (None, refused(data))
    assert used(raw(f'"vendor_ext": {number}')) == used(line())
