"""Every event a live run would have published, worked out again from nothing for every line."""

import uuid
from collections.abc import Sequence
from typing import Unpack

from .counting import Crossing, Outage, crossings
from .law import Rule
from .naive import contract_order, named, state
from .reading import Json, Options, Reader, Setup, instant_text, instant_us

OutageIds = dict[str, dict[str, int]]
"""For each key the ids in use and the instants they name."""


def as_received(lines: Sequence[Json], **options: Unpack[Options]) -> list[list[Json]]:
    """Give for each line what it published, and last what the clock published after all lines."""
    setup = Setup(**options)
    reader = Reader(setup)
    desk = Desk(setup)
    published = []
    for line in lines:
        events: list[Json] = []
        if reader.is_read(line):
            time_us = instant_us(line["event_time"])
            if reader.clock_us is not None and time_us > reader.clock_us:
                events += desk.settle(reader, 2 * time_us - 1)
            reader.read(line)
            events += desk.settle(reader, 2 * (reader.clock_us or 0))
        published.append(events)
    ends = setup.until_us is not None and reader.clock_us is not None
    published.append(desk.settle(reader, 2 * (setup.until_us or 0)) if ends else [])
    return published


def crossing_id(outage_id: str, rule_id: str, cell: Json) -> str:
    """Give the uuid5 of a crossing."""
    if "effect" in cell:
        tail = f"{cell['effect']}|{cell['target'] or ''}"
    else:
        tail = f"{cell['duration'] or 'any'}|{cell['end_users']}"
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{outage_id}|{rule_id}|{tail}"))


class Desk:
    """Remembers the ids of outages and what was last published of every crossing."""

    def __init__(self, setup: Setup) -> None:
        """Begin with nothing published."""
        self.setup = setup
        self.ids: OutageIds = {}
        self.last: dict[str, Json] = {}

    def settle(self, reader: Reader, limit: int) -> list[Json]:
        """Publish the difference to what holds now, known up to a doubled point of time."""
        clock_us = reader.clock_us or 0
        pieces, absorbed = self.name(state(reader))
        pairs = contract_order(
            (outage_id, crossing)
            for outage_id, outage in pieces.items()
            for crossing in crossings(outage, self.setup, limit)
        )
        now = {crossing_id(o, c.rule["id"], c.cell): (o, c) for o, c in pairs}
        events = [
            self.withdraw(uid, absorbed, clock_us)
            for uid in sorted(self.last)
            if self.stands(uid) and uid not in now
        ]
        for uid, (outage_id, crossing) in now.items():
            if not self.stands(uid):
                events.append(self.publish(uid, "required", outage_id, crossing, clock_us))
            elif self.last[uid]["crossed_at"] != instant_text(crossing.time_us):
                events.append(self.publish(uid, "corrected", outage_id, crossing, clock_us))
        return events

    def name(self, outages: list[Outage]) -> tuple[dict[str, Outage], dict[str, str]]:
        """Give each outage its id, and for each id absorbed the id that absorbed it."""
        pieces: dict[str, Outage] = {}
        absorbed: dict[str, str] = {}
        ids: OutageIds = {}
        for outage in outages:
            first_us, end_us = outage.first_onset_us, outage.end_us
            claims = {
                outage_id: instant
                for outage_id, instant in self.ids.get(outage.key, {}).items()
                if first_us <= instant <= end_us
            }
            # The instant of an id lies in its outage, and outages of one key lie apart: so
            # the earliest instant is that of the outage with the earliest first onset.
            keeper = min(claims, key=lambda outage_id: claims[outage_id], default=None)
            outage_id = keeper or named(outage.key, first_us)
            pieces[outage_id] = outage
            ids.setdefault(outage.key, {})[outage_id] = claims.get(outage_id, first_us)
            absorbed |= dict.fromkeys(claims.keys() - {outage_id}, outage_id)
        self.ids = ids
        return pieces, absorbed

    def stands(self, uid: str) -> bool:
        """Tell if a crossing is published and not withdrawn."""
        return uid in self.last and self.last[uid]["type"] != "withdrawn"

    def is_initial(self, outage_id: str, rule: Rule) -> bool:
        """Tell if no crossing of this outage for these addressees stands."""
        return not any(
            self.stands(uid)
            and event["outage_id"] == outage_id
            and event["authority"] == rule["authority"]
            and event["addressees"] == rule["addressees"]
            for uid, event in self.last.items()
        )

    def publish(
        self, uid: str, kind: str, outage_id: str, crossing: Crossing, clock_us: int
    ) -> Json:
        """Publish a crossing that holds."""
        rule = crossing.rule
        event = {
            "crossing_id": uid,
            "revision": self.last[uid]["revision"] + 1 if uid in self.last else 0,
            "type": kind,
            "initial": self.is_initial(outage_id, rule),
            "authority": rule["authority"],
            "addressees": rule["addressees"],
            "policy": rule["policy"],
            **crossing.fields(outage_id),
            "detected_at": instant_text(max(crossing.time_us, clock_us)),
            "superseded_by": None,
        }
        self.last[uid] = event
        return event

    def withdraw(self, uid: str, absorbed: dict[str, str], clock_us: int) -> Json:
        """Withdraw a crossing that does not hold."""
        last = self.last[uid]
        event = {
            **last,
            "revision": last["revision"] + 1,
            "type": "withdrawn",
            "detected_at": instant_text(max(instant_us(last["crossed_at"]), clock_us)),
            "superseded_by": absorbed.get(last["outage_id"]),
        }
        self.last[uid] = event
        return event
