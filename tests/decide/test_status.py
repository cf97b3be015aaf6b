"""When a status is said: at once, soon, once, and in the end."""

import random
from typing import Any

import pytest
from core.world import LAW, clear, event, flag, hit, options, stream, us, users

from decide.desk import Desk, Message, Slow, read_back, states
from monitor.core.publish import Publisher
from monitor.decide.budget import Budget
from monitor.decide.status import Statuses
from monitor.messages.status import standing

FAR = 100


def desk(**more: Any) -> Desk:
    """Return a desk whose clock has run for a while, so that no event is ahead of it."""
    fresh = Desk(**more)
    fresh.take(until=FAR)
    return fresh


def count(message: Message) -> int:
    """Return the end-users hit so far."""
    total: int = message["affected"]["s"]["cautious"]
    return total


# -- at once, soon, once


def test_a_change_is_said_when_its_turn_comes() -> None:
    """The first change at once; a second one a second after that, not earlier."""
    d = desk()
    d.take(hit(90, 1))
    assert states(d.due(10.0)) == [("30", "open")]
    d.take(event("change", 91, users(2)))
    assert d.due(10.9) == []
    assert d.statuses.pending
    (said,) = d.due(11.0)
    assert count(said) == 2
    assert not d.statuses.pending


def test_keys_rest_one_by_one() -> None:
    """That one key was just said does not delay another."""
    d = desk()
    d.take(hit(90, 1))
    d.due(10.0)
    d.take(hit(91, 1, outage_key="XX/h"), event("change", 91, users(2)))
    assert [m["outage_key"] for m in d.due(10.5)] == ["XX/h"]
    assert [m["outage_key"] for m in d.due(11.0)] == ["XX/g"]


def test_a_crossing_is_said_at_once() -> None:
    """Though the outage was said a moment ago; what follows rests again."""
    d = desk()
    d.take(hit(90, 1))
    d.due(10.0)
    assert d.take(event("change", 99, users(9)))
    (said,) = d.due(10.1)
    assert [cell["end_users"] for cell in said["rules"][0]["crossed"]] == [9, 6, 4]
    assert not d.statuses.pending
    d.take(event("change", 99, users(10)))
    assert d.due(11.0) == []
    assert count(d.due(11.1)[0]) == 10


def test_a_crossing_of_one_key_holds_up_no_other() -> None:
    """That one rests anew does not make those rest longer that were said before it."""
    d = desk()
    d.take(hit(90, 1))
    d.due(10.0)
    d.take(hit(90, 1, outage_key="XX/h"))
    d.due(10.2)
    d.take(event("change", 99, users(9)), event("change", 99, users(2), outage_key="XX/h"))
    assert [m["outage_key"] for m in d.due(10.9)] == ["XX/g"]
    assert [m["outage_key"] for m in d.due(11.2)] == ["XX/h"]


def test_nothing_new_is_not_said() -> None:
    """A repeat, a stray clear and the passing of time change nothing that a status says."""
    d = desk()
    d.take(hit(90, 1))
    d.due(10.0)
    d.take(hit(90, 1), clear(95, "2"), until=FAR + 1)
    assert d.due(20.0) == []
    assert not d.statuses.pending


def test_an_event_ahead_of_the_clock_is_said_when_it_counts() -> None:
    """It changes nothing before, and is not forgotten."""
    d = Desk()
    d.take(until=0)
    d.take(hit(1, 3))
    assert d.due(10.0) == []
    d.take(until=1)
    assert states(d.due(12.0)) == [("01", "open")]


def test_the_end_has_a_record_and_an_earlier_outage_is_left_alone() -> None:
    """What ended keeps its last record when the next outage of the key begins."""
    d = desk()
    d.take(hit(50, 3), clear(55))
    (ended,) = d.due(10.0)
    assert (ended["state"], ended["ended_at"]) == ("ended", "2026-03-14T08:55:00Z")
    assert ended["affected"] == {"s": {"cautious": 3, "literal": 0}}
    d.take(hit(90, 1))
    assert states(d.due(20.0)) == [("30", "open")]


def test_flush_says_all_that_waits() -> None:
    """Keys that rest, too; then nothing waits."""
    d = desk(budget=Budget(at_once_s=1.0, clock=Slow(9.0)))
    d.take(hit(90, 1), hit(90, 1, outage_key="XX/h"), hit(90, 1, outage_key="XX/i"))
    d.due(10.0)
    d.take(event("change", 91, users(2)))
    assert d.statuses.unsaid == {"XX/g", "XX/h", "XX/i"}
    assert [m["outage_key"] for m in d.flush()] == ["XX/h", "XX/i", "XX/g"]
    assert not d.statuses.pending
    assert d.flush() == []


# -- the budget


