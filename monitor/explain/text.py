"""The explanation in words that a duty officer can read out."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from monitor.durations import duration_us
from monitor.explain.facts import Facts
from monitor.messages.printable import printable
from monitor.messages.reason import effect_text, service_text, span_text

_AREAS_SHOWN = 8
_KEYS_SHOWN = 3
_WIDTH = 100
_COMPARED = {">": "more than", ">=": "at least"}
_READINGS = ("cautious", "literal")


def told(facts: Facts) -> Iterator[str]:
    """Yield the lines of the explanation of one outage key; what is crossed comes first."""
    for line in _told(facts):
        start = " " * (len(line) - len(line.lstrip()))
        yield from wrap(
            printable(line), _WIDTH, subsequent_indent=f"{start}    ",
            break_long_words=False, break_on_hyphens=False,
        ) or [""]  # fmt: skip


def all_told(asked: Sequence[Facts]) -> Iterator[str]:
    """Yield the lines for several outage keys; those without an outage share one explanation."""
    silent = [facts for facts in asked if not facts["outages"]]
    for facts in asked:
        if facts["outages"] or len(silent) == 1:
            yield from told(facts)
    if len(silent) > 1:
        yield from told(_together(silent))


def _together(silent: Sequence[Facts]) -> Facts:
    """Add up the facts of keys that have no outage."""
    keys = [facts["outage_key"] for facts in silent]
    more = f" and {len(keys) - _KEYS_SHOWN:,} more" if len(keys) > _KEYS_SHOWN else ""
    named = f"{len(keys):,} outage keys ({', '.join(keys[:_KEYS_SHOWN])}{more})"
    counted = ("alarms", "alarms_active", "clears_and_changes_that_found_no_active_alarm")
    sums = {name: sum(facts[name] for facts in silent) for name in counted}
    return silent[0] | sums | {"outage_key": named}


def _told(facts: Facts) -> Iterator[str]:
    yield f"{facts['outage_key']}, as known at {facts['clock']}"
    yield ""
    if not facts["outages"]:
        yield from _silent(facts)
        yield ""
    for outage in facts["outages"]:
        yield from _outage(outage, facts["reading"])
        yield ""


def _silent(facts: Facts) -> Iterator[str]:
    """Say why alarms make no outage."""
    seen, active = facts["alarms"], facts["alarms_active"]
    yield "  NOTHING TO NOTIFY: there is no outage."
    yield f"  {seen:,} {'alarm was' if seen == 1 else 'alarms were'} seen; {active:,} still active."
    if strays := facts["clears_and_changes_that_found_no_active_alarm"]:
        yield f"  Clears and changes that found no active alarm: {strays:,}. Is a raise missing?"
    yield "  No service was hit: no alarm held an end-user, nor an effect that a rule may name,"
    yield "  such as an emergency number that cannot be reached."
    yield "  If a critical component or a breach of personal data is behind this, somebody has to"
    yield "  declare it: mark the element in the inventory, or send the alarm with that effect."


def _outage(outage: Facts, reading: str) -> Iterator[str]:
    state = f"ended {outage['end']}" if outage["end"] else "still open"
    yield f"  Outage {outage['outage_id']}"
    yield f"  Began {outage['first_onset']}, {state}."
    if not outage["policy_in_force"]:
        yield "  NO POLICY was in force for this country at its first onset: nothing was decided."
        return
    yield from _verdict(outage, reading)
    untouched = [rule for rule in outage["rules"] if not _touched(rule)]
    for rule in outage["rules"]:
        if rule not in untouched:
            yield ""
            yield from _effects(rule) if "effects" in rule else _table(rule, reading)
    if untouched:
        yield ""
        yield "  Not crossed, as nothing of theirs was hit:"
        yield from (f"    {_name(rule)}: {_why_untouched(rule)}" for rule in untouched)


def _verdict(outage: Facts, reading: str) -> Iterator[str]:
    """Say at once who has to be notified, and what comes next."""
    rules = outage["rules"]
    crossed = sorted(found for rule in rules for found in _times(rule, reading, "crossed_at"))
    if crossed:
        first: dict[str, tuple[str, str]] = {}
        for time, authority, rule in crossed:
            first.setdefault(authority, (time, rule))
        for authority, (time, rule) in first.items():
            yield f"  NOTIFY {authority}: first crossed at {time} ({rule})."
    else:
        yield f"  {'THERE WAS NOTHING TO NOTIFY' if outage['end'] else 'NOTHING TO NOTIFY so far'}."
    coming = [found for rule in rules for found in _times(rule, reading, "would_cross_at")]
    if coming:
        time, authority, rule = min(coming)
        yield f"  Next, if nothing changes: {authority} at {time} ({rule})."


def _times(rule: Facts, reading: str, name: str) -> Iterator[tuple[str, str, str]]:
    cells = rule["crossed"] if "effects" in rule else [cell[reading] for cell in rule["cells"]]
    for cell in cells:
        if cell.get(name):
            yield cell[name], rule["authority"], rule["rule"]


def _name(rule: Facts) -> str:
    return f"{rule['rule']} ({rule['authority']})"


def _touched(rule: Facts) -> bool:
    return bool(rule["crossed"] if "effects" in rule else rule["ever_hit"])


def _why_untouched(rule: Facts) -> str:
    if "effects" in rule:
        return "no alarm carried such an effect"
    return f"no end-user of {_services(rule)} was hit"


def _services(rule: Facts) -> str:
    return ", ".join(service_text(service) for service in rule["services"])


def _effects(rule: Facts) -> Iterator[str]:
    yield f"  {_name(rule)}: CROSSED"
    for crossing in rule["crossed"]:
        effect = (crossing["cell"]["effect"], crossing["cell"]["target"] or "")
        yield f"    crossed at {crossing['crossed_at']}: {effect_text(effect)}"


def _table(rule: Facts, reading: str) -> Iterator[str]:
    crossed = any(cell[reading]["crossed_at"] for cell in rule["cells"])
    yield f"  {_name(rule)}: {'CROSSED' if crossed else 'not crossed'}"
    yield from _counts(rule, reading)
    for cell in rule["cells"]:
        yield from _verdicts(cell_text(rule, cell["cell"]), cell, reading)
        yield from _areas(cell[reading])


def _counts(rule: Facts, reading: str) -> Iterator[str]:
    cautious, literal = rule["cautious"], rule["literal"]
    names = {name: f"{name}{' (decides)' if name == reading else ''}" for name in _READINGS}
    yield f"    Counted: {_services(rule)}"
    hit = f"    {names['cautious']}: {cautious['end_users']:,} end-users hit"
    if rule["ongoing"]:
        yield f"{hit} so far, since {cautious['since']} ({_span(cautious)})"
        yield (
            f"    {names['literal']}: {literal['end_users']:,} end-users hit now, "
            f"without a gap since {literal['since']} ({_span(literal)})"
        )
    else:
        yield f"{hit} in all, from {cautious['since']} for {_span(cautious)}"
        yield f"    {names['literal']}: nobody is hit any more, since {rule['ended']}"


def cell_text(rule: Facts, cell: Facts) -> str:
    """Say what a cell asks for."""
    count = f"{_COMPARED[rule['count_comparator']]} {cell['end_users']:,}"
    if cell["duration"] is None:
        return f"{count} for any time"
    span = span_text(duration_us(cell["duration"]))
    return f"{count} for {_COMPARED[rule['duration_comparator']]} {span}"


def _verdicts(threshold: str, cell: Facts, reading: str) -> Iterator[str]:
    said = {name: _said(cell[name]) for name in _READINGS}
    same = said["cautious"] == said["literal"]
    line = f"    {threshold}: {said[reading]} (both readings)"
    if same and len(line) <= _WIDTH:
        yield line
        return
    yield f"    {threshold}:"
    if same:
        yield f"      both readings: {said[reading]}"
        return
    for name, verdict in said.items():
        yield f"      {name}{' (decides)' if name == reading else ''}: {verdict}"


def _said(cell: Facts) -> str:
    if cell["crossed_at"]:
        over = cell["end_users_over"]
        margin = f"{over:,} above the threshold" if over else "exactly the threshold"
        return f"crossed at {cell['crossed_at']} by {cell['end_users']:,}, {margin}"
    if cell["would_cross_at"]:
        return f"not yet; will be crossed at {cell['would_cross_at']} if nothing changes"
    if cell["end_users_missing"]:
        return f"not crossed; {cell['end_users_missing']:,} end-users short"
    if cell["end_users_missing"] is None:
        return "not crossed"
    return "not crossed; enough end-users, but not for long enough"


def _areas(cell: Facts) -> Iterator[str]:
    areas = cell.get("areas", [])
    for area in areas[:_AREAS_SHOWN]:
        yield (
            f"        {area['area']}, {service_text(area['service'])}: "
            f"{area['cautious']:,} so far, {area['literal']:,} at that moment"
        )
    if len(areas) > _AREAS_SHOWN:
        rest = areas[_AREAS_SHOWN:]
        so_far, now = (sum(area[name] for area in rest) for name in _READINGS)
        yield f"        and {len(rest):,} more: {so_far:,} so far, {now:,} at that moment"


def _span(reading: Facts) -> str:
    return span_text(round(reading["duration_seconds"] * 1e6))
