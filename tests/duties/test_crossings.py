"""What crossings call for: when it begins, how it is withdrawn and comes again, when it is late."""

from core.world import clear, event, flag, hit, moment, us, users
from msgspec.structs import replace

from duties.desk import COUNT, Desk, duty, history, minutes, visible
from monitor.core.duty import obligation_id
from monitor.core.law import Law


def test_a_crossing_calls_for_what_its_rule_says() -> None:
    """Each step of the rule is due from when it was detected; the others do not exist yet."""
    desk = Desk()
    desk.events(hit(0))
    assert desk.states() == {
        "notice": "due", "report": "due", "restored": "waiting", "follow_up": "waiting"
    }  # fmt: skip
    notice = desk.of("notice")
    assert history(notice) == [("due", 0, "crossed")]
    assert (minutes(notice.since_us), minutes(notice.due_us)) == (0, 5)
    assert notice.obligation_id == obligation_id(desk.outage_id(), "X", "x.notice", ("X",))
    assert {o.step for o in visible(desk.changes)} == {"x.notice", "x.report"}


def test_the_notification_names_what_follows() -> None:
    """The ids are those of all steps of the rule, also of those that begin with the restoration."""
    desk = Desk()
    desk.events(hit(0))
    known = {o.obligation_id for o in desk.duties}
    assert len(known) == 4
    assert all(set(said.obligations) == known for said in desk.said)


def test_a_later_cell_is_an_update() -> None:
    """More crossings of the rules change neither a deadline nor a state."""
    desk = Desk()
    desk.events(hit(0))
    before = desk.of("report")
    desk.tick(6)
    after = desk.of("report")
    assert (before.calls, after.calls) == ((("x.count", 1),), (("x.count", 2),))
    assert replace(after, calls=before.calls) == before


def test_new_addressees_are_a_new_obligation() -> None:
    """One notice for each set of addressees, by the target that is hit, and one only."""
    desk = Desk()
    desk.events(flag(0, "1"), flag(1, "3", alarm_id="2"))
    assert desk.state("flagged") == "due"
    desk.act("submitted", "x.flagged", 1)
    desk.events(flag(2, "2", alarm_id="3"))
    assert desk.of("flagged").state == "done"
    other = desk.of("flagged", told=("H", "X"))
    assert (other.state, minutes(other.since_us)) == ("due", 2)


def test_time_alone_makes_it_overdue() -> None:
    """At the deadline it is in time, the microsecond after it is not; no alarm is needed."""
    desk = Desk()
    desk.events(hit(0))
    assert desk.duties.due == moment(5) + 1
    desk.tick(5)
    assert desk.state("notice") == "due"
    desk.tick(5 + 1 / 60e6)
    assert desk.state("notice") == "overdue"
    assert history(desk.of("notice")) == [("due", 0, "crossed"), ("overdue", 5, "deadline")]


def test_a_long_silence_makes_it_overdue_at_its_deadline() -> None:
    """However late the next tick is, the change of state says the deadline."""
    desk = Desk()
    desk.events(hit(0))
    desk.tick(6000)
    assert history(desk.of("notice"))[-1] == ("overdue", 5, "deadline")
    assert history(desk.of("report"))[-1][0] == "overdue"


def test_what_was_not_crossed_after_all_is_withdrawn() -> None:
    """A late event undoes the crossing, and with it what it called for; nothing is deleted."""
    desk = Desk()
    desk.events(hit(0, 6))
    desk.tick(6)
    assert desk.state("notice") == "due"
    desk.events(clear(3), at_minute=7)
    assert desk.states() == {
        "notice": "withdrawn", "report": "withdrawn", "restored": "waiting", "follow_up": "waiting"
    }  # fmt: skip
    assert history(desk.of("notice")) == [("due", 6, "crossed"), ("withdrawn", 7, "undone")]
    assert desk.of("notice").rules == ()


def test_while_one_crossing_stands_it_stays() -> None:
    """Only when all that called for it are withdrawn is it withdrawn, and its deadline stays."""
    desk = Desk()
    desk.events(hit(0, 9))
    desk.tick(6)
    assert desk.of("notice").calls == (("x.count", 2),)
    desk.events(clear(3), at_minute=7)
    notice = desk.of("notice")
    assert notice.calls == (("x.count", 1),)
    assert (notice.state, minutes(notice.due_us)) == ("overdue", 5)


def test_it_comes_again_with_a_deadline_of_its_own() -> None:
    """After a withdrawal it is a duty anew, known since it was found again."""
    desk = Desk()
    desk.events(hit(0, 6))
    desk.tick(6)
    desk.events(clear(3), at_minute=7)
    desk.events(hit(6, 1), at_minute=8)
    notice = desk.of("notice")
    assert history(notice)[2:] == [("due", 8, "crossed")]
    assert minutes(notice.crossed_at_us) == 6
    assert (minutes(notice.since_us), minutes(notice.due_us)) == (8, 13)


