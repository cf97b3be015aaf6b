"""The doctor: what is fine, what is not and what to do, and nothing changed by looking."""

import asyncio
import json
import logging
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import structlog
from aiokafka import TopicPartition
from typer.testing import CliRunner

from monitor.__main__ import command_line
from monitor.broker.access import Broker
from monitor.broker.clients import admin_of, consumer_of, producer_of
from monitor.broker.connect import broker_of
from monitor.doctor.clock import KernelClock, kernel_clock, look_at_clock
from monitor.doctor.finding import Finding, State
from monitor.doctor.here import look_at_policies, look_at_settings
from monitor.doctor.run import examine
from monitor.settings import Settings
from monitor.topics import Topics

from .running import OpenBroker, create, own_topics, topics_file, unique_app_id

RIGHT = KernelClock(synchronised=True, max_error_us=2000)
ELEMENT = {
    "element": "olt-1",
    "country": "BE",
    "group": "g",
    "serves": [{"service": "fixed_internet", "area": "BE-1", "end_users": 10}],
}
HOUR_MS = 3_600_000
DAY_US = 86_400_000_000


def now_ms() -> int:
    """Return the time that a record is stamped with now."""
    return time.time_ns() // 1_000_000


@pytest.fixture
def quiet_logs() -> Iterator[None]:
    """Put back what the command changes for the whole process."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    for name in ("aiokafka", "faust", "mode", "asyncio"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


class Patient:
    """An application with topics of its own on a running broker."""

    def __init__(self, broker: Broker, directory: Path) -> None:
        """Find names that nobody else has."""
        self.broker = broker
        self.app_id = unique_app_id()
        self.file = topics_file(directory, self.app_id)
        self.topics: Topics = own_topics(self.app_id)

    async def examined(self, inventory: str = "required") -> list[Finding]:
        """Return all that the doctor finds."""
        settings = Settings(
            broker=self.broker.bootstrap,
            app_id=self.app_id,
            topics_file=self.file,
            inventory="optional" if inventory == "optional" else "required",
        )
        looking = examine(settings, broker_of(settings), now_ms() * 1000, RIGHT)
        return [finding async for finding in looking]

    async def write(self, topic: str, *values: bytes, ahead_ms: int = 0) -> None:
        """Write records."""
        async with producer_of(self.broker) as producer:
            for value in values:
                stamp = now_ms() + ahead_ms
                await producer.send_and_wait(topic, value, b"k" + value, 0, stamp)


def on(
    open_apache: OpenBroker, directory: Path, check: Callable[[Patient], Awaitable[None]]
) -> None:
    """Run a check."""

    async def run() -> None:
        async with open_apache() as broker:
            await check(Patient(broker, directory))

    asyncio.run(run())


def of(findings: list[Finding], about: str) -> list[Finding]:
    """Return the findings about one thing."""
    return [finding for finding in findings if finding.about == about]


def test_a_sound_installation_has_no_failure(open_apache: OpenBroker, tmp_path: Path) -> None:
    """With topics and inventory there, nothing fails; what is there is counted."""

    async def check(patient: Patient) -> None:
        await create(patient.broker, patient.topics)
        element = json.dumps(ELEMENT).encode()
        await patient.write(patient.topics.inventory.name, element, b"not JSON")
        findings = await patient.examined()
        assert [f for f in findings if f.state == State.fail] == []
        assert {f.about for f in findings if f.state == State.ok} >= {
            "settings", "policies", "clock", "broker", "rights", "inventory",
        }  # fmt: skip
        bad, good = of(findings, "inventory")
        assert bad.state == State.warn
        assert "offset 1" in bad.said
        assert good.said.startswith("1 element(s)")

    on(open_apache, tmp_path, check)


def test_looking_changes_nothing(open_apache: OpenBroker, tmp_path: Path) -> None:
    """No topic is made, no record is written, no offset is committed, no group is joined."""

    async def state(patient: Patient) -> object:
        partitions = [
            TopicPartition(topic.name, partition)
            for topic in patient.topics.all()
            for partition in range(topic.partitions)
        ]
        async with patient.broker.asking() as ends, admin_of(patient.broker) as admin:
            groups = [name for name, *_ in await admin.list_consumer_groups()]
            ours = [name for name in groups if name.startswith(patient.app_id)]
            return await ends(dict.fromkeys(partitions, 0)), ours

    async def check(patient: Patient) -> None:
        missing = of(await patient.examined(), "topics")
        assert [f.said for f in missing if f.state == State.fail] == [
            f"{topic.name} is missing" for topic in patient.topics.all()
        ]
        async with admin_of(patient.broker) as admin:
            there = set(await admin.list_topics())
        assert not there & {topic.name for topic in patient.topics.all()}
        await create(patient.broker, patient.topics)
        before = await state(patient)
        await patient.examined()
        assert await state(patient) == before

    on(open_apache, tmp_path, check)


def test_an_empty_inventory_is_a_matter_of_a_setting(
    open_apache: OpenBroker, tmp_path: Path
) -> None:
    """Workers wait for an inventory; unless a setting says that alarms bring their own impact."""

    async def check(patient: Patient) -> None:
        await create(patient.broker, patient.topics)
        (required,) = of(await patient.examined(), "inventory")
        (optional,) = of(await patient.examined("optional"), "inventory")
        assert (required.state, optional.state) == (State.fail, State.ok)
        assert "MONITOR_INVENTORY=optional" in required.todo

    on(open_apache, tmp_path, check)


def test_lag_is_what_was_written_and_not_read(open_apache: OpenBroker, tmp_path: Path) -> None:
    """Records behind, and members at work, are told of each group."""

    async def check(patient: Patient) -> None:
        await create(patient.broker, patient.topics)
        alarms, group = patient.topics.alarms.name, f"{patient.app_id}-ingest"
        await patient.write(alarms, b"1", b"2", b"3")
        never, *_ = of(await patient.examined(), "lag")
        assert never.said == f"{group} has never read {alarms}: no worker is running"

        reader = consumer_of(patient.broker, alarms, group=group)
        async with asyncio.timeout(20), reader:
            await reader.getone()
            await reader.commit({TopicPartition(alarms, 0): 1})
            working, *_ = of(await patient.examined(), "lag")
        stopped, *_ = of(await patient.examined(), "lag")
        assert working == Finding(
            "lag", State.ok, f"{group} is 2 record(s) behind in {alarms}; 1 member(s)"
        )
        assert stopped.state == State.warn
        assert "is 2 record(s) behind" in stopped.said

    on(open_apache, tmp_path, check)


def test_a_record_from_the_future_is_told(open_apache: OpenBroker, tmp_path: Path) -> None:
    """If a machine that writes is ahead of ours, one of the clocks is wrong."""

    async def check(patient: Patient) -> None:
        await create(patient.broker, patient.topics)
        await patient.write(patient.topics.alarms.name, b"1", b"2")
        assert [f.state for f in of(await patient.examined(), "clock")] == [State.ok]
        await patient.write(patient.topics.alarms.name, b"3", ahead_ms=HOUR_MS)
        _, ahead = of(await patient.examined(), "clock")
        assert ahead.state == State.warn
        assert patient.topics.alarms.name in ahead.said

    on(open_apache, tmp_path, check)


def test_an_address_that_is_wrong_beside_one_that_is_right(
    open_apache: OpenBroker, tmp_path: Path
) -> None:
    """One server of several that does not answer is a warning, and the rest is looked at."""

    async def check(patient: Patient) -> None:
        settings = Settings(
            broker=f"127.0.0.1:1,{patient.broker.bootstrap}", topics_file=patient.file
        )
        looking = examine(settings, broker_of(settings), 0, RIGHT)
        findings = [finding async for finding in looking]
        gone, there = of(findings, "broker")
        assert (gone.state, there.state) == (State.warn, State.ok)
        assert gone.said.startswith("127.0.0.1:1 cannot be entered")
        assert of(findings, "topics")

    on(open_apache, tmp_path, check)


def doctor(arguments: list[str] | None = None) -> tuple[int, str]:
    """Run the command; return its exit code and what it said."""
    ended = CliRunner().invoke(command_line("doctor"), ["doctor", *(arguments or [])])
    return ended.exit_code, ended.output


@pytest.mark.usefixtures("quiet_logs")
def test_a_broker_that_is_gone_is_code_3(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address and what to do are said, in a line each, and nothing else about Kafka."""
    monkeypatch.setenv("MONITOR_BROKER", "127.0.0.1:1")
    code, said = doctor()
    assert code == 3
    assert "127.0.0.1:1 cannot be entered" in said
    assert "→ nobody listens there" in said
    assert "Traceback" not in said
    assert not {"topics", "rights", "lag"} & {line[6:15].strip() for line in said.splitlines()}


