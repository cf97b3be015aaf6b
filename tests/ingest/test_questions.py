"""Questions: who does not answer costs nobody else anything."""

import asyncio
from collections.abc import Callable

import pytest
from aiokafka import TopicPartition
from structlog.testing import capture_logs

from monitor.broker.access import Offsets
from monitor.clock import ScaledClock
from monitor.ingest import questions as module
from monitor.ingest.evidence import Evidence
from monitor.ingest.questions import questions_to

A, B = TopicPartition("alarms", 0), TopicPartition("alarms", 1)
NOW_US = 1_000_000


class Broker:
    """Answers that every partition is empty, as soon as all that are asked for have a leader."""

    def __init__(self) -> None:
        """Begin with leaders for all."""
        self.leaders = asyncio.Event()
        self.without: set[TopicPartition] = set()
        self.error: Exception | None = None

    async def end_offsets(self, read_to: Offsets) -> Offsets:
        """Answer, or wait."""
        if self.without & read_to.keys():
            await self.leaders.wait()
            if self.error is not None:
                raise self.error
        return dict.fromkeys(read_to, 0)


def evidence() -> Evidence:
    """Return that of a worker with two partitions."""
    ours = Evidence()
    ours.assigned(A, 0)
    ours.assigned(B, 0)
    return ours


async def until(reached: Callable[[], bool]) -> None:
    """Let the other tasks work until something is so."""
    async with asyncio.timeout(5):
        while not reached():  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0)


def test_all_are_asked_at_once() -> None:
    """The time taken before the question is what is confirmed."""

    async def asked() -> Evidence:
        ours = evidence()
        async with questions_to(Broker().end_offsets, ours, ScaledClock(NOW_US, 1)) as questions:
            await questions.ask()
        return ours

    assert asyncio.run(asked()).times_us == {A: NOW_US, B: NOW_US}


def test_a_partition_without_a_leader_does_not_silence_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It alone stays unconfirmed, and loudly; once it has a leader it is confirmed as well."""
    monkeypatch.setattr(module, "_PATIENCE_S", 0.02)
    monkeypatch.setattr(module, "_REMIND_EVERY_S", 0.02)

    async def asked() -> None:
        broker, ours = Broker(), evidence()
        broker.without = {B}
        async with questions_to(broker.end_offsets, ours, ScaledClock(NOW_US, 1)) as questions:
            await questions.ask()
            await until(lambda: A in ours.times_us)
            assert B not in ours.times_us
            await until(lambda: bool(logs))
            broker.leaders.set()
            await until(lambda: B in ours.times_us)
            await questions.ask()

    with capture_logs() as logs:
        asyncio.run(asked())
    assert logs[0]["partition"] == "alarms/1"


def test_an_error_of_a_question_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even of one that is asked apart: it ends the loop, and the process with it."""
    monkeypatch.setattr(module, "_PATIENCE_S", 0.02)

    async def asked() -> None:
        broker, ours = Broker(), evidence()
        broker.without = {A}
        broker.error = PermissionError("not allowed")
        async with questions_to(broker.end_offsets, ours, ScaledClock(NOW_US, 1)) as questions:
            await questions.ask()
            broker.leaders.set()
            await until(lambda: all(task.done() for task in questions._apart.values()))
            await questions.ask()

    with pytest.raises(PermissionError):
        asyncio.run(asked())
