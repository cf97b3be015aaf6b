"""Each step of the packaged packs is called for, withdrawn, and called for again.

The alarm of these outages is known by a change alone, which counts as its raise. A raise and a
clear from before it that arrive late make it a stray, and nothing was crossed; another late raise
brings it back.
"""

import pytest
from core.world import clear, event, us, users

from duties.desk import Desk, history, minutes
from monitor.core.duty import Step, Within
from monitor.core.duty_state import Obligation
from monitor.core.law import AnyRule, Law, TableRule
from monitor.packs.loading import load_law

LAWS = (load_law(), load_law(designations=["be.nis.operator_of_essential_services"]))
NOW_US = us(0)
#: More than any table asks for at once or after an hour.
MANY = 500_001


def _cases() -> dict[str, tuple[Law, Step, AnyRule]]:
    """Return each step in force with each rule that calls for it, by their names."""
    return {
        f"{step.step}-{rule.rule}": (law, step, rule)
        for law in LAWS
        for step in law.steps.all
        for rule in law.rules
        if rule.rule in step.rules and rule.in_force(NOW_US) and step.in_force(NOW_US)
    }


CASES = _cases()
CROSSING = [name for name, (_, step, _) in CASES.items() if step.after == "crossing"]
RESTORATION = [name for name, (_, step, _) in CASES.items() if step.after == "restoration"]


class Story:
    """An outage that crosses one rule, from minute 10 on, and a step that the rule calls for."""

    def __init__(self, name: str) -> None:
        """Let it be crossed: it is minute 71."""
        law, self.step, rule = CASES[name]
        self.desk, self.key = Desk(law), f"{rule.country}/x"
        table = isinstance(rule, TableRule)
        impact = [users(MANY, service=rule.services[0])] if isinstance(rule, TableRule) else []
        effects = () if isinstance(rule, TableRule) else ((rule.kinds[0], "t"),)
        self.desk.events(event("change", 10, *impact, outage_key=self.key, effects=effects))
        self.desk.tick(71 if table else 10)

    def end(self, minute: float) -> None:
        """Clear the alarm."""
        self.desk.events(clear(minute, outage_key=self.key))

    def undo(self, minute: float) -> None:
        """Let it turn out that the alarm had been raised and cleared before."""
        before = event("raise", 1, outage_key=self.key), clear(5, outage_key=self.key)
        self.desk.events(*before, at_minute=minute)

    def redo(self, minute: float) -> None:
        """Let it turn out that it had been raised again."""
        self.desk.events(event("raise", 8, outage_key=self.key), at_minute=minute)

    def submit(self, minute: float) -> None:
        """Let somebody do what the step asks for."""
        outcome = self.desk.act("submitted", self.step.step, minute, outage_id=self.duty.outage_id)
        assert outcome.problem is None

    @property
    def duty(self) -> Obligation:
        """What the step asks for."""
        (found,) = [o for o in self.desk.duties if o.step == self.step.step]
        return found

    def due(self, basis_minute: float) -> int:
        """Return the deadline of the step, counted from a minute."""
        return self.step.deadline.due(self.step.after, us(basis_minute)).at_us


@pytest.mark.parametrize("name", CROSSING)
def test_withdrawn_and_called_for_again(name: str) -> None:
    """It has no deadline while it is withdrawn, and one of its own when it comes again."""
    story = Story(name)
    first = story.duty
    assert first.open
    assert first.due_us == story.due(minutes(first.since_us))
    story.undo(80)
    assert (story.duty.state, story.duty.calls) == ("withdrawn", ())
    assert history(story.duty)[-1] == ("withdrawn", 80, "undone")
    story.desk.tick(85)
    assert story.desk.duties.due is None
    story.redo(90)
    again = story.duty
    assert history(again)[-1] == ("due", 90, "crossed")
    assert (again.obligation_id, minutes(again.since_us)) == (first.obligation_id, 90)
    assert again.due_us == story.due(90)
    assert bool(again.late) == (story.due(minutes(again.crossed_at_us)) < us(90))


@pytest.mark.parametrize("name", CROSSING)
def test_what_was_done_before_it_was_withdrawn_counts_again(name: str) -> None:
    """Nobody has to send again what was sent."""
    story = Story(name)
    story.submit(72)
    story.undo(80)
    assert story.duty.state == "withdrawn"
    story.redo(90)
    assert history(story.duty)[-3:] == [
        ("done", 72, "submitted"), ("withdrawn", 80, "undone"), ("done", 90, "submitted")
    ]  # fmt: skip


@pytest.mark.parametrize("name", RESTORATION)
def test_a_restoration_is_withdrawn_with_its_crossing_and_comes_again(name: str) -> None:
    """A notice counts from when it is known again, 24 h still from the restoration itself."""
    story = Story(name)
    assert (story.duty.state, story.duty.transitions) == ("waiting", ())
    story.end(75)
    assert history(story.duty) == [("due", 75, "restored")]
    story.undo(80)
    assert history(story.duty)[-1] == ("withdrawn", 80, "undone")
    story.redo(90)
    assert history(story.duty)[-1] == ("due", 90, "restored")
    basis = 75 if isinstance(story.step.deadline, Within) else 90
    assert (story.duty.due_us, story.duty.restored_us) == (story.due(basis), us(75))


@pytest.mark.parametrize("name", RESTORATION)
def test_nobody_is_told_of_a_restoration_that_was_never_due(name: str) -> None:
    """Withdrawn and crossed again while the outage goes on: it waits, and is due at its end."""
    story = Story(name)
    story.undo(80)
    assert (story.duty.state, story.duty.revision) == ("waiting", -1)
    story.redo(90)
    assert story.duty.state == "waiting"
    story.end(95)
    assert history(story.duty) == [("due", 95, "restored")]


@pytest.mark.parametrize("name", RESTORATION)
def test_a_restoration_notice_that_was_sent_counts_again(name: str) -> None:
    """It told of the restoration that stands, so it needs no second one."""
    story = Story(name)
    story.end(75)
    story.submit(76)
    story.undo(80)
    story.redo(90)
    assert [state for state, _, _ in history(story.duty)] == ["due", "done", "withdrawn", "done"]


def test_each_step_is_looked_at() -> None:
    """No step of a pack that is in force is left out."""
    named = {step.step for law in LAWS for step in law.steps.all if step.in_force(NOW_US)}
    assert {step.step for _, step, _ in CASES.values()} == named
