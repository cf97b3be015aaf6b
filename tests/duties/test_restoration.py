"""What begins with the restoration: due at once, taken back, and due again."""

from core.world import KEY, clear, hit, options, us

from duties.desk import Desk, history, minutes
from monitor.core.moment import at
from monitor.core.step import Envelope, Tick


def _restored(desk: Desk) -> None:
    desk.events(hit(0))
    desk.events(clear(10))


def test_it_begins_when_nothing_is_left() -> None:
    """While any part goes on nothing is due; then the notice is, and the follow-up counts on."""
    desk = Desk()
    desk.events(hit(0), hit(2, 1, alarm_id="2"))
    desk.events(clear(10))
    assert desk.state("restored") == "waiting"
    desk.events(clear(12, "2"))
    restored, follow_up = desk.of("restored"), desk.of("follow_up")
    assert history(restored) == [("due", 12, "restored")]
    assert (minutes(restored.due_us), minutes(follow_up.due_us)) == (17, 22)
    assert restored.provisional_until_us == us(15)


def test_it_is_taken_back_if_the_outage_goes_on() -> None:
    """A part within the merge gap takes both back; when it ends they are due anew."""
    desk = Desk()
    _restored(desk)
    desk.events(hit(13, 1))
    assert history(desk.of("restored"))[-1] == ("withdrawn", 13, "resumed")
    assert desk.of("restored").provisional_until_us is None
    assert history(desk.of("follow_up"))[-1] == ("withdrawn", 13, "resumed")
    desk.events(clear(14))
    assert history(desk.of("restored"))[-1] == ("due", 14, "restored")
    assert minutes(desk.of("restored").due_us) == 19
    assert minutes(desk.of("follow_up").due_us) == 24


def test_after_the_merge_gap_it_stays() -> None:
    """A part that is later than the merge gap belongs to another outage."""
    desk = Desk()
    _restored(desk)
    desk.events(hit(13 + 1 / 60))
    assert desk.states()["restored"] == "due"
    desk.tick(14)
    assert [o.state for o in desk.duties if o.step == "x.restored"] == ["due", "waiting"]


def test_a_notice_before_the_outage_went_on_does_not_count() -> None:
    """Who said that all is well has to say it again, when it is."""
    desk = Desk()
    _restored(desk)
    desk.act("submitted", "x.restored", 11)
    assert desk.state("restored") == "done"
    desk.events(hit(12, 1))
    assert desk.of("restored").submitted is not None
    desk.events(clear(13))
    restored = desk.of("restored")
    assert (restored.state, restored.submitted) == ("due", None)
    assert [state for state, _, _ in history(restored)] == ["due", "done", "withdrawn", "due"]


def test_late_data_that_moves_the_end_moves_the_follow_up() -> None:
    """An end that is corrected corrects what is counted from it; what was done stays done."""
    desk = Desk()
    _restored(desk)
    desk.act("submitted", "x.restored", 11)
    desk.events(clear(9), at_minute=12)
    assert minutes(desk.of("follow_up").due_us) == 19
    assert desk.state("restored") == "done"
    desk.events(hit(8, 1, alarm_id="2"), clear(10.5, "2"), at_minute=12.5)
    assert minutes(desk.of("follow_up").due_us) == 20.5
    assert desk.state("restored") == "done"
    desk.events(hit(8, 1, alarm_id="3"), clear(11.5, "3"), at_minute=12.6)
    assert desk.state("restored") == "due"


def test_it_needs_a_crossing() -> None:
    """An outage that crosses nothing and ends calls for nothing."""
    desk = Desk()
    desk.events(hit(0, 1))
    desk.events(clear(1))
    assert list(desk.duties) == []


def test_a_withdrawn_crossing_takes_it_along() -> None:
    """What follows from no crossing needs no notice of the restoration."""
    desk = Desk()
    desk.events(hit(0, 6))
    desk.events(clear(7))
    assert desk.state("restored") == "due"
    desk.events(clear(3), at_minute=8)
    assert set(desk.states().values()) == {"withdrawn"}
    assert history(desk.of("restored"))[-1] == ("withdrawn", 8, "undone")


def test_an_outage_that_is_found_and_closed_at_once_has_its_duties() -> None:
    """A clock that leaps beyond the horizon in the same record loses nothing."""
    desk = Desk(chosen=options(horizon=60))
    desk.take(Envelope((hit(0), clear(20))), us(20))
    assert list(desk.duties) == []
    desk.take(Tick(at(us(500))), us(500))
    assert desk.states() == {
        "notice": "due", "report": "due", "restored": "due", "follow_up": "overdue"
    }  # fmt: skip
    assert not desk.book.publishers


def test_the_end_is_seen_though_late_events_are_put_off() -> None:
    """A late clear that may wait for others ends the outage for the duties at once."""
    desk = Desk()
    desk.events(hit(0), hit(1, 1, alarm_id="2"))
    desk.tick(11)
    desk.take(Envelope((clear(11.2, "2"),)), us(12))
    desk.take(Tick(at(us(11.2))), us(12))
    desk.take(Envelope((clear(11.1),)), us(12))
    assert history(desk.of("restored")) == [("due", 12, "restored")]
    assert desk.of("restored").restored_us == us(11.2)


def test_the_end_is_seen_in_the_record_that_crosses() -> None:
    """Also where the record that says the first crossing holds a late clear that may wait."""
    desk = Desk()
    desk.tick(11.2)
    late = (hit(0), hit(10.5, 1, alarm_id="2"), clear(11.2, "2"), clear(11.1))
    desk.take(Envelope(late), us(12))
    assert history(desk.of("restored")) == [("due", 12, "restored")]


def test_an_end_that_moves_on_is_known_anew() -> None:
    """The notice counts from when it is known that the outage ended later than was thought."""
    desk = Desk()
    _restored(desk)
    desk.tick(14.5)
    desk.events(hit(9, 1, alarm_id="2"), clear(14, "2"), at_minute=14.5)
    restored, follow_up = desk.of("restored"), desk.of("follow_up")
    assert (minutes(restored.since_us), minutes(restored.due_us)) == (14.5, 19.5)
    assert minutes(follow_up.due_us) == 24


def test_a_deadline_that_was_put_off_does_not_fire() -> None:
    """Only the deadline that holds now makes it overdue."""
    desk = Desk()
    _restored(desk)
    desk.tick(12)
    desk.events(hit(9, 1, alarm_id="2"), clear(11, "2"), at_minute=12)
    desk.tick(20.5)
    assert desk.state("follow_up") == "due"
    desk.tick(21.5)
    assert history(desk.of("follow_up"))[-1] == ("overdue", 21, "deadline")


def test_what_nothing_can_change_is_not_looked_at() -> None:
    """After the horizon an outage is not watched any more; its duties stay."""
    desk = Desk(chosen=options(horizon=60))
    _restored(desk)
    desk.tick(500)
    desk.events(hit(600))
    assert {o.outage_id for o in desk.duties} == {desk.outage_id(0), f"{KEY}@2026-03-14T18:00:00Z"}
    watched = {o for names in desk.duties._watched.values() for o in names}
    assert watched == {o.obligation_id for o in desk.duties if o.state == "waiting"}
