"""Background tasks that end with what started them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager


@asynccontextmanager
async def cancelled_on_exit(tasks: Sequence[asyncio.Task[None]]) -> AsyncIterator[None]:
    """Cancel the tasks on leaving, and wait until they have ended."""
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
