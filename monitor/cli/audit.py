"""`outage-monitor audit`: whether every notification was made, and in time."""

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from monitor.audit.ask import Ask, Progress
from monitor.audit.manifest import Manifest, Options, differences, manifest, read_manifest
from monitor.audit.page import page
from monitor.audit.run import audit as run_audit
from monitor.audit.text import print_result
from monitor.cli import common, ranges
from monitor.cli.output import check_apart, output
from monitor.core.law import Law
from monitor.core.reading import Reading
from monitor.packs.errors import PackError
from monitor.packs.loading import load_law
from monitor.recorded.bound import Bound
from monitor.recorded.read import Recording, is_recording
from monitor.replay.lines import Lines

_LIMIT: Final = "60s"
#: Less than this is done before other processes have begun.
_WORTH_BYTES: Final = 8 * 1024 * 1024
_MEGA: Final = 1024 * 1024
_DEFAULT: Final = ("inputs", "notifications", "obligations")


def audit(  # noqa: PLR0913, PLR0917 - a command has as many parameters as it has options
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT...",
            help="A recording of inputs (best), or recordings or files of alarms. With "
            "--from-topic: inputs, which is the default, or alarms.",
        ),
    ] = None,
    notifications: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="What was published: a recording, lines as replay writes them, or kcat's; may be "
            "given several times. [default: the recording of the input]",
        ),
    ] = None,
    inventory: common.InventoryFile = None,
    policy: common.PolicyDirs = None,
    designation: Annotated[
        list[str] | None,
        typer.Option(help="What the operator is designated as (policy.name), as the worker was."),
    ] = None,
    reading: Annotated[
        common.Reading | None,
        typer.Option(help="The reading that decides.", show_default="as recorded"),
    ] = None,
    merge_gap: Annotated[
        int | None,
        typer.Option(parser=common.duration, metavar="DURATION", show_default="as recorded"),
    ] = None,
    lateness_horizon: Annotated[
        int | None,
        typer.Option(parser=common.duration, metavar="DURATION", show_default="as recorded"),
    ] = None,
    correlate: common.CorrelateOption = common.Correlate.group,
    until: common.Until = None,
    limit: Annotated[
        int,
        typer.Option(
            parser=common.duration,
            metavar="DURATION",
            help="A notification that took longer is late.",
            show_default=_LIMIT,
        ),
    ] = _LIMIT,  # type: ignore[assignment]
    compare: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|READING",
            help="Show beside it what other packs, or another reading, would have said.",
        ),
    ] = None,
    json_: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the answer as JSON.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the answer as a page of HTML.")
    ] = None,
    manifest_: Annotated[
        Path | None,
        typer.Option(
            "--manifest", metavar="FILE", help="Write down the audit, so that it can be repeated."
        ),
    ] = None,
    repeat: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Repeat the audit of a manifest, and compare."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="How many processes work.", show_default="one for each core"),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with code 1 if anything could not be checked.")
    ] = False,
    from_topic: ranges.FromTopic = False,
    since: ranges.Since = None,
    to: ranges.Until = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep what --from-topic recorded (.zst, .gz)."),
    ] = None,
) -> None:
    """Compare what was published with what the recorded input calls for: missing, late, altered.

    Best from a recording (`record inputs notifications obligations -o FILE.zst`), in which arrival,
    inventory and rules are frozen: `audit FILE.zst`.
    """
    with ExitStack() as stack:
        stack.enter_context(common.mistakes_told())
        before = None
        if repeat is not None:
            given = (
                inputs, notifications, inventory, policy, designation, reading, merge_gap,
                lateness_horizon, until, compare, since, to, keep,
            )  # fmt: skip
            plain = correlate is common.Correlate.group and limit == common.duration(_LIMIT)
            if from_topic or strict or not plain or any(one not in (None, []) for one in given):
                common.fail("--repeat takes files and options from the manifest; name no others")
            before = read_manifest(repeat)
            options = before.options
        else:
            if from_topic:
                if manifest_ is not None and keep is None:
                    common.fail("what is in a manifest must be kept: give --keep FILE, too")
                taped = stack.enter_context(_recorded(inputs or (), since, to, keep))
                inputs, notifications = [taped], notifications or [taped]
            options = Options(
                inputs=inputs or [],
                notifications=_published(inputs or [], notifications or []),
                inventory=inventory,
                policy=[str(directory) for directory in policy or ()],
                designations=sorted(designation or ()),
                reading=None if reading is None else reading.value,
                merge_gap_us=merge_gap,
                lateness_horizon_us=lateness_horizon,
                correlate=correlate.value,
                until_us=until,
                limit_us=limit,
                compare=compare,
            )
        read = (*options.inputs, *options.notifications, options.inventory)
        files = [Lines(name) for name in read if name is not None]
        outputs = (json_, html, manifest_)
        check_apart(outputs, files)
        gc.disable()
        result = run_audit(_ask(options, jobs), stack.enter_context(_progress()))
        now = manifest(options, result)
        _write(json_, result.as_json())
        _write(html, page(result))
        _write(manifest_, now.as_json())
        print_result(_console(json_), result)
        if before is not None:
            _tell_repeated(before, now)
    if before is None and (result.findings or (strict and result.not_checked)):
        raise typer.Exit(common.Exit.ANSWER_IS_NO)


