"""`outage-monitor simulate`: a realistic alarm stream from a seed, into a file or into Kafka."""

import asyncio
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from aiokafka.errors import KafkaError
from msgspec import Struct

from monitor.cli import common
from monitor.clock import WallClock
from monitor.durations import duration_us
from monitor.formats.instant import time_us
from monitor.simulate.files import write_lines
from monitor.simulate.kafka import Destination, Pace, send
from monitor.simulate.network import inventory
from monitor.simulate.scenarios import SCENARIOS
from monitor.simulate.stream import generate

#: a file is the same whenever it is made
_START_US = time_us("2026-03-14T08:00:00Z")


class ScenarioName(StrEnum):
    """The scenarios, as the table has them."""

    storm = "storm"
    flapping = "flapping"
    rolling = "rolling"
    national = "national"
    emergency = "emergency"
    quiet = "quiet"
    demo = "demo"


class _Stream(Struct, frozen=True):
    """What is to be simulated."""

    scenario: str
    seed: int
    duration_us: int
    alarms: int | None


def _duration(text: str | int) -> int:
    return _parsed(duration_us, text)


def _instant(text: str | int) -> int:
    return _parsed(time_us, text)


def simulate(  # noqa: PLR0913, PLR0917 - a command has as many parameters as it has options
    scenario: Annotated[
        ScenarioName,
        typer.Option(help="; ".join(f"{name}: {s.title}" for name, s in SCENARIOS.items())),
    ] = ScenarioName.storm,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    start: Annotated[
        int | None,
        typer.Option(
            parser=_instant,
            metavar="TIME",
            help="Begin at this time (RFC 3339). [default: 2026-03-14T08:00:00Z; into Kafka: such "
            "that the stream ends now, or never runs ahead of the clock]",
        ),
    ] = None,
    duration: Annotated[
        int | None,
        typer.Option(
            parser=_duration, metavar="DURATION", help="Event time covered. [default: scenario's]"
        ),
    ] = None,
    alarms: Annotated[
        int | None,
        typer.Option(min=0, help="How many different alarms, about. [default: scenario's]"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Write to this file (.gz, .zst), not to stdout."),
    ] = None,
    inventory_out: Annotated[
        Path | None, typer.Option(help="Write the inventory to this file (.gz, .zst).")
    ] = None,
    to_kafka: Annotated[
        str | None, typer.Option(metavar="BROKER", help="Send to this broker (host:port).")
    ] = None,
    topic: Annotated[str, typer.Option(help="Where alarms go.")] = "network.alarms.v1",
    inventory_topic: Annotated[
        str, typer.Option(help="Where the inventory goes.")
    ] = "network.inventory.v1",
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Events a second, into Kafka.")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(min=0.001, help="Into Kafka, so many times as fast as it happened."),
    ] = None,
) -> None:
    """Write the alarms that a small operator would see, made from a seed."""
    if rate is not None and speed is not None:
        common.fail("give --rate or --speed, not both")
    if to_kafka is None and (rate is not None or speed is not None):
        common.fail("--rate and --speed are for --to-kafka")
    length_us = SCENARIOS[scenario.value].duration_us if duration is None else duration
    stream = _Stream(scenario.value, seed, length_us, alarms)
    if inventory_out is not None:
        _write(inventory_out, stream, None)
    if to_kafka is None:
        _write(out, stream, _START_US if start is None else start)
    else:
        begin_us = _live_start_us(length_us, rate, speed) if start is None else start
        pace = Pace(start_us=begin_us, rate=rate, speed=speed or 1.0)
        _send(to_kafka, Destination(topic, inventory_topic), stream, pace)


def _write(path: Path | None, stream: _Stream, start_us: int | None) -> None:
    """Write the alarms, or the inventory if there is no start."""
    objects = inventory(stream.seed) if start_us is None else _events(stream, start_us)
    try:
        with common.mistakes_told():
            count = write_lines(path, objects)
    except OSError as error:
        common.fail(f"{path}: cannot be written: {error.strerror}")
    common.stderr.print(f"{count} {'inventory records' if start_us is None else 'alarm events'}")


def _send(broker: str, destination: Destination, stream: _Stream, pace: Pace) -> None:
    events = _events(stream, pace.start_us)
    try:
        count = asyncio.run(send(broker, destination, inventory(stream.seed), events, pace))
    except (KafkaError, OSError) as error:
        common.fail(f"{broker}: {error}; is a broker there?", common.Exit.UNREACHABLE)
    common.stderr.print(f"{count} alarm events sent to {destination.alarms}")


def _events(stream: _Stream, start_us: int) -> Iterator[dict[str, Any]]:
    return generate(
        stream.scenario,
        seed=stream.seed,
        start_us=start_us,
        duration_us=stream.duration_us,
        alarms=stream.alarms,
    )


def _live_start_us(length_us: int, rate: float | None, speed: float | None) -> int:
    """Return a start such that no event is ever ahead of the clock; a reader would refuse it."""
    ahead = 1.0 if rate is not None else max(0.0, 1 - 1 / (speed or 1.0))
    return WallClock().now_us() - int(length_us * ahead)


def _parsed(parse: Callable[[str], int], text: str | int) -> int:
    try:
        return text if isinstance(text, int) else parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
