"""Waiting for the broker, but not for ever."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

#: How long the broker may take to answer anything.
ANSWER_S: Final = 30.0
T = TypeVar("T")


async def answered(answer: Awaitable[T]) -> T:
    """Await the broker; raise TimeoutError, which ends the process, if it takes too long."""
    async with asyncio.timeout(ANSWER_S):
        return await answer
