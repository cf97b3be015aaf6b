"""Each step of the packaged packs: called for, withdrawn, called for again, done, forgotten."""

from typing import Any

import pytest
from decide.test_partition import HOUR_US, MINUTE_US, T0_US, event, partition, record, tick

from monitor.core.duty import Step
from monitor.core.duty_state import Action, Obligation
from monitor.core.event import Event
from monitor.core.law import EffectRule, Law
from monitor.core.notification import outage_id
from monitor.core.reading import Options
from monitor.core.step import Book
from monitor.decide.applied import Applied
from monitor.decide.applying import KEPT_US
from monitor.decide.partition import Partition
from monitor.ingest.envelope import VERSION, ActionItem, InputRecord
from monitor.ledger.keeper import Keeper
from monitor.ledger.restore import Restored
from monitor.packs.loading import designation_ids, load_law, load_packs

DESIGNATED = list(designation_ids(load_packs()))
CASES = [
    pytest.param(law, step, id=f"{step.step}{'' if not held else ' designated'}")
    for held in ([], DESIGNATED)
    for law in [load_law(designations=held)]
    for step in law.steps.all
]


class Course:
    """An outage that calls for a step, record by record, at minutes from a start."""

    def __init__(self, law: Law, step: Step) -> None:
        """Start with nothing known."""
        self.step = step
        self.rule = next(rule for rule in law.rules if rule.rule == step.rules[0])
        self.key = f"{self.rule.country}/agg-1"
        restored = Restored(Book(law, Options()), Keeper(), None, {}, [])
        self.partition = Partition(restored, sources=["alarms"])

    def event(self, alarm_id: str, action: Any, minute: int, *, crosses: bool = False) -> Event:
        """Return an event that hits one end-user, or crosses what calls for the step."""
        more: dict[str, Any] = {"alarm_id": alarm_id, "outage_key": self.key}
        at_us = T0_US + minute * MINUTE_US
        rule = self.rule
        if not crosses:
            return event(action, at_us, 1, **more)
        if isinstance(rule, EffectRule):
            target = next(iter(dict(self.step.by_target)), "t")
            return event(action, at_us, effects=((rule.kinds[0], target),), **more)
        impact = ((rule.services[0], "X-1", 10_000_000),)
        return event(action, at_us, impact=impact, **more)

    def take(self, minute: int, *events: Event) -> Applied:
        """Take events in a record that lets time pass up to a minute."""
        at_us = T0_US + minute * MINUTE_US
        return self.partition.apply(self.partition.next_offset or 0, record(at_us, *events), at_us)

    def submit(self, duty: Obligation, minute: int) -> Applied:
        """Submit what a duty asks for."""
        action = Action(
            action_id="s", kind="submitted", outage_id=duty.outage_id,
            obligation=duty.obligation_id, recorded_us=T0_US + minute * MINUTE_US, who="Kim",
        )  # fmt: skip
        item = ActionItem("actions", 0, 0, action)
        at_us = action.recorded_us
        one = InputRecord(VERSION, (), tick(at_us, at_us), actions=(item,))
        return self.partition.apply(self.partition.next_offset or 0, one, at_us)

    def duty(self, minute: int) -> Obligation | None:
        """Return the duty of the outage that began at a minute."""
        named = outage_id(self.key, T0_US + minute * MINUTE_US)
        for now in self.partition.duties:
            if (now.step, now.outage_id) == (self.step.step, named):
                return now
        return None

    def stands(self, minute: int) -> tuple[str, int] | None:
        """Return state and revision of the duty of an outage; None if nobody was told of it."""
        now = self.duty(minute)
        return None if now is None or now.revision < 0 else (now.state, now.revision)


@pytest.mark.parametrize(("law", "step"), CASES)
def test_withdrawn_and_called_for_again(law: Law, step: Step) -> None:
    """Absorbed by an earlier outage, and on its own again; then restored, resumed, restored."""
    course = Course(law, step)
    crossed = step.after == "crossing"
    course.take(10, course.event("1", "raise", 0), course.event("1", "clear", 10))
    course.take(180, course.event("2", "raise", 120, crosses=True))
    assert course.stands(120) == (("due", 0) if crossed else None)

    joined = course.take(181, course.event("3", "raise", 5))
    assert {n.type for n in joined.notifications} == {"required", "withdrawn"}
    assert course.stands(120) == (("withdrawn", 1) if crossed else None)
    assert course.stands(0) == (("due", 0) if crossed else None)

    course.take(182, course.event("3", "clear", 15))
    assert course.stands(120) == (("due", 2) if crossed else None)
    assert course.stands(0) == (("withdrawn", 1) if crossed else None)

    course.take(190, course.event("2", "clear", 190))
    assert course.stands(120) == (("due", 2) if crossed else ("due", 0))
    course.take(200, course.event("2", "raise", 200, crosses=True))
    assert course.stands(120) == (("due", 2) if crossed else ("withdrawn", 1))
    course.take(201, course.event("2", "clear", 201))
    assert course.stands(120) == ("due", 2)


@pytest.mark.parametrize(("law", "step"), CASES)
def test_done_and_after_long_forgotten(law: Law, step: Step) -> None:
    """It is due at an instant, done by a submission; after 400 days nobody needs to know it."""
    course = Course(law, step)
    course.take(0, course.event("2", "raise", 0, crosses=True))
    course.take(120, course.event("2", "clear", 120))
    due = course.duty(0)
    assert due is not None
    assert due.state == ("overdue" if due.due_us < T0_US + 2 * HOUR_US else "due")
    course.submit(due, 121)
    assert course.stands(0) == ("done", due.revision + 1)
    written = {key for key, value in course.partition.written() if value is not None}
    last_minute = (KEPT_US + 121 * MINUTE_US) // MINUTE_US
    assert course.take(last_minute).forgotten == []
    (gone,) = [
        one for one in course.take(last_minute + 24 * 60).forgotten
        if one.obligation.obligation_id == due.obligation_id
    ]  # fmt: skip
    assert gone.actions == 1
    assert course.duty(0) is None
    removed = {key for key, value in course.partition.written() if value is None}
    about = {key for key in written if due.obligation_id.encode() in key}
    assert len(about) == 2
    assert about <= removed


def test_what_was_not_done_is_never_forgotten() -> None:
    """Overdue for years it is still there, for whoever has to explain it."""
    state = partition()
    state.apply(0, record(T0_US, event("raise", T0_US, effects=(("interconnection", "x"),))), T0_US)
    at_us = T0_US + 3 * KEPT_US
    assert state.apply(1, record(at_us), at_us).forgotten == []
    assert {now.state for now in state.duties if now.after == "crossing"} == {"overdue"}
