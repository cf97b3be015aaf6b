"""A long run of the properties: `python tests/fuzz.py [seconds] [first seed]`, or `make fuzz`."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from properties.agreement import (
    by_line,
    case,
    product_final,
    product_received,
    reference_final,
    reference_received,
    shuffled_case,
)
from properties.storms import storm


def wrong(seed: int) -> str | None:
    """Say which property a seed breaks."""
    a = case(seed)
    if product_final(a) != reference_final(a):
        return "what holds in the end"
    b = shuffled_case(a)
    if a.nothing_is_too_late and product_final(a) != product_final(b):
        return "order of arrival"
    if by_line(product_received(b)) != by_line(reference_received(b)):
        return "revisions on the way"
    c = storm(seed) if seed % 10 == 0 else b
    if by_line(product_received(c)) != by_line(reference_received(c)):
        return "storm"
    return None


def main() -> int:
    """Run until the time is up; print each seed that breaks a property."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    first = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.monotonic())
    end, seed, failures = time.monotonic() + seconds, first, 0
    while time.monotonic() < end:
        if (what := wrong(seed)) is not None:
            failures += 1
            print(f"seed {seed}: {what}", flush=True)
        seed += 1
        if seed % 1000 == 0:
            print(f"{seed - first:,} seeds, {failures} wrong", file=sys.stderr, flush=True)
    print(f"seeds {first} to {seed - 1}: {failures} wrong")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
