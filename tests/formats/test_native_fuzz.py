"""Any bytes at all: never an exception, and the fast way says what the careful one says."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats.inventory import read_element
from monitor.formats.native import read_alarm

from .lines import PLAIN, carefully

_SETTINGS = settings(max_examples=250, deadline=None, derandomize=True, database=None)

_words = st.sampled_from(
    ["", "a", "BE", "be", "raise", "change", "clear", "critical", "cleared", "é", "\ud800", "\x00",
     "fixed_internet", "mobile_telephony", "iptv", "interconnection", "personal_data_breach",
     "digital_infrastructure", "ixp", "2026-03-14T08:12:05Z", "2026-03-14T08:12:05.1234567+01:00",
     "2026-03-14T24:00:00Z"]
)  # fmt: skip
_numbers = st.sampled_from([0, -1, 1, 10**9, 10**9 + 1, 2**63, -(2**63), 2**64, 1.0, 0.5, 1e30])
_scalars = st.none() | st.booleans() | _numbers | _words
_entries = st.dictionaries(
    st.sampled_from(["service", "area", "end_users", "kind", "target", "x"]), _scalars
)
_impact = st.fixed_dictionaries(
    {
        "service": st.sampled_from(["fixed_internet", "mobile_internet", "iptv"]),
        "area": st.sampled_from(["x", "é"]),
        "end_users": st.integers(0, 10**9),
    }
)
_values = _scalars | st.lists(_scalars | _entries | _impact, max_size=3) | _entries
_fields = st.sampled_from([*PLAIN, "sequence", "effects", "unknown"])


@st.composite
def _changed_lines(draw: st.DrawFn) -> bytes:
    """Return a plain line with fields replaced, added, dropped and given twice."""
    items: list[tuple[str, Any]] = list(PLAIN.items())
    for name in draw(st.lists(_fields, max_size=3)):
        where = draw(st.integers(0, len(items)))
        if draw(st.booleans()):
            items = [item for item in items if item[0] != name]
        if draw(st.integers(0, 3)):
            items.insert(where, (name, draw(_values)))
    ascii_only = draw(st.booleans())
    written = [f"{json.dumps(k)}:{json.dumps(v, ensure_ascii=ascii_only)}" for k, v in items]
    return f"{{{','.join(written)}}}".encode(errors="surrogatepass")


@st.composite
def _damaged_lines(draw: st.DrawFn) -> bytes:
    """Return a line with some bytes replaced, inserted or dropped."""
    data = bytearray(draw(_changed_lines()))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.integers(0, 3))
        data[start:end] = draw(st.binary(max_size=3) | st.sampled_from([b'"', b"\\", b"}", b"0"]))
    return bytes(data)


def _agree(data: bytes) -> None:
    found = read_alarm(data)
    assert found == carefully(data)
    assert found != (None, None)
    alarm, reject = read_element(data)
    assert alarm is not None or reject is not None


@given(_changed_lines())
@_SETTINGS
def test_changed_lines(data: bytes) -> None:
    """A line of odd values reads the same both ways, and always as something."""
    _agree(data)


@given(_damaged_lines())
@_SETTINGS
def test_damaged_lines(data: bytes) -> None:
    """A line with damaged bytes reads the same both ways, and always as something."""
    _agree(data)


@given(st.binary(max_size=200))
@_SETTINGS
def test_random_bytes(data: bytes) -> None:
    """Random bytes read the same both ways, and always as something."""
    _agree(data)


@given(st.recursive(_scalars, lambda v: st.lists(v) | st.dictionaries(_words, v), max_leaves=20))
@_SETTINGS
def test_any_json(value: Any) -> None:
    """Any JSON value reads the same both ways, and always as something."""
    _agree(json.dumps(value).encode())
