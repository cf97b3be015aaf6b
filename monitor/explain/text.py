"""The explanation in words that a duty officer can read out."""

from collections.abc import Iterator

from monitor.explain.facts import Facts
from monitor.messages.reason import effect_text, service_text, span_text

_AREAS_SHOWN = 8
_COMPARED = {">": "more than", ">=": "at least"}


def told(facts: Facts) -> Iterator[str]:
    """Yield the lines of the explanation of one outage key."""
    yield f"{facts['outage_key']}, as known at {facts['clock']}"
    yield ""
    if not facts["outages"]:
        yield from _silent(facts)
    for outage in facts["outages"]:
        yield from _outage(outage, facts["reading"])
        yield ""


def _silent(facts: Facts) -> Iterator[str]:
    """Say why alarms make no outage."""
    seen, active = facts["alarms"], facts["alarms_active"]
    yield "  Nothing has to be notified: there is no outage."
    yield f"  {seen:,} {'alarm was' if seen == 1 else 'alarms were'} seen ({active:,} still active)."
    yield "  None of them ever hit an end-user, nor carried an effect that a rule names,"
    yield "  such as an emergency number that cannot be reached."
    yield "  If a critical component or a breach of personal data is behind them, somebody has to"
    yield "  declare it: mark the element in the inventory, or send the alarm with that effect."


def _outage(outage: Facts, reading: str) -> Iterator[str]:
    state = f"ended {outage['end']}" if outage["end"] else "still open"
    yield f"  Outage {outage['outage_id']}: began {outage['first_onset']}, {state}."
    if not outage["policy_in_force"]:
        yield "  NO POLICY was in force for this country at its first onset: nothing was decided."
    for rule in outage["rules"]:
        yield ""
        yield from _effects(rule) if "effects" in rule else _table(rule, reading)


def _effects(rule: Facts) -> Iterator[str]:
    name = f"  {rule['rule']} ({rule['authority']})"
    if not rule["crossed"]:
        yield f"{name}: not crossed. No alarm carried such an effect."
        return
    yield f"{name}: CROSSED."
    for crossing in rule["crossed"]:
        effect = (crossing["cell"]["effect"], crossing["cell"]["target"] or "")
        yield f"    {crossing['crossed_at']}: {effect_text(effect)}."


def _table(rule: Facts, reading: str) -> Iterator[str]:
    name = f"  {rule['rule']} ({rule['authority']})"
    crossed = any(cell[reading]["crossed_at"] for cell in rule["cells"])
    yield f"{name}: {'CROSSED' if crossed else 'not crossed'}."
    services = ", ".join(service_text(service) for service in rule["services"])
    if not rule["ever_hit"]:
        yield f"    No end-user of {services} was hit."
        return
    yield from _counts(rule, services)
    for cell in rule["cells"]:
        yield f"    {_threshold(rule, cell['cell'])}:"
        yield from _verdicts(cell, reading)
        yield from _areas(cell[reading])


def _counts(rule: Facts, services: str) -> Iterator[str]:
    cautious, literal = rule["cautious"], rule["literal"]
    yield f"    Counted: {services}."
    yield (
        f"    Cautious: {cautious['end_users']:,} end-users hit so far, "
        f"in {_span(cautious)} since {cautious['since']}."
    )
    if rule["ongoing"]:
        yield (
            f"    Literal: {literal['end_users']:,} end-users hit now, "
            f"without a gap for {_span(literal)} since {literal['since']}."
        )
    else:
        yield "    Literal: nobody is hit any more."


def _threshold(rule: Facts, cell: Facts) -> str:
    count = f"{_COMPARED[rule['count_comparator']]} {cell['end_users']:,} end-users"
    if cell["duration"] is None:
        return f"{count} for any time"
    return f"{count} for {_COMPARED[rule['duration_comparator']]} {cell['duration']}"


def _verdicts(cell: Facts, reading: str) -> Iterator[str]:
    said = {name: _verdict(cell[name]) for name in ("cautious", "literal")}
    if said["cautious"] == said["literal"]:
        yield f"      both readings: {said[reading]}"
        return
    for name, verdict in said.items():
        yield f"      {name}{' (decides)' if name == reading else ''}: {verdict}"


def _verdict(cell: Facts) -> str:
    if cell["crossed_at"]:
        over = cell["end_users_over"]
        margin = f"{over:,} above the threshold" if over else "exactly the threshold"
        return f"crossed at {cell['crossed_at']} by {cell['end_users']:,} end-users, {margin}"
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
        rest = sum(area["cautious"] for area in areas[_AREAS_SHOWN:])
        yield f"        and {len(areas) - _AREAS_SHOWN:,} more areas with {rest:,} so far"


def _span(reading: Facts) -> str:
    return span_text(round(reading["duration_seconds"] * 1e6))
