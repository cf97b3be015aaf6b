"""What `ack`, `submit`, `note` and `clear` share: look, write, wait for the answer, say it."""

import getpass
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final, TypeVar
from uuid import uuid4

import typer
from aiokafka import TopicPartition
from msgspec import Struct

from monitor.actions.answer import Answer, Expected
from monitor.actions.known import Duty, Known, Target, UnknownError, by_due, find
from monitor.actions.message import ActionMessage, written
from monitor.actions.outputs import Outputs, outputs_of
from monitor.actions.reading import read_action
from monitor.broker.clients import producer_of
from monitor.broker.existing import NoSuchTopicError
from monitor.cli import cluster, common
from monitor.cli.duties_text import due_in
from monitor.clock import WallClock
from monitor.core.duty_state import ActionKind
from monitor.core.written import time_text
from monitor.messages.printable import printable

_T = TypeVar("_T")
_JSON: Final = [("content-type", b"application/json")]
_WAIT_S: Final = 5.0

Named = Annotated[
    str,
    typer.Argument(
        metavar="OBLIGATION",
        help="The id of an obligation or its beginning, or that of an outage.",
    ),
]
Step = Annotated[
    str | None, typer.Option("--step", help="Of an outage: only this step, as `duties` has it.")
]
Who = Annotated[str | None, typer.Option("--who", help="Who did it; by default the login name.")]
Corrects = Annotated[
    str | None,
    typer.Option("--corrects", metavar="ACTION_ID", help="The action that this one replaces."),
]
ActionId = Annotated[
    str | None,
    typer.Option("--action-id", help="Give it again to write the same action again."),
]
Force = Annotated[bool, typer.Option("--force", help="Write it also about what nobody knows of.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Do not wait until it was taken.")]


class How(Struct, frozen=True, kw_only=True):
    """What every action is given beside what it says."""

    who: str | None
    corrects: str | None = None
    action_id: str | None
    force: bool
    wait: bool


class Done(Struct, frozen=True):
    """An action that was written, and what is known by then."""

    action: ActionMessage
    answer: Answer | None
    #: whether it stood in what is known before it was written now
    known_before: bool
    known: Known


Read = tuple[Known, dict[str, bytes]]
#: From what is known to the action; raises UnknownError.
Make = Callable[[Known], tuple[ActionMessage, list[Duty]]]


def message(kind: ActionKind, outage_id: str, how: How, **fields: Any) -> ActionMessage:
    """Return an action as its reader will see it, or tell what is wrong with it."""
    given = ActionMessage(
        action_id=how.action_id or str(uuid4()),
        kind=kind,
        outage_id=outage_id,
        at=time_text(WallClock().now_us()),
        who=how.who or _login(),
        corrects=how.corrects,
        **fields,
    )
    try:
        value = written(given)
    except UnicodeEncodeError:
        common.fail("what was given is not text in UTF-8")
    read, reject = read_action(value)
    if read is None:
        common.fail(reject.detail if reject is not None else "the action cannot be read")
    return read


def about(known: Known, named: str, step: str | None, how: How) -> Target:
    """Return what a person means; by force also what nobody knows of."""
    try:
        return find(known, named, step)
    except UnknownError:
        if how.force and "@" in named:
            return Target(named, step, [])
        raise


def act(make: Make, how: How) -> None:
    """Write an action and say what became of it."""
    at = cluster.place()
    done = reached(at, _act(at, make, how))
    _tell(done, waited=how.wait)


async def _act(at: cluster.Place, make: Make, how: How) -> Done:
    async with outputs_of(at.broker, at.topics) as outputs:
        await read(outputs)
        action, duties = make(outputs.known)
        expected = Expected(action, duties, outputs.known)
        known_before = expected.taken_before()
        async with producer_of(at.broker) as producer:
            sent = await producer.send_and_wait(
                at.topics.actions.name, written(action), action.outage_id.encode(), headers=_JSON
            )
        answer = None
        if how.wait and not known_before:
            source = TopicPartition(sent.topic, sent.partition)
            answer = await outputs.answer(expected, source, sent.offset, _WAIT_S)
        return Done(action, answer, known_before, outputs.known)


async def read(outputs: Outputs) -> None:
    """Read what is known; on a terminal say how far that is."""
    with cluster.progress("reading what is known") as progress:
        await outputs.read(progress)
    if not outputs.complete:
        common.warn("the newest records are hidden behind a transaction that nobody ends")


def _tell(done: Done, *, waited: bool) -> None:
    """Say what was written, what became of it, and what is still due."""
    action, answer = done.action, done.answer
    _say(f"written: {action.kind} of {action.obligation or action.outage_id} by {action.who}")
    _say(f"action id {action.action_id}; to write it again, give --action-id {action.action_id}")
    if done.known_before:
        _say("it was taken before; written again it changes nothing")
    elif answer is not None and answer.problem is not None:
        common.fail(f"it was not taken: {answer.problem}", common.Exit.ANSWER_IS_NO)
    elif answer is not None:
        _say(f"taken{f': {answer.remark}' if answer.remark else ''}")
    elif waited:
        common.warn(
            f"no answer within {_WAIT_S:g} s: it is written, and is taken once a worker reads it. "
            "`outage-monitor duties` shows it then, `outage-monitor dlq list --topic actions` if "
            "it is refused"
        )
    _tell_due(done)


def _tell_due(done: Done) -> None:
    now_us = WallClock().now_us()
    due = by_due(duty for duty in done.known.of(done.action.outage_id) if duty.open)
    for duty in due:
        _say(f"still to do: {duty.step}, {duty.authority}, {due_in(duty.due_at, now_us)}")
    if not due and done.action.kind != "clear":
        _say("nothing is left to do about this outage now")


def _say(line: str) -> None:
    typer.echo(printable(line))


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        common.fail("this system does not say who is logged in; give --who NAME")


def reached(at: cluster.Place, work: Coroutine[Any, Any, _T]) -> _T:
    """Wait for the answer, or say that there is none, and end."""
    return cluster.reached(at.broker, work, (UnknownError, NoSuchTopicError))
