"""The product against the naive reference, which is written from the definitions alone.

Seeds make the cases, so a failure names the seed that shows it again. `make fuzz` runs many more.
"""

import pytest

from properties.agreement import (
    by_line,
    case,
    held_at_the_end,
    product_final,
    product_received,
    reference_final,
    reference_received,
    shuffled_case,
)
from properties.storms import storm

_SEEDS_PER_TEST = 100


def _seeds(batch: int) -> range:
    return range(batch * _SEEDS_PER_TEST, (batch + 1) * _SEEDS_PER_TEST)


@pytest.mark.parametrize("batch", range(20))
def test_what_holds_in_the_end(batch: int) -> None:
    """The crossings that hold in the end, and all that is said of them, are the reference's."""
    for seed in _seeds(batch):
        a = case(seed)
        assert product_final(a) == reference_final(a), f"seed {seed}"


@pytest.mark.parametrize("batch", range(20, 40))
def test_order_of_arrival_does_not_matter(batch: int) -> None:
    """The same events in any order of arrival lead to the same crossings at the same times."""
    for seed in _seeds(batch):
        a = case(seed)
        if a.nothing_is_too_late:
            assert product_final(shuffled_case(a)) == product_final(a), f"seed {seed}"


@pytest.mark.parametrize("batch", range(40, 50))
def test_every_revision_on_the_way(batch: int) -> None:
    """Line by line, the revisions published are the reference's, ids and times included."""
    for seed in _seeds(batch):
        a = shuffled_case(case(seed)) if seed % 2 else case(seed)
        assert by_line(product_received(a)) == by_line(reference_received(a)), f"seed {seed}"


@pytest.mark.parametrize("batch", range(50, 60))
def test_revisions_end_at_what_holds(batch: int) -> None:
    """The last revisions leave standing what holds in the end: as many, at the same times."""
    for seed in _seeds(batch):
        a = shuffled_case(case(seed))
        held = held_at_the_end(product_received(a))
        times = sorted(time for _, time in held)
        assert times == sorted(c["crossed_at"] for c in product_final(a)), f"seed {seed}"


@pytest.mark.parametrize("batch", range(4))
def test_storms_with_seconds_of_disorder(batch: int) -> None:
    """Late events that wait change nothing of what is published, line by line."""
    for seed in range(batch * 12, batch * 12 + 12):
        a = storm(seed)
        assert by_line(product_received(a)) == by_line(reference_received(a)), f"storm {seed}"
        assert product_final(a) == reference_final(a), f"storm {seed}"


@pytest.mark.parametrize("seed", [3_001_352, 3_003_488])
def test_seeds_that_once_failed(seed: int) -> None:
    """A late clear took away the instant named in an id while it was put off."""
    a = shuffled_case(case(seed))
    assert by_line(product_received(a)) == by_line(reference_received(a))
