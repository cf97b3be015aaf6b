"""The product and the naive reference on the same stream: where they differ, and for which seed."""

import json
import random
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from msgspec.structs import replace
from reference.cases import at_us
from reference.naive import final
from reference.received import as_received
from reference.streams import shuffled, stream

from monitor.core.event import Event
from monitor.core.final import Final
from monitor.core.law import Law
from monitor.core.notification import Notification
from monitor.core.reading import Options, Reading
from monitor.core.received import Received
from monitor.enrich import Correlate, enrich
from monitor.formats.inventory import read_element
from monitor.formats.native import read_alarm
from monitor.messages.notification import notification_fields
from monitor.packs.loading import load_law

_SECOND_US = 1_000_000
_DAY_US = 86_400 * _SECOND_US
_GAPS_SECONDS = (0, 60, 600, 3_600, 3_600, 3_600, 7_200)
_HORIZONS_DAYS = (1 / 24, 7, 400)

#: The fields in which both must agree for a crossing that holds in the end.
_FINAL = (
    "outage_id", "outage_key", "country", "first_onset", "rule", "cell", "crossed_at",
    "affected", "literal_met", "planned",
)  # fmt: skip
#: The fields in which both must agree for a revision on the way.
_RECEIVED = (
    "crossing_id", "revision", "type", "initial", "outage_id", "crossed_at", "detected_at",
    "superseded_by",
)  # fmt: skip

Json = dict[str, Any]


class Case(NamedTuple):
    """A stream, and the options to read it under; all of it follows from the seed."""

    seed: int
    lines: list[Json]
    inventory: list[Json]
    reading: Reading
    correlate: Correlate
    merge_gap_us: int
    lateness_horizon_us: int
    until_us: int | None = None

    @property
    def options(self) -> Options:
        """The options of the product."""
        return Options(
            reading=self.reading,
            merge_gap_us=self.merge_gap_us,
            lateness_horizon_us=self.lateness_horizon_us,
        )

    @property
    def setup(self) -> dict[str, Any]:
        """The options of the reference."""
        return {
            "inventory": self.inventory,
            "reading": self.reading,
            "correlate": self.correlate,
            "merge_gap_us": self.merge_gap_us,
            "lateness_horizon_us": self.lateness_horizon_us,
            "until_us": self.until_us,
        }

    @property
    def nothing_is_too_late(self) -> bool:
        """Whether any order of arrival must give the same answer."""
        return self.lateness_horizon_us > 100 * _DAY_US


def case(seed: int) -> Case:
    """Make the case of a seed."""
    rng = random.Random(seed)
    gap_us = rng.choice(_GAPS_SECONDS) * _SECOND_US
    horizon_us = int(rng.choice(_HORIZONS_DAYS) * _DAY_US)
    until_us = rng.choice((None, None, at_us("20:00"), at_us("11:00")))
    lines, inventory = stream(rng, merge_gap_us=gap_us, lateness_horizon_us=7 * _DAY_US)
    readings: tuple[Reading, ...] = ("cautious", "literal")
    correlates: tuple[Correlate, ...] = ("group", "incident")
    reading, correlate = rng.choice(readings), rng.choice(correlates)
    return Case(seed, lines, inventory, reading, correlate, gap_us, horizon_us, until_us)


@cache
def law() -> Law:
    """Return the packaged packs."""
    return load_law()


def events(a: Case) -> Iterator[Event | None]:
    """Read the lines as the product does; None for a line that it rejects."""
    elements = [read_element(json.dumps(record).encode())[0] for record in a.inventory]
    inventory = {element.element: element for element in elements if element is not None}
    for line in a.lines:
        alarm, _ = read_alarm(json.dumps(line).encode())
        event = alarm and enrich(alarm, inventory, a.correlate)
        too_late = (
            a.until_us is not None and isinstance(event, Event) and event.time_us > a.until_us
        )
        yield event if isinstance(event, Event) and not too_late else None


def _fields(notification: Notification, names: tuple[str, ...] | None) -> Json:
    fields = {"superseded_by": None} | notification_fields(notification)
    return fields if names is None else {name: fields.get(name) for name in names}


def product_final(a: Case) -> list[Json]:
    """Return what the product holds in the end."""
    program = Final(law(), a.options)
    for event in events(a):
        if event is not None:
            program.take(event)
    return [_fields(n, _FINAL) for n in program.result(a.until_us)]


def product_received(a: Case, names: tuple[str, ...] | None = _RECEIVED) -> list[list[Json]]:
    """Return what the product publishes for each line, and last for the time after them."""
    # A late event takes the fold back, or folds its history anew: both ways must be walked.
    tail_us = _DAY_US if a.seed % 3 else 0
    program = Received(law(), replace(a.options, tail_us=tail_us))
    said = [program.take(event) if event is not None else [] for event in events(a)]
    said.append([] if a.until_us is None else program.run_to(a.until_us))
    return [[_fields(n, names) for n in notifications] for notifications in said]


def reference_final(a: Case) -> list[Json]:
    """Return what the reference holds in the end."""
    return [{name: c[name] for name in _FINAL} for c in final(a.lines, **a.setup)]


def reference_received(a: Case) -> list[list[Json]]:
    """Return what the reference publishes for each line, and last for the time after them."""
    said = as_received(a.lines, **a.setup)
    return [[{name: e.get(name) for name in _RECEIVED} for e in line] for line in said]


def shuffled_case(a: Case) -> Case:
    """Return the same events in another order of arrival."""
    return a._replace(lines=shuffled(random.Random(a.seed), a.lines))


def held_at_the_end(said: list[list[Json]]) -> list[tuple[str, str]]:
    """Return (crossing id, crossed at) of what stands after all revisions."""
    last = {e["crossing_id"]: e for line in said for e in line}
    return sorted((i, e["crossed_at"]) for i, e in last.items() if e["type"] != "withdrawn")


def by_line(said: list[list[Json]]) -> list[list[str]]:
    """Return what was published for each line, in an order that can be compared."""
    return [sorted(json.dumps(e, sort_keys=True) for e in line) for line in said]
