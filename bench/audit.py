"""Speed and memory of an audit, on this machine: `python -m bench.audit [alarms]`.

A simulated national storm as a file of alarms, and as recorded inputs; each audited with one and
two processes. Figures are of whole commands; nothing here is a test.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from msgspec.json import encode

from monitor.clock import timestamp_ms
from monitor.core.event import Event
from monitor.core.reading import Options
from monitor.core.step import Book
from monitor.decide.applying import Applying, rules_of
from monitor.enrich import enrich
from monitor.formats.inventory import read_element
from monitor.formats.native import read_alarm
from monitor.ingest.envelope import Item, Tick, pack, seal, seal_rules, unseal
from monitor.messages.notification import notification_fields
from monitor.packs.loading import load_law
from monitor.recorded.model import Head, Range, Row, Topic, text_or_bytes
from monitor.recorded.write import Writer, opened
from monitor.simulate.network import inventory
from monitor.simulate.stream import generate

_START_US = 1_773_475_200_000_000
_PARTITIONS = 8
_POLL = 2000
_SEED = 5


def main(alarms: int) -> None:
    """Make the inputs, audit them, print the table."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        lines = _lines(directory, alarms)
        tape = _tape(directory, lines)
        said = directory / "said.jsonl"
        files = [str(directory / "alarms.jsonl"), "--inventory", str(directory / "inventory.jsonl")]
        _run("replay", *files, "-o", str(said))
        print(f"{len(lines):,} alarms")
        print(f"{'input':<10}{'jobs':>6}{'seconds':>10}{'alarms/s':>12}{'MB':>8}")
        for jobs in (1, 2, 2, 1):
            for what, arguments in (
                ("alarms", [*files, "--notifications", str(said)]),
                ("inputs", [str(tape), "--limit", "400d"]),
            ):
                seconds, megabytes = _run("audit", *arguments, "--jobs", str(jobs))
                rate = len(lines) / seconds
                print(f"{what:<10}{jobs:>6}{seconds:>10.1f}{rate:>12,.0f}{megabytes:>8.0f}")


def _lines(directory: Path, alarms: int) -> list[bytes]:
    found = list(map(encode, _events(alarms)))
    (directory / "alarms.jsonl").write_bytes(b"".join(line + b"\n" for line in found))
    known = "".join(json.dumps(record) + "\n" for record in inventory(_SEED))
    (directory / "inventory.jsonl").write_text(known)
    return found


def _events(alarms: int) -> Iterator[dict[str, object]]:
    return generate("national", seed=_SEED, start_us=_START_US, alarms=alarms)


def _tape(directory: Path, lines: list[bytes]) -> Path:
    """Write what `record inputs notifications` would have of a live run."""
    known = {e.element: e for e in (read_element(encode(r))[0] for r in inventory(_SEED)) if e}
    read = (read_alarm(line)[0] for line in lines)
    events = (enrich(alarm, known, "group") for alarm in read if alarm is not None)
    rows = sorted(
        _rows(event for event in events if isinstance(event, Event)),
        key=lambda row: (row.partition, row.offset),
    )
    ends = [sum(row.partition == number for row in rows) for number in range(_PARTITIONS)]
    said = list(_said(rows))
    path = directory / "recording.zst"
    topics = (_topic("inputs", ends), _topic("notifications", [len(said)]))
    head = Head(product="bench", policy_set="", since=None, until=None, topics=topics)
    with opened(path) as file:
        writer = Writer(file, head)
        for row in [*rows, *said]:
            writer.add(row)
        writer.finish()
    return path


def _topic(name: str, ends: list[int]) -> Topic:
    ranges = [
        Range(partition=n, log_begin=0, log_end=end, begin=0, end=end) for n, end in enumerate(ends)
    ]
    return Topic(name=name, role=name, ranges=tuple(ranges))


def _rows(events: Iterator[Event]) -> Iterator[Row]:
    offsets, clock_us, place = [0] * _PARTITIONS, 0, 0

    def row(number: int, value: bytes) -> Row:
        offsets[number] += 1
        packed = text_or_bytes(value)
        return Row(
            "inputs", number, offsets[number] - 1, timestamp_ms(clock_us), 1, None, None, *packed
        )

    for number in range(_PARTITIONS):
        yield row(number, seal_rules(rules_of(load_law(), Options()), 0))
    while some := list(islice(events, _POLL)):
        clock_us = max(clock_us, *(event.time_us for event in some))
        tick = Tick((("alarms", 1),), (("alarms", 0, clock_us),))
        items = [Item("alarms", 0, place + n, event) for n, event in enumerate(some)]
        place += len(some)
        packed = pack(items, _PARTITIONS)
        for number in range(_PARTITIONS):
            for envelope in packed.get(number, [[]]):
                yield row(number, seal(envelope, tick))


def _said(rows: list[Row]) -> Iterator[Row]:
    law, states, offset = load_law(), dict[int, Applying](), 0
    for row in rows:
        state = states.setdefault(row.partition, Applying(Book(law, Options())))
        record = unseal(row.value_bytes or b"")
        for n in state.apply(row.offset, record, row.timestamp_ms * 1000).notifications:
            value = encode(notification_fields(n)).decode()
            stamp_ms = timestamp_ms(n.detected_at_us)
            yield Row("notifications", 0, offset, stamp_ms, 0, n.outage_id, None, value)
            offset += 1
        state.begin_anew()


def _run(*arguments: str) -> tuple[float, float]:
    """Run a command; return seconds, and the memory of its largest process in megabytes."""
    command = ["/usr/bin/env", "time", "-f", "%M", sys.executable, "-m", "monitor", *arguments]
    began_s = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    seconds = time.monotonic() - began_s
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
        raise SystemExit(done.returncode)
    return seconds, int(done.stderr.split()[-1]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 450_000)