def test_statuses_take_a_fifth_of_the_time() -> None:
    """When each costs long, they go out one after the other, the oldest first, none is lost."""
    d = desk(budget=Budget(share=0.2, at_once_s=0.05, clock=Slow(0.02)))
    keys = [f"XX/{n:02d}" for n in range(20)]
    for key in keys:
        d.take(hit(90, 1, outage_key=key))
    assert len(d.due(0.0)) == 3  # until 0.05 s are used up, and a little more
    said: list[str] = []
    for tenth in range(1, 100):
        said += [m["outage_key"] for m in d.due(tenth / 10)]
    assert said == keys[3:]
    # 17 x 0.02 s were spent, a fifth of them is not sooner than after 1.5 s
    d.take(*(event("change", 91, users(2), outage_key=key) for key in keys))
    assert len(d.due(100.0)) < len(keys)


def test_a_crossing_does_not_wait_for_the_budget() -> None:
    """It is said even if nothing is left, and what it cost is missing afterwards."""
    d = desk(budget=Budget(share=0.2, at_once_s=0.05, clock=Slow(1.0)))
    d.take(hit(90, 1, outage_key="XX/h"))
    d.due(0.0)
    d.take(hit(90, 9), hit(90, 1, outage_key="XX/i"))
    assert [m["outage_key"] for m in d.due(0.1)] == ["XX/g"]
    assert d.due(9.0) == []
    assert [m["outage_key"] for m in d.due(11.0)] == ["XX/i"]


def test_partitions_share_a_budget() -> None:
    """What one has spent the other has not."""
    budget = Budget(share=0.2, at_once_s=0.05, clock=Slow(1.0))
    one, two = desk(budget=budget), desk(budget=budget)
    one.take(hit(90, 1))
    two.take(hit(90, 1))
    assert len(one.due(0.0)) == 1
    assert two.due(0.0) == []
    assert len(two.due(5.0)) == 1


# -- ids that come and go


def test_an_absorbed_outage_has_a_last_word_and_is_deleted() -> None:
    """At once, with the outage that has absorbed it; nothing stale is left behind."""
    d = desk()
    d.take(hit(50, 3), clear(51), hit(56, 1), clear(57))
    assert states(d.due(10.0)) == [("50", "ended"), ("56", "ended")]
    d.take(hit(51, 1, alarm_id="2"), clear(54, "2"))
    gone, deleted, joined = d.due(10.1)
    assert (gone["outage_id"], gone["state"]) == ("XX/g@2026-03-14T08:56:00Z", "withdrawn")
    assert gone["superseded_by"] == "XX/g@2026-03-14T08:50:00Z"
    assert (deleted["outage_id"], deleted["state"]) == (gone["outage_id"], None)
    assert states([joined]) == [("50", "ended")]
    assert d.due(20.0) == []


def test_an_undone_outage_names_no_heir() -> None:
    """What a late event undoes altogether is withdrawn without an heir."""
    d = desk()
    d.take(event("change", 50, users(3)), clear(51))
    d.due(10.0)
    d.take(clear(49))
    gone, deleted = d.due(10.1)
    assert (gone["state"], gone["superseded_by"], deleted["state"]) == ("withdrawn", None, None)


def test_the_heir_is_the_one_that_still_stands() -> None:
    """Absorbed by an outage that was absorbed itself before anything was said."""
    d = desk()
    d.take(hit(50, 3), clear(51), hit(56, 1), clear(57), hit(62, 1), clear(63))
    d.due(10.0)
    d.take(hit(57, 1, alarm_id="2"), clear(60, "2"))
    d.take(hit(51, 1, alarm_id="3"), clear(54, "3"))
    said = d.due(10.1)
    heirs = {m["outage_id"][-6:]: m["superseded_by"] for m in said if m["state"] == "withdrawn"}
    stands = "XX/g@2026-03-14T08:50:00Z"
    assert heirs == {"56:00Z": stands, "02:00Z": stands}


def test_an_id_that_is_taken_up_again_is_not_withdrawn() -> None:
    """Joined and split again before anything was said: nothing is withdrawn or deleted."""
    d = desk()
    d.take(hit(50, 3), clear(51), hit(56, 1), clear(57))
    d.due(10.0)
    d.take(hit(51, 1, alarm_id="2"), clear(54, "2"))
    d.take(clear(52, "2"))
    assert states(d.due(10.1)) == [("50", "ended")]


def test_a_closed_outage_is_deleted() -> None:
    """Once no event can change it: at once, after what was still to be said, and forgotten."""
    d = Desk(how=options(horizon=8))
    d.take(until=0)
    d.take(hit(0, 3), clear(1), until=1)
    assert states(d.due(10.0)) == [("00", "ended")]
    d.take(until=30)
    assert states(d.due(10.1)) == [("00", None)]
    assert d.due(20.0) == []
    assert d.statuses._said == {}
    assert d.statuses._series == {}


