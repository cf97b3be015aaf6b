"""Mistakes that span several fields: what a form cannot say.

Each check works on whatever parts of the pack are sound by themselves, so that one slip of the pen
does not hide another: all mistakes are reported at once.
"""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import combinations, pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError

from monitor.core.law import Cell as LawCell
from monitor.packs.errors import Place
from monitor.packs.model import Cell, Example
from monitor.packs.step_checks import check_calendars, check_forms, check_steps
from monitor.packs.values import Day, Id, cell_name, parse_cell

Fields = dict[str, Any]
Found = Iterator[tuple[Place, str]]


def check(pack: Fields) -> Found:
    """Yield the place of each mistake, and what is wrong and what to do."""
    rules, steps = _parts(pack, "rules"), _parts(pack, "steps")
    for place, rule in rules:
        yield from _identity(pack, place, rule)
        yield from _names(pack, place, rule)
        yield from _period(place, rule)
        yield from _twice(place, rule)
        yield from _cells(place, rule)
        yield from _examples(place, rule)
    yield from _versions(rules)
    for place, step in steps:
        yield from _identity(pack, place, step)
        yield from _period(place, step)
    yield from _versions(steps)
    yield from check_steps(pack, steps)
    yield from check_calendars(pack)
    yield from check_forms(pack)


def _parts(pack: Fields, section: str) -> list[tuple[Place, Fields]]:
    """Return the parts of a section that have keys, each with its place."""
    parts = enumerate(_list(pack, section))
    return [((section, i), part) for i, part in parts if isinstance(part, dict)]


def _identity(pack: Fields, place: Place, rule: Fields) -> Found:
    policy, name = _sound(Id, pack.get("policy")), _sound(Id, rule.get("id"))
    if policy and name and not name.startswith(f"{policy}."):
        yield (*place, "id"), f"must begin with the policy's id and a dot: {policy}.…, not {name}"


def _names(pack: Fields, place: Place, rule: Fields) -> Found:
    """Look for names of shared parts that the pack does not have."""
    for field, section in (
        ("addressees", "addressees"), ("source", "sources"), ("reading", "readings"),
    ):  # fmt: skip
        known, name = pack.get(section), rule.get(field)
        if isinstance(known, dict) and isinstance(name, str) and name not in known:
            names = ", ".join(known) or "nothing"
            yield (*place, field), f"names {name!r}, but the pack's {section} has {names}"


def _period(place: Place, rule: Fields) -> Found:
    first, end = _sound(Day, rule.get("valid_from")), _sound(Day, rule.get("valid_to"))
    if first and end and end <= first:
        text = f"{end} is not after valid_from {first}; it is the first day without the rule"
        yield (*place, "valid_to"), text


def _twice(place: Place, rule: Fields) -> Found:
    for field in ("services", "kinds"):
        words = _list(rule, field)
        for i, word in enumerate(words):
            if word in words[:i]:
                yield (*place, field, i), f"{word!r} is there twice; remove one"


def _cells(place: Place, rule: Fields) -> Found:
    """Look for cells that are there twice, and for thresholds that rise with duration."""
    sound = [((*place, "cells", i), c) for i, c in _all_sound(Cell, _list(rule, "cells"))]
    for (_, first), (where, second) in combinations(sound, 2):
        if first == second:
            yield where, f"the cell {_written(second)} is there twice; remove one"
        elif first.duration_us == second.duration_us:
            text = f"{_written(first)} and {_written(second)} have one duration; keep one"
            yield (*where, "duration"), text
    ordered = sorted(sound, key=lambda cell: cell[1].duration_us or 0)
    for (_, shorter), (where, longer) in pairwise(ordered):
        if shorter.duration_us != longer.duration_us and longer.end_users > shorter.end_users:
            text = (
                f"{_written(longer)} asks for more end-users than the shorter "
                f"{_written(shorter)}; thresholds must not rise with duration"
            )
            yield (*where, "end_users"), text


def _examples(place: Place, rule: Fields) -> Found:
    """Look for examples of cells that the rule lacks, and for rules without both kinds."""
    sound = _all_sound(Example, _list(rule, "examples"))
    for i, example in sound:
        field = "not" if example.crosses is None else "crosses"
        cell = example.crosses or example.crosses_not
        if cell != "any" and not _has_cell(rule, cell):
            yield (*place, "examples", i, field), f"names {cell}, which is not a cell of the rule"
    if len(sound) == len(_list(rule, "examples")) > 0:
        if not any(example.crosses for _, example in sound):
            yield (*place, "examples"), "none crosses anything; add one that does (`crosses`)"
        if all(example.crosses for _, example in sound):
            yield (*place, "examples"), "all cross something; add one that does not (`not`)"


def _has_cell(rule: Fields, name: str) -> bool:
    cell = parse_cell(name)
    if not isinstance(cell, LawCell):
        return cell[0] in _list(rule, "kinds")
    cells = [_written(known) for _, known in _all_sound(Cell, _list(rule, "cells"))]
    return len(cells) < len(_list(rule, "cells")) or cell_name(cell) in cells


def _versions(rules: list[tuple[Place, Fields]]) -> Found:
    """Look for versions of one rule of which two are in force on the same day."""
    for (_, first), (where, second) in combinations(rules, 2):
        if first.get("id") != second.get("id") or not _overlap(first, second):
            continue
        period = f"from {first['valid_from']} to {first.get('valid_to') or 'further notice'}"
        text = f"{first.get('id')} has a version in force {period}; periods must not overlap"
        yield (*where, "valid_from"), text


def _overlap(first: Fields, second: Fields) -> bool:
    begins = [_sound(Day, rule.get("valid_from")) for rule in (first, second)]
    ends = [_sound(Day, rule.get("valid_to")) or date.max for rule in (first, second)]
    return None not in begins and begins[0] < ends[1] and begins[1] < ends[0]


def _written(cell: Cell) -> str:
    return cell_name(LawCell(cell.duration_us, cell.end_users))


def _list(owner: Fields, field: str) -> list[Any]:
    value = owner.get(field)
    return value if isinstance(value, list) else []


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _sound(kind: Any, value: object) -> Any:
    """Return a value as its kind, None if it is not sound (which the form reports)."""
    try:
        return _adapter(kind).validate_json(json.dumps(value))
    except ValidationError:
        return None


def _all_sound(kind: Any, values: list[Any]) -> list[tuple[int, Any]]:
    tried = ((i, _sound(kind, value)) for i, value in enumerate(values))
    return [(i, found) for i, found in tried if found is not None]
