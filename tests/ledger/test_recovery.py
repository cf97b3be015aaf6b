"""What is read back from the ledger goes on exactly as what was lost would have."""

import random
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from properties.agreement import case, law, shuffled_case
from properties.durable import Durable, durable, lines, published

from ledger.crashing import Crashing
from monitor.ledger.keeper import PIECE_BYTES

_SEEDS_PER_TEST = 60


def _streams(batch: int) -> Iterator[Durable]:
    """Give streams of all kinds: in order or not, under short and long horizons."""
    for seed in range(batch * _SEEDS_PER_TEST, (batch + 1) * _SEEDS_PER_TEST):
        a = case(seed)
        if seed % 4 == 0:
            a = a._replace(lateness_horizon_us=3_600_000_000)
        yield durable(shuffled_case(a) if seed % 2 else a, "in order" if seed % 3 else "as made")


@pytest.mark.parametrize("batch", range(200, 206))
def test_each_record_says_the_same_as_without_a_crash(batch: int) -> None:
    """Killed at random between two writes, every revision is what it would have been."""
    for d in _streams(batch):
        options = replace(d.case.options, tail_us=d.tail_us)
        said = dict(Crashing(law(), options).play(d.records, random.Random(d.case.seed)))
        again = lines([said[number] for number in range(len(d.records))])
        assert again == lines(published(d, d.records)), f"seed {d.case.seed}"


def test_no_record_of_the_ledger_is_large() -> None:
    """However many events come, a value stays at a few KB."""
    for d in _streams(210):
        crashing = Crashing(law(), d.case.options)
        list(crashing.play(d.records, random.Random(d.case.seed)))
        assert crashing.largest < PIECE_BYTES + 200, f"seed {d.case.seed}"
