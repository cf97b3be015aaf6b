"""Kafka entered with TLS, a login, or both: by our own clients, by Faust, and by the doctor."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import faust
import pytest
from aiokafka.admin import NewTopic
from kafka_jars import missing

from monitor.broker.access import Kafka
from monitor.broker.clients import admin_of, consumer_of, producer_of
from monitor.broker.connect import broker_of, faust_options
from monitor.settings_load import load_settings

from .running import create, own_topics, topics_file, unique_app_id
from .secured import NAME, PASSWORD, STRANGER, STRANGERS_PASSWORD, SecuredCluster

Environment = Mapping[str, str]
#: Each way that the settings know; with TLS alone the certificate says who we are.
WAYS = [
    ("SASL_PLAINTEXT", "PLAIN"),
    ("SASL_PLAINTEXT", "SCRAM-SHA-256"),
    ("SASL_SSL", "PLAIN"),
    ("SASL_SSL", "SCRAM-SHA-512"),
    ("SSL", ""),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[SecuredCluster]:
    """Return a broker that wants to know who asks."""
    why_not = missing() or ("" if shutil.which("openssl") else "no openssl to make a certificate")
    if why_not:
        pytest.skip(f"no secured Apache Kafka: {why_not}")
    started = SecuredCluster()
    asyncio.run(started.start())
    try:
        yield started
    finally:
        asyncio.run(started.close())


def environment(cluster: SecuredCluster, protocol: str, mechanism: str) -> dict[str, str]:
    """Return the settings of one way in."""
    settings = {
        "MONITOR_BROKER": cluster.address(protocol),
        "MONITOR_KAFKA_SECURITY_PROTOCOL": protocol.lower(),
    }
    if protocol.endswith("SSL"):
        settings["MONITOR_KAFKA_SSL_CAFILE"] = str(cluster.certificate)
    if protocol == "SSL":
        settings["MONITOR_KAFKA_SSL_CERTFILE"] = str(cluster.certificate)
        settings["MONITOR_KAFKA_SSL_KEYFILE"] = str(cluster.key)
    if mechanism:
        settings["MONITOR_KAFKA_SASL_MECHANISM"] = mechanism
        settings["MONITOR_KAFKA_SASL_USERNAME"] = NAME
        settings["MONITOR_KAFKA_SASL_PASSWORD"] = PASSWORD
    return settings


@pytest.mark.parametrize(("protocol", "mechanism"), WAYS)
def test_records_go_in_and_out(
    cluster: SecuredCluster, protocol: str, mechanism: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Producer, consumer, admin client and Faust are all let in by the same settings."""
    for name, value in environment(cluster, protocol, mechanism).items():
        monkeypatch.setenv(name, value)
    broker = broker_of(load_settings())
    topic = unique_app_id()

    async def run() -> None:
        async with admin_of(broker) as admin:
            await admin.create_topics([NewTopic(topic, 1, 1)])
        async with producer_of(broker) as producer:
            await producer.send_and_wait(topic, b"hello")
        consumer = consumer_of(broker, topic)
        async with asyncio.timeout(10), consumer:
            assert (await consumer.getone()).value == b"hello"
        assert await read_by_faust(broker, topic) == b"hello"

    asyncio.run(run())


async def read_by_faust(broker: Kafka, topic: str) -> bytes:
    """Return the first record of a topic as a Faust agent reads it."""
    app = faust.App(
        unique_app_id(),
        broker=";".join(f"kafka://{server}" for server in broker.bootstrap.split(",")),
        env={},
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        **faust_options(broker),
    )
    read: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def agent(stream: Any) -> None:
        async for value in stream:
            read.set_result(value)

    records = app.topic(topic, value_type=bytes, value_serializer="raw")
    app.agent(records)(agent)
    await app.start()
    try:
        async with asyncio.timeout(15):
            return await read
    finally:
        await app.stop()


def doctor(settings: Environment) -> tuple[int, list[dict[str, str]], str]:
    """Run the doctor; return its exit code, what it found, and all that it said."""
    clean = {name: value for name, value in os.environ.items() if "MONITOR_" not in name}
    ended = subprocess.run(
        [sys.executable, "-m", "monitor", "doctor", "--json"],
        capture_output=True, text=True, check=False, env={**clean, **settings},
    )  # fmt: skip
    said = ended.stdout + ended.stderr
    return ended.returncode, json.loads(ended.stdout)["findings"], said


