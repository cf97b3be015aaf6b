"""The elements of the network: what is known is what a reading from the beginning would give."""

import json
from typing import Any

import pytest
from aiokafka import ConsumerRecord
from structlog.testing import capture_logs

from monitor.ingest import elements as module
from monitor.ingest.elements import Elements


def record(
    value: dict[str, Any] | bytes | None,
    key: str | None = None,
    *,
    partition: int = 0,
    stamp_ms: int = 0,
) -> ConsumerRecord:
    """Return a record of the inventory topic; offsets do not matter here."""
    raw = json.dumps(value).encode() if isinstance(value, dict) else value
    raw_key = None if key is None else key.encode()
    return ConsumerRecord(
        "inventory", partition, 7, stamp_ms, 0, raw_key, raw, None, -1, -1, ()
    )  # fmt: skip


def element(name: str, group: str = "g") -> dict[str, Any]:
    """Return the inventory record of an element."""
    return {"element": name, "country": "BE", "group": group}


def told(*records: ConsumerRecord, several: bool = False) -> dict[str, str | None]:
    """Return the groups of the elements that are known after these records."""
    elements = Elements(several_partitions=several)
    with capture_logs():
        for each in records:
            elements.take(each)
    return {name: known.group for name, known in elements.known.items()}


def test_the_last_record_of_an_element_holds() -> None:
    """With its key or without one."""
    assert told(record(element("a"), "a"), record(element("a", "h"), "a")) == {"a": "h"}
    assert told(record(element("a")), record(element("a", "h"))) == {"a": "h"}


def test_a_null_value_removes_the_element() -> None:
    """And only that one; one for something unknown does nothing."""
    known = record(element("a"), "a"), record(element("b"), "b")
    assert told(*known, record(None, "a"), record(None, "c"), record(None)) == {"b": "g"}


def test_a_key_that_is_not_the_element_is_told_and_the_element_used() -> None:
    """Alarms name the element; the key only says which record replaces which."""
    elements = Elements()
    with capture_logs() as logs:
        elements.take(record(element("a"), '"a"'))
    assert list(elements.known) == ["a"]
    assert [(log["key"], log["element"]) for log in logs] == [('"a"', "a")]


def test_a_null_value_removes_what_its_key_brought() -> None:
    """Whoever writes keys in quotes removes with keys in quotes."""
    assert told(record(element("a"), '"a"'), record(None, '"a"')) == {}


@pytest.mark.parametrize("key", ["x", "a"])
def test_a_record_replaces_what_its_key_said_before(key: str) -> None:
    """The topic keeps the last record of each key, so a worker that starts later knows no other."""
    assert told(record(element("a"), key), record(element("b"), key)) == {"b": "g"}


def test_a_key_set_right_takes_over_from_the_wrong_one() -> None:
    """To remove the wrong key afterwards does not take the element away."""
    wrong, right = record(element("a"), "x"), record(element("a", "h"), "a")
    assert told(wrong, right, record(None, "x")) == {"a": "h"}
    assert told(wrong, right, record(None, "a")) == {}


def test_two_keys_that_change_places_lose_nothing() -> None:
    """Each element is known by whoever spoke of it last."""
    swapped = record(element("b", "h"), "a"), record(element("a", "h"), "b")
    assert told(record(element("a"), "a"), record(element("b"), "b"), *swapped) == {
        "a": "h",
        "b": "h",
    }


def test_of_two_partitions_the_younger_record_holds() -> None:
    """However they are read; within one partition it is their order."""
    old = record(element("a"), "a", partition=0, stamp_ms=10)
    new = record(element("a", "h"), "a", partition=1, stamp_ms=20)
    assert told(old, new, several=True) == told(new, old, several=True) == {"a": "h"}
    gone = record(None, "a", partition=1, stamp_ms=20)
    assert told(gone, old, several=True) == told(old, gone, several=True) == {}
    back = record(element("a"), "a", partition=0, stamp_ms=5)
    assert told(old, back, several=True) == {"a": "g"}


@pytest.mark.parametrize(
    "value", [b"", b"{", b"\xff\xfe", b"[1]", b"{}", b'{"element": 5}', b"[" * 200_000, b"1e999999"]
)
def test_a_bad_record_is_told_and_costs_nothing_else(value: bytes) -> None:
    """What was known of the element stays, and the next record is read."""
    elements = Elements()
    with capture_logs() as logs:
        for each in (record(element("a"), "a"), record(value, "a"), record(element("b"), "b")):
            elements.take(each)
    assert sorted(elements.known) == ["a", "b"]
    assert elements.unreadable == 1
    assert elements.first_mistake is not None
    assert elements.first_mistake.startswith("partition 0, offset 7: ")
    assert [log["log_level"] for log in logs] == ["warning"]


def test_an_exception_of_our_own_is_a_bad_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in the reader costs one record, not the process."""

    def read(_value: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "read_element", read)
    elements = Elements()
    with capture_logs() as logs:
        elements.take(record(element("a"), "a"))
    assert (elements.unreadable, len(logs)) == (1, 1)


def test_a_record_that_is_partly_used_is_told() -> None:
    """An odd service is left out, the rest of the element is known."""
    value = element("a") | {
        "serves": [
            {"service": "telegraph", "area": "x", "end_users": 1},
            {"service": "fixed_internet", "area": "x", "end_users": 2},
        ]
    }
    elements = Elements()
    with capture_logs() as logs:
        elements.take(record(value, "a"))
    assert elements.known["a"].serves == (("fixed_internet", "x", 2),)
    assert len(logs) == 1


def test_a_million_mistakes_do_not_fill_the_log() -> None:
    """The first ten are told, then each thousandth with how many there were."""
    elements = Elements()
    with capture_logs() as logs:
        for _ in range(2500):
            elements.take(record(b"{", "a"))
    assert [log["so_far"] for log in logs] == [*range(1, 11), 1000, 2000]
