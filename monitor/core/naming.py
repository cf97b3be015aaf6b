"""Which outage keeps which id when late data changes the outages of a key.

1. An id says the first onset known when the outage was opened, and never changes.
2. Outages that are joined: the one with the earliest first onset keeps its id, absorbing the rest.
3. An outage that is split: the piece that contains the instant named in the id keeps it; another
   piece is named by its own first onset.
4. An id whose instant no piece contains is withdrawn.

All four follow from one step: each old id goes to the outage that now contains its instant, and
where several meet, the one whose outage began first (as known before) stays.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from monitor.core.domain import Domain
from monitor.core.outage import Outage


def name_outages(domain: Domain) -> dict[int, Outage | None]:
    """Name all outages of a key; return the ids given up, each with the outage that absorbed it."""
    given_up: dict[int, Outage | None] = {}
    opened: list[Outage] = []
    if domain.shaken_from_us is not None:
        given_up = _rename(shaken := domain.since_shaken(), domain.shaken)
        opened = [outage for outage in shaken if outage.named_us not in domain.shaken]
    for outage in reversed(domain.live.outages):
        if outage.named_us is not None:
            break
        outage.named_us = outage.first_onset_us
        opened.append(outage)
    domain.lawless += [outage.first_onset_us for outage in opened if not outage.law]
    return given_up


def _rename(outages: Sequence[Outage], known: dict[int, int]) -> dict[int, Outage | None]:
    """Give each outage the id it keeps; `known` maps an id's instant to its outage's old onset."""
    instants = sorted(known)
    given_up: dict[int, Outage | None] = dict.fromkeys(instants)
    for outage in outages:
        first = bisect_left(instants, outage.first_onset_us)
        last = len(instants)
        if outage.end_us is not None:
            last = bisect_right(instants, outage.end_us)
        inside = instants[first:last]
        kept = min(inside, key=known.__getitem__, default=outage.first_onset_us)
        outage.named_us = kept
        given_up |= dict.fromkeys(inside, outage)
        given_up.pop(kept, None)
    return given_up
