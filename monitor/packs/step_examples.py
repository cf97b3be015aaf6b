"""The examples of steps and calendars as tests: deadlines at their edges, as the core computes."""

from collections.abc import Iterator
from typing import NamedTuple

from monitor.core.written import time_text
from monitor.packs.model import Pack
from monitor.packs.to_steps import core_calendar, core_step


class StepOutcome(NamedTuple):
    """What became of an example."""

    policy: str
    #: the step, or the calendar, and which of its examples
    where: str
    expected: str
    found: str

    @property
    def passed(self) -> bool:
        """Whether it came out as it says."""
        return self.expected == self.found

    def __str__(self) -> str:
        """Say what was expected and what was found."""
        return f"{self.where}: expected {self.expected}; found {self.found}"


def run_step_examples(pack: Pack) -> Iterator[StepOutcome]:
    """Yield the outcome of each example of the steps and calendars of a pack, in their order."""
    for name, calendar in pack.calendars.items():
        days = core_calendar(calendar)
        for expected, examples in (
            ("a workday", calendar.examples.workdays), ("no workday", calendar.examples.free),
        ):  # fmt: skip
            for day in examples:
                found = "no workday" if days.why_free(day) else "a workday"
                yield StepOutcome(pack.policy, f"{pack.policy}, {name}, {day}", expected, found)
    for step in pack.steps:
        deadline = core_step(pack, step).deadline
        for number, example in enumerate(step.examples, 1):
            due = deadline.due(step.after, example.from_us)
            where = f"{step.id}, example {number}"
            texts = (time_text(example.due_us), time_text(due.at_us))
            yield StepOutcome(pack.policy, where, *texts)


def examples_count(pack: Pack) -> int:
    """Return how many examples the steps and calendars of a pack have."""
    calendars = (c.examples for c in pack.calendars.values())
    days = sum(len(examples.workdays) + len(examples.free) for examples in calendars)
    return days + sum(len(step.examples) for step in pack.steps)