def test_a_withdrawn_duty_has_no_deadline() -> None:
    """Its old deadline passes, and nothing happens."""
    desk = Desk()
    desk.events(hit(0, 6))
    desk.tick(6)
    desk.events(clear(3), at_minute=7)
    assert desk.duties.due is None
    desk.tick(6000)
    assert desk.state("notice") == "withdrawn"


def test_what_was_done_stays_visible_and_counts_again() -> None:
    """Withdrawn after it was done, it shows the submission; required again, it is done."""
    desk = Desk()
    desk.events(hit(0, 6))
    desk.tick(6)
    desk.act("submitted", "x.notice", 6.5, reference="R1")
    desk.events(clear(3), at_minute=7)
    notice = desk.of("notice")
    assert notice.state == "withdrawn"
    assert notice.submitted is not None
    assert notice.submitted.reference == "R1"
    desk.events(hit(4, 1), at_minute=8)
    assert history(desk.of("notice"))[1:] == [
        ("done", 6.5, "submitted"), ("withdrawn", 7, "undone"), ("done", 8, "submitted")
    ]  # fmt: skip


def test_a_corrected_crossing_corrects_what_it_called_for() -> None:
    """The instant of the crossing that called first is corrected; the deadline stays."""
    desk = Desk()
    desk.events(hit(0, 6))
    desk.tick(6)
    assert minutes(desk.of("notice").crossed_at_us) == 5
    desk.events(hit(-1, 1, alarm_id="2"), at_minute=7)
    (notice,) = [o for o in desk.duties if o.step == "x.notice"]
    assert (minutes(notice.crossed_at_us), minutes(notice.due_us)) == (4, 11)
    assert notice.revision == 1


def test_late_at_birth_says_so() -> None:
    """An outage that is found after its end is late at birth, and the sentence says how."""
    desk = Desk()
    desk.tick(30)
    desk.events(hit(0), clear(10), at_minute=40)
    notice = desk.of("notice")
    assert notice.late == (
        "the crossing of 2026-03-14T08:00:00Z was detected at 2026-03-14T08:40:00Z, when the "
        "outage was over since 2026-03-14T08:10:00Z"
    )
    assert (notice.state, minutes(notice.due_us)) == ("due", 45)
    desk.act("note", "x.notice", 41)
    assert desk.of("notice").late == notice.late
    follow_up = desk.of("follow_up")
    assert (follow_up.state, minutes(follow_up.due_us)) == ("overdue", 20)
    assert follow_up.late.endswith("the time was over at 2026-03-14T08:20:00Z")
    assert history(follow_up) == [("overdue", 40, "restored")]


def test_a_crossing_that_is_found_long_after_is_late_at_birth() -> None:
    """Also while the outage goes on, if the time was over had it been detected at once."""
    desk = Desk()
    desk.tick(30)
    desk.events(hit(24), at_minute=30)
    assert "counted from when it happened" in desk.of("notice", 24).late
    desk.events(hit(25, outage_key="XX/h"), at_minute=30)
    (other,) = [o for o in desk.duties if o.outage_key == "XX/h" and o.step == "x.notice"]
    assert other.late == ""


def test_it_is_late_at_birth_or_never() -> None:
    """What is found later, when the outage is over, does not make it late that it was in time."""
    desk = Desk()
    desk.events(hit(0))
    desk.events(clear(2))
    desk.events(hit(1, 6, alarm_id="2"), clear(7, "2"), at_minute=8)
    notice = desk.of("notice")
    assert notice.calls == (("x.count", 2),)
    assert notice.late == ""


def test_a_correction_of_another_crossing_is_none_of_it() -> None:
    """It names the crossing that called first, and only that one moves it."""
    desk = Desk()
    desk.events(hit(2))
    desk.tick(8)
    assert desk.of("notice", 2).calls == (("x.count", 2),)
    desk.events(hit(1, 1, alarm_id="2"), at_minute=9)
    assert [said.type for said in desk.said] == ["required", "required", "corrected"]
    assert minutes(desk.of("notice", 2).crossed_at_us) == 2


def test_a_correction_does_not_change_what_follows() -> None:
    """Also where a step is not in force on the first onset as it is known by now."""
    law = Law((COUNT,), "hash", [duty("notice", valid_from_us=us(1))])
    desk = Desk(law)
    desk.events(hit(2))
    desk.events(hit(0, alarm_id="2"), at_minute=3)
    first, corrected = desk.said
    assert (corrected.type, corrected.first_onset_us) == ("corrected", us(0))
    assert corrected.obligations == first.obligations != ()
    desk.events(event("raise", 2, users(1), sequence=1), at_minute=4)
    desk.events(event("raise", 0, users(1), sequence=1, alarm_id="2"), at_minute=4)
    assert desk.state("notice", 2) == "due"  # both counted at their instants
