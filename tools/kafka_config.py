"""The configuration of a broker for tests: quick to start, quick to notice, small."""

import random
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
#: Below the ports that the system gives to outgoing connections: a broker that is started again
#: must find its own still free.
_PORTS: Final = range(20_000, 32_000)
_ATTEMPTS: Final = 100

#: What differs from Kafka's defaults, and why.
_SETTINGS: Final = {
    # Topics are made on purpose, or not at all.
    "auto.create.topics.enable": "false",
    # A test waits for nobody else to join its group, and may have short sessions.
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    # Few partitions of the internal topics: each costs files and time.
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    # A transaction whose owner died is ended soon after its time is up.
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500",
    # The cleaner looks often and needs little memory; a topic with `segment.ms=1` and
    # `min.cleanable.dirty.ratio=0` is compacted as soon as one record more was written.
    "log.cleaner.backoff.ms": "300",
    "log.cleaner.dedupe.buffer.size": "16777216",
    "log.initial.task.delay.ms": "1000",
    "log.retention.check.interval.ms": "1000",
    "log.segment.delete.delay.ms": "1000",
    # A broker that is gone or frozen is noticed after so long (Kafka's default is 9 s).
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "replica.lag.time.max.ms": "5000",
    # Two cores are enough.
    "num.network.threads": "2",
    "num.io.threads": "3",
    "background.threads": "2",
}


def properties(number: int, ports: list[int], controller_ports: list[int], directory: Path) -> str:
    """Return `server.properties` of one broker."""
    copies = min(3, len(ports))
    voters = ",".join(f"{n}@{HOST}:{port}" for n, port in enumerate(controller_ports))
    own = {
        "node.id": number,
        "process.roles": "broker,controller",
        "listeners": f"BROKER://{HOST}:{ports[number]},"
        f"CONTROLLER://{HOST}:{controller_ports[number]}",
        "advertised.listeners": f"BROKER://{HOST}:{ports[number]}",
        "listener.security.protocol.map": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "BROKER",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": voters,
        "log.dirs": directory / "log",
        "default.replication.factor": copies,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "share.coordinator.state.topic.replication.factor": copies,
        # One broker of three may be down.
        "min.insync.replicas": max(1, copies - 1),
        "transaction.state.log.min.isr": max(1, copies - 1),
        "share.coordinator.state.topic.min.isr": max(1, copies - 1),
    }
    return "".join(f"{name}={value}\n" for name, value in {**own, **_SETTINGS}.items())


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nobody uses now."""
    found: list[int] = []
    with ExitStack() as stack:
        for port in random.sample(_PORTS, _ATTEMPTS):
            probe = stack.enter_context(socket.socket())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            found.append(port)
            if len(found) == count:
                return found
    message = f"no {count} free ports on {HOST}"
    raise OSError(message)
