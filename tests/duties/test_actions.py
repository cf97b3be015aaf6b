"""What people say that they did: once, with a time and a reference, and corrected by more."""

import pytest
from core.world import hit, us
from msgspec.structs import replace

from duties.desk import Desk, history, minutes
from monitor.core.duty_state import Action


@pytest.fixture
def desk() -> Desk:
    """Return a desk with one outage that crossed something."""
    found = Desk()
    found.events(hit(0))
    return found


def test_a_submission_makes_it_done(desk: Desk) -> None:
    """It counts from when it was done, and has who and under which reference."""
    outcome = desk.act("submitted", "x.notice", 4, done_us=us(3), reference="R-7", text="by phone")
    notice = desk.of("notice")
    assert outcome.problem is None
    assert history(notice) == [("due", 0, "crossed"), ("done", 4, "submitted")]
    assert notice.submitted is not None
    assert (minutes(notice.submitted.at_us), minutes(notice.submitted.recorded_us)) == (3, 4)
    assert (notice.submitted.who, notice.submitted.reference) == ("Kim", "R-7")
    assert desk.state("report") == "due"
    desk.tick(60)
    assert desk.state("notice") == "done"


def test_the_first_submission_counts(desk: Desk) -> None:
    """More of them add something, and do not make it late."""
    desk.act("submitted", "x.notice", 4, reference="one")
    desk.act("submitted", "x.notice", 7, reference="two")
    submitted = desk.of("notice").submitted
    assert submitted is not None
    assert (submitted.reference, minutes(submitted.at_us)) == ("one", 4)
    assert desk.of("notice").actions == 2


def test_a_late_submission_is_done(desk: Desk) -> None:
    """Overdue stays among the changes of state."""
    desk.tick(6)
    desk.act("submitted", "x.notice", 7)
    assert [state for state, _, _ in history(desk.of("notice"))] == ["due", "overdue", "done"]


def test_an_action_comes_again(desk: Desk) -> None:
    """The same id with the same content changes nothing; with another content it is refused."""
    first = desk.act("submitted", "x.notice", 4, action_id="a")
    again = desk.act("submitted", "x.notice", 4, action_id="a")
    assert (again.problem, again.taken, again.changes) == (None, [], [])
    other = desk.act("submitted", "x.notice", 4, action_id="a", reference="R")
    assert other.problem is not None
    assert "used for another action" in other.problem.text
    assert [taken.action.action_id for taken in first.taken] == ["a"]
    assert desk.of("notice").actions == 1


def test_a_correction_takes_the_place(desk: Desk) -> None:
    """It takes over what it leaves out, and nothing is deleted."""
    desk.act("submitted", "x.notice", 4, action_id="a", reference="wrong", text="by phone")
    desk.act("submitted", "x.notice", 20, corrects="a", reference="right")
    notice = desk.of("notice")
    assert notice.submitted is not None
    assert (notice.submitted.reference, notice.submitted.text) == ("right", "by phone")
    assert (minutes(notice.submitted.at_us), minutes(notice.submitted.recorded_us)) == (4, 20)
    assert notice.actions == 1
    assert len(desk.duties.taken(notice.obligation_id)) == 2


def test_a_note_takes_a_submission_back(desk: Desk) -> None:
    """It was not sent after all: due again, or overdue if the time is over by now."""
    desk.act("submitted", "x.notice", 3, action_id="a")
    desk.act("note", "x.notice", 4, corrects="a", text="line was dead")
    assert history(desk.of("notice"))[-1] == ("due", 4, "corrected")
    desk.act("submitted", "x.notice", 4.5, action_id="b")
    desk.tick(8)
    desk.act("note", "x.notice", 9, corrects="b")
    assert history(desk.of("notice"))[-1] == ("overdue", 9, "corrected")
    assert desk.of("notice").submitted is None


def test_acknowledged_and_noted(desk: Desk) -> None:
    """Neither makes it done; of all obligations of an outage at once, and with no step named."""
    outcome = desk.act("acknowledged", "", 2)
    assert {change.obligation.step for change in outcome.changes} == {"x.notice", "x.report"}
    desk.act("note", "x.notice", 3, text="calling")
    notice = desk.of("notice")
    assert notice.state == "due"
    assert notice.acknowledged is not None
    assert notice.note is not None
    assert notice.note.text == "calling"
    assert desk.of("report").note is None


def test_by_the_id_of_the_obligation(desk: Desk) -> None:
    """The id of the obligation names it as well as its step does."""
    desk.act("submitted", desk.of("report").obligation_id, 2)
    assert desk.state("report") == "done"


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"outage_id": "XX/g@2026-03-14T09:00:00Z"}, "no obligation is known of outage"),
        ({"outage_id": "nonsense"}, "no obligation is known of outage"),
        ({"obligation": "x.nothing"}, "it has x.notice, x.report"),
        ({"obligation": "x.restored"}, "only once it is restored"),
        ({"obligation": ""}, "a submission is of one obligation"),
        ({"corrects": "nothing"}, "there is no action nothing"),
    ],
)
def test_what_cannot_be_meant_is_refused(desk: Desk, changes: dict[str, str], part: str) -> None:
    """The answer names what there is, and nothing changes."""
    before = list(desk.duties)
    action = Action(
        action_id="a", kind="submitted", outage_id=desk.outage_id(), obligation="x.notice",
        recorded_us=us(1), who="Kim",
    )  # fmt: skip
    outcome = desk.duties.act(replace(action, **changes))
    assert outcome.problem is not None
    assert part in outcome.problem.text
    assert (outcome.taken, outcome.changes) == ([], [])
    assert list(desk.duties) == before


def test_very_many_changes_of_state_are_bounded(desk: Desk) -> None:
    """Of these the first and the last are kept, and how many were left out."""
    for minute in range(50):
        desk.act("submitted", "x.report", minute, action_id=f"s{minute}")
        desk.act("note", "x.report", minute, corrects=f"s{minute}")
    report = desk.of("report")
    assert (len(report.transitions), report.left_out) == (32, 101 - 32)
    assert history(report)[0] == ("due", 0, "crossed")
    assert history(report)[-1] == ("due", 49, "corrected")


def test_what_is_over_is_forgotten(desk: Desk) -> None:
    """Only what is done or withdrawn, and only when that is long ago."""
    desk.act("submitted", "x.notice", 4)
    assert desk.duties.forget(us(4)) == []
    (gone,) = desk.duties.forget(us(4) + 1)
    assert gone.obligation.step == "x.notice"
    assert {o.step for o in desk.duties} == {"x.report", "x.restored", "x.follow_up"}
    assert desk.duties.taken(gone.obligation.obligation_id) == []
