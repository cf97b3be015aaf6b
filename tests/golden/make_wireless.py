"""Make the case `wireless` from its source: real alarms, injected populations.

    python tests/golden/make_wireless.py [FOLDER]

Reads `wireless/alarms.csv.gz` (relative seconds, a raise and a clear per row, no service, no
end-users) and writes `input.jsonl.gz` and `inventory.jsonl`. The same source gives the same bytes.
"""

import csv
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import prod
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

HERE = Path(__file__).parent / "wireless"
SOURCE = HERE / "alarms.csv.gz"

#: second 0 of the source; where it lies in truth is not known
START = datetime(2026, 1, 1, tzinfo=UTC)
DEVICES = 55
#: devices with neighbouring numbers are taken for one failure domain
CLUSTER = 5
SHARES = {"mobile_internet": 0.9, "mobile_telephony": 1.0}
#: Chosen so that some tens of cells of different length and size are crossed, no more: the real
#: alarms of one failure domain chain up for hours on most days.
SEED = 32
SMALLEST = 200
LARGEST = {"BE": 14_000, "AT": 420_000}
SKEW = 14


class Row(NamedTuple):
    """One alarm of the source."""

    alarm_type: int
    device: int
    start_s: int
    end_s: int


def rows() -> list[Row]:
    """Return the rows of the source, in its order."""
    with gzip.open(SOURCE, "rt", encoding="ascii", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        return [Row(*map(int, line)) for line in lines]


def inventory() -> Iterator[dict[str, Any]]:
    """Yield the injected inventory: a fixed population per device, every second cluster Austrian.

    Most devices serve a few hundred, few serve very many. Each also reaches a third of the people
    of the next device in its cluster: neighbours overlap, and those people count once.
    """
    rng = Random(SEED)
    people = [population(rng, country_of(device)) for device in range(DEVICES)]
    for device in range(DEVICES):
        cluster, country = device // CLUSTER, country_of(device)
        members = [n for n in range(DEVICES) if n // CLUSTER == cluster]
        neighbour = members[(device + 1 - members[0]) % len(members)]
        yield {
            "element": f"dev-{device:02}",
            "country": country,
            "group": f"cluster-{cluster:02}",
            "serves": [
                {"service": service, "area": f"{country}-dev-{area:02}", "end_users": count}
                for service, share in SHARES.items()
                for area, count in (
                    (device, int(people[device] * share)),
                    (neighbour, int(people[neighbour] * share) // 3),
                )
            ],
        }


def country_of(device: int) -> str:
    """Return the country that a device is put into."""
    return "BE" if device // CLUSTER % 2 == 0 else "AT"


def population(rng: Random, country: str) -> int:
    """Return how many people one device serves; multiplied out, the same on every machine."""
    return SMALLEST + int(LARGEST[country] * prod([rng.random()] * SKEW))


def events() -> list[dict[str, Any]]:
    """Return a raise and a clear per row, in order of time; each row is an alarm of its own."""
    timed, running = [], Counter[tuple[int, int]]()
    for row in rows():
        # Alarms of one type and device overlap in the source: a running number keeps them apart.
        running[row.device, row.alarm_type] += 1
        identity = {
            "source": f"dev-{row.device:02}",
            "alarm_id": f"{row.alarm_type}-{running[row.device, row.alarm_type]}",
        }
        timed.append((row.start_s, event(identity, "raise", row.start_s)))
        timed.append((row.end_s, event(identity, "clear", row.end_s)))
    # Stable, so that an alarm's raise stays before its clear when both have one time.
    return [found for _, found in sorted(timed, key=lambda pair: pair[0])]


def event(identity: dict[str, str], action: str, second: int) -> dict[str, Any]:
    """Return one native event."""
    at = (START + timedelta(seconds=second)).isoformat().replace("+00:00", "Z")
    return identity | {"action": action, "event_time": at, "element": identity["source"]}


def lines(objects: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> bytes:
    """Return objects as JSON lines."""
    return b"".join(json.dumps(o, separators=(",", ":")).encode() + b"\n" for o in objects)


def main(folder: Path) -> None:
    """Write the case's input and inventory."""
    (folder / "inventory.jsonl").write_bytes(lines(inventory()))
    packed = gzip.compress(lines(events()), compresslevel=9, mtime=0)
    (folder / "input.jsonl.gz").write_bytes(packed)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
