"""Apache Kafka as the tests start it: what befalls a broker in them is real, and undone."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka.admin import NewTopic
from kafka_cluster import Cluster, KafkaStartError
from kafka_jars import missing
from kafka_wire import brokers_known_to

from monitor.broker.access import Kafka
from monitor.broker.clients import admin_of, consumer_of, producer_of

SCRIPT = Path(__file__).parents[2] / "tools" / "kafka.py"

needs_kafka = pytest.mark.skipif(missing() is not None, reason=str(missing()))


def is_there(pid: int) -> bool:
    """Return whether a process runs; one that has ended and was not asked for does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@needs_kafka
def test_a_broker_is_killed_and_comes_back() -> None:
    """It is the same one: at the same address, with what was written."""

    async def run() -> None:
        async with Cluster(1) as cluster:
            broker = Kafka(cluster.bootstrap)
            async with admin_of(broker) as admin:
                await admin.create_topics([NewTopic("t", 1, 1)])
            async with producer_of(broker) as producer:
                await producer.send_and_wait("t", b"kept")
            first = cluster.pid(0)
            cluster.kill(0)
            assert not is_there(first)
            with pytest.raises(KafkaStartError, match="not running"):
                cluster.kill(0)
            await cluster.restart(0)
            async with asyncio.timeout(20), consumer_of(broker, "t") as consumer:
                assert (await consumer.getone()).value == b"kept"
            cluster.pause(0)
            assert await brokers_known_to("127.0.0.1", cluster.ports[0]) == set()
            cluster.resume(0)
            assert await brokers_known_to("127.0.0.1", cluster.ports[0]) == {0}
            last = cluster.pid(0)
        assert not is_there(last)
        assert not cluster.data_dir.exists()

    asyncio.run(run())


@needs_kafka
def test_the_script_ends_its_brokers(tmp_path: Path) -> None:
    """It says the address once they answer; told to end, it leaves no process, but the data."""
    (port,) = Cluster(1, data_dir=tmp_path).ports
    start = [sys.executable, str(SCRIPT), "start", "--port", str(port), "--data", str(tmp_path)]
    with subprocess.Popen(start, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"127.0.0.1:{port}\n"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert children
    assert not any(is_there(int(child)) for child in children)
    assert (tmp_path / "broker-0" / "log" / "meta.properties").is_file()


def test_without_java_it_says_what_to_install(tmp_path: Path) -> None:
    """In a sentence, with the exit code of what cannot be reached."""
    environment = {**os.environ, "PATH": str(tmp_path)}
    start = [sys.executable, str(SCRIPT), "start"]
    ended = subprocess.run(start, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    assert ended.stderr.startswith("no Java found")
    assert "apt-get install openjdk" in ended.stderr
