"""A short run of chaos: workers and broker are killed and frozen, and nothing comes of it."""

import asyncio
import shutil

import pytest
from chaos.choice import chosen
from chaos.run import run
from kafka_jars import missing

_SHORT = (
    "worker killed amid slow writes",
    "worker stopped (SIGTERM)",
    "worker frozen beyond its session",
    "answers to writes lost",
    "broker killed",
)


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_disturbances_change_nothing() -> None:
    """All is forwarded and published once, and stands as a replay of the same alarms says.

    `make chaos` disturbs for longer, and in more ways.
    """
    choice = chosen(
        1,
        disturbances=len(_SHORT),
        kinds=_SHORT,
        alarms_per_second=200.0,
        backlog_outages=500,
        pause_s=3.0,
        in_turn=True,
    )
    outcome = asyncio.run(run(choice))
    assert not outcome.findings, "\n".join(outcome.lines())
    shutil.rmtree(outcome.directory)
