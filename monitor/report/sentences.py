"""The sentences of a report that take some working out: reasons, and how deadlines are counted."""

from datetime import date, timedelta
from itertools import takewhile

from monitor.core.duty import Within, WithoutDelay, Workdays
from monitor.core.law import Cell, TableRule
from monitor.messages.printable import printable
from monitor.report.draft import Draft, Duty, Held
from monitor.report.words import Words


def reason(held: Held, draft: Draft, words: Words) -> str:
    """Say what was crossed, by how much, and since when the outage goes on."""
    since = words.say(
        "crossing.since",
        key=printable(draft.outage_key),
        began=words.time(held.said.first_onset_us),
    )
    return f"{what_crossed(held, draft, words)} {since}"


def what_crossed(held: Held, draft: Draft, words: Words) -> str:
    """Say what was crossed, and by how much."""
    rule, cell = held.said.rule, held.said.cell
    if not isinstance(cell, Cell):
        return words.say("crossing.reason_effect", effect=words.effect(cell))
    assert isinstance(rule, TableRule)  # noqa: S101 - only tables have cells
    cautious = held.said.reading == "cautious"
    decides, other = held.cautious.value, held.literal.value
    counts = [(so_far, service) for service, so_far, _ in held.said.affected]
    if not cautious:
        decides, other = other, decides
        counts = [(now, service) for service, _, now in held.said.affected]
    most, service = max(counts, key=lambda count: count[0])
    largest = words.service(service)
    if most != decides:
        largest = words.say("crossing.largest_of", count=words.number(most), service=largest)
    unit = unit_of(rule, draft, words)
    return words.say(
        "crossing.reason" if cautious else "crossing.reason_literal",
        count=words.number(decides),
        unit=unit,
        largest=largest,
        other=words.number(other),
        threshold=words.threshold(rule, cell, unit),
    )


def unit_of(rule: TableRule, draft: Draft, words: Words) -> str:
    """Return what a rule counts, as its authority says."""
    for pack in draft.packs:
        for known in pack.rules:
            if known.id == rule.rule and known.family == "table":
                return words.pack(known.unit)
    return words.say("count.users")


def units(draft: Draft, service: str, words: Words) -> str:
    """Return what the authority counts of a service."""
    for pack in draft.packs:
        for rule in pack.rules:
            if rule.family == "table" and service in rule.services:
                return words.pack(rule.unit)
    return words.say("count.users")


# -- deadlines


def how_due(duty: Duty, words: Words) -> str:
    """Say how the due time of a duty was counted."""
    about, step = duty.obligation, duty.step
    if step is None:
        return words.say("duty.unknown_step")
    match step.deadline:
        case WithoutDelay(limit_us):
            return words.say(
                f"duty.without_delay_{about.after}",
                limit=words.duration(limit_us),
                since=words.time(about.since_us),
            )
        case Within(within_us):
            since_us = about.since_us if about.restored_us is None else about.restored_us
            return words.say(
                f"duty.within_{about.after}",
                limit=words.duration(within_us),
                since=words.time(since_us),
            )
        case Workdays() as deadline:
            return _workdays(deadline, duty, words)


def _workdays(deadline: Workdays, duty: Duty, words: Words) -> str:
    basis = words.when(duty.obligation.since_us).date()
    last = words.when(duty.obligation.due_us).date() - timedelta(days=1)
    free = [
        words.say("duty.free_day", day=words.day(day), why=words.weekday(why))
        for day, why in takewhile(lambda d: d[0] <= last, deadline.calendar.days_after(basis))
        if why
    ]
    return words.say(
        f"duty.workdays_{duty.obligation.after}",
        days=words.number(deadline.days),
        day=words.day(basis),
        free=words.say("duty.not_counted", days=", ".join(free)) if free else "",
        last=words.day(last),
    )


def due_text(duty: Duty, words: Words) -> str:
    """Write until when; the end of a day is named by that day."""
    due_us = duty.obligation.due_us
    when = words.when(due_us)
    ends_a_day = duty.step is not None and isinstance(duty.step.deadline, Workdays)
    if ends_a_day:
        last: date = when.date() - timedelta(days=1)
        return words.say("duty.end_of", day=words.day(last))
    return words.time(due_us)


def late(duty: Duty, words: Words) -> str:
    """Say that a duty was late when it came into being; empty: it was not."""
    about = duty.obligation
    if not about.late:
        return ""
    happened_us = about.crossed_at_us
    if about.after == "restoration" and about.restored_us is not None:
        happened_us = about.restored_us
    return words.say(
        "duty.late", happened=words.time(happened_us), since=words.time(about.since_us)
    )
