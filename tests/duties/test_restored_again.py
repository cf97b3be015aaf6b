"""A restoration that is taken back, and again; and what that means for outages that join."""

from datetime import timedelta

from core.world import clear, event, hit, options, us

from duties.almanac import end_of_workday_us
from duties.desk import Desk, history, minutes
from monitor.core.reading import Options
from monitor.packs.loading import load_law


def test_each_time_anew() -> None:
    """Every end that is taken back within the merge gap is due anew, from that end."""
    desk = Desk()
    desk.events(hit(0))
    for minute in (10, 13, 16, 19):
        desk.events(clear(minute))
        desk.events(hit(minute + 2, 1))
    desk.events(clear(22))
    expected = [
        change
        for minute in (10, 13, 16, 19)
        for change in (("due", minute, "restored"), ("withdrawn", minute + 2, "resumed"))
    ]
    assert history(desk.of("restored")) == [*expected, ("due", 22, "restored")]
    assert minutes(desk.of("restored").due_us) == 27
    assert minutes(desk.of("follow_up").due_us) == 32


def test_overdue_and_taken_back() -> None:
    """An overdue notice is withdrawn as well; the next one has its own time, and its past."""
    desk = Desk(chosen=options(gap=20))
    desk.events(hit(0))
    desk.events(clear(10))
    desk.events(hit(25, 1))
    desk.events(clear(26))
    assert history(desk.of("restored")) == [
        ("due", 10, "restored"), ("overdue", 15, "deadline"),
        ("withdrawn", 25, "resumed"), ("due", 26, "restored"),
    ]  # fmt: skip
    assert minutes(desk.of("restored").due_us) == 31
    assert [state for state, _, _ in history(desk.of("follow_up"))] == [
        "due", "overdue", "withdrawn", "due"
    ]  # fmt: skip


def test_one_that_goes_on_at_the_very_instant_was_not_restored() -> None:
    """Parts that touch leave no gap: said in one record, nothing is due in between."""
    desk = Desk()
    desk.events(hit(0))
    desk.events(clear(10), hit(10, 1, alarm_id="2"))
    assert desk.state("restored") == "waiting"
    desk.events(clear(11, "2"))
    desk.events(hit(11, 1, alarm_id="3"))  # in the next record: it was due for an instant
    assert history(desk.of("restored")) == [("due", 11, "restored"), ("withdrawn", 11, "resumed")]


def test_a_moment_of_trouble_moves_the_restoration() -> None:
    """An alarm that is raised and cleared at one instant ends the outage then, and not before."""
    desk = Desk()
    desk.events(hit(0))
    desk.events(clear(10))
    desk.act("submitted", "x.restored", 11)
    desk.events(hit(12, 1, alarm_id="2"), clear(12, "2"))
    restored = desk.of("restored")
    assert (restored.state, restored.restored_us) == ("due", us(12))
    assert minutes(desk.of("follow_up").due_us) == 22


def test_the_last_submission_of_several_ends_counts() -> None:
    """Of notices after each end, the one after the end that stands makes it done."""
    desk = Desk()
    desk.events(hit(0))
    desk.events(clear(10))
    desk.act("submitted", "x.restored", 11, reference="first")
    desk.events(hit(12, 1))
    desk.events(clear(13))
    desk.act("submitted", "x.restored", 14, reference="second")
    submitted = desk.of("restored").submitted
    assert submitted is not None
    assert (desk.state("restored"), submitted.reference) == ("done", "second")


def _joined(desk: Desk, minute: float) -> None:
    """One alarm between two outages makes them one."""
    desk.events(hit(1, 1, alarm_id="9"), clear(9, "9"), at_minute=minute)


def _two(desk: Desk) -> None:
    """Two outages, from 0 to 2 and from 10 to 12, each restored."""
    desk.events(hit(0))
    desk.events(clear(2))
    desk.act("submitted", "x.restored", 3, reference="A")
    desk.events(hit(10))
    desk.events(clear(12))


def test_a_notice_of_an_end_that_was_none_does_not_count() -> None:
    """Together they ended later than the first alone: what was sent before has to be sent again."""
    desk = Desk()
    _two(desk)
    assert desk.state("restored", 0) == "done"
    _joined(desk, 13)
    assert (desk.state("restored", 0), desk.state("restored", 10)) == ("due", "withdrawn")
    assert desk.of("restored", 0).restored_us == us(12)


def test_a_notice_of_the_same_end_is_carried_over() -> None:
    """What was sent about the absorbed outage told of the end that stands now."""
    desk = Desk()
    _two(desk)
    desk.act("submitted", "x.restored", 12.5, outage_id=desk.outage_id(10), reference="B")
    _joined(desk, 13)
    restored = desk.of("restored", 0)
    assert restored.state == "done"
    assert restored.submitted is not None
    assert restored.submitted.reference == "B"
    assert restored.submitted.carried_from == desk.of("restored", 10).obligation_id


def test_two_that_part_again_have_their_own_ends() -> None:
    """Each is due, or done, as it was before they were thought to be one."""
    desk = Desk()
    _two(desk)
    _joined(desk, 13)
    desk.events(clear(1.5, "9"), at_minute=14)
    first, second = desk.of("restored", 0), desk.of("restored", 10)
    assert (first.state, first.restored_us) == ("done", us(2))
    assert (second.state, second.restored_us) == ("due", us(12))
    assert second.superseded_by is None
    assert minutes(second.due_us) == 19  # known anew at 14


def test_workdays_of_what_is_found_weeks_later() -> None:
    """Late at birth, and it says so; the five workdays run from when it was found all the same."""
    desk = Desk(load_law(), Options(lateness_horizon_us=60 * 86_400_000_000))
    found_us = us(14 * 24 * 60)
    effect = event("raise", 0, outage_key="BE/x", effects=(("interconnection", "x"),))
    desk.events(effect, clear(5, outage_key="BE/x"), at_minute=14 * 24 * 60)
    (full,) = [o for o in desk.duties if o.step == "be.bipt.full_notification"]
    assert (full.state, full.since_us) == ("due", found_us)
    assert full.due_us == end_of_workday_us(found_us, 5)
    assert full.late.startswith("the crossing of 2026-03-14T08:00:00Z was detected at 2026-03-28")
    assert timedelta(microseconds=full.due_us - found_us) > timedelta(days=5)
