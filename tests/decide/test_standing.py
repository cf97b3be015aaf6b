"""What a status says of an outage."""

from typing import Any

from core.world import (
    AT_LEAST,
    LAW,
    START_US,
    cell,
    clear,
    effect_rule,
    event,
    flag,
    hit,
    options,
    table_rule,
    us,
    users,
)

from decide.desk import Desk, Message
from monitor.core.event import Event
from monitor.core.law import Law
from monitor.core.reading import Options, Reading

READINGS: tuple[Reading, ...] = ("cautious", "literal")


def status(*events: Event, until: float, law: Law = LAW, how: Options | None = None) -> Message:
    """Return the last status of the key after these events, the time being `until`."""
    d = Desk(law, how)
    d.take(*events, until=until)
    return d.flush()[-1]


def rule(message: Message, name: str = "x.at_least") -> Message:
    """Return how one rule stands."""
    (found,) = (r for r in message["rules"] if r["rule"] == name)
    return dict(found)


def test_an_open_outage() -> None:
    """All that a status says of a small outage."""
    law = Law((AT_LEAST, effect_rule("e")), "hash")
    events = (
        hit(0, 5, severity="minor", planned=True),
        event("raise", 1, users(2, "l", "t"), alarm_id="2", severity="major", effects=(("e", ""),)),
    )
    said = status(*events, until=2, law=law)
    del said["series"]
    assert said == {
        "outage_id": "XX/g@2026-03-14T08:00:00Z",
        "outage_key": "XX/g",
        "country": "XX",
        "state": "open",
        "superseded_by": None,
        "first_onset": "2026-03-14T08:00:00Z",
        "ended_at": None,
        "policy_in_force": True,
        "reading": "cautious",
        "planned": False,
        "alarms": 2,
        "severity": "major",
        "affected": {"s": {"cautious": 5, "literal": 5}, "t": {"cautious": 2, "literal": 2}},
        "next_crossing_at": "2026-03-14T08:05:00Z",
        "rules": [
            {
                "rule": "x.at_least",
                "policy": "x",
                "authority": "X",
                "addressees": ["X"],
                "services": ["s", "t"],
                "comparators": {"duration": ">=", "end_users": ">="},
                "end_users": {"cautious": 7, "literal": 7},
                "onset": "2026-03-14T08:00:00Z",
                "current_onset": "2026-03-14T08:00:00Z",
                "next_by_time": {"duration": "PT5M", "end_users": 4, "at": "2026-03-14T08:05:00Z"},
                "next_by_count": {"duration": None, "end_users": 9, "missing": 2},
                "crossed": [
                    {"duration": "PT2M", "end_users": 6, "crossed_at": "2026-03-14T08:02:00Z"}
                ],
            }
        ],
        "effects": [
            {
                "rule": "x.effect",
                "policy": "x",
                "authority": "X",
                "addressees": ["X"],
                "kind": "e",
                "target": None,
                "crossed_at": "2026-03-14T08:01:00Z",
                "active": True,
            }
        ],
        "largest_areas": {
            "s": [{"area": "k", "cautious": 5, "literal": 5}],
            "t": [{"area": "l", "cautious": 2, "literal": 2}],
        },
        "input_complete": True,
        "as_of": "2026-03-14T08:02:00Z",
    }


def test_an_ended_outage() -> None:
    """Counts so far stay, nothing is hit any more, and nothing is to come."""
    said = status(hit(0, 5), clear(1), until=2)
    assert (said["state"], said["ended_at"]) == ("ended", "2026-03-14T08:01:00Z")
    assert (said["alarms"], said["planned"], said["severity"]) == (0, None, None)
    assert said["largest_areas"] == {}
    assert said["next_crossing_at"] is None
    of_rule = rule(said)
    assert of_rule["end_users"] == {"cautious": 5, "literal": 0}
    assert (of_rule["next_by_time"], of_rule["next_by_count"]) == (None, None)
    assert (of_rule["onset"], of_rule["current_onset"]) == ("2026-03-14T08:00:00Z", None)


def test_more_than_asks_for_one_more() -> None:
    """Missing is what it takes to cross: with `>` one more than the threshold."""
    of_rule = rule(status(hit(0, 4), until=0), "x.more_than")
    assert of_rule["comparators"] == {"duration": ">", "end_users": ">"}
    assert of_rule["next_by_count"] == {"duration": None, "end_users": 5, "missing": 2}


def test_of_equal_counts_the_shorter_wait_is_nearer() -> None:
    """Were so many hit, the cell without a duration would be crossed at once."""
    law = Law((table_rule(cell(3, 9), cell(None, 9), cell(5, 12)),), "hash")
    assert rule(status(hit(0, 1), until=0, law=law))["next_by_count"]["duration"] is None


def test_the_next_crossing_is_the_earliest_in_time() -> None:
    """Not in spelling: a whole second comes before the same second with a fraction."""
    one = table_rule(cell(5, 1), rule="x.one", services=("s",))
    two = table_rule(cell(5, 1), rule="x.two", services=("t",))
    later: Any = {"time_us": us(0) + 1}
    events = hit(0, 1), event("raise", 0, users(1, "k", "t"), alarm_id="2", **later)
    said = status(*events, until=1, law=Law((one, two), "hash"))
    assert said["next_crossing_at"] == "2026-03-14T08:05:00Z"
    assert rule(said, "x.two")["next_by_time"]["at"] == "2026-03-14T08:05:00.000001Z"


