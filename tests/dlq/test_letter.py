"""A dead letter as it is found: tolerant of what others wrote, and safe to print."""

import pytest

from monitor.cli.dlq_text import as_json, details, escaped
from monitor.dlq.letter import Letter
from monitor.dlq.retry import Choice

OURS = {
    "dlq_reason": b"not_json",
    "dlq_error": b"Reject",
    "dlq_detail": b"not JSON: \x1b[2J",
    "dlq_topic": b"alarms",
    "dlq_partition": b"1",
    "dlq_offset": b"7",
    "dlq_timestamp": b"1780000000000",
    "dlq_time": b"2026-05-28T20:26:41Z",
}


def letter(at: int = 0, value: bytes | None = b"x", **changes: bytes) -> Letter:
    """Return a dead letter with some headers changed."""
    headers = [("trace", b"\xff"), *(OURS | {f"dlq_{n}": v for n, v in changes.items()}).items()]
    return Letter(0, at, b"k", value, 1_780_000_000_000, list(headers))


def chosen(*letters: Letter) -> Choice:
    """Return what is chosen if all are wanted."""
    choice = Choice("alarms", lambda _letter: True)
    for one in letters:
        choice.look_at(one)
    return choice


def test_headers_are_read() -> None:
    """What our headers say, and apart from them those of the record."""
    found = letter(5, retries=b"2", retry_of=b"0/3")
    assert (found.id, found.topic, found.source) == ("0/5", "alarms", (1, 7))
    assert (found.retries, found.retry_of) == (2, "0/3")
    assert found.time_us == 1_780_000_001_000_000
    assert found.foreign_headers == [("trace", b"\xff")]


@pytest.mark.parametrize(
    "headers", [[], [(name, b"\xff\x00") for name in OURS], [("dlq_retries", None)]]
)
def test_headers_of_others_do_no_harm(headers: list[tuple[str, bytes | None]]) -> None:
    """Anybody can write to a topic: what cannot be read is unknown."""
    found = Letter(0, 1, None, None, 5, headers)
    assert found.source is None
    assert (found.retries, found.time_us) == (0, 5000)
    assert list(details(found))
    assert as_json(found)["value_base64"] is None


@pytest.mark.parametrize("retries", [b"-1", b"x", b"9" * 5000, "²".encode()])
def test_a_count_that_is_none_is_nought(retries: bytes) -> None:
    """A forged count neither fails nor counts."""
    assert letter(retries=retries).retries == 0


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain", "plain"),
        (b"\x1b[31m\r\n\t\x00", r"\x1b[31m\r\n\t\x00"),
        (b"\xff\xfe", r"\xff\xfe"),
        ("Liège \u202e".encode(), r"Liège \u202e"),
    ],
)
def test_bytes_are_shown_without_harm(data: bytes, text: str) -> None:
    """What could move a cursor, colour a terminal or turn text around is written out."""
    assert escaped(data) == text


@pytest.mark.parametrize(
    "value", [b'{"a": "\\u001b[2J\xc2\x9b"}', b"[" * 50_000, b"\x1b" * 99, None]
)
def test_a_letter_is_shown_whatever_it_holds(value: bytes | None) -> None:
    """No line of it has a control character in the bytes it shows."""
    lines = list(details(letter(value=value)))
    assert all(line.isprintable() for line in lines[lines.index("") :])


def test_what_failed_again_is_retried_as_it_is_now() -> None:
    """A letter that was retried and came back is chosen once, in its last form."""
    again = letter(2, retry_of=b"0/0", retries=b"1", offset=b"8")
    last = letter(4, retry_of=b"0/2", retries=b"2", offset=b"9")
    other = letter(3, offset=b"70")
    assert chosen(letter(0), other, again, last).ids == ["0/3", "0/4"]


def test_a_record_that_was_set_aside_twice_is_retried_once() -> None:
    """After a crash a record can be among the dead letters twice; its coordinates tell."""
    assert chosen(letter(0), letter(1)).ids == ["0/0"]


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (letter(topic=b"outage-inputs"), "only what came from alarms goes back"),
        (letter(offset=b"?"), "do not say where"),
        (letter(cut=b"9"), "not whole"),
        (letter(value=None), "no value"),
    ],
)
def test_what_cannot_be_retried_is_told(one: Letter, why: str) -> None:
    """Above all, a forged header sends nothing to another topic."""
    choice = chosen(one)
    assert choice.ids == []
    assert why in choice.refused["0/0"]
