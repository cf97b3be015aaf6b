"""The stream: alarms of a scenario as native events, in the order in which they arrive.

Each management system hands over its events every few seconds, so that events of one system keep
their order and those of different systems are out of order by seconds, as in life.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from monitor.core.written import time_text
from monitor.simulate.network import inventory, network
from monitor.simulate.scenarios import SCENARIOS
from monitor.simulate.signal import Alarm, Scene, Signal

__all__ = ["generate", "inventory"]

_FIRST_ALARM = 880_001


class _Delays:
    """When events of a management system arrive: it is asked every few seconds."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._rhythms: dict[str, tuple[int, int]] = {}

    def arrival_us(self, source: str, time_us: int) -> int:
        period_us, latency_us = self._rhythm(source)
        return (max(0, time_us) // period_us + 1) * period_us + latency_us

    def _rhythm(self, source: str) -> tuple[int, int]:
        if source not in self._rhythms:
            rng = Random(f"{self._seed}/{source}")
            self._rhythms[source] = (
                rng.randint(500, 3000) * 1000,
                rng.randint(0, 1500) * 1000,
            )
        return self._rhythms[source]


def generate(
    scenario: str,
    *,
    seed: int,
    start_us: int,
    duration_us: int | None = None,
    alarms: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the events of a scenario in order of arrival; the same arguments give the same events.

    `alarms` is the number of different alarms, each with one or more events. Events that would
    happen after the end of the stream are left out. Times and numbers not given are the scenario's.
    """
    chosen = SCENARIOS[scenario]
    scene = Scene(
        network(seed),
        Random(f"{scenario}/{seed}"),
        chosen.duration_us if duration_us is None else duration_us,
        chosen.alarms if alarms is None else alarms,
    )
    for alarm, signal, number in _in_order_of_arrival(scene, chosen.play(scene), str(seed)):
        yield _event(alarm, signal, number, start_us)


def _in_order_of_arrival(
    scene: Scene, alarms: Iterator[Alarm], seed: str
) -> list[tuple[Alarm, Signal, int]]:
    delays = _Delays(seed)
    events = [
        (delays.arrival_us(alarm.node.source, s.time_us) + s.held_back_us, alarm, s, number)
        for number, alarm in enumerate(alarms, _FIRST_ALARM)
        for s in alarm.signals
        if s.time_us <= scene.duration_us
    ]
    # What one management system hands over at a time stays in order of event time.
    events.sort(key=lambda event: (event[0], event[2].time_us))
    return [event[1:] for event in events]


def _event(alarm: Alarm, signal: Signal, number: int, start_us: int) -> dict[str, Any]:
    node = alarm.node
    return {
        "source": node.source,
        "alarm_id": str(number),
        "action": signal.action,
        "event_time": time_text(start_us + signal.time_us),
        "element": node.element,
        "country": node.country,
        **signal.fields,
    }