@pytest.mark.usefixtures("quiet_logs")
def test_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program reads the same: whether all is fine, and each finding."""
    monkeypatch.setenv("MONITOR_BROKER", "no-such-host.invalid:9092")
    code, said = doctor(["--json"])
    told = json.loads(said)
    assert (code, told["fine"]) == (3, False)
    (finding,) = [f for f in told["findings"] if f["about"] == "broker"]
    assert finding.keys() == {"about", "state", "said", "todo"}
    assert "no such host" in finding["todo"]


@pytest.mark.usefixtures("quiet_logs")
def test_wrong_settings_are_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every mistake at once, and code 1: it could be asked, and the answer is no."""
    monkeypatch.setenv("MONITOR_READING", "bold")
    monkeypatch.setenv("MONITOR_INPUT_STALL", "soon")
    code, said = doctor()
    assert code == 1
    assert "MONITOR_READING: expected cautious or literal, not 'bold'" in said
    assert "MONITOR_INPUT_STALL" in said


@pytest.mark.usefixtures("quiet_logs")
def test_a_wrong_topics_file_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is named, even while the broker is gone."""
    file = tmp_path / "topics.yaml"
    file.write_text("topics: 3")
    monkeypatch.setenv("MONITOR_TOPICS_FILE", str(file))
    monkeypatch.setenv("MONITOR_BROKER", "127.0.0.1:1")
    code, said = doctor(["--json"])
    (finding,) = [f for f in json.loads(said)["findings"] if f["about"] == "topics"]
    assert code == 3
    assert finding["state"] == "fail"
    assert str(file) in finding["said"]


def test_strange_variables_and_bare_passwords_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is no setting, and a password sent in clear to another machine."""
    monkeypatch.setenv("MONITOR_MERGEGAP", "30m")
    login = {"kafka_sasl_username": "u", "kafka_sasl_password": "p"}
    bare = {"kafka_security_protocol": "SASL_PLAINTEXT", **login}
    away = list(look_at_settings(Settings.model_validate({"broker": "kafka:9092", **bare})))
    here = list(look_at_settings(Settings.model_validate({"broker": "127.0.0.1:9092", **bare})))
    assert [f.state for f in away] == [State.warn, State.warn, State.ok]
    assert "did you mean MONITOR_MERGE_GAP?" in away[0].said
    assert "in clear" in away[1].said
    assert [f.state for f in here] == [State.warn, State.ok]


