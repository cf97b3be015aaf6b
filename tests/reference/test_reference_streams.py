"""The generator, and what must agree on everything it makes."""

import random

import pytest

from .naive import final
from .network import Json
from .reading import instant_us
from .received import as_received
from .streams import shuffled, stream

NO_HORIZON_US = 10**16


def seeded(seed: int) -> random.Random:
    """Give a generator of numbers; they need not be secret."""
    return random.Random(seed)


def signature(crossings: list[Json]) -> list[tuple[str, str, str, str]]:
    """Give what two runs must agree on, in a fixed order."""
    return sorted((c["outage_key"], c["rule"], str(c["cell"]), c["crossed_at"]) for c in crossings)


def last_revisions(published: list[list[Json]]) -> list[Json]:
    """Give what stands in the end."""
    last = {event["crossing_id"]: event for events in published for event in events}
    return [event for event in last.values() if event["type"] != "withdrawn"]


def test_the_same_seed_gives_the_same_stream() -> None:
    """Everything is drawn from the generator given, and sizes stay in bounds."""
    for seed in range(50):
        made = stream(seeded(seed))
        assert made == stream(seeded(seed))
        assert 2 <= len(made[0]) <= 30


def test_shuffled_keeps_the_order_arrival_decides() -> None:
    """Events of one alarm with equal time and sequence stay in turn; nothing is lost."""
    rng = seeded(7)
    lines, _ = stream(rng)
    mixed = shuffled(rng, lines)
    assert sorted(map(str, mixed)) == sorted(map(str, lines))

    def turns(lines: list[Json]) -> dict[tuple[object, ...], list[Json]]:
        found: dict[tuple[object, ...], list[Json]] = {}
        for line in lines:
            time_us = instant_us(line["event_time"])
            turn = (line["source"], line["alarm_id"], time_us, line.get("sequence") or 0)
            found.setdefault(turn, []).append(line)
        return found

    assert turns(mixed) == turns(lines)


@pytest.mark.parametrize("reading", ["cautious", "literal"])
@pytest.mark.parametrize("correlate", ["group", "incident"])
def test_order_of_reading_does_not_matter(reading: str, correlate: str) -> None:
    """With a wide horizon a shuffled stream ends in the same crossings."""
    for seed in range(40):
        rng = seeded(seed)
        lines, inventory = stream(rng)
        mixed = shuffled(rng, lines)
        first, second = (
            final(
                order,
                inventory=inventory,
                reading=reading,
                correlate=correlate,
                lateness_horizon_us=NO_HORIZON_US,
            )
            for order in (lines, mixed)
        )
        assert first == second


@pytest.mark.parametrize("reading", ["cautious", "literal"])
def test_last_revisions_are_what_holds(reading: str) -> None:
    """What stands after all revisions is what a plain replay gives."""
    for seed in range(40):
        lines, inventory = stream(seeded(seed))
        ends = max(instant_us(line["event_time"]) for line in lines)
        for until_us in (None, ends + 20 * 3_600_000_000):
            expected = final(lines, inventory=inventory, reading=reading, until_us=until_us)
            published = as_received(lines, inventory=inventory, reading=reading, until_us=until_us)
            assert signature(last_revisions(published)) == signature(expected)


def test_revisions_count_up_and_types_alternate() -> None:
    """Revisions of a crossing are 0, 1, 2 …; nothing is required twice without a withdrawal."""
    for seed in range(60):
        lines, inventory = stream(seeded(seed))
        before: dict[str, Json] = {}
        for event in (e for events in as_received(lines, inventory=inventory) for e in events):
            last = before.get(event["crossing_id"])
            assert event["revision"] == (last["revision"] + 1 if last else 0)
            stood = last is not None and last["type"] != "withdrawn"
            assert stood == (event["type"] != "required")
            before[event["crossing_id"]] = event


def test_the_streams_reach_the_edges() -> None:
    """Over a few hundred streams every kind of rule and revision occurs."""
    rules: set[str] = set()
    kinds: set[str] = set()
    for seed in range(150):
        lines, inventory = stream(seeded(seed))
        for event in (e for events in as_received(lines, inventory=inventory) for e in events):
            rules.add(event["rule"])
            kinds.add(event["type"] + ("+" if event["superseded_by"] else ""))
    assert kinds == {"required", "corrected", "withdrawn", "withdrawn+"}
    assert len(rules) == 13
