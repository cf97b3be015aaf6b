"""A million records that mean harm among good alarms, at speed, through Apache Kafka and a worker.

`python tests/hostile.py [--records N] [--bad SHARE] [--seed S] [--broker HOST:PORT]`, or
`make hostile`. Every record must be used or set aside, once; every bad one must be among the dead
letters with its bytes, key, time stamp and reason; what must be notified must be notified, and
nothing else; and the worker must live through it.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE), str(_HERE.parent / "tools")]

from broker.running import create, topics_file, unique_app_id  # noqa: E402 - found by the path
from hostility.check import crossings, find_all  # noqa: E402
from hostility.feed import Feeder, records  # noqa: E402
from hostility.good import Good  # noqa: E402
from hostility.worker import Worker, running_worker  # noqa: E402
from kafka_cluster import Cluster  # noqa: E402

from monitor.broker.access import Broker, Kafka  # noqa: E402
from monitor.broker.clients import producer_of  # noqa: E402
from monitor.clock import WallClock  # noqa: E402
from monitor.topics import Topics, load_topics  # noqa: E402

_EVENTS_EACH = 300
_HOUR_US = 3_600_000_000


def main() -> int:
    """Run it, print what came of it, and return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--bad", type=float, default=0.5, help="share of records that are bad")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broker", help="Apache Kafka; without it one is started")
    return asyncio.run(_run(parser.parse_args()))


async def _run(wanted: argparse.Namespace) -> int:
    app_id = unique_app_id()
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker = Kafka(wanted.broker or (await stack.enter_async_context(Cluster())).bootstrap)
        topics = load_topics(app_id, topics_file(directory, app_id))
        await create(broker, topics)
        environment = {
            "MONITOR_BROKER": broker.bootstrap,
            "MONITOR_APP_ID": app_id,
            "MONITOR_TOPICS_FILE": str(directory / "topics.yaml"),
            "MONITOR_INVENTORY": "optional",
            "MONITOR_LOG_FORMAT": "json",
            "MONITOR_WEB_PORT": "0",
        }
        worker = await stack.enter_async_context(running_worker(directory, environment))
        mistakes = await _hostile(wanted, broker, topics, worker)
    for mistake in mistakes[:20]:
        print(f"WRONG: {mistake}")
    if worker.process.returncode:
        mistakes.append("stop")
        print(f"WRONG: told to stop, the worker ended with code {worker.process.returncode}")
    print("wrong" if mistakes else "all is right")
    return 1 if mistakes else 0


async def _hostile(
    wanted: argparse.Namespace, broker: Broker, topics: Topics, worker: Worker
) -> list[str]:
    """Feed a worker, and return what is wrong with what it made of it."""
    outages = max(4, int(wanted.records * (1 - wanted.bad) / _EVENTS_EACH))
    good = Good(outages, _EVENTS_EACH // 3, WallClock().now_us() - 5 * _HOUR_US)
    began_s = time.monotonic()
    async with producer_of(broker) as producer:
        feeder = Feeder(producer, topics.alarms.name, topics.alarms.partitions)
        stream = records(good, wanted.bad, wanted.seed, topics.alarms.partitions)
        await feeder.feed(stream)
    print(f"{feeder.written:,} records written in {time.monotonic() - began_s:.0f} s", flush=True)
    found = await find_all(broker, topics, feeder.fates, worker.check_alive, _say)
    took_s = time.monotonic() - began_s
    mistakes = found.mistakes()
    holding = await crossings(broker, topics, good, worker.check_alive)
    mistakes += [f"not notified: {crossing}" for crossing in good.crossings() - holding]
    mistakes += [f"notified, but not so: {crossing}" for crossing in holding - good.crossings()]
    used = sum(len(counts) - counts.count(0) for counts in found.used)
    print(f"{used:,} used and {sum(found.reasons.values()):,} set aside after {took_s:.0f} s")
    for reason, count in found.reasons.most_common():
        print(f"{count:>12,}  {reason}")
    print(
        f"{len(holding):,} of {len(good.crossings()):,} crossings; {worker.log_lines:,} log lines"
    )
    return mistakes


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
