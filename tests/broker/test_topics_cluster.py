"""Topics of a real broker: compared with the declared, made so, and nothing else touched."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import yaml
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from typer.testing import CliRunner

from monitor.__main__ import command_line
from monitor.broker.access import Broker
from monitor.broker.clients import admin_of
from monitor.topics import Topics, TopicsError, load_topics
from monitor.topics_cluster import apply, compare, refusals

from .running import OpenBroker, create, own_topics, topics_file, unique_app_id

Check = Callable[[Broker, Topics], Awaitable[None]]


def on(open_broker: OpenBroker, check: Check) -> None:
    """Run a check with topics of its own, none of which is there yet."""

    async def run() -> None:
        async with open_broker() as broker:
            await check(broker, own_topics(unique_app_id()))

    asyncio.run(run())


async def make(broker: Broker, name: str, partitions: int, config: dict[str, str]) -> None:
    """Create a topic that is not as declared."""
    async with admin_of(broker) as admin, asyncio.timeout(10):
        answer = await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=config)])
        assert [code for _, code, _ in answer.topic_errors] == [0]
        # A broker may know later than the controller what it was told.
        while name not in await admin.list_topics():  # noqa: ASYNC110 - nobody tells when it is so
            await asyncio.sleep(0.05)


async def setting(broker: Broker, topic: str, name: str) -> str:
    """Return a setting of a topic as the cluster has it."""
    async with admin_of(broker) as admin:
        asked = ConfigResource(ConfigResourceType.TOPIC, topic)
        [answer] = await admin.describe_configs([asked])
    return {entry[0]: str(entry[1]) for entry in answer.resources[0][4]}[name]


def test_a_worker_names_every_missing_topic(open_broker: OpenBroker) -> None:
    """Each missing topic is a line with the command that makes it; asking creates none."""

    async def check(broker: Broker, topics: Topics) -> None:
        for _ in range(2):
            assert await refusals(broker, topics, patience_s=0) == [
                f"{topic.name} is missing; run `outage-monitor topics apply`"
                for topic in topics.all()
            ]

    on(open_broker, check)


def test_topics_as_created_can_work(open_broker: OpenBroker) -> None:
    """What the demo and the tests create is what a worker asks for."""

    async def check(broker: Broker, topics: Topics) -> None:
        await create(broker, topics)
        assert await refusals(broker, topics) == []
        assert [d for d in await compare(broker, topics) if d.remedy] == []

    on(open_broker, check)


def test_a_role_asks_for_its_own_topics(open_broker: OpenBroker) -> None:
    """A worker that only ingests does not miss what only decide writes."""

    async def check(broker: Broker, topics: Topics) -> None:
        of_ingest = await refusals(broker, topics, ["ingest"], patience_s=0)
        assert [line.split()[0] for line in of_ingest] == [
            topic.name
            for topic in (
                topics.alarms,
                topics.inventory,
                topics.actions,
                topics.inputs,
                topics.alarms_dlq,
                topics.actions_dlq,
            )
        ]

    on(open_broker, check)


def test_other_partitions_are_refused(open_broker: OpenBroker) -> None:
    """A ledger with other partitions than inputs is told, whatever else the broker tells."""

    async def check(broker: Broker, topics: Topics) -> None:
        await make(broker, topics.ledger.name, 4, {"cleanup.policy": "compact"})
        await create(broker, topics)
        [line] = await refusals(broker, topics)
        assert line.startswith(f"{topics.ledger.name}: partitions is 4, should be 8")

    on(open_broker, check)


def test_apply_makes_it_as_declared(open_apache: OpenBroker) -> None:
    """Missing topics, settings and partitions are made right; settings of others stay."""

    async def check(broker: Broker, topics: Topics) -> None:
        ledger, dlq = topics.ledger.name, topics.alarms_dlq.name
        await make(broker, ledger, 8, {"cleanup.policy": "delete", "flush.ms": "12345"})
        await make(broker, dlq, 1, {"retention.ms": "-1", "max.message.bytes": "1000"})
        assert any("cleanup.policy" in line for line in await refusals(broker, topics))
        await apply(broker, topics, await compare(broker, topics))
        assert [d for d in await compare(broker, topics) if d.remedy] == []
        assert await refusals(broker, topics) == []
        assert await setting(broker, ledger, "cleanup.policy") == "compact"
        assert await setting(broker, ledger, "segment.ms") == "3600000"
        assert await setting(broker, ledger, "flush.ms") == "12345"
        assert await setting(broker, dlq, "max.message.bytes") == "4194304"
        assert await setting(broker, dlq, "retention.ms") == "-1"

    on(open_apache, check)


def test_apply_adds_partitions(open_apache: OpenBroker, tmp_path: Path) -> None:
    """A topic that may grow grows; one that may not stays as it is."""

    async def check(broker: Broker, _: Topics) -> None:
        app_id = unique_app_id()
        path = topics_file(tmp_path, app_id)
        await create(broker, load_topics(app_id, path))
        said = yaml.safe_load(path.read_text())
        for part in ("alarms_dlq", "status"):
            said["topics"][part]["partitions"] = 3
        path.write_text(yaml.safe_dump(said))
        topics = load_topics(app_id, path)
        await apply(broker, topics, await compare(broker, topics))
        left = await compare(broker, topics)
        assert [(d.part, d.is_) for d in left if d.what == "partitions"] == [("status", "1")]

    on(open_apache, check)


def test_what_the_cluster_refuses_is_told_and_the_rest_is_done(
    open_apache: OpenBroker, tmp_path: Path
) -> None:
    """An unknown setting of one topic is named, and the other topics are made right."""

    async def check(broker: Broker, _: Topics) -> None:
        app_id = unique_app_id()
        path = topics_file(tmp_path, app_id)
        before = load_topics(app_id, path)
        await make(broker, before.alarms.name, 6, {})
        await make(broker, before.ledger.name, 8, {"cleanup.policy": "compact"})
        said = yaml.safe_load(path.read_text())
        said["topics"]["ledger"]["config"] = {"segmnt.ms": 1}
        path.write_text(yaml.safe_dump(said))
        topics = load_topics(app_id, path)
        with pytest.raises(TopicsError, match=r"outage-ledger .*segmnt\.ms"):
            await apply(broker, topics, await compare(broker, topics))
        assert await setting(broker, topics.alarms.name, "retention.ms") == "1209600000"
        assert [d.part for d in await compare(broker, topics) if d.remedy] == ["ledger"] * 2

    on(open_apache, check)


def test_the_commands(
    open_apache: OpenBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`check` says no until `apply` was run, which asks on a terminal only; `plan` only shows."""
    app_id = unique_app_id()
    monkeypatch.setenv("MONITOR_APP_ID", app_id)
    monkeypatch.setenv("MONITOR_TOPICS_FILE", str(topics_file(tmp_path, app_id)))

    async def bootstrap() -> str:
        async with open_apache() as broker:
            return broker.bootstrap

    monkeypatch.setenv("MONITOR_BROKER", asyncio.run(bootstrap()))
    run = CliRunner()

    def topics(*arguments: str) -> tuple[int, str]:
        result = run.invoke(command_line("topics"), ["topics", *arguments])
        return result.exit_code, result.output

    assert topics("plan") == (0, topics("plan")[1])
    code, said = topics("check")
    assert (code, "10 to create" in said) == (1, True)
    code, said = topics("apply")
    assert (code, "Afterwards" in said) == (0, True)
    assert topics("check")[0] == 0
    assert '"severity": "create"' not in topics("plan", "--json")[1]


def test_a_cluster_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, code 3, and the setting to look at."""
    monkeypatch.setenv("MONITOR_BROKER", "127.0.0.1:1")
    result = CliRunner().invoke(command_line("topics"), ["topics", "check"])
    assert result.exit_code == 3
    assert "127.0.0.1:1" in result.output
    assert "MONITOR_BROKER" in result.output
    assert "Traceback" not in result.output
