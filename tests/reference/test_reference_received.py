"""Revisions and ids in the reference, on cases worked out by hand."""

import uuid
from typing import Any

from .cases import HOUR_US, at, at_us, austrian, event, short, users
from .reading import Json
from .received import as_received

BREACH = [{"kind": "personal_data_breach"}]


def news(lines: list[Json], **options: Any) -> list[list[tuple[str, int, str, str]]]:
    """Give for each line type, revision, time of day and the id's instant of what it published."""
    return [
        [(e["type"], e["revision"], short(e)[2], e["outage_id"][-9:-1]) for e in events]
        for events in as_received(lines, **options)
    ]


def test_the_clock_runs_on_between_lines() -> None:
    """A deadline before the next line is published before it is applied, detected on time."""
    lines = [event("raise", "10:00", users(25_000)), event("clear", "13:00")]
    _, (required,), rest = as_received(lines)
    assert rest == []
    assert required["detected_at"] == required["crossed_at"] == at("11:00")
    outage_id = "BE/el@2026-03-14T10:00:00Z"
    named = f"{outage_id}|be.bipt.users|PT1H|25000"
    assert required["crossing_id"] == str(uuid.uuid5(uuid.NAMESPACE_URL, named))
    assert required["initial"]
    assert required["superseded_by"] is None


def test_until_ends_the_stream() -> None:
    """What the clock reaches after all lines comes last; lines after the end are not read."""
    lines = [event("raise", "10:00", users(25_000)), event("clear", "13:00")]
    assert news(lines, until_us=at_us("11:00")) == [
        [],
        [],
        [("required", 0, "11:00:00", "10:00:00")],
    ]


def test_a_deadline_at_the_time_of_the_line_waits_for_it() -> None:
    """At its own time a `>=` cell is published by the line, a `>` cell only by the next."""
    lines = [event("raise", "10:00", users(25_000)), event("raise", "11:00", alarm_id="2")]
    assert news(lines)[1] == [("required", 0, "11:00:00", "10:00:00")]
    austria = [
        austrian("raise", "10:00", users(50_001)),
        austrian("raise", "18:00", alarm_id="2"),
        austrian("raise", "18:00:01", alarm_id="2"),
    ]
    assert news(austria) == [[], [], [("required", 0, "18:00:00", "10:00:00")], []]


def test_an_earlier_onset_corrects() -> None:
    """A late raise moves the onset back; the id stays; detected now."""
    lines = [
        event("raise", "10:00", users(25_000)),
        event("raise", "12:00", users(1)),
        event("raise", "09:30", users(1, area="b"), alarm_id="2"),
    ]
    _, first, last, _ = as_received(lines)
    assert [short(e)[2] for e in first] == ["11:00:00"]
    (corrected,) = last
    assert corrected["type"] == "corrected"
    assert corrected["crossed_at"] == at("10:30")
    assert corrected["detected_at"] == at("12:00")
    assert corrected["outage_id"].endswith("@2026-03-14T10:00:00Z")
    assert corrected["first_onset"] == at("09:30")


def test_a_late_clear_withdraws_and_a_raise_requires_again() -> None:
    """The same crossing comes back with the next revision."""
    lines = [
        event("raise", "10:00", users(25_000)),
        event("change", "12:00", users(25_000)),
        event("clear", "10:30"),
        event("raise", "10:31", users(25_000)),
    ]
    assert news(lines)[1:4] == [
        [("required", 0, "11:00:00", "10:00:00")],
        [("withdrawn", 1, "11:00:00", "10:00:00")],
        [("required", 2, "11:00:00", "10:00:00")],
    ]
    withdrawn = as_received(lines)[2][0]
    assert withdrawn["superseded_by"] is None
    assert withdrawn["detected_at"] == at("12:00")


def test_a_late_event_joins_and_splits() -> None:
    """The earliest id absorbs the other, which is taken up again when its piece stands alone."""
    lines = [
        event("raise", "10:00", effects=BREACH),
        event("clear", "10:10"),
        event("raise", "12:00", effects=BREACH, alarm_id="2"),
        event("raise", "10:30", users(1), alarm_id="3"),
        event("clear", "10:40", alarm_id="3"),
    ]
    assert news(lines) == [
        [("required", 0, "10:00:00", "10:00:00")],
        [],
        [("required", 0, "12:00:00", "12:00:00")],
        [("withdrawn", 1, "12:00:00", "12:00:00")],
        [("required", 2, "12:00:00", "12:00:00")],
        [],
    ]
    published = as_received(lines)
    assert published[3][0]["superseded_by"] == "BE/el@2026-03-14T10:00:00Z"
    assert published[4][0]["superseded_by"] is None
    assert published[4][0]["initial"]


def test_a_piece_split_off_is_named_by_its_own_onset() -> None:
    """Even if it contains the instant of an id absorbed before."""
    lines = [
        event("raise", "10:00", effects=BREACH),
        event("clear", "10:10"),
        event("raise", "12:00", effects=BREACH, alarm_id="2"),
        event("raise", "11:05", users(1), alarm_id="3"),
        event("clear", "10:05"),
        event("clear", "10:04"),
    ]
    assert news(lines)[3:] == [
        [("withdrawn", 1, "12:00:00", "12:00:00")],
        [],
        [("required", 0, "12:00:00", "11:05:00")],
        [],
    ]


def test_an_id_without_a_piece_is_withdrawn() -> None:
    """If no piece contains the instant of the id, the piece left is named by its own onset."""
    lines = [
        event("change", "12:00", effects=BREACH),
        event("raise", "10:00", effects=BREACH),
        event("clear", "10:10"),
    ]
    assert news(lines) == [
        [("required", 0, "12:00:00", "12:00:00")],
        [("corrected", 1, "10:00:00", "12:00:00")],
        [("withdrawn", 2, "10:00:00", "12:00:00"), ("required", 0, "10:00:00", "10:00:00")],
        [],
    ]


def test_initial_is_per_authority_and_addressees() -> None:
    """The first of each set is initial; later ones are updates."""
    effects = [
        {"kind": "emergency_number_unreachable", "target": "112"},
        {"kind": "psap_unavailable", "target": "p"},
    ]
    lines = [
        austrian("raise", "10:00", users(500_001), effects=effects),
        austrian("clear", "11:00:01"),
    ]
    first, second, _ = as_received(lines)
    assert [(e["rule"], e["initial"]) for e in first] == [
        ("at.rtr.emergency_number", True),
        ("at.rtr.mobile_internet", True),
        ("at.rtr.psap_unavailable", False),
    ]
    assert [(short(e)[1], e["initial"]) for e in second] == [("PT1H", False)]


def test_what_is_left_out_publishes_nothing() -> None:
    """An event older than the horizon has no part in any revision."""
    lines = [event("raise", "12:00", users(1)), event("raise", "10:00", effects=BREACH)]
    assert news(lines, lateness_horizon_us=HOUR_US) == [[], [], []]
    assert len(news(lines)[1]) == 1
