"""The one question that is put to a starting broker: which brokers it knows."""

import asyncio
import struct
from typing import Final

_METADATA: Final = 3
_VERSION: Final = 4
_ANSWER_S: Final = 2.0


async def brokers_known_to(host: str, port: int) -> set[int]:
    """Return the ids of the brokers that are up, as one of them knows; none if it is not up."""
    try:
        async with asyncio.timeout(_ANSWER_S):
            return _broker_ids(await _ask(host, port))
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return set()


async def _ask(host: str, port: int) -> bytes:
    """Send a Metadata request about no topic, and return the answer after its correlation id."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        no_client, no_topics, create_nothing = -1, 0, False
        request = struct.pack(
            ">hhihi?", _METADATA, _VERSION, 0, no_client, no_topics, create_nothing
        )
        writer.write(struct.pack(">i", len(request)) + request)
        (size,) = struct.unpack(">i", await reader.readexactly(4))
        return (await reader.readexactly(size))[4:]
    finally:
        writer.close()


def _broker_ids(answer: bytes) -> set[int]:
    """Read the brokers: after the throttle time, an array of id, host, port and rack."""
    (count,) = struct.unpack_from(">i", answer, 4)
    at = 8
    ids = set()
    for _ in range(count):
        number, host_length = struct.unpack_from(">ih", answer, at)
        at += 6 + host_length + 4
        (rack_length,) = struct.unpack_from(">h", answer, at)
        at += 2 + max(rack_length, 0)
        ids.add(number)
    return ids