def _ask(options: Options, jobs: int | None) -> Ask:
    law = _law(options.policy, options.designations)
    beside: tuple[Law, Reading | None] | None = None
    if options.compare in set(common.Reading):
        beside = (law, common.Reading(options.compare).value)
    elif options.compare is not None:
        beside = (_law([*options.policy, options.compare], options.designations), None)
    given = (options.policy, options.designations, options.reading, options.merge_gap_us)
    size = sum(p.stat().st_size for p in map(Path, options.inputs) if p.is_file())
    many = os.cpu_count() or 1 if size >= _WORTH_BYTES else 1
    return Ask(
        inputs=tuple(options.inputs),
        notifications=tuple(options.notifications),
        inventory=options.inventory,
        law=law,
        reading=None if options.reading is None else common.Reading(options.reading).value,
        merge_gap_us=options.merge_gap_us,
        lateness_horizon_us=options.lateness_horizon_us,
        correlate=common.Correlate(options.correlate).value,
        until_us=options.until_us,
        limit_us=options.limit_us,
        jobs=jobs or many,
        what_if=any(given),
        beside=beside,
    )


def _law(directories: list[str], designations: list[str]) -> Law:
    try:
        return load_law([Path(directory) for directory in directories], designations)
    except PackError as error:
        common.fail(str(error))


def _published(inputs: list[str], notifications: list[str]) -> list[str]:
    """Return where the notifications are: in the recordings of the input if nothing is named."""
    if not inputs:
        common.fail("name the recorded input, or give --from-topic")
    if "-" in (*inputs, *notifications):
        common.fail("an audit reads its files more than once: standard input (-) cannot be one")
    for name in (*inputs, *notifications):
        Lines(name).check()
    if notifications:
        return notifications
    found = [n for n in inputs if is_recording(n) and Recording(n).head.topic("notifications")]
    if not found:
        common.fail("name what was published: --notifications FILE")
    return found


@contextmanager
def _recorded(
    names: Sequence[str], since: Bound | None, until: Bound | None, keep: Path | None
) -> Iterator[str]:
    # An audit of files should not wait for what reads Kafka.
    from monitor.cli.taking import spooled  # noqa: PLC0415

    wanted = [*names, *_DEFAULT[1:]] if names else list(_DEFAULT)
    with spooled(wanted, since, until, inventory=True, keep=keep) as path:
        yield str(path)


@contextmanager
def _progress() -> Iterator[Progress]:
    console = common.stderr
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[megabytes]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None, megabytes="")

        def progress(what: str, done: int, total: int) -> None:
            read = f"{done / _MEGA:,.0f} of {total / _MEGA:,.0f} MB" if total else ""
            bar.update(task, description=what, completed=done, total=total or None, megabytes=read)

        yield progress


def _write(path: Path | None, content: bytes) -> None:
    if path is not None:
        with output(path) as target:
            target.write(content)


def _console(json_: Path | None) -> Console:
    """Return where the summary goes: not between data."""
    return common.wide(common.stderr if str(json_) == "-" else Console(highlight=False), 200)


def _tell_repeated(before: Manifest, now: Manifest) -> None:
    if before.result_sha256 == now.result_sha256:
        common.stderr.print(f"the same answer, bit by bit: SHA-256 {now.result_sha256}")
        return
    for sentence in differences(before, now):
        common.warn(sentence)
    raise typer.Exit(common.Exit.ANSWER_IS_NO)
