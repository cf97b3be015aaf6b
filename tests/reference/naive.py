"""The crossings that hold in the end, worked out by brute force."""

from collections.abc import Iterable, Sequence
from typing import Any, Unpack

from .counting import Crossing, Outage, crossings, outages
from .life import all_parts
from .reading import Json, Options, Reader, Setup, instant_text

__all__ = ["contract_order", "final", "named", "state"]


def final(lines: Sequence[Json], **options: Unpack[Options]) -> list[Json]:
    """Give the crossings that hold once all lines are read, in the order of a replay."""
    setup = Setup(**options)
    reader = Reader(setup)
    for line in lines:
        reader.read(line)
    clock_us = reader.clock_us if setup.until_us is None else setup.until_us
    if clock_us is None:
        return []
    pairs = [
        (named(outage.key, outage.first_onset_us), crossing)
        for outage in state(reader)
        for crossing in crossings(outage, setup, 2 * clock_us)
    ]
    return [crossing.fields(outage_id) for outage_id, crossing in contract_order(pairs)]


def state(reader: Reader) -> list[Outage]:
    """Give the outages of all that was read."""
    setup = reader.setup
    return outages(all_parts(reader.events, setup.lateness_horizon_us), setup.merge_gap_us)


def named(key: str, time_us: int) -> str:
    """Give an outage id."""
    return f"{key}@{instant_text(time_us)}"


def contract_order(pairs: Iterable[tuple[str, Crossing]]) -> list[tuple[str, Crossing]]:
    """Sort by `crossed_at`, `outage_id`, `rule`, then the cell's place in the pack."""

    def order(pair: tuple[str, Crossing]) -> tuple[Any, ...]:
        outage_id, crossing = pair
        return (crossing.time_us, outage_id, crossing.rule["id"], crossing.place)

    return sorted(pairs, key=order)
