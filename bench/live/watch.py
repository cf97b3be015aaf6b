"""Reads committed notifications, and writes a line for each when it sees it.

A program of its own, so that nothing else of the bench delays it.
"""

import asyncio
import json
import sys
import time
from typing import Final

from aiokafka import AIOKafkaConsumer

_FLUSH_MS: Final = 500


async def main(bootstrap: str, topic: str) -> None:
    """Read until ended."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=100,
    )
    async with consumer:
        sys.stdout.write('{"event": "watching"}\n')
        while True:
            sys.stdout.flush()
            for records in (await consumer.getmany(timeout_ms=_FLUSH_MS)).values():
                seen_s = time.time_ns() / 1e9
                for record in records:
                    said = json.loads(record.value)
                    fields = ("outage_key", "crossed_at", "detected_at")
                    times = {"written_s": record.timestamp / 1000, "seen_s": seen_s}
                    line = {"event": "seen", **times, **{f: said[f] for f in fields}}
                    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
