"""Populations: a total spread over areas, a few large and many small."""

from collections.abc import Sequence
from random import Random

#: how far a weight may lie from the even fall of the ranks, either way
_JITTER = 0.08


def skewed_weights(rng: Random, count: int) -> list[float]:
    """Return weights that fall as 1/rank (Zipf), each moved a little."""
    return [(1 + _JITTER * (2 * rng.random() - 1)) / rank for rank in range(1, count + 1)]


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Split a total by weights into whole numbers that add up to it (largest remainder)."""
    scale = total / sum(weights)
    exact = [weight * scale for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares
