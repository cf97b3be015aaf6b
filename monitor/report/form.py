"""The fields of an authority's form, filled from the data as far as it goes.

A pack names the fields of a form by their ids. Those below can be filled; any other is left open
for a person.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.explain.timeline import Lane
from monitor.messages.printable import printable
from monitor.packs.steps import Form, FormField, Language
from monitor.report.cells import Cell, Number, Open
from monitor.report.counts import ServiceCount
from monitor.report.draft import Draft
from monitor.report.sentences import units
from monitor.report.words import Words

_EMERGENCY: Final = ("emergency_number_unreachable", "psap_unavailable", "psap_not_as_planned")
#: So many areas or elements are named in a field.
_NAMED: Final = 5


@dataclass(frozen=True)
class Filled:
    """One field with what is known of it, and what is not."""

    id: str
    label: str
    cells: Sequence[Cell]

    @property
    def known(self) -> bool:
        """Whether the data says anything of it."""
        return not all(isinstance(cell, Open) for cell in self.cells)

    @property
    def complete(self) -> bool:
        """Whether nothing of it is left open."""
        return not any(isinstance(cell, Open) for cell in self.cells)


def filled(draft: Draft, form: Form, words: Words) -> list[Filled]:
    """Fill the fields of a form."""
    return [_field(draft, field, words) for field in form.fields]


def filled_by_ids(draft: Draft, ids: Iterable[str], words: Words) -> list[Filled]:
    """Fill fields for which no form asks."""
    return [
        Filled(name, words.say(f"field.{name}"), list(_FIELDS[name](draft, words))) for name in ids
    ]


def _field(draft: Draft, field: FormField, words: Words) -> Filled:
    label = field.label[_language(field, words)]
    number = f"{field.number}. " if field.number else ""
    fill = _FIELDS.get(field.id)
    cells: list[Cell] = list(fill(draft, words)) if fill else [Open(words.say("draft.open"))]
    for choice in field.choices.values():
        said = choice[_language(field, words)]
        cells.append(Open(words.say("form.choice", choice=said)))
    return Filled(field.id, f"{number}{label}", cells)


def _language(field: FormField, words: Words) -> Language:
    return next((name for name in field.label if name == words.language), next(iter(field.label)))


# -- what happened


def _nature(draft: Draft, words: Words) -> Iterator[Cell]:
    services = [count.service for count in draft.services]
    if services:
        yield words.say("form.nature", services=words.services(services))
    else:
        yield words.say("form.nature_effects")
    for lane in draft.line.lanes:
        yield _effect(draft, lane, words)
    if draft.planned:
        yield words.say("form.nature_planned")
    yield _open(words, "form.nature_open")


def _cause(draft: Draft, words: Words) -> Iterator[Cell]:
    if draft.causes:
        said = [
            words.say(
                "form.cause_one",
                cause=printable(cause),
                count=words.number(count),
                alarms=words.say("form.alarm_one" if count == 1 else "form.alarm_many"),
            )
            for cause, count in draft.causes[:_NAMED]
        ]
        yield words.say("form.cause_hint", causes=_some(said, len(draft.causes), words))
    else:
        yield words.say("form.cause_none")
    yield _open(words, "form.cause_open")


def _planned(draft: Draft, words: Words) -> Iterator[Cell]:
    yield words.say("head.planned_yes" if draft.planned else "head.planned_no")


# -- when


def _start(draft: Draft, words: Words) -> Iterator[Cell]:
    yield words.time(draft.outage.first_onset_us)


def _end(draft: Draft, words: Words) -> Iterator[Cell]:
    ended_us = draft.outage.end_us
    yield words.say("head.goes_on") if ended_us is None else words.time(ended_us)


def _duration(draft: Draft, words: Words) -> Iterator[Cell]:
    outage = draft.outage
    values = {
        "duration": words.duration(draft.duration_us),
        "began": words.time(outage.first_onset_us),
        "known": words.time(draft.clock_us),
    }
    if outage.end_us is None:
        yield words.say("form.duration_open", **values)
    else:
        yield words.say("form.duration_ended", ended=words.time(outage.end_us), **values)


# -- who


def _impact(draft: Draft, words: Words) -> Iterator[Cell]:
    yield from _end_users(draft, words)
    yield from _areas(draft, words)
    if draft.outage.end_us is not None:
        yield words.say("form.restored", ended=words.time(draft.outage.end_us))


def _areas(draft: Draft, words: Words) -> Iterator[Cell]:
    names = list(dict.fromkeys(printable(area.area) for area in draft.areas))
    if names:
        yield words.say("form.impact_areas", areas=_some(names[:_NAMED], len(names), words))
    else:
        yield words.say("form.no_area")


def _end_users(draft: Draft, words: Words) -> Iterator[Cell]:
    if not draft.services:
        yield words.say("count.none", unit=words.say("count.users"))
        yield Open(words.say("draft.open"))
        return
    for count in draft.services:
        yield _count(draft, count, words)
    if len(draft.services) > 1:
        yield from _total(draft, words)


def _subscribers(draft: Draft, words: Words) -> Iterator[Cell]:
    if draft.services:
        yield from (_count(draft, count, words) for count in draft.services)
    else:
        yield words.say("count.none", unit=words.say("count.users"))
        yield Open(words.say("draft.open"))


def _count(draft: Draft, count: ServiceCount, words: Words) -> Number:
    text = words.say(
        "count.line" if draft.outage.end_us is None else "count.line_ended",
        service=words.service(count.service),
        unit=units(draft, count.service, words),
        so_far=words.number(count.so_far.value),
        most=words.number(count.most.value),
        most_at=words.time(count.most_at_us),
        now=words.number(count.now.value),
    )
    return Number(text, count.so_far)


def _total(draft: Draft, words: Words) -> Iterator[Cell]:
    if len(draft.services) < 2:  # noqa: PLR2004 - one needs no sum
        yield from _end_users(draft, words)
        return
    largest = max(draft.services, key=lambda count: count.so_far.value)
    text = words.say(
        "count.total_line",
        so_far=words.number(draft.total.value),
        largest=words.number(largest.so_far.value),
    )
    yield Number(text, draft.total)


# -- what was hit


def _service(draft: Draft, words: Words) -> Iterator[Cell]:
    services = [count.service for count in draft.services]
    yield words.services(services) if services else words.say("form.no_service")
    yield _open(words, "form.technology_open")


def _equipment(draft: Draft, words: Words) -> Iterator[Cell]:
    named = [printable(element) for element in draft.elements[:_NAMED]]
    yield _some(named, len(draft.elements), words)
    yield _open(words, "form.equipment_open")


def _emergency(draft: Draft, words: Words) -> Iterator[Cell]:
    yield from _effects(draft, words, _EMERGENCY)


def _emergency_numbers(draft: Draft, words: Words) -> Iterator[Cell]:
    yield from _effects(draft, words, _EMERGENCY)
    if any(lane.effect[0] in _EMERGENCY for lane in draft.line.lanes):
        yield _open(words, "form.number_subscribers_open")


def _kind(*kinds: str) -> Callable[[Draft, Words], Iterator[Cell]]:
    def fill(draft: Draft, words: Words) -> Iterator[Cell]:
        yield from _effects(draft, words, kinds)

    return fill


def _effects(draft: Draft, words: Words, kinds: Sequence[str]) -> Iterator[Cell]:
    lanes = [lane for lane in draft.line.lanes if lane.effect[0] in kinds]
    if not lanes:
        yield words.say("form.no_effect")
    for lane in lanes:
        yield _effect(draft, lane, words)


def _effect(draft: Draft, lane: Lane, words: Words) -> Number:
    """Say an effect with its times; the breaks in between are left to the chart."""
    began, ended_us = words.time(lane.spans[0][0]), lane.spans[-1][1]
    said = words.effect(lane.effect)
    if ended_us is None:
        text = words.say("form.effect_since", effect=said, began=began)
    else:
        text = words.say("form.effect_from", effect=said, began=began, ended=words.time(ended_us))
        if len(lane.spans) > 1:
            text += words.say("form.effect_breaks")
    return Number(text, draft.effects[lane.effect])


# -- what a person knows


def _left_open(name: str) -> Callable[[Draft, Words], Iterator[Cell]]:
    def fill(draft: Draft, words: Words) -> Iterator[Cell]:  # noqa: ARG001 - nothing is known of it
        yield _open(words, name)

    return fill


def _open(words: Words, name: str) -> Open:
    return Open(words.say("draft.open_what", what=words.say(name)))


def _some(names: Sequence[str], count: int, words: Words) -> str:
    more = count - len(names)
    said = ", ".join(names)
    return f"{said} {words.say('form.impact_more', count=words.number(more))}" if more else said


_FIELDS: Final[Mapping[str, Callable[[Draft, Words], Iterator[Cell]]]] = {
    "areas": _areas,
    "cause": _cause,
    "contact": _left_open("form.contact_open"),
    "critical_component": _kind("critical_component"),
    "digital_infrastructure": _kind("digital_infrastructure"),
    "duration": _duration,
    "emergency_access": _emergency,
    "emergency_numbers": _emergency_numbers,
    "end": _end,
    "end_users": _end_users,
    "equipment": _equipment,
    "impact": _impact,
    "interconnection": _kind("interconnection"),
    "measures": _left_open("form.measures_open"),
    "nature": _nature,
    "planned": _planned,
    "service": _service,
    "start": _start,
    "subscribers": _subscribers,
    "total": _total,
}
#: The ids of fields that can be filled.
FIELDS: Final = tuple(_FIELDS)
#: What is told where no form says what to tell.
PLAIN_FIELDS: Final = ("nature", "start", "duration", "end_users", "areas")
