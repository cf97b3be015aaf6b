"""Two Faust agents as the Faust guide teaches: a send for each event, a table write for each."""

import tempfile

import faust

from bench.live.rivals.common import (
    ALARMS,
    APP,
    BROKER,
    PARTITIONS,
    THRESHOLD,
    Alarm,
    Count,
)

app = faust.App(
    APP,
    broker=f"kafka://{BROKER}",
    env={},
    autodiscover=False,
    datadir=tempfile.mkdtemp(prefix="bench-faust-"),
    store="memory://",
    web_enabled=False,
    topic_partitions=PARTITIONS,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    producer_acks=-1,
)
alarms = app.topic(ALARMS, key_type=bytes, value_type=bytes, value_serializer="raw")
by_outage = app.topic(
    f"{APP}-by-outage",
    key_type=bytes,
    value_type=bytes,
    key_serializer="raw",
    value_serializer="raw",
    partitions=PARTITIONS,
    internal=True,
)
crossed = app.topic(f"{APP}-crossed", key_type=str, value_type=str, partitions=1, internal=True)
counts = app.Table("counts", default=int, partitions=PARTITIONS)
counted = Count()


@app.agent(alarms)
async def read(stream: faust.StreamT[bytes]) -> None:
    """Validate alarms, and send each on under the key of its outage."""
    async for value in stream:
        counted.begin()
        alarm = Alarm.model_validate_json(value)
        await by_outage.send(key=alarm.outage_key.encode(), value=value)


@app.agent(by_outage)
async def count(stream: faust.StreamT[bytes]) -> None:
    """Count the alarms of each outage."""
    async for key, _ in stream.items():  # noqa: PERF102 - a stream is no dictionary
        outage_key = key.decode()
        counts[outage_key] += 1
        if counts[outage_key] == THRESHOLD:
            await crossed.send(key=outage_key, value=str(THRESHOLD))
        counted.add()


if __name__ == "__main__":
    faust.Worker(app, loglevel="INFO").execute_from_commandline()
