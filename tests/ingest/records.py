"""Source records for these tests."""

import json

from aiokafka import ConsumerRecord

NOW_US = 1_780_000_000_000_000
TOPIC = "alarms"


def record(
    value: bytes | None = None,
    *,
    offset: int = 0,
    partition: int = 0,
    key: bytes | None = None,
    stamp_ms: int = NOW_US // 1000,
    headers: tuple[tuple[str, bytes | None], ...] = (),
) -> ConsumerRecord:
    """Return a record as a consumer hands it out."""
    return ConsumerRecord(TOPIC, partition, offset, stamp_ms, 0, key, value, 0, 0, 0, headers)


def alarm(number: int = 1, **fields: object) -> bytes:
    """Return the bytes of an alarm of today."""
    said = {
        "source": "oss",
        "alarm_id": str(number),
        "action": "raise",
        "event_time": "2026-05-28T20:26:40Z",
        "element": "olt-1",
        "country": "BE",
    }
    return json.dumps(said | fields).encode()