def of(findings: list[dict[str, str]], about: str) -> list[tuple[str, str]]:
    """Return state and sentence of the findings about one thing."""
    return [(f["state"], f["said"]) for f in findings if f["about"] == about]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_the_password_is_in_no_line(cluster: SecuredCluster, log_format: str) -> None:
    """Even at level debug, and when the login fails, neither password is said."""
    settings = {
        **environment(cluster, "SASL_PLAINTEXT", "PLAIN"),
        "MONITOR_LOG_LEVEL": "debug",
        "MONITOR_LOG_FORMAT": log_format,
    }
    _, entered, said = doctor(settings)
    assert of(entered, "broker")[0][0] == "ok"
    assert "Authenticated as monitor via PLAIN" in said
    code, refused, more = doctor({**settings, "MONITOR_KAFKA_SASL_PASSWORD": "not-it-at-all"})
    assert (code, of(refused, "broker")[0][0]) == (3, "fail")
    assert PASSWORD not in said + more
    assert "not-it-at-all" not in more


@pytest.mark.parametrize(
    ("change", "todo"),
    [
        ({"MONITOR_KAFKA_SASL_PASSWORD": "wrong"}, "MONITOR_KAFKA_SASL_PASSWORD"),
        ({"MONITOR_KAFKA_SSL_CAFILE": ""}, "MONITOR_KAFKA_SSL_CAFILE"),
        ({"MONITOR_BROKER": "SASL_PLAINTEXT"}, "MONITOR_KAFKA_SECURITY_PROTOCOL"),
        ({"MONITOR_BROKER": "SSL"}, "certificate"),
    ],
)
def test_the_doctor_says_why_it_is_not_let_in(
    cluster: SecuredCluster, change: dict[str, str], todo: str
) -> None:
    """A wrong password, an unknown signer and the wrong port are told apart."""
    settings = {**environment(cluster, "SASL_SSL", "PLAIN"), **change}
    if settings["MONITOR_BROKER"] in cluster.secured:
        settings["MONITOR_BROKER"] = cluster.address(settings["MONITOR_BROKER"])
    code, findings, _ = doctor(settings)
    assert code == 3
    (finding,) = [f for f in findings if f["about"] == "broker"]
    assert todo in finding["todo"], finding


def test_a_listener_that_wants_more_is_told(cluster: SecuredCluster) -> None:
    """Spoken to in plain text, a listener with TLS does not keep the doctor waiting."""
    code, findings, _ = doctor({"MONITOR_BROKER": cluster.address("SSL")})
    (finding,) = [f for f in findings if f["about"] == "broker"]
    assert code == 3
    assert "MONITOR_KAFKA_SECURITY_PROTOCOL" in finding["todo"]


def test_missing_rights_are_named(cluster: SecuredCluster, tmp_path: Path) -> None:
    """Whoever may do nothing learns what to have allowed: topics, groups and transactions."""
    app_id = unique_app_id()
    file = topics_file(tmp_path, app_id)
    topics = own_topics(app_id)
    asyncio.run(create(Kafka(cluster.bootstrap), topics))
    names = {"MONITOR_APP_ID": app_id, "MONITOR_TOPICS_FILE": str(file)}
    way = environment(cluster, "SASL_PLAINTEXT", "PLAIN")

    _, findings, _ = doctor({**way, **names})
    assert of(findings, "rights")[0][0] == "ok"

    stranger = {
        "MONITOR_KAFKA_SASL_USERNAME": STRANGER,
        "MONITOR_KAFKA_SASL_PASSWORD": STRANGERS_PASSWORD,
    }
    code, findings, _ = doctor({**way, **names, **stranger})
    assert code == 1
    said = [said for _, said in of(findings, "rights")]
    assert f"may not WRITE topic {topics.notifications.name}" in said
    assert f"may not READ topic {topics.alarms.name}" in said
    assert f"may not READ or WRITE topic {topics.ledger.name}" in said
    assert f"may not READ group {app_id}-decide" in said
    assert any(sentence.startswith("may not begin transactions") for sentence in said)
