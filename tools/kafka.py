"""Apache Kafka for this repository: `python tools/kafka.py fetch`, then `... start`."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from kafka_cluster import Cluster, KafkaStartError
from kafka_jars import LIB, KafkaMissingError, fetch, missing, version


def main() -> int:
    """Run one command; return its exit code."""
    arguments = _arguments()
    try:
        if arguments.command == "fetch":
            return _fetch(optional=arguments.if_possible)
        asyncio.run(_start(arguments))
    except (KafkaMissingError, KafkaStartError) as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    fetching = commands.add_parser("fetch", help="fetch Apache Kafka into .kafka/lib, once")
    fetching.add_argument(
        "--if-possible", action="store_true", help="without Java or Maven say so, and succeed"
    )
    starting = commands.add_parser("start", help="run brokers on 127.0.0.1 until Ctrl-C")
    starting.add_argument("--brokers", type=int, default=1, metavar="N")
    starting.add_argument("--port", type=int, default=9092, help="of the first broker")
    starting.add_argument("--data", type=Path, help="keep the data in this directory")
    starting.add_argument("--heap-mb", type=int, help="memory of each broker")
    return parser.parse_args()


def _fetch(*, optional: bool) -> int:
    try:
        is_new = fetch()
    except KafkaMissingError as error:
        if not optional:
            raise
        sys.stderr.write(f"Without Apache Kafka: {error}\n")
        return 0
    if is_new or not optional:
        sys.stderr.write(f"Apache Kafka {version()} is in {LIB}\n")
    return 0


async def _start(arguments: argparse.Namespace) -> None:
    """Run the brokers until we are told to end."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    if missing() is not None:
        fetch()
    cluster = Cluster(
        arguments.brokers,
        port=arguments.port,
        data_dir=arguments.data,
        heap_mb=arguments.heap_mb,
    )
    async with cluster:
        sys.stdout.write(f"{cluster.bootstrap}\n")
        sys.stdout.flush()
        await ended.wait()


if __name__ == "__main__":
    sys.exit(main())
