"""The examples of a pack as tests: each is run through the core that decides.

An example begins with the first instant at which its version of the rule is in force, in an outage
of its own, under that version alone and the reading it takes.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from monitor.core.event import Action, Event
from monitor.core.final import Final as FinalCrossings
from monitor.core.law import AnyRule, Law, TableRule
from monitor.core.reading import Options
from monitor.core.written import duration_text
from monitor.formats.words import SERVICES
from monitor.packs.model import Example, Hit, Pack
from monitor.packs.to_law import rules_of
from monitor.packs.values import cell_name, parse_cell, parse_effect

#: The clock runs on this long after the last event and the longest duration.
_BEYOND_US: Final = 24 * 60 * 60 * 1_000_000


class Outcome(NamedTuple):
    """What became of an example."""

    policy: str
    rule: str
    #: its place among the examples of the rule, from 1
    number: int
    example: Example
    #: what the core says: cell by name, and when it is crossed after the example's start
    crossed: dict[str, int]
    passed: bool

    def __str__(self) -> str:
        """Say what was expected and what was found."""
        found = ", ".join(f"{cell} after {duration_text(us)}" for cell, us in self.crossed.items())
        expected = (
            f"{self.example.crosses} crossed after {duration_text(self.example.after_us)}"
            if self.example.crosses
            else f"{self.example.crosses_not} not crossed"
        )
        where = f"{self.rule}, example {self.number}"
        return f"{where}: expected {expected}; crossed: {found or 'nothing'}"


def run_examples(pack: Pack) -> Iterator[Outcome]:
    """Yield the outcome of each example of a pack, in their order."""
    for rule, written in zip(rules_of(pack), pack.rules, strict=True):
        options = Options(reading=pack.readings[written.reading].takes)
        for number, example in enumerate(written.examples, 1):
            crossed = _crossed(rule, example, options)
            passed = _as_expected(example, crossed)
            yield Outcome(pack.policy, written.id, number, example, crossed, passed)


def _as_expected(example: Example, crossed: dict[str, int]) -> bool:
    if example.crosses is not None:
        return crossed.get(cell_name(parse_cell(example.crosses))) == example.after_us
    if example.crosses_not in (None, "any"):
        return not crossed
    return cell_name(parse_cell(example.crosses_not)) not in crossed


def _crossed(rule: AnyRule, example: Example, options: Options) -> dict[str, int]:
    """Return what an outage with the example's hits crosses, and when."""
    start_us = rule.valid_from_us
    events = [event for i, hit in enumerate(example.parts) for event in _events(rule, hit, str(i))]
    program = FinalCrossings(Law([rule], "examples"), options)
    for event in sorted(events, key=lambda event: event.time_us):
        program.take(event)
    last_us = max(event.time_us for event in events)
    found = program.result(last_us + _longest_us(rule) + _BEYOND_US)
    return {cell_name(n.cell): n.crossed_at_us - start_us for n in found}


def _longest_us(rule: AnyRule) -> int:
    if not isinstance(rule, TableRule):
        return 0
    return max(cell.duration_us or 0 for cell in rule.cells)


def _events(rule: AnyRule, hit: Hit, name: str) -> Iterator[Event]:
    begins_us = rule.valid_from_us + hit.starts_us
    service = hit.service or _first_service(rule)
    impact = ((service, hit.area, hit.end_users),)
    effects = (parse_effect(hit.effect),) if hit.effect else ()

    def event(action: Action, time_us: int) -> Event:
        return Event(
            outage_key=f"{rule.country}/example",
            source="example",
            alarm_id=name,
            action=action,
            time_us=time_us,
            sequence=0,
            element=name,
            severity=None,
            planned=None,
            impact=impact,
            effects=effects,
            element_impact=(),
            element_effects=(),
            remainder="",
        )

    yield event("raise", begins_us)
    if hit.lasts_us is not None:
        yield event("clear", begins_us + hit.lasts_us)


def _first_service(rule: AnyRule) -> str:
    return rule.services[0] if isinstance(rule, TableRule) else min(SERVICES)
