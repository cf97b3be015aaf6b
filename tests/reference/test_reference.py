"""The counting of the reference, on cases worked out by hand."""

import pytest

from .cases import HOUR_US, MINUTE_US, at_us, austrian, crossed, event, short, users
from .law import LAW
from .naive import final

BIPT_1H = ("users", "PT1H", "11:00:00")


@pytest.mark.parametrize(
    ("count", "end", "expected"),
    [
        (25_000, "11:00:00", [BIPT_1H]),
        (25_000, "10:59:59", []),
        (24_999, "12:00:00", []),
    ],
)
def test_bipt_is_at_least(count: int, end: str, expected: list[tuple[str, str, str]]) -> None:
    """25,000 for exactly one hour cross at the hour; one second or one user less does not."""
    lines = [event("raise", "10:00", users(count)), event("clear", end)]
    assert crossed(lines) == expected


@pytest.mark.parametrize(
    ("count", "end", "expected"),
    [
        (50_001, "18:00:00", []),
        (50_001, "18:00:01", [("mobile_internet", "PT8H", "18:00:00")]),
        (50_001, "18:00:00.000001", [("mobile_internet", "PT8H", "18:00:00")]),
        (50_000, "23:00:00", []),
    ],
)
def test_rtr_is_more_than(count: int, end: str, expected: list[tuple[str, str, str]]) -> None:
    """50,001 for exactly 8 h do not cross; longer does, at onset + 8 h; 50,000 never do."""
    lines = [austrian("raise", "10:00", users(count)), austrian("clear", end)]
    assert crossed(lines) == expected


def test_time_alone_crosses() -> None:
    """An open alarm crosses when the clock gets there; a `>` deadline must be passed."""
    belgian = [event("raise", "10:00", users(25_000))]
    assert crossed(belgian, until_us=at_us("10:59:59.999999")) == []
    assert crossed(belgian, until_us=at_us("11:00")) == [BIPT_1H]
    austria = [austrian("raise", "10:00", users(50_001))]
    assert crossed(austria, until_us=at_us("18:00")) == []
    assert crossed(austria, until_us=at_us("18:00:00.000001")) == [
        ("mobile_internet", "PT8H", "18:00:00")
    ]


def test_the_clock_stops_at_the_latest_event() -> None:
    """Without `until` the clock is the latest event read; later events are not read with it."""
    lines = [event("raise", "10:00", users(25_000)), event("raise", "11:00", alarm_id="2")]
    assert crossed(lines[:1]) == []
    assert crossed(lines) == [BIPT_1H]
    assert crossed(lines, until_us=at_us("10:30")) == []


def test_a_deadline_in_a_gap_waits() -> None:
    """Hit from 0 to 10 and from 65 to 70 minutes crosses at 65, and not if nothing follows."""
    first = [event("raise", "10:00", users(25_000)), event("clear", "10:10")]
    second = [event("raise", "11:05", users(1)), event("clear", "11:10")]
    assert crossed(first, until_us=at_us("20:00")) == []
    assert crossed(first + second) == [("users", "PT1H", "11:05:00")]
    assert crossed(first + second, reading="literal") == []


def test_an_effect_begins_the_outage_but_not_the_clock_of_the_users() -> None:
    """The users' clock starts when users are hit; the effect crosses at its own start."""
    effect = {"kind": "psap_unavailable", "target": "p"}
    lines = [
        event("raise", "10:00", effects=[effect]),
        event("change", "10:40", users(25_000)),
        event("clear", "12:00"),
    ]
    assert crossed(lines) == [("emergency", "p", "10:00:00"), ("users", "PT1H", "11:40:00")]
    assert {c["first_onset"] for c in final(lines)} == {"2026-03-14T10:00:00Z"}
    assert final(lines)[0]["affected"] == {}


def test_an_instant_counts() -> None:
    """An alarm raised and cleared at one instant counts at that instant."""
    lines = [
        austrian("raise", "10:00", users(500_001), sequence=1),
        austrian("clear", "10:00", sequence=2),
    ]
    assert crossed(lines) == [("mobile_internet", "any", "10:00:00")]
    assert crossed([lines[0] | {"impact": [users(500_000)]}, lines[1]]) == []


def test_zero_users_begin_nothing() -> None:
    """An alarm with zero users that is changed to more begins then."""
    lines = [
        event("raise", "09:00", users(0)),
        event("change", "10:00", users(25_000)),
        event("clear", "11:00"),
    ]
    assert crossed(lines) == [BIPT_1H]
    assert final(lines)[0]["outage_id"] == "BE/el@2026-03-14T10:00:00Z"


@pytest.mark.parametrize(
    ("again", "ids"), [("11:10:00", {"10:00:00"}), ("11:10:01", {"10:00:00", "11:10:01"})]
)
def test_the_merge_gap_still_belongs(again: str, ids: set[str]) -> None:
    """A gap of exactly the merge gap stays one outage; a second longer makes two."""
    breach = [{"kind": "personal_data_breach", "target": "ignored"}]
    lines = [
        event("raise", "10:00", effects=breach),
        event("clear", "10:10"),
        event("raise", again, effects=breach),
    ]
    found = final(lines, merge_gap_us=HOUR_US)
    assert {c["outage_id"] for c in found} == {f"BE/el@2026-03-14T{i}Z" for i in ids}
    assert {c["cell"]["target"] for c in found} == {None}


