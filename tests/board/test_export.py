"""A table that a spreadsheet takes as text and numbers, whatever stands in an alarm."""

import csv
import io

import pytest

from board.samples import action, hostile, notification, status
from board.served import feed
from monitor.board.export import harmless, notifications_csv, outages_csv
from monitor.board.state import State


def rows(table: bytes) -> list[dict[str, str]]:
    """Read a table back."""
    text = table.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1"])
def test_no_formula(text: str) -> None:
    """A quote before it makes it text."""
    assert harmless(text) == f"'{text}"


def test_numbers_and_plain_text_stay_as_they_are() -> None:
    """Also a negative number, which is no text."""
    assert [harmless(value) for value in (-1, "BE/a-1", True, None)] == [-1, "BE/a-1", True, ""]


def test_hostile_texts_begin_no_cell_as_a_formula() -> None:
    """In any column of both tables."""
    state = State()
    feed(state, *hostile(), [])
    tables = outages_csv(state.outages.values()), notifications_csv(state, state.crossings.values())
    for table in tables:
        found = rows(table)
        assert len(found) == len(hostile()[0])
        assert not [v for row in found for v in row.values() if v.lstrip()[:1] in set("=+-@")]


def test_a_line_for_each_rule_and_one_without() -> None:
    """An outage that no rule counts is not lost."""
    state = State()
    feed(state, [status(), status("BE/b", rules=[])], [], [], [])
    found = rows(outages_csv(state.outages.values()))
    assert [(row["outage_key"], row["rule"], row["cautious"]) for row in found] == [
        ("BE/agg-1", "be.bipt.users", "30000"),
        ("BE/b", "", ""),
    ]


def test_who_acknowledged_is_in_the_table() -> None:
    """Unless the crossing changed since."""
    said = notification()
    state = State()
    feed(state, [], [said], [action(said)], [])
    (row,) = rows(notifications_csv(state, state.crossings.values()))
    assert row["acknowledged_by"] == "Anna"
    feed(state, [], [{**said, "revision": 1}], [], [])
    (row,) = rows(notifications_csv(state, state.crossings.values()))
    assert row["acknowledged_by"] == ""


def test_nothing_is_an_empty_table() -> None:
    """And no mistake."""
    assert rows(outages_csv([])) == []
