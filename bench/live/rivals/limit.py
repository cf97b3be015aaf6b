"""The limit: read and validate, and do nothing; `pydantic` or `msgspec` is the argument."""

import asyncio
import sys
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from aiokafka import AIOKafkaConsumer
from msgspec import Meta, Struct
from msgspec.json import Decoder

from bench.live.rivals.common import ALARMS, APP, BROKER, COUNT, Alarm, Count

_MAX_POLL: Final = 2000
Text = Annotated[str, Meta(min_length=1)]


class FastImpact(Struct):
    """End-users of a service in an area, for msgspec."""

    service: Literal["fixed_telephony", "mobile_telephony", "fixed_internet", "mobile_internet"]
    area: Text
    end_users: Annotated[int, Meta(ge=0, le=10**9)]


class FastAlarm(Struct):
    """The same fields as `Alarm` has, for msgspec."""

    source: Text
    alarm_id: Text
    action: Literal["raise", "change", "clear"]
    event_time: str
    element: Text
    sequence: int | None = None
    country: str | None = None
    incident: str | None = None
    severity: str | None = None
    probable_cause: str | None = None
    planned: bool | None = None
    impact: list[FastImpact] | None = None
    effects: list[dict[str, str]] | None = None


VALIDATE: Final[dict[str, Callable[[bytes], Any]]] = {
    "pydantic": Alarm.model_validate_json,
    "msgspec": Decoder(FastAlarm).decode,
}


async def main(validate: Callable[[bytes], Any]) -> None:
    """Read as the product does, whole polls at once, and commit nothing."""
    counted = Count()
    consumer = AIOKafkaConsumer(
        ALARMS,
        bootstrap_servers=BROKER,
        group_id=APP,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    async with consumer:
        while counted.alarms < COUNT:
            batch = await consumer.getmany(timeout_ms=100, max_records=_MAX_POLL)
            for records in batch.values():
                counted.begin()
                for record in records:
                    validate(record.value)
                counted.add(len(records))
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(VALIDATE[sys.argv[1]]))
