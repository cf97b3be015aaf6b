"""What people do, from the command line and the board to the inputs, and what can go wrong."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession
from board.asking import OWN
from board.samples import notification, status, written
from typer.testing import CliRunner, Result

from monitor.__main__ import command_line
from monitor.board.run import running_board
from monitor.broker.clients import admin_of, producer_of
from monitor.clock import WallClock
from monitor.formats.instant import time_us
from monitor.settings import Settings
from monitor.topics import create_some

from .acting import (
    BRIEF,
    FULL,
    OUTAGE,
    Decider,
    action,
    actions_of,
    command,
    deciding,
    duty,
    environment,
    ids_of,
    program,
    said,
)
from .ingesting import ELEMENT, Ingesting, prepared, worker
from .running import OpenBroker, Running, ago, create, own_topics, running, unique_app_id
from .test_ingest_roles import confirmed_since, process

BAD = b'\xff\x1b[31m"evil"'


async def send(product: Ingesting, *values: bytes | None, key: bytes | None = None) -> None:
    """Write records to the actions."""
    for value in values:
        await product.producer.send_and_wait(product.topics.actions.name, value, key)


def test_actions_come_to_the_inputs(open_broker: OpenBroker) -> None:
    """In their order, whatever their key; what is nonsense does not hold them up."""

    async def run() -> None:
        async with prepared(open_broker, settings={"inventory": "optional"}) as product:
            await send(product, action("a"), BAD, action("b"), key=b"\xfekey")
            async with worker(product):
                await product.until(lambda: ids_of(product) == ["a", "b"])
            first = actions_of(product)[0]
            assert (first.offset, first.action.outage_id) == (0, OUTAGE)

    asyncio.run(run())


def test_nonsense_comes_to_the_dead_letters(open_apache: OpenBroker, tmp_path: Path) -> None:
    """Bytes, key and reason; shown and retried as those of alarms are."""

    async def run() -> None:
        async with prepared(open_apache, settings={"inventory": "optional"}) as product:
            later = action("c", done_at=ago(hours=-1))
            await send(product, action("a"), BAD, None, later, action("b"), key=b"\xfekey")
            async with worker(product):
                await product.until(lambda: ids_of(product) == ["a", "b"])
                settings = environment(product.broker, product.settings.app_id, tmp_path)
                letters = await until_letters(settings, 3)
                assert [letter["reason"] for letter in letters] == [
                    "not_utf8", "empty", "ahead_of_arrival",
                ]  # fmt: skip
                assert {letter["key_base64"] for letter in letters} == {"/mtleQ=="}
                shown = await program(settings, "dlq", "show", "0/0", "--topic", "actions")
                assert r"\xff\x1b[31m" in shown.out
                retry = ("dlq", "retry", "0/0", "--topic", "actions", "--yes")
                retried = await program(settings, *retry)
                assert retried.code == 0, retried.err
                again = await until_letters(settings, 4)
                assert (again[3]["retries"], again[3]["retry_of"]) == (1, "0/0")

    asyncio.run(run())


async def until_letters(settings: dict[str, str], count: int) -> list[dict[str, object]]:
    """Ask for the dead letters of actions until there are so many."""
    async with asyncio.timeout(20):
        while True:
            listed = await program(settings, "dlq", "list", "--topic", "actions", "--json")
            assert listed.code == 0, listed.err
            letters = [json.loads(line) for line in listed.out.splitlines()]
            if len(letters) >= count:
                return letters


def test_a_killed_worker_loses_none(open_apache: OpenBroker, tmp_path: Path) -> None:
    """Another one goes on where it was; what comes twice is the same action."""

    async def run() -> None:
        async with prepared(open_apache) as product:
            await product.send_inventory(ELEMENT, "olt-1")
            names = [f"a-{number:03}" for number in range(400)]
            async with process(product, tmp_path) as first:
                sending = asyncio.create_task(send(product, *map(action, names)))
                await product.until(lambda: len(ids_of(product)) > 50)
                first.kill()
                await first.wait()
            async with worker(product):
                await sending
                await product.until(lambda: len(ids_of(product)) == len(names))
            assert ids_of(product) == names
            same = {item.offset: item.action for item in actions_of(product)}
            assert all(same[item.offset] == item.action for item in actions_of(product))

    asyncio.run(run())


@asynccontextmanager
async def missing(product: Running) -> AsyncIterator[None]:
    """Delete the topic of actions, and that of their dead letters."""
    topics = product.topics
    async with admin_of(product.broker) as admin:
        await admin.delete_topics([topics.actions.name, topics.actions_dlq.name])
    yield
    async with admin_of(product.broker) as admin:
        await create_some(admin, [topics.actions, topics.actions_dlq], 1)


@asynccontextmanager
async def stuck(product: Running) -> AsyncIterator[None]:
    """Leave a transaction open, behind which nobody sees anything."""
    name = product.topics.actions.name
    async with producer_of(product.broker, f"{product.settings.app_id}-other") as other:
        await other.begin_transaction()
        await other.send_and_wait(name, action("hidden"))
        await product.producer.send_and_wait(name, action("behind"))
        yield
        await other.abort_transaction()


@asynccontextmanager
async def flooded(product: Running) -> AsyncIterator[None]:
    """Write thousands of records that are nonsense."""
    name = product.topics.actions.name
    sent = [await product.producer.send(name, BAD) for _ in range(5000)]
    await asyncio.gather(*sent)
    yield


@pytest.mark.parametrize("trouble", [missing, stuck, flooded])
def test_a_crossing_waits_for_no_action(
    open_apache: OpenBroker,
    trouble: Callable[[Running], AbstractAsyncContextManager[None]],
) -> None:
    """Time alone crosses at its instant, whatever is the matter with the actions."""
    users = [{"service": "fixed_internet", "area": "B-1", "end_users": 30_000}]

    async def run() -> None:
        async with running(open_apache, [ELEMENT]) as product, trouble(product):
            began = ago(minutes=59, seconds=56)
            await product.send({
                "source": "oss", "alarm_id": "1", "action": "raise", "event_time": began,
                "element": "olt-1", "impact": users,
            })  # fmt: skip
            (record,) = await product.read(product.topics.notifications.name, 1)
            told = json.loads(record.value)
            assert time_us(told["crossed_at"]) == time_us(began) + 3_600_000_000
            assert time_us(told["detected_at"]) - time_us(told["crossed_at"]) < 2_000_000
            assert told["input_complete"] is True
            assert not [task for task in product.tasks if task.done()]

    asyncio.run(run())


def test_ingest_goes_on_with_actions_once_their_topic_is_there(open_apache: OpenBroker) -> None:
    """A topic that is made later is found; the clock has gone on meanwhile."""

    async def run() -> None:
        async with prepared(open_apache, settings={"inventory": "optional"}) as product:
            name = product.topics.actions.name
            async with admin_of(product.broker) as admin:
                await admin.delete_topics([name])
            async with worker(product):
                await product.until(confirmed_since(product, WallClock().now_us()))
                async with admin_of(product.broker) as admin:
                    await create_some(admin, [product.topics.actions], 1)
                await send(product, action("a"))
                await product.until(lambda: ids_of(product) == ["a"])

    asyncio.run(run())


def test_the_boards_acknowledgement_is_an_action(open_broker: OpenBroker) -> None:
    """It comes to the inputs with who and what; the board shows it as before."""

    async def run() -> None:
        async with (
            prepared(open_broker, settings={"inventory": "optional"}) as product,
            ClientSession() as session,
        ):
            topics, told = product.topics, notification()
            async with admin_of(product.broker) as admin:
                outputs = [topics.status, topics.notifications, topics.obligations]
                await create_some(admin, outputs, 1)
            for topic, message in ((topics.status, status()), (topics.notifications, told)):
                await product.producer.send_and_wait(topic.name, written(message), b"key")
            settings = Settings(app_id=product.settings.app_id, board_port=0)
            board = running_board(product.broker, topics, settings, WallClock())
            async with worker(product), board as (url, _):
                await acknowledge(session, url, told["outage_id"], told["crossing_id"])
                await product.until(lambda: bool(actions_of(product)))
            (item,) = actions_of(product)
            assert (item.action.kind, item.action.who) == ("acknowledged", "Anna")
            assert (item.action.outage_id, item.action.text) == (told["outage_id"], "seen")

    asyncio.run(run())


async def acknowledge(session: ClientSession, url: str, outage_id: str, crossing_id: str) -> None:
    """Acknowledge as the page does, as soon as the board knows of the crossing."""
    body = {
        "outage_id": outage_id, "who": "Anna", "note": "seen",
        "crossings": [{"crossing_id": crossing_id, "revision": 0}],
    }  # fmt: skip
    async with asyncio.timeout(20):
        while True:
            asked = session.post(f"{url}/api/acknowledgements", json=body, headers=OWN)
            async with asked as answer:
                if answer.status == 202:
                    return
            await asyncio.sleep(0.05)


Run = Callable[..., Awaitable[Result]]


def with_commands(
    open_broker: OpenBroker, directory: Path, test: Callable[[Run, Decider], Awaitable[None]]
) -> None:
    """Run a test with commands, and somebody who answers what they write."""

    async def run() -> None:
        app_id = unique_app_id()
        topics = own_topics(app_id)
        async with AsyncExitStack() as stack:
            broker = await stack.enter_async_context(open_broker())
            await create(broker, topics)
            producer = await stack.enter_async_context(producer_of(broker))
            decider = await stack.enter_async_context(deciding(broker, topics, producer))
            settings = environment(broker, app_id, directory)

            async def invoke(*arguments: str) -> Result:
                return await command(settings, *arguments)

            await test(invoke, decider)

    asyncio.run(run())


def test_the_commands_write_and_say_what_became_of_it(
    open_apache: OpenBroker, tmp_path: Path
) -> None:
    """Each kind; who, when and which; taken, or refused with code 1; what is still to do."""

    async def test(run: Run, decider: Decider) -> None:
        await decider.publish(duty(BRIEF, "x.brief"), duty(FULL, "x.full"))
        acked = await run("ack", OUTAGE, "--step", "brief", "--who", "Anna\x1b")
        assert acked.exit_code == 0, acked.output
        assert "taken" in said(acked)
        assert "still to do: x.full, X, overdue for" in said(acked)
        key, told = decider.seen[-1]
        assert (key.decode(), told["obligation"], told["who"]) == (OUTAGE, BRIEF, "Anna")
        at = "2026-03-14T09:05:00+01:00"
        done = await run("submit", "11111111", "--reference", "R-1", "--at", at, "--who", "B")
        assert done.exit_code == 0, done.output
        _, told = decider.seen[-1]
        assert (told["kind"], told["done_at"]) == ("submitted", "2026-03-14T08:05:00Z")
        assert (told["reference"], told["obligation"]) == ("R-1", BRIEF)
        refused = await run("note", FULL, "refuse", "me")
        assert refused.exit_code == 1
        assert "it was not taken: there is no such obligation" in said(refused)
        cleared = await run("clear", OUTAGE, "--reason", "on site", "--alarm", "a%2Fb/1/2")
        assert cleared.exit_code == 0, cleared.output
        assert "taken: the outage is ended now" in said(cleared)
        _, told = decider.seen[-1]
        assert told["alarms"] == [{"source": "a/b", "alarm_id": "1/2"}]
        assert (told["note"], told["obligation"]) == ("on site", None)

    with_commands(open_apache, tmp_path, test)


def test_the_same_action_again(open_apache: OpenBroker, tmp_path: Path) -> None:
    """With its id it is written once more, and told as taken before."""

    async def test(run: Run, decider: Decider) -> None:
        await decider.publish(duty(BRIEF, "x.brief"))
        for expected in ("taken", "it was taken before"):
            result = await run("ack", BRIEF, "--action-id", "my-own")
            assert result.exit_code == 0
            assert expected in said(result)
            assert "--action-id my-own" in said(result)
        assert {told["action_id"] for _, told in decider.seen} == {"my-own"}

    with_commands(open_apache, tmp_path, test)


def test_what_nobody_knows_of_is_not_written(open_apache: OpenBroker, tmp_path: Path) -> None:
    """Code 2 with what is near, unless it is forced; without waiting there is no answer."""

    async def test(run: Run, decider: Decider) -> None:
        await decider.publish(duty(BRIEF, "x.brief"), duty(FULL, "x.full"))
        wrong = OUTAGE.replace("agg-1", "agg-7")
        for arguments, part in (
            (("ack", wrong), f"near it: {OUTAGE}"),
            (("ack", wrong, "--step", "x", "--who", "A" * 81), f"near it: {OUTAGE}"),
            (("submit", OUTAGE, "--reference", "R"), f"{BRIEF} (x.brief), {FULL} (x.full)"),
            (("submit", BRIEF), "give --reference"),
            (("note", BRIEF, "n" * 2001), "note: expected at most 2000 characters"),
            (("ack", BRIEF, "--who", " "), "who: expected a text that can be printed"),
            (("clear", wrong, "--reason", "r"), f"near it: {OUTAGE}"),
            (("clear", OUTAGE, "--reason", "r", "--alarm", "x"), "expected SOURCE/ID"),
            (("ack", "no-outage", "--force"), "no obligation and no outage no-outage"),
        ):
            result = await run(*arguments)
            assert (result.exit_code, part in said(result)) == (2, True), said(result)
        assert decider.seen == []
        forced = await run("ack", wrong, "--step", "x.brief", "--force", "--no-wait")
        assert forced.exit_code == 0, forced.output
        assert "no answer" not in said(forced)

    with_commands(open_apache, tmp_path, test)


def test_the_list_of_duties(open_apache: OpenBroker, tmp_path: Path) -> None:
    """The open ones, the most urgent first; all of them, and as they were published."""

    async def test(run: Run, decider: Decider) -> None:
        assert said(await run("duties")) == "nothing has to be done"
        late = duty(BRIEF, "x.late", due_at="2199-01-01T00:00:00Z")
        await decider.publish(late, duty(FULL, "x.full\x1b[31m"), duty("done", "x", state="done"))
        listed = await run("duties")
        assert listed.exit_code == 0
        assert "\x1b" not in listed.output
        assert listed.output.index("22222222") < listed.output.index("11111111")
        assert "overdue for" in listed.output
        assert "x.done" not in listed.output
        lines = (await run("duties", "--json", "--all")).output.splitlines()
        assert [json.loads(line)["obligation_id"] for line in lines] == ["done", FULL, BRIEF]
        assert json.loads(lines[2]) == late

    with_commands(open_apache, tmp_path, test)


@pytest.mark.parametrize(
    "arguments",
    [["duties"], ["ack", "x"], ["submit", "x", "--reference", "R"], ["note", "x", "n"],
     ["clear", "x", "--reason", "r"], ["alarms"]],
)  # fmt: skip
def test_a_broker_that_is_gone(arguments: list[str]) -> None:
    """One sentence that names the address, code 3, no traceback."""
    environment = {"MONITOR_BROKER": "127.0.0.1:9"}
    result = CliRunner().invoke(command_line(arguments[0]), arguments, env=environment)
    assert result.exit_code == 3, result.output
    assert "127.0.0.1:9 does not answer" in said(result)
    assert "Traceback" not in result.output


def test_silent_alarms_are_listed_beside_running_workers(
    open_apache: OpenBroker, tmp_path: Path
) -> None:
    """The oldest first, with the command that ends each; the workers go on undisturbed."""

    async def run() -> None:
        users = [{"service": "fixed_internet", "area": "B-1", "end_users": 300}]
        async with running(open_apache, [ELEMENT]) as product:
            for number, days in (("young", 1), ("old", 4), ("older", 5)):
                await product.send({
                    "source": "oss", "alarm_id": number, "action": "raise", "element": "olt-1",
                    "event_time": ago(days=days), "impact": users,
                })  # fmt: skip
            settings = environment(product.broker, product.settings.app_id, tmp_path)
            async with asyncio.timeout(20):
                lines: list[str] = []
                while len(lines) < 2:
                    result = await program(settings, "alarms", "--silent", "3d", "--json")
                    assert result.code == 0, result.err
                    lines = result.out.splitlines()
            found = [json.loads(line) for line in lines]
            assert [each["alarm_id"] for each in found] == ["older", "old"]
            assert (found[0]["element"], found[0]["end_users"]) == ("olt-1", 300)
            assert found[0]["since"] == found[0]["last_event"]
            listed = await program(settings, "alarms")
            outage_id = found[0]["outage_id"]
            assert f"outage-monitor clear {outage_id} --alarm oss/older --reason" in listed.out
            assert "silent for 5 d" in listed.out
            none = await program(settings, "alarms", "--silent", "9d")
            assert none.out == "no active alarm is silent for longer than 9 d\n"
            assert not [task for task in product.tasks if task.done()]

    asyncio.run(run())


def test_a_duty_from_its_crossing_to_its_submission(
    open_apache: OpenBroker, tmp_path: Path
) -> None:
    """With all parts at work: seen, done, put right, refused, and its outage ended by a person."""

    async def run() -> None:
        effect = {"kind": "interconnection", "target": "ix-1"}
        async with running(open_apache, [ELEMENT]) as product:
            await product.send({
                "source": "oss", "alarm_id": "1", "action": "raise", "element": "olt-1",
                "event_time": ago(minutes=1), "effects": [effect],
            })  # fmt: skip
            topic = product.topics.obligations.name
            duties = [json.loads(record.value) for record in await product.read(topic, 2)]
            outage_id, settings = duties[0]["outage_id"], environment(
                product.broker, product.settings.app_id, tmp_path
            )  # fmt: skip
            first = min(duties, key=lambda each: each["due_at"])
            name = first["obligation_id"]
            for arguments, code, part in (
                (("ack", outage_id, "--action-id", "a-1"), 0, "taken"),
                (("ack", outage_id, "--action-id", "a-1"), 0, "it was taken before"),
                (("submit", name[:8], "--reference", "R-1", "--action-id", "a-2"), 0, "taken"),
                (("submit", name, "--reference", "R-2", "--corrects", "a-2"), 0, "taken"),
                (("submit", name, "--reference", "R-3", "--corrects", "a-9"), 1, "a-9"),
                (("ack", outage_id.replace("agg-1", "agg-9"), "--force"), 1, "no obligation"),
                (("clear", outage_id, "--reason", "r", "--alarm", "oss/9"), 1, "oss/9"),
                (("clear", outage_id, "--reason", "r", "--alarm", "oss/1"), 0, "is ended now"),
            ):
                ended = await program(settings, *arguments)
                said_all = " ".join((ended.out + ended.err).split())
                assert (ended.code, part in said_all) == (code, True), (arguments, said_all)
            listed = (await program(settings, "duties", "--all", "--json")).out.splitlines()
            done = {each["obligation_id"]: each for each in map(json.loads, listed)}[name]
            assert (done["state"], done["submitted"]["reference"]) == ("done", "R-2")
            assert done["acknowledged"]["action_id"] == "a-1"
            letters = await until_letters(settings, 3)
            assert all(letter["topic"] == product.topics.actions.name for letter in letters)

    asyncio.run(run())
