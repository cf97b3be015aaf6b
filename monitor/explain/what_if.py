"""What if other numbers had been reported: changes to the alarms of one outage.

A change is a few words `name=value`: either `end_users=`, with `area=` and `service=` where that is
needed, or `duration=`.

    end_users=-5000 area=BE-2000-07    5,000 fewer in that area (never fewer than none)
    end_users=30000 area=k1            exactly so many there
    end_users=+10%                     a tenth more everywhere
    duration=+30m  duration=-10m       it ends later, or earlier
    duration=2h                        it lasts so long from its first onset

What is changed is what the alarms report while the outage goes on; then the same counting is done.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from monitor.core.domain import Domain
from monitor.core.event import AlarmId, Event, Impact
from monitor.core.moment import at, time_of
from monitor.core.outage import Outage
from monitor.core.written import time_text
from monitor.durations import duration_us
from monitor.explain.parts import parts_of
from monitor.formats.words import END_USERS_MAX, SERVICES

_AMOUNT: Final = re.compile(r"([+-]?)(\d{1,10})(%?)", re.ASCII)
_NAMES: Final = ("end_users", "duration", "area", "service")
_SHOWN_MOST: Final = 8


class WhatIfError(ValueError):
    """A change that makes no sense; the text says why, and what would."""


@dataclass(frozen=True)
class Amount:
    """A new value, or how much more or less."""

    sign: str
    value: int
    percent: bool = False

    def of(self, old: int) -> int:
        """Return what becomes of an old value."""
        if not self.sign:
            return self.value
        more = old * self.value // 100 if self.percent else self.value
        return max(0, old + (more if self.sign == "+" else -more))


@dataclass(frozen=True)
class Change:
    """One change, as it was asked for."""

    text: str
    end_users: Amount | None = None
    duration: Amount | None = None
    area: str | None = None
    service: str | None = None

    def hits(self, where: Impact) -> bool:
        """Whether it is about a count."""
        service, area, end_users = where
        return (
            end_users > 0
            and self.area in (None, area)
            and self.service in (None, service)
        )  # fmt: skip


def parse(text: str) -> Change:
    """Read a change; raises WhatIfError with a sentence."""
    values: dict[str, str] = {}
    for word in _words(text):
        name, equals, value = word.partition("=")
        if not equals or name not in _NAMES or not value:
            known = ", ".join(f"{known}=" for known in _NAMES)
            raise _mistake(text, f"{word!r} is none of {known} with a value")
        if name in values:
            raise _mistake(text, f"{name}= is there twice")
        values[name] = value
    if ("end_users" in values) == ("duration" in values):
        raise _mistake(text, "give either end_users= or duration=, as in end_users=-5000 area=…")
    if "duration" in values:
        if len(values) > 1:
            raise _mistake(text, "duration= is of the whole outage; leave the rest out")
        return Change(text, duration=_duration(text, values["duration"]))
    service = values.get("service")
    if service is not None and service not in SERVICES:
        raise _mistake(text, f"service= is one of {', '.join(sorted(SERVICES))}, not {service!r}")
    return Change(
        text, end_users=_count(text, values["end_users"]), area=values.get("area"), service=service
    )


def changed(
    domain: Domain, outage: Outage, clock: int, changes: Sequence[Change]
) -> tuple[Domain, int]:
    """Return the domain of an outage and its clock as they would be after the changes, in order."""
    for change in changes:
        events = [e for alarm in domain.history.values() for e in alarm if at(e.time_us) <= clock]
        if change.duration is not None:
            events, clock = _lasting(domain, outage, clock, events, change)
        else:
            events = _counted(outage, events, change)
        domain = _refolded(domain, events, clock)
        outage = _same(domain, outage)
    return domain, clock


def _refolded(domain: Domain, events: Sequence[Event], clock: int) -> Domain:
    twin = Domain(domain.outage_key, domain.live.law, domain.options)
    for event in events:
        twin.file(event)
    twin.refold(clock)
    twin.live.seal()
    return twin


def _same(domain: Domain, outage: Outage) -> Outage:
    """Return what became of an outage: the first one that is not over before it began."""
    for each in domain.live.outages:
        if each.end_us is None or each.end_us >= outage.first_onset_us:
            return each
    return outage


# -- counts


def _counted(outage: Outage, events: Sequence[Event], change: Change) -> list[Event]:
    """Change what the events of an outage count."""
    inside = [e for e in events if _in(outage, e.time_us)]
    hit = {(i[0], i[1]): i[2] for e in inside for i in _impacts(e) if change.hits(i)}
    if not hit:
        known = sorted({f"{area} ({service})" for e in inside for service, area, _ in _impacts(e)})
        raise _mistake(change.text, f"nobody is hit there; hit are: {_some(known)}")
    amount = change.end_users
    assert amount is not None  # noqa: S101 - it is a change of counts
    if len(hit) > 1 and not amount.percent:
        known = sorted(f"area={area} service={service}" for service, area in hit)
        what = "it is about several counts; choose one of them, or give a percentage"
        raise _mistake(change.text, f"{what}: {_some(known)}")
    return [_with(e, change, amount) if _in(outage, e.time_us) else e for e in events]


def _with(event: Event, change: Change, amount: Amount) -> Event:
    def new(impact: tuple[Impact, ...]) -> tuple[Impact, ...]:
        return tuple(
            (s, a, min(amount.of(n), END_USERS_MAX)) if change.hits((s, a, n)) else (s, a, n)
            for s, a, n in impact
        )

    impact = None if event.impact is None else new(event.impact)
    return replace(event, impact=impact, element_impact=new(event.element_impact))


def _impacts(event: Event) -> tuple[Impact, ...]:
    if event.impact is not None:
        return event.impact
    return event.element_impact if event.action == "raise" else ()


def _in(outage: Outage, time_us: int) -> bool:
    return outage.first_onset_us <= time_us and (outage.end_us is None or time_us <= outage.end_us)


# -- duration


def _lasting(
    domain: Domain, outage: Outage, clock: int, events: Sequence[Event], change: Change
) -> tuple[list[Event], int]:
    """Let the outage end at another time; return the events, and how far the clock must go on."""
    amount = change.duration
    assert amount is not None  # noqa: S101 - it is a change of the duration
    now_us = time_of(clock)
    lasts_us = (now_us if outage.end_us is None else outage.end_us) - outage.first_onset_us
    ends_us = outage.first_onset_us + amount.of(lasts_us)
    if ends_us <= outage.first_onset_us:
        raise _mistake(change.text, f"it lasts {lasts_us // 1_000_000} s, so nothing is left of it")
    last_us = outage.first_onset_us + lasts_us
    if ends_us <= last_us:
        return _cut(domain, outage, clock, events, ends_us), clock
    ending = _ending(domain, clock, last_us)
    for alarm in ending:
        again = [e.time_us for e in events if e.alarm == alarm and last_us < e.time_us <= ends_us]
        if again:
            what = f"alarm {'/'.join(alarm)} says more at {time_text(again[0])}"
            raise _mistake(change.text, f"{what}; end the outage before that")
    if outage.end_us is None:
        more = [_clear(domain, alarm, ends_us) for alarm in ending]
        return [*events, *more], max(clock, at(ends_us))
    found = [
        replace(e, time_us=ends_us) if e.time_us == last_us and e.alarm in ending else e
        for e in events
    ]
    return found, max(clock, at(ends_us))


def _ending(domain: Domain, clock: int, last_us: int) -> set[AlarmId]:
    """Return the alarms with whose parts an outage ends."""
    return {p.alarm for p in parts_of(domain, clock) if p.end_us in (None, last_us)}


def _cut(
    domain: Domain, outage: Outage, clock: int, events: Sequence[Event], ends_us: int
) -> list[Event]:
    """Let all alarms of the outage end at a time, and say nothing more of it."""
    open_then = {
        p.alarm for p in parts_of(domain, clock)
        if p.start_us <= ends_us and (p.end_us is None or p.end_us > ends_us)
        and _in(outage, p.start_us)
    }  # fmt: skip
    kept = [e for e in events if not (_in(outage, e.time_us) and e.time_us > ends_us)]
    return [*kept, *(_clear(domain, alarm, ends_us) for alarm in sorted(open_then))]


def _clear(domain: Domain, alarm: AlarmId, time_us: int) -> Event:
    last = domain.history[alarm][-1]
    sequence = max(e.sequence for e in domain.history[alarm]) + 1
    return replace(last, action="clear", time_us=time_us, sequence=sequence)


# -- reading


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise _mistake(text, "a quotation mark is not closed") from error


def _count(text: str, value: str) -> Amount:
    match = _AMOUNT.fullmatch(value)
    if match is None or (match[3] and not match[1]):
        raise _mistake(text, "end_users= is a number, +number, -number, +number% or -number%")
    return Amount(match[1], int(match[2]), bool(match[3]))


def _duration(text: str, value: str) -> Amount:
    sign = value[0] if value[0] in "+-" else ""
    try:
        return Amount(sign, duration_us(value.removeprefix(sign)))
    except ValueError as error:
        raise _mistake(text, str(error)) from error


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN_MOST:,} more" if len(names) > _SHOWN_MOST else ""
    return ", ".join(names[:_SHOWN_MOST]) + more


def _mistake(text: str, what: str) -> WhatIfError:
    return WhatIfError(f"--what-if {text!r}: {what}")
