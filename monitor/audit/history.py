"""The revisions of a crossing among themselves: what cannot be, whatever the input says."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from monitor.audit.edges import Edges
from monitor.audit.matching import last_of
from monitor.audit.model import Fields, Finding, Kind, spoken
from monitor.audit.told import Told

#: By number all that was published under it; more than one content is one too many.
_Numbers = Mapping[int, Sequence[Told]]
_AFTER: Final = {
    None: ("required",),
    "withdrawn": ("required",),
    "required": ("corrected", "withdrawn"),
    "corrected": ("corrected", "withdrawn"),
}


def impossible(told: Sequence[Told], edges: Edges) -> list[Finding]:
    """Find what no input could have called for; `told` is without repeats."""
    by_id: dict[str, dict[int, list[Told]]] = defaultdict(lambda: defaultdict(list))
    for one in told:
        by_id[one.fields["crossing_id"]][one.fields["revision"]].append(one)
    standing = {id(one) for one in last_of(told)}
    found: list[Finding] = []
    for numbers in by_id.values():
        if edges.altered(numbers[max(numbers)][0]) is not None:
            continue
        found += _two_contents(numbers, standing)
        found += _wrong_types(numbers)
        if edges.told_from_us is None:
            found += _gaps(numbers)
    return found


def _two_contents(numbers: _Numbers, standing: set[int]) -> Iterator[Finding]:
    """Yield what has another content than a revision had; what stands is compared elsewhere."""
    for number, several in numbers.items():
        others = [one for one in several if id(one) not in standing]
        for one in others if len(others) < len(several) else others[1:]:
            says = f"revision {number} of {spoken(one.fields)} was published with two contents"
            yield finding("extra", says, one.fields, place=one.place)


def _wrong_types(numbers: _Numbers) -> Iterator[Finding]:
    for number, several in sorted(numbers.items()):
        if len(several) > 1:
            continue
        one, before = several[0], numbers.get(number - 1, ())
        if number < 0:
            yield _altered(one, "revision", "0 or more")
        elif number == 0 or len(before) == 1:
            after = None if number == 0 else before[0].fields["type"]
            if one.fields["type"] not in _AFTER[after]:
                yield _altered(one, "type", " or ".join(_AFTER[after]))


def _gaps(numbers: _Numbers) -> Iterator[Finding]:
    """Yield revisions that must have been there, as later ones are."""
    next_one = 0
    for number in sorted(numbers):
        if number > next_one:
            later = numbers[number][0]
            named = (
                f"revision {next_one} of {spoken(later.fields)} is"
                if number == next_one + 1
                else f"revisions {next_one} to {number - 1} of {spoken(later.fields)} are"
            )
            says = f"{named} missing, a later one is there"
            yield finding("missing", says, later.fields, revision=next_one)
        next_one = max(next_one, number + 1)


def _altered(one: Told, name: str, right: str) -> Finding:
    says = f"{spoken(one.fields)}: cannot be: {name}"
    fields = {name: {"expected": right, "recorded": one.fields[name]}}
    return finding("altered", says, one.fields, place=one.place, fields=fields)


def finding(kind: Kind, says: str, whose: Fields, **more: Any) -> Finding:
    """Return a finding about a notification."""
    about = {
        "outage_key": whose["outage_key"],
        "rule": whose["rule"],
        "cell": whose["cell"],
        "outage_id": whose["outage_id"],
        "crossed_at": whose["crossed_at"],
        "id": whose["crossing_id"],
        "revision": whose["revision"],
    }
    return Finding(kind=kind, says=says, **(about | more))