def test_the_last_word_does_not_come_after_the_deletion() -> None:
    """A key that still waits is looked at before its outages are deleted."""
    d = desk(budget=Budget(at_once_s=0.0))
    d.take(hit(90, 1))
    assert d.due(0.0) == []
    d.statuses.closed(["XX/g@2026-03-14T09:30:00Z"])
    assert states(d.due(0.0)) == [("30", "open"), ("30", None)]


# -- input, memory, failures


def test_a_stall_is_said_of_what_is_open() -> None:
    """And its end; an outage that is over is left alone."""
    d = desk()
    d.take(hit(50, 3, outage_key="XX/h"), clear(51, outage_key="XX/h"))
    d.take(hit(50, 3), clear(51), hit(90, 1))
    assert [m["input_complete"] for m in d.due(0.0)] == [True, True, True]
    (stalled,) = d.due(10.0, input_complete=False)
    assert (stalled["outage_key"], stalled["input_complete"]) == ("XX/g", False)
    assert d.due(20.0, input_complete=False) == []
    (goes_on,) = d.due(30.0)
    assert goes_on["input_complete"]


def test_after_a_restart_what_is_touched_is_said_again() -> None:
    """Another process says the same of the same; keys that sleep are woken for it."""
    d = desk()
    d.take(hit(90, 1))
    (before,) = d.due(10.0)
    publishers = d.book.publishers
    d.book.asleep = {"XX/g": lambda _: d.book.publishers.setdefault("XX/g", kept)}
    kept = publishers.pop("XX/g")
    d.statuses = Statuses(d.book)
    d.statuses.touched(["XX/g", "XX/unknown"])
    assert d.due(0.0) == [before]


def test_a_failure_is_noted_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that cannot be described is named; the others are said."""

    def failing(domain: Any, *rest: Any, **more: Any) -> Any:
        if domain.outage_key == "XX/g":
            raise ZeroDivisionError
        return standing(domain, *rest, **more)

    monkeypatch.setattr("monitor.decide.status.standing", failing)
    d = desk()
    d.take(hit(90, 1), hit(90, 1, outage_key="XX/h"))
    assert [m["outage_key"] for m in d.due(0.0)] == ["XX/h"]
    assert isinstance(d.statuses.failed["XX/g"], ZeroDivisionError)
    assert not d.statuses.pending


def _says(message: Message) -> Message:
    """Return what a message says, without what led there."""
    return {name: value for name, value in message.items() if name not in ("series", "as_of")}


@pytest.mark.parametrize("seed", range(150))
def test_the_last_state_always_goes_out(seed: int) -> None:
    """Whatever the order of arrival and whenever asked: the last records say what holds."""
    rng = random.Random(seed)
    events = stream(rng, keys=("XX/g", "XX/h"))
    rng.shuffle(events)
    d = desk(budget=Budget(at_once_s=0.01, clock=Slow(0.005)))
    kept: dict[str, Message] = {}
    now_s = 0.0
    for one in events:
        d.take(one)
        now_s += rng.choice((0.0, 0.3, 1.0))
        said = d.due(now_s) if rng.random() < 0.7 else []
        kept |= {m["outage_id"]: m for m in said}
    kept |= {m["outage_id"]: m for m in d.flush()}

    assert not d.statuses.pending
    fresh = Statuses(d.book)
    fresh.touched(d.book.publishers)
    holds = {status.outage_id: read_back(status) for status in fresh.flush()}
    stands = {name: m for name, m in kept.items() if m["state"] is not None}
    assert {n: _says(m) for n, m in stands.items()} == {n: _says(m) for n, m in holds.items()}
    outages = [o for domain in d.book.domains for o in domain.live.outages]
    assert len(stands) == len(outages)


def test_ids_given_up_wait_for_whoever_tells() -> None:
    """A publisher gathers them; that they were told empties it."""
    d = desk()
    d.take(hit(50, 3), clear(51), hit(56, 1), clear(57))
    d.take(hit(51, 1, alarm_id="2"), clear(54, "2"))
    publisher: Publisher = d.book.publishers["XX/g"]
    assert list(publisher.given_up) == [us(56)]
    d.due(0.0)
    assert publisher.given_up == {}


def test_a_flag_without_end_users_is_an_outage() -> None:
    """It has a status though nobody is counted."""
    d = desk(law=LAW)
    d.take(flag(90))
    (said,) = d.due(0.0)
    assert (said["rules"], said["affected"], said["alarms"]) == ([], {}, 1)
    (effect,) = said["effects"]
    assert (effect["kind"], effect["target"], effect["active"]) == ("e", "1", True)
