"""A fold that is written down and read back goes on as if nothing had happened."""

import random

from msgspec.msgpack import Decoder, Encoder

from core.world import KEY, LAW, options, reading, snapshot, stream
from monitor.core.fold import Fold
from monitor.core.frozen import FrozenFold, freeze, thaw
from monitor.core.law import Law


def _written(fold: Fold, law: Law = LAW) -> Fold:
    """Write a fold down as bytes, and read it back."""
    value = Encoder().encode(freeze(fold))
    return thaw(Decoder(FrozenFold).decode(value), KEY.partition("/")[0], law, fold.options)


def _known(fold: Fold) -> dict[str, object]:
    """Return what a fold knows; a count of zero and no count are the same."""
    known = snapshot(fold)
    return {
        name: {k: v for k, v in value.items() if v} if name in {"hit", "_peak_hit"} else value
        for name, value in known.items()
    }


def test_a_fold_read_back_knows_the_same_at_any_event() -> None:
    """All that a fold knows survives, whatever happened at its very moment."""
    for seed in range(300):
        rng = random.Random(seed)
        fold = Fold("XX", LAW, options(reading(rng), gap=rng.choice((0, 1, 3, 8))))
        for one in stream(rng):
            fold.apply(one)
            fold.undo.clear()
            assert _known(_written(fold)) == _known(fold), f"seed {seed}"


def test_a_fold_read_back_goes_on_alike() -> None:
    """Events that follow make the same of both."""
    for seed in range(300):
        rng = random.Random(seed)
        read = stream(rng)
        cut = rng.randint(0, len(read))
        fold = Fold("XX", LAW, options(reading(rng), gap=rng.choice((0, 1, 3, 8))))
        for one in read[:cut]:
            fold.apply(one)
        twin = _written(fold)
        for one in read[cut:]:
            fold.apply(one)
            twin.apply(one)
        assert _known(twin) == _known(fold), f"seed {seed}"


def test_an_outage_keeps_the_rules_it_began_under() -> None:
    """A law that has changed meanwhile does not reach outages that were settled."""
    rng = random.Random(4)
    fold = Fold("XX", LAW, options(reading(rng)))
    while not fold.outages:
        for one in stream(rng):
            if one.time_us * 2 >= fold.moment:
                fold.apply(one)
    twin = _written(fold, Law((), "another"))
    assert [outage.law for outage in twin.outages] == [outage.law for outage in fold.outages]
