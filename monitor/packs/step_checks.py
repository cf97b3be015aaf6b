"""Mistakes in steps, calendars and forms that span several fields: what a form cannot say.

As in `checks.py`, each looks at what is sound by itself, so that no slip of the pen hides another.
"""

from collections.abc import Iterator
from typing import Any, Final

from monitor.packs.errors import Place

Fields = dict[str, Any]
Found = Iterator[tuple[Place, str]]
Parts = list[tuple[Place, Fields]]

#: After any day, as text.
_NEVER: Final = "~"


def check_steps(pack: Fields, steps: Parts) -> Found:
    """Yield what is wrong with steps: names of nothing, and rules that call for nothing."""
    for place, step in steps:
        yield from _names(pack, place, step)
        yield from _designations(place, step)
        deadline = step.get("deadline")
        if isinstance(deadline, dict):
            yield from _named(pack, "calendars", (*place, "deadline", "calendar"), deadline)
    yield from _without_step(pack, steps)


def _names(pack: Fields, place: Place, step: Fields) -> Found:
    for field, section in (
        ("addressees", "addressees"), ("source", "sources"), ("form", "forms"),
        ("designated", "designations"), ("not_designated", "designations"),
    ):  # fmt: skip
        yield from _named(pack, section, (*place, field), step)
    by_target = step.get("by_target")
    for target in by_target if isinstance(by_target, dict) else ():
        yield from _named(pack, "addressees", (*place, "by_target", target), by_target)
    known = _rule_ids(pack)
    for i, name in enumerate(_list(step, "rules")):
        if known and isinstance(name, str) and name not in known:
            text = f"names {name!r}, but the pack's rules are {', '.join(known)}"
            yield (*place, "rules", i), text


def _named(pack: Fields, section: str, place: Place, owner: Any) -> Found:
    """Look for the name of a shared part that the pack does not have."""
    name, known = owner.get(place[-1]), pack.get(section, {})
    if isinstance(known, dict) and isinstance(name, str) and name not in known:
        names = ", ".join(known) or "nothing"
        yield place, f"names {name!r}, but the pack's {section} has {names}"


def _designations(place: Place, step: Fields) -> Found:
    name = step.get("designated")
    if name is not None and name == step.get("not_designated"):
        text = f"{name!r} is also in `designated`, so nobody ever has to do it; keep one of them"
        yield (*place, "not_designated"), text


def _without_step(pack: Fields, steps: Parts) -> Found:
    """Look for rules that call for no step on some day, where the pack has steps at all."""
    for i, rule in enumerate(_list(pack, "rules") if steps else []):
        name = rule.get("id") if isinstance(rule, dict) else None
        if not isinstance(name, str):
            continue
        periods = [
            _period(s) for _, s in steps if s.get("rules") is None or name in _list(s, "rules")
        ]
        first, end = _period(rule)
        for day in sorted({first, *(ends for _, ends in periods if first < ends < end)}):
            if not any(begins <= day < ends for begins, ends in periods):
                text = f"calls for no step from {day}; add one that says what is to be done"
                yield ("rules", i, "id"), text
                break


def _period(part: Fields) -> tuple[str, str]:
    """Return the first day of a rule or step and the first one without it, as text."""
    ends = part.get("valid_to")
    return str(part.get("valid_from")), _NEVER if ends is None else str(ends)


def check_calendars(pack: Fields) -> Found:
    """Yield what is wrong with calendars."""
    for name, calendar in _mapping(pack, "calendars"):
        place: Place = ("calendars", name)
        yield from _named(pack, "sources", (*place, "source"), calendar)
        seen: dict[object, str] = {}
        for i, holiday in enumerate(_list(calendar, "holidays")):
            if isinstance(holiday, dict):
                day = (holiday.get("day"), holiday.get("easter"))
                if day in seen:
                    text = f"is the same day as {seen[day]!r}; remove one"
                    yield (*place, "holidays", i), text
                seen[day] = str(holiday.get("name"))


def check_forms(pack: Fields) -> Found:
    """Yield what is wrong with forms: fields that are there twice, labels in too few languages."""
    for name, form in _mapping(pack, "forms"):
        place: Place = ("forms", name)
        yield from _named(pack, "sources", (*place, "source"), form)
        yield from _label(form, (*place, "title"), form.get("title"))
        ids: list[object] = []
        for i, field in enumerate(_list(form, "fields")):
            if not isinstance(field, dict):
                continue
            where: Place = (*place, "fields", i)
            if field.get("id") in ids:
                yield (*where, "id"), f"{field.get('id')!r} is there twice; remove one"
            ids.append(field.get("id"))
            yield from _label(form, (*where, "label"), field.get("label"))
            for choice, label in _mapping(field, "choices"):
                yield from _label(form, (*where, "choices", choice), label)


def _label(form: Fields, place: Place, label: object) -> Found:
    languages = [language for language in _list(form, "languages") if isinstance(language, str)]
    if not isinstance(label, dict):
        return
    if missing := [language for language in languages if language not in label]:
        yield place, f"is not there in {', '.join(missing)}; the form's languages need it"
    if more := [language for language in label if languages and language not in languages]:
        yield place, f"is there in {', '.join(more)}, which is no language of the form"


def _rule_ids(pack: Fields) -> list[str]:
    rules = (rule.get("id") for rule in _list(pack, "rules") if isinstance(rule, dict))
    return list(dict.fromkeys(name for name in rules if isinstance(name, str)))


def _mapping(owner: Fields, field: str) -> list[tuple[str, Any]]:
    """Return the entries of a section that is a mapping of mappings."""
    value = owner.get(field)
    entries = value.items() if isinstance(value, dict) else ()
    return [(name, part) for name, part in entries if isinstance(part, dict)]


def _list(owner: Fields, field: str) -> list[Any]:
    value = owner.get(field)
    return value if isinstance(value, list) else []
