"""Duties that are read back from the ledger go on exactly as those that were lost would have."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import pytest
from msgspec.structs import replace
from properties.agreement import case, law, shuffled_case
from properties.durable import Durable, durable, lines

from ledger.acted import SOURCE, Taken, acted
from monitor.core.reading import Options
from monitor.decide.applied import Applied
from monitor.decide.applying import Applying, follow
from monitor.decide.partition import Partition
from monitor.ledger.restore import Reader
from monitor.messages.obligation import obligation_value

_SEEDS_PER_TEST = 100


def _stream(seed: int) -> Durable:
    """Give a stream in order or not, under a short or a long horizon."""
    a = case(seed)
    if seed % 4 == 0:
        a = a._replace(lateness_horizon_us=3_600_000_000)
    return durable(shuffled_case(a) if seed % 2 else a, "in order" if seed % 3 else "as made")


def _options(d: Durable) -> Options:
    return replace(d.case.options, tail_us=d.tail_us)


def _partition(d: Durable, ledger: dict[bytes, bytes]) -> Partition:
    reader = Reader()
    reader.take(ledger.items())
    return Partition(reader.restored(law(), _options(d)), sources=[SOURCE])


def _dying(d: Durable, taken: Sequence[Taken]) -> Iterator[tuple[int, Applied]]:
    """Apply records like a worker that writes every few, and dies between now and then."""
    rng, ledger = random.Random(d.case.seed), dict[bytes, bytes]()
    partition = _partition(d, ledger)
    while (at := partition.next_offset or 0) < len(taken):
        upto, dies = min(len(taken), at + rng.randint(1, 4)), rng.random() < 0.3
        some = [(n, partition.apply(n, *taken[n][:2])) for n in range(at, upto)]
        if dies:
            partition = _partition(d, ledger)
            continue
        yield from some
        for key, value in partition.written():
            ledger.pop(key, None)
            if value is not None:
                ledger[key] = value


def _told(applied: Iterable[Applied]) -> list[object]:
    """Return all that whoever is outside can see, and what is written of obligations."""
    return [
        (
            lines([one.notifications]),
            [(obligation_value(m.obligation), m) for m in one.moved],
            one.taken,
            one.refused,
            one.forgotten,
        )
        for one in applied
    ]


@pytest.mark.parametrize("batch", range(3))
def test_each_record_means_the_same_as_without_a_crash(batch: int) -> None:
    """Killed at random between two writes: every notification, duty, action and refusal is so."""
    seen: Counter[str] = Counter()
    for seed in range(batch * _SEEDS_PER_TEST, (batch + 1) * _SEEDS_PER_TEST):
        d = _stream(seed)
        book = d.book()
        taken = acted(d, Applying(book))
        once = _told(one.applied for one in taken)
        again = dict(_dying(d, taken))
        assert _told(again[n] for n in range(len(taken))) == once, f"seed {seed}"
        seen.update(m.obligation.state for one in taken for m in one.applied.moved)
        seen.update(type(r.why).__name__ for one in taken for r in one.applied.refused)
        seen["taken"] += sum(len(one.applied.taken) for one in taken)
    assert min(seen[word] for word in ("due", "overdue", "done", "withdrawn", "taken")) > 5, seen
    assert seen["Problem"] > 20


def test_whoever_has_the_inputs_gets_the_same() -> None:
    """Applied one after the other, without a ledger, records say what they said to a worker."""
    for seed in range(300, 340):
        d = _stream(seed)
        taken = acted(d, Applying(d.book()))
        records = ((n, one.record, one.stamp_us) for n, one in enumerate(taken))
        again = [applied for _, applied in follow(d.book(), records)]
        assert _told(again) == _told(one.applied for one in taken), f"seed {seed}"


def test_revisions_count_without_a_gap() -> None:
    """What is published of an obligation is numbered 0, 1, 2 …, each once, and never waiting."""
    for seed in range(340, 360):
        d, last = _stream(seed), dict[str, int]()
        for one in acted(d, Applying(d.book())):
            for obligation in one.applied.obligations:
                name = obligation.obligation_id
                assert obligation.revision == last.get(name, -1) + 1
                assert obligation.state != "waiting"
                last[name] = obligation.revision
