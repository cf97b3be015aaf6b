"""The scenarios: what fails, when, and how many alarms come of it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from msgspec import Struct

from monitor.simulate.incident import Incident, Step, alarms_of
from monitor.simulate.network import Node
from monitor.simulate.noise import noise
from monitor.simulate.signal import MINUTE_US, SECOND_US, Alarm, Scene, Signal, between
from monitor.simulate.story import read_story

HOUR_US = 60 * MINUTE_US


class Scenario(Struct, frozen=True):
    """A scenario: its play, and how long and how large it is unless told otherwise."""

    play: Callable[[Scene], Iterator[Alarm]]
    title: str
    duration_us: int
    alarms: int


def storm(scene: Scene) -> Iterator[Alarm]:
    """Fail a regional core, then a large aggregation node elsewhere: thousands within minutes."""
    core, agg = _largest(scene, "core"), _largest(scene, "agg", not_in=_largest(scene, "core"))
    ends_us = scene.duration_us * 7 // 8
    spread_us = min(5 * MINUTE_US, scene.duration_us // 8)
    yield from _play(
        scene,
        [
            Incident(
                element=core.element,
                begins_us=scene.duration_us // 20,
                ends_us=ends_us,
                incident="INC-1001",
                followers=scene.alarms * 6 // 10,
                spread_us=spread_us,
                planned=True,
            ),
            Incident(
                element=agg.element,
                begins_us=scene.duration_us // 10,
                incident="INC-1002",
                followers=scene.alarms * 2 // 10,
                spread_us=spread_us,
            ),
        ],
    )


def flapping(scene: Scene) -> Iterator[Alarm]:
    """Let elements come and go for hours, none of them ever down for long."""
    rng, count = scene.rng, scene.alarms // 2
    largest = _largest(scene, "agg")
    shaky = [largest, _largest(scene, "agg", not_in=largest)]
    shaky += rng.sample(scene.network.of_kind("olt", "bts"), 40)
    for number in range(count):
        node = shaky[number % len(shaky)]
        yield Alarm(node, tuple(_flaps(scene, first=number < len(shaky))))
    yield from noise(scene, scene.alarms - count, (node.group for node in shaky))


def rolling(scene: Scene) -> Iterator[Alarm]:
    """Fail one domain after the other, all over the network."""
    aggs = scene.network.of_kind("agg")
    yield from _play(
        scene,
        [
            Incident(
                element=agg.element,
                begins_us=scene.duration_us * 7 * number // (10 * len(aggs)),
                ends_us=scene.duration_us * 7 * number // (10 * len(aggs)) + scene.duration_us // 4,
                followers=scene.alarms * 8 // (10 * len(aggs)),
                spread_us=scene.duration_us // 100,
            )
            for number, agg in enumerate(aggs)
        ],
    )


def national(scene: Scene) -> Iterator[Alarm]:
    """Fail the core of each country, one after the other, and bring it back in steps."""
    cores = scene.network.of_kind("national")
    length_us = scene.duration_us
    yield from _play(
        scene,
        [
            Incident(
                element=core.element,
                begins_us=length_us * (1 + number) // 40,
                ends_us=length_us * 9 // 10,
                share=0.98,
                steps=(
                    Step(length_us * 5 // 10, 0.7),
                    Step(length_us * 7 // 10, 0.35),
                    Step(length_us * 8 // 10, 0.1),
                ),
                incident=f"INC-200{number + 1}",
                followers=scene.alarms * 8 // (10 * len(cores)),
                spread_us=10 * MINUTE_US,
            )
            for number, core in enumerate(cores)
        ],
    )


def emergency(scene: Scene) -> Iterator[Alarm]:
    """Fail emergency calls alone; ordinary calls work."""
    routers = _first_of_each_country(scene, "ecr")
    nodes = [*routers, *_first_of_each_country(scene, "psap")]
    length_us = scene.duration_us
    yield from _play(
        scene,
        [
            # One number of several, and a count of those who noticed that is revised twice.
            Incident(
                element=_largest(scene, "core").element,
                begins_us=length_us // 20,
                ends_us=length_us * 17 // 20,
                share=0.00005,
                steps=(Step(length_us // 2, 0.003), Step(length_us * 16 // 20, 0.0031)),
                effects=(("emergency_number_unreachable", routers[-1].emergency_numbers[-1]),),
            ),
        ]
        + [
            Incident(
                element=node.element,
                begins_us=length_us * (2 + number) // 20,
                ends_us=length_us * (12 + number) // 20,
                planned=number == 0,
            )
            for number, node in enumerate(nodes)
        ],
    )


def quiet(scene: Scene) -> Iterator[Alarm]:
    """Let a day go by on which nothing has to be notified."""
    yield from noise(scene, scene.alarms)


def demo(scene: Scene) -> Iterator[Alarm]:
    """Begin with outages that are under way, and more to come (`demo.yaml`)."""
    yield from _play(scene, read_story("demo.yaml"))


SCENARIOS: Final = {
    "storm": Scenario(storm, "thousands of alarms within minutes", 3 * HOUR_US, 5000),
    "flapping": Scenario(flapping, "elements come and go for hours", 6 * HOUR_US, 200),
    "rolling": Scenario(rolling, "one failure domain after the other", 18 * HOUR_US, 3000),
    "national": Scenario(national, "the core of each country fails", 10 * HOUR_US, 10000),
    "emergency": Scenario(emergency, "only emergency calls fail", 2 * HOUR_US, 60),
    "quiet": Scenario(quiet, "a day on which nothing is notified", 24 * HOUR_US, 5000),
    "demo": Scenario(demo, "outages already under way at the start", HOUR_US, 3200),
}


def _play(scene: Scene, incidents: Iterable[Incident]) -> Iterator[Alarm]:
    """Yield the alarms of the incidents, then noise up to the number that was asked for."""
    found, busy = 0, set()
    for incident in incidents:
        busy.add(scene.network.by_element[incident.element].group)
        for alarm in alarms_of(incident, scene.network, scene.rng):
            found += 1
            yield alarm
    yield from noise(scene, max(0, scene.alarms - found), busy)


def _flaps(scene: Scene, *, first: bool) -> Iterator[Signal]:
    rng, now_us = scene.rng, between(scene.rng, 0, scene.duration_us // 10)
    fields: dict[str, Any] = {"severity": "major", "probable_cause": "lossOfSignal"}
    if not first:
        # A second alarm of an element says that it hits nobody beyond those of the first.
        fields |= {"probable_cause": rng.choice(("degradedSignal", "timingProblem")), "impact": []}
    while now_us < scene.duration_us:
        yield Signal(now_us, "raise", fields)
        now_us = between(rng, now_us + 10 * SECOND_US, now_us + 8 * MINUTE_US)
        yield Signal(now_us, "clear")
        now_us = between(rng, now_us + 5 * SECOND_US, now_us + 12 * MINUTE_US)


def _largest(scene: Scene, kind: str, not_in: Node | None = None) -> Node:
    """Return the node of a kind on which most people hang, outside the country of another."""
    return max(
        (n for n in scene.network.of_kind(kind) if not_in is None or n.country != not_in.country),
        key=lambda node: sum(count for _, _, count in node.serves),
    )


def _first_of_each_country(scene: Scene, kind: str) -> list[Node]:
    firsts: dict[str, Node] = {}
    for node in scene.network.of_kind(kind):
        firsts.setdefault(node.country, node)
    return list(firsts.values())
