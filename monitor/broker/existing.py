"""Whether topics are there; asking a consumer could create them."""

import asyncio
from collections.abc import Sequence
from typing import Final

from monitor.broker.access import Broker
from monitor.broker.clients import admin_of

#: How long the cluster may take to say which topics it has.
_ANSWER_S: Final = 30.0


class NoSuchTopicError(LookupError):
    """Raised when the cluster has no topic of that name."""


async def partition_counts(broker: Broker, names: Sequence[str]) -> dict[str, int]:
    """Return how many partitions each topic has; raises NoSuchTopicError if one is not there."""
    async with asyncio.timeout(_ANSWER_S), admin_of(broker) as admin:
        there = await admin.list_topics()
        for name in names:
            if name not in there:
                message = (
                    f"the cluster at {broker.bootstrap} has no topic {name}; see `outage-monitor "
                    "topics plan`, and whether MONITOR_TOPICS_FILE and MONITOR_APP_ID are those "
                    "of the workers"
                )
                raise NoSuchTopicError(message)
        described = await admin.describe_topics(list(names))
    return {topic["topic"]: len(topic["partitions"]) for topic in described}
