"""From the steps of packs to those of the core: instants, calendars, and only what applies."""

from collections.abc import Container, Iterable, Iterator
from typing import Final, get_args
from zoneinfo import ZoneInfo

from monitor.core import duty
from monitor.core.calendar import Calendar as CoreCalendar
from monitor.packs.model import Pack
from monitor.packs.steps import Calendar, Deadline, Step, Weekday, WithoutDelay, Workdays
from monitor.packs.to_law import midnight_us

_WEEKDAYS: Final[tuple[str, ...]] = get_args(Weekday)


def steps_of(pack: Pack, designations: Container[str] = ()) -> Iterator[duty.Step]:
    """Yield the steps of a pack for an operator with these designations, in their order."""
    for step in pack.steps:
        if _applies(pack, step, designations):
            yield core_step(pack, step)


def designation_ids(packs: Iterable[Pack]) -> dict[str, str]:
    """Return what an operator may be designated as: the policy's id, a dot, the name; and what."""
    return {f"{p.policy}.{name}": text for p in packs for name, text in p.designations.items()}


def core_step(pack: Pack, step: Step) -> duty.Step:
    """Return a step as the core takes it."""
    source, ends = pack.sources[step.source], step.valid_to
    rules = step.rules or tuple(dict.fromkeys(rule.id for rule in pack.rules))
    return duty.Step(
        step=step.id,
        policy=pack.policy,
        authority=pack.authority,
        title=step.title,
        after=step.after,
        rules=rules,
        addressees=pack.addressees[step.addressees],
        by_target=tuple((name, pack.addressees[who]) for name, who in step.by_target.items()),
        channels=tuple((channel.by, channel.to) for channel in step.channels),
        voluntary=step.voluntary,
        deadline=core_deadline(pack, step.deadline),
        source=(source.title, source.address, step.clause),
        valid_from_us=midnight_us(step.valid_from, pack.time_zone),
        valid_to_us=None if ends is None else midnight_us(ends, pack.time_zone),
    )


def core_deadline(pack: Pack, deadline: Deadline) -> duty.Deadline:
    """Return a deadline as the core takes it."""
    if isinstance(deadline, WithoutDelay):
        return duty.WithoutDelay(deadline.house_limit_us)
    if isinstance(deadline, Workdays):
        calendar = core_calendar(pack.calendars[deadline.calendar])
        return duty.Workdays(deadline.days, calendar, ZoneInfo(pack.time_zone))
    return duty.Within(deadline.time_us)


def core_calendar(calendar: Calendar) -> CoreCalendar:
    """Return a calendar as the core takes it."""
    fixed = [(h.name, h.day) for h in calendar.holidays if h.day is not None]
    return CoreCalendar(
        weekend=frozenset(_WEEKDAYS.index(day) for day in calendar.weekend),
        fixed=tuple((name, int(day[:2]), int(day[3:])) for name, day in fixed),
        by_easter=tuple((h.name, h.easter) for h in calendar.holidays if h.easter is not None),
    )


def _applies(pack: Pack, step: Step, designations: Container[str]) -> bool:
    """Whether a step is for an operator with these designations."""
    if step.designated is not None and f"{pack.policy}.{step.designated}" not in designations:
        return False
    return step.not_designated is None or f"{pack.policy}.{step.not_designated}" not in designations
