"""The same with Quix Streams, in an environment of its own: `bench/requirements.txt`."""

import logging
import tempfile
from typing import Any

from quixstreams import Application, State  # type: ignore[import-not-found]  # not in this one
from quixstreams.models import TopicConfig  # type: ignore[import-not-found]  # not in this one

from bench.live.rivals.common import (
    ALARMS,
    APP,
    BROKER,
    THRESHOLD,
    Alarm,
    Count,
)

counted = Count()


def validated(value: bytes, *_place: object) -> dict[str, Any]:
    """Validate an alarm."""
    counted.begin()
    alarm = Alarm.model_validate_json(value)
    return {"outage_key": alarm.outage_key, "alarm_id": alarm.alarm_id, "action": alarm.action}


def count(value: dict[str, Any], state: State) -> dict[str, Any] | None:
    """Count the alarms of an outage; say something at the threshold."""
    alarms = state.get("alarms", 0) + 1
    state.set("alarms", alarms)
    counted.add()
    return {"outage_key": value["outage_key"], "alarms": alarms} if alarms == THRESHOLD else None


def main() -> None:
    """Run until ended."""
    logging.getLogger("quixstreams").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as directory:
        app = Application(
            broker_address=BROKER,
            consumer_group=APP,
            auto_offset_reset="earliest",
            state_dir=directory,
            loglevel="WARNING",
        )
        alarms = app.topic(ALARMS, key_deserializer="bytes", value_deserializer="bytes")
        crossed = app.topic(
            f"{APP}-crossed", config=TopicConfig(num_partitions=1, replication_factor=1)
        )
        stream = app.dataframe(alarms).apply(validated)
        by_outage = stream.group_by("outage_key")
        said = by_outage.apply(count, stateful=True)
        said.filter(lambda value: value is not None).to_topic(crossed)
        app.run()


if __name__ == "__main__":
    main()