def test_the_reading_that_decides_makes_the_forecast() -> None:
    """Five were hit, one is now: cautious crosses by time, literal lacks three."""
    events = hit(0, 4), hit(0, 1, alarm_id="2"), clear(1)
    cautious = rule(status(*events, until=1))
    assert cautious["next_by_time"]["at"] == "2026-03-14T08:05:00Z"
    said = status(*events, until=1, how=options("literal"))
    literal = rule(said)
    assert said["reading"] == "literal"
    assert literal["next_by_time"] is None
    assert literal["next_by_count"] == {"duration": "PT5M", "end_users": 4, "missing": 3}


def test_the_forecast_is_the_first_of_several_deadlines() -> None:
    """Seven are hit: six for 2 min come before four for 5 min."""
    said = status(hit(0, 7), until=1)
    assert rule(said)["next_by_time"]["at"] == said["next_crossing_at"] == "2026-03-14T08:02:00Z"


def test_a_gap_starts_the_clock_of_the_literal_reading_anew() -> None:
    """Cautious counts from the onset of the episode, literal from the present stretch."""
    events = hit(0, 4), clear(1), hit(2, 4)
    cautious, literal = (rule(status(*events, until=2, how=options(r))) for r in READINGS)
    assert cautious["next_by_time"]["at"] == "2026-03-14T08:05:00Z"
    assert literal["next_by_time"]["at"] == "2026-03-14T08:07:00Z"
    assert literal["onset"] == cautious["onset"] == "2026-03-14T08:00:00Z"
    assert literal["current_onset"] == "2026-03-14T08:02:00Z"


def test_a_deadline_in_a_gap_is_not_announced() -> None:
    """While nobody is hit nothing is crossed by time; the open outage may say what is missing."""
    events = hit(0, 5), flag(0, alarm_id="2"), clear(1)
    of_rule = rule(status(*events, until=1.5))
    assert of_rule["next_by_time"] is None
    assert of_rule["next_by_count"]["missing"] == 1
    assert of_rule["current_onset"] is None


def test_the_onset_is_that_of_the_episode() -> None:
    """Services that were well for long start anew while something else keeps the outage open."""
    events = flag(0, alarm_id="2"), hit(1, 3), clear(2), hit(10, 2)
    said = status(*events, until=10)
    assert said["first_onset"] == "2026-03-14T08:00:00Z"
    assert rule(said)["onset"] == rule(said)["current_onset"] == "2026-03-14T08:10:00Z"
    assert said["affected"] == {"s": {"cautious": 2, "literal": 2}}


def test_an_effect_stays_though_it_is_over() -> None:
    """It was crossed; that no alarm carries it any more is shown."""
    said = status(flag(0), hit(0, 1, alarm_id="2"), clear(1), until=2)
    (effect,) = said["effects"]
    assert (effect["crossed_at"], effect["active"]) == ("2026-03-14T08:00:00Z", False)


def test_planned_is_said_while_all_of_it_is() -> None:
    """Alarms that hit nobody and carry nothing do not count."""
    alone = hit(0, 1, planned=True), event("raise", 0, alarm_id="2", impact=(), severity="critical")
    said = status(*alone, until=0)
    assert (said["planned"], said["alarms"], said["severity"]) == (True, 1, None)


def test_no_policy_in_force_is_said() -> None:
    """Silence would look like a no."""
    said = status(hit(0, 100), until=0, law=Law((), "hash"))
    assert (said["policy_in_force"], said["rules"], said["affected"]) == (False, [], {})


def test_the_largest_areas_make_the_count() -> None:
    """Five of each service, the largest first, with those hit now beside those hit so far."""
    counts = {f"a{n}": (n * 7) % 20 + 1 for n in range(20)}
    events = [event("raise", 0, users(n, area), alarm_id=area) for area, n in counts.items()]
    largest = max(counts, key=counts.__getitem__)
    said = status(*events, clear(1, largest), until=2)
    (areas,) = said["largest_areas"].values()
    assert [a["cautious"] for a in areas] == [20, 19, 18, 17, 16]
    assert [a["literal"] for a in areas] == [0, 19, 18, 17, 16]
    assert areas[0]["area"] == largest
    said = status(*events, clear(1, largest), until=2, how=options("literal"))
    assert [a["literal"] for a in said["largest_areas"]["s"]] == [19, 18, 17, 16, 15]


def test_two_rules_over_one_service_show_the_larger_count() -> None:
    """Each rule has its own episodes; a service shows the rule that saw most."""
    one = table_rule(cell(1, 50), rule="x.one", services=("s",))
    both = table_rule(cell(1, 50), rule="x.both")
    events = (
        event("raise", 0, users(1, "k", "t"), alarm_id="3"),
        hit(0, 7), clear(1), hit(10, 2),
    )  # fmt: skip
    said = status(*events, until=10, law=Law((one, both), "hash"))
    assert rule(said, "x.one")["end_users"]["cautious"] == 2
    assert said["affected"]["s"] == {"cautious": 7, "literal": 2}
    assert said["largest_areas"]["s"] == [{"area": "k", "cautious": 7, "literal": 2}]


def test_as_of_is_the_time_of_the_input() -> None:
    """Not that of a clock on a wall."""
    said = status(hit(0, 1), until=7)
    assert said["as_of"] == "2026-03-14T08:07:00Z"
    assert us(0) == START_US
