"""Which recorded notification answers to which that the input calls for.

First by all that names it, then by less and less, so that one that was altered is found as that,
and not as one missing and another extra.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final, NamedTuple

from monitor.audit.model import Expected, Fields, canonical, what
from monitor.audit.told import Told

Name = Callable[[Fields], Hashable]
#: What holds in the end does not say how it came to be published.
ON_THE_WAY: Final = ("revision", "type", "detected_at", "input_complete")


def _crossed(fields: Fields) -> Hashable:
    return (*what(fields), fields["crossed_at"])


def _all_but_the_way(fields: Fields) -> Hashable:
    return canonical({name: value for name, value in fields.items() if name not in ON_THE_WAY})


def _of_outage(fields: Fields) -> Hashable:
    _, rule, cell = what(fields)
    return (fields["outage_id"], rule, cell)


#: Every revision, from recorded inputs.
REVISIONS: Final[tuple[Name, ...]] = (
    canonical,
    lambda f: (f["crossing_id"], f["revision"], *_crossed(f)),  # type: ignore[misc]
    lambda f: (f["crossing_id"], f["revision"]),
    lambda f: (_crossed(f), f["revision"]),
    lambda f: (_of_outage(f), f["revision"]),
    lambda f: f["crossing_id"],
    _crossed,
)
#: What holds in the end; an outage that was joined from others may have been named otherwise.
STANDING: Final[tuple[Name, ...]] = (
    _all_but_the_way,
    lambda f: (f["crossing_id"], _crossed(f)),
    _crossed,
    lambda f: f["crossing_id"],
    _of_outage,
    lambda f: (*what(f), f["first_onset"]),
)


class Matched(NamedTuple):
    """Pairs, and what has no partner."""

    pairs: list[tuple[Expected, Told]]
    missing: list[Expected]
    surplus: list[Told]


def match(expected: Sequence[Expected], told: Sequence[Told], names: Iterable[Name]) -> Matched:
    """Find a partner for each as far as there is one."""
    pairs: list[tuple[Expected, Told]] = []
    missing, extra = list(expected), list(told)
    for name in names:
        if not (missing and extra):
            break
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for place, one in enumerate(missing):
            waiting[name(one.fields)].append(place)
        taken, left = set(), []
        for other in extra:
            same = waiting.get(name(other.fields))
            if same:
                taken.add(place := same.popleft())
                pairs.append((missing[place], other))
            else:
                left.append(other)
        missing, extra = [m for place, m in enumerate(missing) if place not in taken], left
    return Matched(pairs, missing, extra)


class Once(NamedTuple):
    """Recorded notifications without repeats, which are allowed."""

    told: list[Told]
    repeats: int
    #: by id and revision those that came more than once with other content
    other: int


def once(told: Iterable[Told]) -> Once:
    """Leave out repeats: the same id and revision with the same content."""
    seen: dict[tuple[str, int], list[Told]] = {}
    kept, repeats, other = [], 0, 0
    for one in told:
        known = seen.setdefault((one.fields["crossing_id"], one.fields["revision"]), [])
        if any(one.fields == before.fields for before in known):
            repeats += 1
            continue
        other += bool(known)
        known.append(one)
        kept.append(one)
    return Once(kept, repeats, other)


def last_of(told: Iterable[Told]) -> list[Told]:
    """Return what holds in the end: the last revision of each crossing, but those withdrawn.

    Where a revision came with two contents, both are kept: one of them is wrong.
    """
    last: dict[str, list[Told]] = {}
    for one in told:
        known = last.setdefault(one.fields["crossing_id"], [])
        if not known or one.fields["revision"] > known[0].fields["revision"]:
            last[one.fields["crossing_id"]] = [one]
        elif one.fields["revision"] == known[0].fields["revision"]:
            known.append(one)
    return [one for same in last.values() for one in same if one.fields["type"] != "withdrawn"]