def test_policies_that_end_or_do_not_load_are_told(tmp_path: Path) -> None:
    """A pack with a mistake fails; a year in which nothing is in force does, too."""
    (tmp_path / "wrong.yaml").write_text("policy: 3\n")
    wrong = list(look_at_policies(Settings(policy_dirs=(tmp_path,)), 0))
    assert wrong
    assert {f.state for f in wrong} == {State.fail}
    assert str(tmp_path / "wrong.yaml") in wrong[0].said
    in_1970 = list(look_at_policies(Settings(), DAY_US))
    assert [f.said for f in in_1970 if f.state == State.fail] == [
        f"no policy is in force for {country}: no outage there would be notified"
        for country in ("AT", "BE")
    ]


@pytest.mark.parametrize(
    ("clock", "state"),
    [
        (KernelClock(synchronised=True, max_error_us=40_000), State.ok),
        (KernelClock(synchronised=True, max_error_us=1_000_001), State.warn),
        (KernelClock(synchronised=False, max_error_us=0), State.warn),
        (None, State.warn),
    ],
)
def test_the_clock_is_what_the_kernel_says(clock: KernelClock | None, state: State) -> None:
    """A clock that nobody corrects, or that may be wrong by a second, is something to look at."""
    finding = look_at_clock(clock)
    assert finding.state == state
    assert bool(finding.todo) == (state != State.ok)


def test_the_kernel_answers_or_says_nothing() -> None:
    """Asking it needs no rights, and its answer makes sense."""
    clock = kernel_clock()
    assert clock is None or clock.max_error_us >= 0
