"""Read back at any point from what was written down, the duties go on as if nothing had happened.

Random streams of the small world, with people who act now and then; the same seeds each time.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from core.small_world import Arrival, World, held, standing, world
from msgspec.msgpack import Decoder, encode
from msgspec.structs import replace

from duties.desk import MANY, Desk
from monitor.core.changes import Changes
from monitor.core.duties import Duties
from monitor.core.duty_state import Action, Change, Obligation, Taken
from monitor.core.event import Event
from monitor.core.moment import time_of
from monitor.core.step import Envelope, Record
from monitor.ingest.envelope import Rules
from monitor.ledger.keeper import Keeper
from monitor.ledger.records import PROGRESS, VERSION, Progress, key_of, write
from monitor.ledger.restore import Reader

ARRIVALS: tuple[Arrival, ...] = (
    "in order", "a little late", "a few late", "in any order", "as a backlog"
)  # fmt: skip
_RULES = Rules("cautious", 0, 0, "")
_obligations, _taken = Decoder(Obligation), Decoder(Taken)


class Lost(Desk):
    """A desk that writes down what changed after each record, and is now and then read back."""

    def __init__(self, w: World) -> None:
        """Start with an empty ledger."""
        self._options = replace(w.options, tail_us=w.tail_us)
        super().__init__(MANY, self._options)
        self.ledger: dict[bytes, bytes] = {}
        self.written: dict[str, bytes] = {}
        self.acted: dict[tuple[str, str], bytes] = {}
        self.largest = 0
        self._keeper = Keeper()

    def note(self, changes: Sequence[Change], taken: Sequence[Taken] = ()) -> None:
        """Write down what changed about the duties."""
        for change in changes:
            value = encode(change.obligation)
            self.largest = max(self.largest, len(value))
            self.written[change.obligation.obligation_id] = value
        for each in taken:
            self.acted[each.obligation_id, each.action.action_id] = encode(each)

    def settle(self, number: int, changes: Changes) -> None:
        """Write down what changed in the book."""
        records = self._keeper.collect(self.book, changes, number)
        clock, settled_us = self.book.clock, self.book.settled_us
        progress = Progress(VERSION, number, clock, settled_us, [], False, 0, _RULES)
        for key, value in [*records, (key_of(PROGRESS), write(progress))]:
            self.ledger.pop(key, None)
            if value is not None:
                self.ledger[key] = value

    def crash(self) -> None:
        """Forget everything, and read back what was written down."""
        reader = Reader()
        reader.take(self.ledger.items())
        restored = reader.restored(MANY, self._options)
        self.book, self._keeper = restored.book, restored.keeper
        self.duties = Duties(self.book)
        self.duties.restore(
            [_obligations.decode(value) for value in reversed(self.written.values())],
            [_taken.decode(value) for value in reversed(self.acted.values())],
        )


def _stamps(records: Sequence[Record]) -> Iterator[int]:
    """Yield time stamps that never go back, each of the latest time in its record or before."""
    latest_us = 0
    for record in records:
        times = _times(record.events) if isinstance(record, Envelope) else [time_of(record.moment)]
        latest_us = max(latest_us, *times)
        yield latest_us


def _times(events: Sequence[Event]) -> list[int]:
    return [event.time_us for event in events]


def _action(rng: random.Random, desk: Desk, number: int, stamp_us: int) -> Action | None:
    """Draw something that somebody does about an obligation that was published."""
    known = sorted((o for o in desk.duties if o.transitions), key=lambda o: o.obligation_id)
    if not known or rng.random() < 0.6:
        return None
    about = rng.choice(known)
    before = [t.action.action_id for t in desk.duties.taken(about.obligation_id)]
    return Action(
        action_id=f"a{number}",
        kind=rng.choice(("submitted", "submitted", "note", "acknowledged")),
        outage_id=about.outage_id,
        obligation=about.obligation_id,
        recorded_us=stamp_us,
        who="Kim",
        corrects=rng.choice((None, None, *before)),
    )


def _play(w: World, rng: random.Random, *, crashes: bool) -> tuple[list[list[Change]], Desk]:
    """Return what each record changed; with crashes the same is read back before some records."""
    desk, told = Lost(w), []
    dice = random.Random(w.seed)
    for number, (record, stamp_us) in enumerate(zip(w.records, _stamps(w.records), strict=True)):
        if crashes and rng.random() < 0.3:
            desk.crash()
        desk.book.changes = changes = Changes()
        found = desk.take(record, stamp_us)
        desk.note(found)
        if (action := _action(dice, desk, number, stamp_us)) is not None:
            outcome = desk.duties.act(action)
            assert outcome.problem is None
            desk.note(outcome.changes, outcome.taken)
            found = found + outcome.changes
        desk.settle(number + 1, changes)
        told.append(found)
    assert desk.largest < 4096
    return told, desk


@pytest.mark.parametrize("arrival", ARRIVALS)
def test_nothing_is_lost_and_nothing_doubled(arrival: Arrival) -> None:
    """Whatever is read back whenever: each record changes the same, in the same order."""
    for seed in range(150):
        w = world(seed, arrival, horizon=random.Random(seed).choice((5, 20, 100_000)))
        told, _ = _play(w, random.Random(seed), crashes=False)
        again, _ = _play(w, random.Random(seed), crashes=True)
        assert again == told, (arrival, seed)


@pytest.mark.parametrize("arrival", ARRIVALS)
def test_what_stands_in_the_end_is_called_for(arrival: Arrival) -> None:
    """Whatever the order of arrival, exactly what stands is called for, by exactly its count."""
    for seed in range(150):
        w = world(seed, arrival)
        _, desk = _play(w, random.Random(seed), crashes=False)
        assert standing(desk.said) == held(w), (arrival, seed)
        called = {(o.obligation_id, rule): n for o in desk.duties for rule, n in o.calls}
        assert called == _counts(desk), (arrival, seed)
        for o in desk.duties:
            assert o.live == o.called
            if o.after == "restoration" and o.calls:
                assert o.restored_us == _end(desk, o), (arrival, seed)


def _counts(desk: Desk) -> Counter[tuple[str, str]]:
    """Return how many crossings that stand call for each obligation, by rule."""
    last = {said.crossing_id: said for said in desk.said}.values()
    return Counter(
        (name, said.rule.rule)
        for said in last if said.type != "withdrawn"
        for name in said.obligations
    )  # fmt: skip


def _end(desk: Desk, o: Obligation) -> int | None:
    """Return when the outage ended, folded anew."""
    domain = desk.book.publishers[o.outage_key].domain
    named = {outage.first_onset_us: outage.named_us for outage in domain.live.outages}
    domain.refold(desk.book.clock)
    ends = {named[outage.first_onset_us]: outage.end_us for outage in domain.live.outages}
    for outage in domain.live.outages:
        outage.named_us = named[outage.first_onset_us]
    return ends[o.named_us]
