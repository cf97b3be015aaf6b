"""Read `notification.required.v1` effectively once: committed records only, repeats dropped.

    pip install aiokafka
    python notifications.py 127.0.0.1:9092 notification.required.v1 state.json

Two things make it so. `read_committed`: a record of a transaction that did not end is never seen.
And a note of the last revision of each crossing, kept together with the offset in one file that is
replaced at once: after a crash some records come again, and are recognised by crossing_id and
revision. The last revision of a crossing is what holds.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer

Json = dict[str, Any]


def act(notification: Json) -> None:
    """Do what must be done: here, print it. It should be safe to do twice after a crash."""
    print(notification["type"], notification["crossing_id"], notification["reason"], flush=True)


def remember(path: Path, note: Json) -> None:
    """Replace the note at once: it is the old one or the new one, never half of it."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(note))
    fresh.replace(path)


def recalled(path: Path) -> Json:
    """Return the note, or an empty one."""
    text = path.read_text() if path.exists() else '{"offsets": {}, "revisions": {}}'
    note: Json = json.loads(text)
    return note


async def read(bootstrap: str, topic: str, path: Path) -> None:
    """Go on where the note says."""
    note = recalled(path)
    # Without a group it is given every partition, and the offsets are its own.
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, isolation_level="read_committed"
    ) as consumer:
        for partition in consumer.assignment():
            consumer.seek(partition, note["offsets"].get(str(partition.partition), 0))
        async for record in consumer:
            notification = json.loads(record.value)
            crossing, revision = notification["crossing_id"], notification["revision"]
            if revision > note["revisions"].get(crossing, -1):
                act(notification)
                note["revisions"][crossing] = revision
            note["offsets"][str(record.partition)] = record.offset + 1
            remember(path, note)


if __name__ == "__main__":
    asyncio.run(read(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
