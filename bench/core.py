"""Speed and memory of reading, folding and replaying, on this machine: `make bench`.

Prints one table. Each figure is the median of several runs, which alternate so that a machine that
slows down slows all of them. Nothing here is a test: figures are to be compared within one run.
"""

import gc
import json
import random
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec import msgpack

from monitor.core.event import Event
from monitor.core.final import Final
from monitor.core.law import Law
from monitor.core.moment import at
from monitor.core.reading import Options
from monitor.core.received import Received
from monitor.core.step import Book, Envelope, Tick, step
from monitor.core.written import time_text
from monitor.enrich import enrich
from monitor.formats.native import read_alarm
from monitor.packs.loading import load_law
from monitor.replay.lines import Lines
from monitor.replay.reading import AlarmReader
from monitor.replay.rejects import Rejects
from monitor.replay.run import in_the_end, watch_jumps

_START_US = 1_773_475_925_000_000
_RUNS = 3
_EVENTS = 20_000
_SIZES = (100, 1_000, 10_000, 100_000)
_EVENTS_PER_SECOND = 1_000
_DISORDER_US = 5_000_000
_ENVELOPE = 500

Figures = dict[str, list[float]]


def line(i: int, alarm: int, action: str, outages: int, rng: random.Random) -> bytes:
    """Write one native alarm of about 300 bytes."""
    fields = {
        "source": "oss-1",
        "alarm_id": f"alarm-{alarm:08d}",
        "action": action,
        "event_time": time_text(_START_US + i * 1_000_000 // _EVENTS_PER_SECOND),
        "element": f"olt-{alarm % outages:05d}",
        "country": "BE",
        "severity": "critical",
        "probable_cause": "lossOfSignal",
        "impact": [
            {
                "service": "fixed_internet",
                "area": f"BE-{alarm % 5_000:04d}",
                "end_users": rng.randint(1, 400),
            }
        ],
    }
    return json.dumps(fields).encode()


def lines(count: int, alarms: int, outages: int) -> Iterator[bytes]:
    """Raise so many alarms, then change and clear and raise them again."""
    rng = random.Random(1)
    for i in range(count):
        again = i >= alarms
        alarm = rng.randrange(alarms) if again else i
        yield line(
            i, alarm, rng.choice(("change", "clear", "raise")) if again else "raise", outages, rng
        )


def events(raw: list[bytes]) -> list[Event]:
    """Read lines into events."""
    found = []
    for one in raw:
        alarm, _ = read_alarm(one)
        event = alarm and enrich(alarm, {}, "group")
        assert isinstance(event, Event)  # noqa: S101 - the lines above are right
        found.append(event)
    return found


def disordered(ordered: list[Event]) -> list[Event]:
    """Let every second event arrive 5 s late, as from a second source that lags."""

    def arrival(pair: tuple[int, Event]) -> int:
        i, event = pair
        return event.time_us + (_DISORDER_US if i % 2 else 0)

    return [event for _, event in sorted(enumerate(ordered), key=arrival)]


def microseconds(work: Callable[[], object], count: int) -> float:
    """Time one piece of work; return microseconds an alarm."""
    gc.collect()
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e6 / count


def filled(law: Law, active: int) -> tuple[Book, list[Event]]:
    """Return a book with one outage of so many active alarms, and further events for it."""
    all_events = events(list(lines(active + _EVENTS, active, 1)))
    book = Book(law, Options())
    take(book, all_events[:active])
    return book, all_events[active:]


def take(book: Book, stream: list[Event]) -> None:
    """Feed events as a live worker does: envelopes, each with a tick."""
    for i in range(0, len(stream), _ENVELOPE):
        part = tuple(stream[i : i + _ENVELOPE])
        step(book, Envelope(part), 0)
        step(book, Tick(max(book.clock, *(at(e.time_us) for e in part))), 0)


def cost_by_size(law: Law, figures: Figures) -> None:
    """Time an alarm of an outage with many active alarms, in order and out of order."""
    for active in _SIZES:
        for name, order in (("in order", list), ("5 s disorder", disordered)):
            book, more = filled(law, active)
            stream = order(more)
            cost = microseconds(partial(take, book, stream), len(stream))
            figures.setdefault(f"live, {active:,} active, {name}", []).append(cost)


def reading_and_replay(law: Law, figures: Figures, folder: Path) -> None:
    """Time reading alone, and a replay from a file to the crossings."""
    raw = list(lines(100_000, 50_000, 500))
    file = folder / "alarms.jsonl"
    file.write_bytes(b"\n".join(raw) + b"\n")
    note = figures.setdefault
    note("read and validate alone", []).append(
        microseconds(lambda: [read_alarm(one) for one in raw], len(raw))
    )

    def replay() -> None:
        origins = AlarmReader({}, "group", Rejects()).events([Lines(str(file))])
        list(in_the_end(Final(law, Options()), watch_jumps(origins, print), None))

    def received() -> None:
        program = Received(law, Options())
        for event in watch_jumps(
            AlarmReader({}, "group", Rejects()).events([Lines(str(file))]), print
        ):
            program.take(event)

    note("replay end to end", []).append(microseconds(replay, len(raw)))
    note("replay --as-received end to end", []).append(microseconds(received, len(raw)))


def memory(law: Law, active: int) -> tuple[float, float]:
    """Return bytes an active alarm: live, as decoded from the internal topic, and in a replay."""
    raw = list(lines(active, active, 1))
    packed = [msgpack.encode(event) for event in events(raw)]
    tracemalloc.start()
    book = Book(law, Options())
    take(book, [msgpack.decode(one, type=Event) for one in packed])
    step(book, Tick(book.clock + at(60_000_000)), 0)
    live = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    tracemalloc.start()
    final = Final(law, Options())
    for one in raw:
        final.take(events([one])[0])
    filed = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return live / active, filed / active


def main() -> None:
    """Run everything and print the table."""
    law, figures = load_law(), dict[str, list[float]]()
    gc.disable()
    with tempfile.TemporaryDirectory() as folder:
        for run in range(_RUNS):
            print(f"run {run + 1} of {_RUNS}", file=sys.stderr)
            reading_and_replay(law, figures, Path(folder))
            cost_by_size(law, figures)
    print(f"{'what':45} {'µs an alarm':>12} {'alarms/s':>10}  min to max")
    for name, costs in figures.items():
        cost = statistics.median(costs)
        print(f"{name:45} {cost:12.1f} {1e6 / cost:10,.0f}  {min(costs):.1f} to {max(costs):.1f}")
    print_ratios({name: statistics.median(costs) for name, costs in figures.items()})
    live, filed = memory(law, 50_000)
    print(f"memory an active alarm: live {live:,.0f} bytes, in a replay {filed:,.0f} bytes")


def print_ratios(cost: dict[str, float]) -> None:
    """Print how the cost grows with size and with disorder."""
    small, large = f"live, {_SIZES[0]:,} active", f"live, {_SIZES[-1]:,} active"
    for name in ("in order", "5 s disorder"):
        ratio = cost[f"{large}, {name}"] / cost[f"{small}, {name}"]
        print(f"{_SIZES[-1]:,} active to {_SIZES[0]:,}, {name}: {ratio:.2f} times")
    for size in _SIZES:
        ratio = (
            cost[f"live, {size:,} active, 5 s disorder"] / cost[f"live, {size:,} active, in order"]
        )
        print(f"disorder to order at {size:,} active: {ratio:.2f} times")


if __name__ == "__main__":
    main()
