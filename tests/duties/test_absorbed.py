"""When one outage absorbs another, what was known and done about it is carried over."""

from core.world import cell, clear, hit, table_rule, us

from duties.desk import STEPS, Desk, history, minutes
from monitor.core.law import Law


def _two(desk: Desk) -> None:
    """Two outages, from 0 to 2 and from 10 on, with more than the merge gap between them."""
    desk.events(hit(0))
    desk.events(clear(2))
    desk.events(hit(10))


def _join(desk: Desk, minute: float) -> None:
    desk.events(hit(1, 1, alarm_id="9"), clear(9, "9"), at_minute=minute)


def test_the_absorbed_is_withdrawn_and_says_by_whom() -> None:
    """All that was called for by it is withdrawn; the other one stays as it was."""
    desk = Desk()
    _two(desk)
    before = desk.of("notice", 0)
    _join(desk, 11)
    absorbed = desk.of("notice", 10)
    assert (absorbed.state, absorbed.superseded_by) == ("withdrawn", desk.outage_id(0))
    assert history(absorbed)[-1] == ("withdrawn", 11, "absorbed")
    assert desk.of("notice", 0).due_us == before.due_us


def test_what_was_done_is_carried_over() -> None:
    """A submission about the absorbed outage counts for the one that absorbed it."""
    desk = Desk()
    _two(desk)
    desk.act("submitted", "x.report", 10.5, outage_id=desk.outage_id(10), reference="R")
    desk.act("acknowledged", "x.notice", 10.5, outage_id=desk.outage_id(10))
    _join(desk, 11)
    report = desk.of("report", 0)
    assert history(report)[-1] == ("done", 11, "absorbed")
    assert report.submitted is not None
    assert report.submitted.reference == "R"
    assert report.submitted.carried_from == desk.of("report", 10).obligation_id
    assert desk.of("notice", 0).acknowledged is not None
    assert desk.of("report", 10).submitted is not None


def test_what_is_done_about_the_absorbed_later_counts_as_well() -> None:
    """Who answers to the id that was given up is not lost."""
    desk = Desk()
    _two(desk)
    _join(desk, 11)
    outcome = desk.act("submitted", "x.report", 12, outage_id=desk.outage_id(10))
    assert outcome.problem is None
    assert desk.state("report", 0) == "done"
    assert desk.state("report", 10) == "withdrawn"


def test_a_deadline_is_not_put_off_by_joining() -> None:
    """What was known of the absorbed outage was known of the one that absorbed it."""
    desk = Desk()
    desk.events(hit(0, 1))
    desk.events(clear(2))
    desk.events(hit(10))
    assert desk.states(0) == {}
    _join(desk, 11)
    notice = desk.of("notice", 0)
    assert (minutes(notice.since_us), minutes(notice.due_us)) == (10, 15)


def test_what_splits_again_is_on_its_own() -> None:
    """The id is taken up again; what was done about it counts for it, and for it alone."""
    desk = Desk()
    _two(desk)
    desk.act("submitted", "x.report", 10.5, outage_id=desk.outage_id(10))
    _join(desk, 11)
    assert desk.state("report", 0) == "done"
    desk.events(clear(1.5, "9"), at_minute=12)
    assert desk.of("report", 10).superseded_by is None
    assert desk.state("report", 10) == "done"
    assert history(desk.of("report", 0))[-1] == ("due", 12, "corrected")


def test_two_that_are_absorbed_count_both() -> None:
    """The first submission of all counts."""
    desk = Desk()
    _two(desk)
    desk.events(clear(12))
    desk.events(hit(20))
    desk.act("submitted", "x.report", 21, outage_id=desk.outage_id(20), reference="later")
    desk.act("submitted", "x.report", 22, done_us=None, outage_id=desk.outage_id(10))
    desk.events(hit(11, 1, alarm_id="8"), clear(19, "8"), at_minute=23)
    assert desk.of("report", 20).superseded_by == desk.outage_id(10)
    _join(desk, 24)
    report = desk.of("report", 0)
    assert report.submitted is not None
    assert report.submitted.reference == "later"
    assert report.actions == 2


def test_one_that_crossed_everything_before_takes_over_as_well() -> None:
    """Though nothing more is said of it: in, and out again when the two split."""
    desk = Desk()
    desk.events(hit(0))
    desk.events(clear(10))
    desk.events(hit(20))
    desk.act("submitted", "x.report", 21, outage_id=desk.outage_id(20))
    said = len(desk.said)
    desk.events(hit(9, 1, alarm_id="9"), clear(19, "9"), at_minute=22)
    assert {n.outage_id for n in desk.said[said:]} == {desk.outage_id(20)}
    assert history(desk.of("report", 0))[-1] == ("done", 22, "absorbed")
    desk.events(clear(9.5, "9"), at_minute=23)
    assert history(desk.of("report", 0))[-1] == ("due", 23, "corrected")


def test_what_was_known_of_one_that_does_not_count_is_no_knowledge() -> None:
    """If together they cross nothing, and later do, it is known since later."""
    old = table_rule(cell(1, 10), rule="x.old", valid_to_us=us(18))
    new = table_rule(cell(1, 4), rule="x.new", valid_from_us=us(18))
    desk = Desk(Law((old, new), "hash", STEPS))
    desk.events(hit(0, 1))
    desk.events(clear(1))
    desk.events(hit(20, 5))
    desk.tick(22)
    assert desk.state("notice", 20) == "due"
    desk.events(hit(1, 1, alarm_id="9"), clear(19, "9"), at_minute=23)
    assert history(desk.of("notice", 20))[-1] == ("withdrawn", 23, "absorbed")
    desk.events(hit(30, 10, alarm_id="3"))
    assert minutes(desk.of("notice", 0).since_us) == 30


def test_an_earlier_restoration_is_no_knowledge_of_a_later_one() -> None:
    """That a part was well again says nothing of the whole, which went on for longer."""
    desk = Desk()
    _two(desk)
    desk.events(clear(12))
    desk.tick(16)
    desk.events(hit(1, 1, alarm_id="9"), clear(14, "9"), at_minute=16)
    assert minutes(desk.of("restored", 0).since_us) == 16
    assert minutes(desk.of("follow_up", 0).due_us) == 24
