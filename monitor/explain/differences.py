"""How two explanations of one outage differ: what now holds, and what would."""

from collections.abc import Iterator
from typing import Any

from monitor.explain.facts import Facts
from monitor.explain.text import cell_text

_READINGS = ("cautious", "literal")


def differences(now: list[Facts], then: list[Facts]) -> list[Facts]:
    """Return each cell that stands otherwise, with how it stands now and how it would."""
    before, after = _cells(now), _cells(then)
    return [
        {"rule": rule, "cell": cell, "reading": reading, "now": had, "what_if": has}
        for (rule, cell, reading) in dict.fromkeys([*before, *after])
        if (had := before.get((rule, cell, reading))) != (has := after.get((rule, cell, reading)))
    ]


def differences_told(found: list[Facts], reading: str) -> Iterator[str]:
    """Yield the differences as lines; the reading that decides comes first."""
    if not found:
        yield "  Nothing would be otherwise: the same cells are crossed, at the same times."
        return
    for which in sorted(_READINGS, key=lambda name: name != reading):
        said = [d for d in found if d["reading"] == which]
        turned = [d for d in said if _turned(d)]
        if said:
            yield f"  {which}{' (decides)' if which == reading else ''}"
        for each in turned:
            yield f"    {each['rule']}, {each['cell']}"
            yield f"      now:     {_told(each['now'])}"
            yield f"      what if: {_told(each['what_if'])}"
        if rest := len(said) - len(turned):
            cells = "cell" if rest == 1 else "cells"
            yield f"    In {rest} {cells} only the end-users counted, or missing, are other."


def _turned(difference: Facts) -> bool:
    """Whether a cell is crossed, or would be, at another time, or is not any more."""
    times = [
        None if (state := difference[name]) is None
        else (state["crossed_at"], state.get("would_cross_at"))
        for name in ("now", "what_if")
    ]  # fmt: skip
    return times[0] != times[1]


def _cells(outages: list[Facts]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return how each cell stands, by rule, cell in words, and reading."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for rule in (rule for outage in outages for rule in outage["rules"]):
        for cell in rule.get("cells", ()):
            for reading in _READINGS:
                key = (rule["rule"], cell_text(rule, cell["cell"]), reading)
                said = cell[reading]
                names = ("crossed_at", "would_cross_at", "end_users_missing", "end_users")
                state = {name: said.get(name) for name in names}
                if key not in found or (said["crossed_at"] and not found[key]["crossed_at"]):
                    found[key] = state
        for crossing in rule.get("crossed", ()):
            target = crossing["cell"]["target"]
            what = " ".join(filter(None, (crossing["cell"]["effect"], target)))
            for reading in _READINGS:
                state = {"crossed_at": crossing["crossed_at"]}
                found.setdefault((rule["rule"], what, reading), state)
    return found


def _told(state: Facts | None) -> str:
    if state is None:
        return "there is no outage that could cross it"
    if state["crossed_at"]:
        count = state.get("end_users")
        return f"crossed at {state['crossed_at']}" + (f" by {count:,}" if count else "")
    if state["would_cross_at"]:
        return f"will be crossed at {state['would_cross_at']} if nothing changes"
    if state["end_users_missing"]:
        return f"not crossed; {state['end_users_missing']:,} end-users short"
    return "not crossed"
