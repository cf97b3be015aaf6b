"""What a policy asks to be done: its steps, and until when each must be done.

A step is called for by a crossing, or by the restoration of an outage that crossed something. One
obligation follows for each outage, authority, step and set of addressees. A deadline is counted
from when the crossing was detected; or from when the outage was restored, or that was known.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import islice
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from monitor.core.calendar import Calendar
from monitor.core.written import duration_text, time_text

After = Literal["crossing", "restoration"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_KNOWN = {"crossing": "it was detected", "restoration": "the restoration was known"}
_HAPPENED = {"crossing": "it was detected", "restoration": "the outage was restored"}


def obligation_id(outage_id: str, authority: str, step: str, addressees: tuple[str, ...]) -> str:
    """Return the id of an obligation: the same for the same four, for ever.

    It is uuid5 in the URL name space of `outage_id|authority|step|addressees`, the addressees as
    they stand in the pack with `,` between them.
    """
    name = f"{outage_id}|{authority}|{step}|{','.join(addressees)}"
    return str(uuid5(NAMESPACE_URL, name))


class Due(Struct, frozen=True):
    """Until when something must be done, and how that was computed."""

    at_us: int
    how: str


class WithoutDelay(Struct, frozen=True):
    """At once, from when it is known. The limit is ours: the law names none."""

    limit_us: int

    def due(self, after: After, basis_us: int) -> Due:
        """Count from a basis."""
        limit = duration_text(self.limit_us)
        how = (
            f"Without delay; the limit of {limit} is ours, the law names none. "
            f"Counted from {time_text(basis_us)}, when {_KNOWN[after]}."
        )
        return Due(basis_us + self.limit_us, how)


class Within(Struct, frozen=True):
    """So long after it happened."""

    within_us: int

    def due(self, after: After, basis_us: int) -> Due:
        """Count from a basis."""
        within = duration_text(self.within_us)
        how = f"Within {within}, counted from {time_text(basis_us)}, when {_HAPPENED[after]}."
        return Due(basis_us + self.within_us, how)


class Workdays(Struct, frozen=True):
    """By the end of a workday, counted from the day after."""

    days: int
    calendar: Calendar
    zone: tzinfo

    def due(self, after: After, basis_us: int) -> Due:
        """Count from a basis."""
        basis = (_EPOCH + timedelta(microseconds=basis_us)).astimezone(self.zone).date()
        days = _counted(self.days, self.calendar, basis)
        last, _ = days[-1]
        free = ", ".join(f"{day} ({why})" for day, why in days if why)
        how = (
            f"Within {self.days} workdays, counted from the day after {basis} ({self.zone}), "
            f"when {_KNOWN[after]}{f'; not counted: {free}' if free else ''}. "
            f"Due at the end of {last}."
        )
        return Due(_begins_us(last + _DAY, self.zone), how)


@lru_cache(maxsize=64)  # thousands of outages in a storm begin on the same day
def _counted(workdays: int, calendar: Calendar, basis: date) -> list[tuple[date, str | None]]:
    """Return the days after a day, up to the last workday that counts."""
    days: list[tuple[date, str | None]] = []
    for day, why in calendar.days_after(basis):
        days.append((day, why))
        workdays -= why is None
        if not workdays:
            break
    return days


Deadline = WithoutDelay | Within | Workdays


def _begins_us(day: date, zone: tzinfo) -> int:
    """Return the instant at which a day begins in a time zone."""
    return (datetime.combine(day, time(), zone) - _EPOCH) // _MICROSECOND


class Step(Struct, frozen=True, kw_only=True):
    """One thing to do, as a pack says it."""

    #: the policy's id, a dot, and the step's name
    step: str
    policy: str
    authority: str
    title: str
    after: After
    #: ids of the rules whose crossings call for it
    rules: tuple[str, ...]
    addressees: tuple[str, ...]
    #: who gets it instead, by the target of the effect that was crossed
    by_target: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: (by what, to where)
    channels: tuple[tuple[str, str], ...]
    voluntary: bool = False
    deadline: Deadline
    #: title and address of the source, and where in it
    source: tuple[str, str, str]
    #: in force for outages with valid_from_us <= first onset < valid_to_us
    valid_from_us: int
    valid_to_us: int | None = None

    def in_force(self, time_us: int) -> bool:
        """Whether an outage that began at this time falls under the step."""
        return self.valid_from_us <= time_us and (
            self.valid_to_us is None or time_us < self.valid_to_us
        )

    def told(self, target: str | None) -> tuple[str, ...]:
        """Return who gets it when this target is hit; None: none is."""
        return next((who for name, who in self.by_target if name == target), self.addressees)


class Call(Struct, frozen=True):
    """A step that a crossing calls for, and who gets it."""

    step: Step
    addressees: tuple[str, ...]

    def obligation_id(self, outage_id: str) -> str:
        """Return the id of the obligation that follows for an outage."""
        return obligation_id(outage_id, self.step.authority, self.step.step, self.addressees)


class Steps:
    """The steps of all packs, asked by rule, target and first onset."""

    def __init__(self, steps: tuple[Step, ...] = ()) -> None:
        """Take the steps of every pack, in their order."""
        self.all = steps
        self._by_rule: dict[str, list[Step]] = {}
        for step in steps:
            for rule in dict.fromkeys(step.rules):
                self._by_rule.setdefault(rule, []).append(step)

    def called(self, rule: str, target: str | None, first_onset_us: int) -> list[Call]:
        """Return what a crossing calls for in an outage that began at this time."""
        return [
            Call(step, step.told(target))
            for step in self._by_rule.get(rule, ())
            if step.in_force(first_onset_us)
        ]

    def named(self, step_id: str, first_onset_us: int) -> Step | None:
        """Return a step in force by its id."""
        steps = (s for s in self.all if s.step == step_id and s.in_force(first_onset_us))
        return next(islice(steps, 1), None)
