"""What is read back from the ledger goes on exactly as what was lost would have."""

import random
from collections.abc import Iterable

import pytest
from msgspec.structs import replace
from properties.agreement import case, law, shuffled_case
from properties.durable import Durable, durable, lines, published

from ledger.crashing import Crashing
from monitor.ledger.keeper import PIECE_BYTES

_SEEDS_PER_TEST = 60


#: Found by long runs: the deadline of a key went with the last of its events.
_FOUND = (52049,)


def _stream(seed: int) -> Durable:
    """Give a stream of any kind: in order or not, under a short or a long horizon."""
    a = case(seed)
    if (horizon_us := {0: 3_600_000_000, 1: 600_000_000}.get(seed % 4)) is not None:
        a = a._replace(lateness_horizon_us=horizon_us)
    return durable(shuffled_case(a) if seed % 2 else a, "in order" if seed % 3 else "as made")


def _seeds(batch: int) -> range:
    return range(batch * _SEEDS_PER_TEST, (batch + 1) * _SEEDS_PER_TEST)


@pytest.mark.parametrize("seeds", [_FOUND, *map(_seeds, range(200, 206))])
def test_each_record_says_the_same_as_without_a_crash(seeds: Iterable[int]) -> None:
    """Killed at random between two writes, every revision is what it would have been."""
    for seed in seeds:
        d = _stream(seed)
        options = replace(d.case.options, tail_us=d.tail_us)
        said = dict(Crashing(law(), options).play(d.records, random.Random(seed)))
        again = lines([said[number] for number in range(len(d.records))])
        assert again == lines(published(d, d.records)), f"seed {seed}"


def test_no_record_of_the_ledger_is_large() -> None:
    """However many events come, a value stays at a few KB."""
    for d in map(_stream, _seeds(210)):
        crashing = Crashing(law(), d.case.options)
        list(crashing.play(d.records, random.Random(d.case.seed)))
        assert crashing.largest < PIECE_BYTES + 200, f"seed {d.case.seed}"