def test_repair_in_steps_hides_nobody() -> None:
    """Cautious adds up who was ever hit; literal only who is hit now; both are shown."""
    lines = [
        event("raise", "10:00", users(20_000, area="a"), users(9_000, area="b")),
        event("change", "10:30", users(20_000, area="a")),
        event("raise", "10:40", users(4_000, "fixed_internet"), alarm_id="2"),
        event("clear", "11:30"),
    ]
    (crossing,) = final(lines)
    assert short(crossing) == BIPT_1H
    assert crossing["affected"]["mobile_internet"] == {"cautious": 29_000, "literal": 20_000}
    assert crossing["affected"]["fixed_internet"] == {"cautious": 4_000, "literal": 4_000}
    assert crossing["affected"]["fixed_telephony"] == {"cautious": 0, "literal": 0}
    assert not crossing["literal_met"]
    assert final(lines, reading="literal") == []


def test_the_same_people_count_once() -> None:
    """Two alarms on one service and area count the larger; on two areas they add up."""
    for area, expected in (("k", []), ("l", [BIPT_1H])):
        lines = [
            event("raise", "10:00", users(15_000)),
            event("raise", "10:00", users(14_000, area=area), alarm_id="2"),
            event("clear", "11:00"),
        ]
        assert crossed(lines) == expected


def test_hand_over_holds_both_ends() -> None:
    """At the instant one area hands over to another both are in."""
    lines = [
        austrian("raise", "10:00", users(300_000, area="a")),
        austrian("change", "10:30", users(300_000, area="b")),
    ]
    (crossing,) = final(lines, reading="literal")
    assert short(crossing) == ("mobile_internet", "any", "10:30:00")
    assert crossing["affected"] == {"mobile_internet": {"cautious": 600_000, "literal": 600_000}}


def test_a_service_well_for_long_starts_anew() -> None:
    """An episode ends after the merge gap even if other services keep the outage together."""
    lines = [
        austrian("raise", "00:00", users(1, "fixed_internet")),
        austrian("raise", "00:00", users(250_001), alarm_id="2"),
        austrian("clear", "01:30", alarm_id="2"),
        austrian("raise", "03:00", users(250_001, area="m"), alarm_id="2"),
        austrian("clear", "05:00", alarm_id="2"),
    ]
    assert crossed(lines) == []
    kept = crossed([*lines[:3], lines[3] | {"event_time": "2026-03-14T02:30:00Z"}, lines[4]])
    assert kept == [
        ("mobile_internet", "any", "02:30:00"),
        ("mobile_internet", "PT1H", "02:30:00"),
        ("mobile_internet", "PT2H", "02:30:00"),
        ("mobile_internet", "PT4H", "04:00:00"),
    ]


def test_affected_is_shown_just_after_a_deadline() -> None:
    """What ends exactly at a `>` deadline is no longer in the literal count shown."""
    lines = [
        austrian("raise", "10:00", users(50_001)),
        austrian("raise", "12:00", users(7, area="b"), alarm_id="2"),
        austrian("clear", "18:00", alarm_id="2"),
        austrian("clear", "19:00"),
    ]
    (crossing,) = final(lines)
    assert short(crossing) == ("mobile_internet", "PT8H", "18:00:00")
    assert crossing["affected"] == {"mobile_internet": {"cautious": 50_008, "literal": 50_001}}
    assert crossing["literal_met"]


def test_planned_means_every_alarm_active_then() -> None:
    """An unplanned alarm at the very instant, though it ends there, makes it unplanned."""
    lines = [event("raise", "10:00", users(25_000), planned=True)]
    other = [
        event("raise", "10:30", users(1, area="b"), alarm_id="2"),
        event("clear", "11:00", alarm_id="2"),
    ]
    assert final(lines, until_us=at_us("12:00"))[0]["planned"]
    assert not final(lines + other, until_us=at_us("12:00"))[0]["planned"]


def test_order_and_fields() -> None:
    """Crossings stand in order of time, outage, rule and place, and carry the agreed fields."""
    effects = [{"kind": "emergency_number_unreachable", "target": t} for t in ("144", "112")]
    lines = [
        austrian("raise", "10:00", users(500_001), effects=effects, element="b"),
        austrian("raise", "10:00", users(500_001), alarm_id="2", element="a"),
    ]
    found = final(lines)
    assert [(c["outage_key"], *short(c)[:2]) for c in found] == [
        ("AT/a", "mobile_internet", "any"),
        ("AT/b", "emergency_number", "112"),
        ("AT/b", "emergency_number", "144"),
        ("AT/b", "mobile_internet", "any"),
    ]
    assert found[0] == {
        "outage_id": "AT/a@2026-03-14T10:00:00Z",
        "outage_key": "AT/a",
        "country": "AT",
        "first_onset": "2026-03-14T10:00:00Z",
        "rule": "at.rtr.mobile_internet",
        "cell": {"duration": None, "end_users": 500_000},
        "crossed_at": "2026-03-14T10:00:00Z",
        "affected": {"mobile_internet": {"cautious": 500_001, "literal": 500_001}},
        "literal_met": True,
        "planned": False,
    }


def test_the_law_at_the_first_onset_applies() -> None:
    """A rule applies to outages that begin while it is in force, up to but not at its end."""
    lines = [event("raise", "10:00", users(25_000))]
    rule = LAW["BE"][0]
    until_us = at_us("12:00")
    for from_us, to_us, count in (
        (at_us("10:00"), None, 1),
        (at_us("10:00") + 1, None, 0),
        (None, at_us("10:00") + MINUTE_US, 1),
        (None, at_us("10:00"), 0),
    ):
        law = {"BE": [rule | {"valid_from_us": from_us, "valid_to_us": to_us}]}
        assert len(final(lines, law=law, until_us=until_us)) == count
