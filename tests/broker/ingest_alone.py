"""A process that does nothing but ingest, to be killed by a test: BROKER APP_ID TOPICS_FILE."""

import asyncio
import sys
from pathlib import Path

from monitor.broker.access import Kafka
from monitor.clock import WallClock
from monitor.ingest.start import running_ingest
from monitor.settings import Settings
from monitor.topics import load_topics


async def main(bootstrap: str, app_id: str, topics_file: str) -> None:
    """Run until killed, or until something is wrong."""
    topics = load_topics(app_id, Path(topics_file))
    settings = Settings(app_id=app_id)
    async with running_ingest(Kafka(bootstrap), topics, settings, WallClock()) as (_, tasks):
        done, _pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        done.pop().result()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
