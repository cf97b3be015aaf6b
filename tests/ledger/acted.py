"""A stream of alarms as records of inputs, with what people do in between: drawn from a seed."""

import random
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple, get_args

from properties.durable import Durable

from monitor.core.duty_state import Action, ActionKind
from monitor.core.event import AlarmId
from monitor.core.moment import time_of
from monitor.core.step import Envelope
from monitor.decide.applied import Applied
from monitor.decide.applying import Applying
from monitor.ingest.envelope import VERSION, ActionItem, InputRecord, Item, Tick

SOURCE: Final = "alarms"
_MINUTE_US: Final = 60_000_000
_KINDS: Final[tuple[ActionKind, ...]] = get_args(ActionKind)
#: So often somebody does something after a record, and does the same once more.
_ACTS: Final = 0.6
_AGAIN: Final = 0.2


class Taken(NamedTuple):
    """A record of inputs with its time stamp, and what followed from it."""

    record: InputRecord
    stamp_us: int
    applied: Applied


class _Seen:
    """What somebody who reads the outputs knows: it is what actions name."""

    def __init__(self) -> None:
        self.outages: list[str] = ["BE/nothing@2026-03-14T08:00:00Z"]
        #: outage, obligation: of the first there is nothing
        self.duties: list[tuple[str, str]] = [(self.outages[0], "be.bipt.brief_notice")]
        self.alarms: list[AlarmId] = [("nobody", "0")]
        self.actions: list[Action] = []

    def note(self, record: InputRecord, applied: Applied) -> None:
        self.alarms += [item.event.alarm for item in record.items]
        self.outages += [n.outage_id for n in applied.notifications]
        for now in applied.obligations:
            self.duties += [(now.outage_id, now.obligation_id), (now.outage_id, now.step)]


def acted(d: Durable, applying: Applying) -> list[Taken]:
    """Apply a stream, with actions about what came of it so far; return the records."""
    rng, seen, taken = random.Random(d.case.seed), _Seen(), list[Taken]()
    stamp_us = 0
    for plain in _records(d):
        confirmed = plain.tick.confirmed
        stamp_us = max([stamp_us, *(up_to_us for _, _, up_to_us in confirmed)])
        stamp_us = max([stamp_us, *(item.event.time_us for item in plain.items)])
        record = plain
        if rng.random() < _ACTS:
            actions = list(_actions(rng, seen, stamp_us))
            items = (ActionItem("actions", 0, n, one) for n, one in enumerate(actions))
            record = InputRecord(VERSION, plain.items, plain.tick, actions=tuple(items))
        applied = applying.apply(len(taken), record, stamp_us)
        taken.append(Taken(record, stamp_us, applied))
        seen.note(record, applied)
    return taken


def _records(d: Durable) -> Iterator[InputRecord]:
    for record in d.records:
        events = record.events if isinstance(record, Envelope) else ()
        tick = Tick(((SOURCE, 1),))
        if record.moment is not None:
            tick = Tick(((SOURCE, 1),), ((SOURCE, 0, time_of(record.moment)),))
        yield InputRecord(VERSION, tuple(Item(SOURCE, 0, 0, e) for e in events), tick)


def _actions(rng: random.Random, seen: _Seen, stamp_us: int) -> Iterable[Action]:
    for _ in range(rng.randint(1, 3)):
        if seen.actions and rng.random() < _AGAIN:
            yield rng.choice(seen.actions)
            continue
        action = _action(rng, seen, stamp_us)
        seen.actions.append(action)
        yield action


def _action(rng: random.Random, seen: _Seen, stamp_us: int) -> Action:
    kind = rng.choice(_KINDS)
    outage_id, obligation = rng.choice(seen.duties[-12:])
    if kind == "clear" or rng.random() < 0.3:
        outage_id, obligation = rng.choice(seen.outages[-8:]), ""
    fields: dict[str, Any] = {}
    if kind == "clear" and rng.random() < 0.5:
        fields["alarms"] = tuple({rng.choice(seen.alarms[-20:]) for _ in range(2)})
    if rng.random() < 0.5:
        fields["done_us"] = stamp_us - rng.randint(-2, 90) * _MINUTE_US
    if seen.actions and rng.random() < 0.2:
        fields["corrects"] = rng.choice(seen.actions).action_id
    return Action(
        # Now and then an id that was used before.
        action_id=f"a{rng.randint(0, 5 * len(seen.actions) + 5)}",
        kind=kind,
        outage_id=outage_id,
        obligation=obligation,
        recorded_us=stamp_us,
        who="Kim",
        **fields,
    )
