"""What was published about outages older than the recorded input, and what that leaves open."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from monitor.audit.matching import last_of, once
from monitor.audit.model import Expected, what
from monitor.audit.told import Told


class Before(NamedTuple):
    """Outages from before the input."""

    #: outage keys of those that something was published about within the input
    open_keys: frozenset[str] = frozenset()
    #: all of them that notifications name
    outages: frozenset[str] = frozenset()
    #: crossings that may be of such an outage, which had crossed the same cell before
    perhaps: frozenset[str] = frozenset()


def before(said: Sequence[Expected], told: Sequence[Told], begin_us: int | None) -> Before:
    """Return what the notifications tell about the time before the input begins."""
    if begin_us is None:
        return Before()
    known = {one.fields["crossing_id"] for one in said}
    older = [t for t in told if t.first_us < begin_us and t.fields["crossing_id"] not in known]
    open_keys = {
        one.fields["outage_key"]
        for one in older
        if one.detected_us >= begin_us or one.crossed_us >= begin_us
    }
    crossed = {what(one.fields) for one in last_of(once(older).told)}
    fresh_us = _fresh(said, told)
    perhaps = {
        one.fields["crossing_id"]
        for one in said
        if what(one.fields) in crossed
        and one.first_us < fresh_us.get(one.fields["outage_key"], one.first_us + 1)
    }
    outages = {one.fields["outage_id"] for one in older}
    return Before(frozenset(open_keys), frozenset(outages), frozenset(perhaps))


def _fresh(said: Sequence[Expected], told: Sequence[Told]) -> dict[str, int]:
    """Return by outage key since when a new outage was published, so that older ones were over."""
    published = {one.fields["outage_id"] for one in told}
    since_us: dict[str, list[int]] = defaultdict(list)
    for one in said:
        if one.fields["outage_id"] in published:
            since_us[one.fields["outage_key"]].append(one.first_us)
    return {key: min(times) for key, times in since_us.items()}
