"""`outage-monitor report`: the drafted notice, the form's fields, and what they rest on."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import common, ranges
from monitor.cli.output import check_apart, output
from monitor.cli.sources import sources, topics_recorded
from monitor.core.duty_state import Action
from monitor.core.event import AlarmId, Event
from monitor.core.law import Law
from monitor.core.reading import Options
from monitor.formats.alarm import NativeAlarm
from monitor.packs.errors import PackError
from monitor.packs.loading import law_of, load_packs
from monitor.packs.model import Pack
from monitor.replay.lines import Lines
from monitor.replay.progress import shown
from monitor.replay.reading import AlarmReader
from monitor.replay.rejects import Rejects
from monitor.report.choose import (
    ChoiceError,
    NothingToNotifyError,
    authority_of,
    language_of,
    packs_of,
    steps_of,
)
from monitor.report.course import Course
from monitor.report.draft import Draft, drafted
from monitor.report.evidence import evidence as evidence_of
from monitor.report.find import NoOutageError, find, keys_of
from monitor.report.words import Words
from monitor.report.written import Format, NoMailError, written


class Lang(StrEnum):
    """The languages of reports."""

    en = "en"
    de = "de"
    nl = "nl"
    fr = "fr"


def report(  # noqa: PLR0913, PLR0917 - a command has as many parameters as it has options
    outage: Annotated[str, typer.Argument(metavar="OUTAGE", help="An outage id, or its key.")],
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE...",
            help="Alarms as JSON lines, or recordings; - is stdin. With --from-topic: topics.",
        ),
    ] = None,
    authority: Annotated[
        str | None, typer.Option(help="For whom, if several are to be notified.")
    ] = None,
    step: Annotated[
        str | None, typer.Option(help="One step only, such as brief_notice or follow_up.")
    ] = None,
    lang: Annotated[
        Lang | None, typer.Option(help="The language; the authority's own if left out.")
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option("--format", help="As the name of the output says, or md."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write to this file, not to stdout.")
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option(help="Write the alarms behind the numbers, as JSON lines.")
    ] = None,
    actions: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="What people did: values of the actions topic, by line."),
    ] = None,
    policy: common.PolicyDirs = None,
    designation: common.Designations = None,
    inventory: common.InventoryFile = None,
    reading: common.ReadingOption = common.Reading.cautious,
    merge_gap: common.MergeGap = common.HOUR,  # type: ignore[assignment]
    correlate: common.CorrelateOption = common.Correlate.group,
    lateness_horizon: common.Horizon = common.WEEK,  # type: ignore[assignment]
    at: common.At = None,
    from_topic: ranges.FromTopic = False,
    since: ranges.Since = None,
    to: ranges.Until = None,
) -> None:
    """Draft what must be sent about an outage. It is a draft, and no legal advice.

    The notice as text or e-mail, the fields of the authority's form as far as the data fills them,
    the counts over time against the thresholds, the crossings, the duties, and the sources.
    """
    names = files or []
    if not (from_topic or names):
        common.fail("name the files to read, or give --from-topic")
    packs, law = _law(policy, designation)
    options = Options(
        reading=reading.value, merge_gap_us=merge_gap, lateness_horizon_us=lateness_horizon
    )
    gc.disable()
    with ExitStack() as stack:
        stack.enter_context(common.mistakes_told())
        stack.enter_context(_choices_told())
        if from_topic:
            names = [stack.enter_context(topics_recorded(names, inventory, since, to))]
        found = sources(names, inventory, at)
        deeds = Lines(actions) if actions is not None else None
        check_apart((out, evidence), (*found.all, *found.elements, deeds))
        refused = Rejects()
        course = Course(law, options, keys_of(outage), list(_actions(deeds)))
        reader = AlarmReader(found.inventory(refused), correlate.value, refused, at)
        causes = _causes_of(reader, course)
        for origin in shown(reader.events(found.files, found.events), found.all, common.stderr):
            course.take(origin)
        course.finish(at)
        common.warn_unused(refused.by_reason)
        for sentence in course.refused:
            common.warn(f"an action was not taken: {sentence}")
        draft, words = _drafted(course, outage, packs, (authority, lang), causes)
        content = written(draft, steps_of(draft, step), words, _format(form, out))
        with output(out) as target:
            target.write(content)
        if evidence is not None:
            with output(evidence) as target:
                for line in evidence_of(draft, course):
                    target.write(line)


@contextmanager
def _choices_told() -> Iterator[None]:
    """Tell which outages, authorities, steps and languages there are."""
    try:
        yield
    except NothingToNotifyError as answer:
        common.fail(str(answer), common.Exit.ANSWER_IS_NO)
    except (NoOutageError, ChoiceError, NoMailError) as error:
        common.fail(str(error))


def _law(
    directories: Sequence[Path] | None, designations: Sequence[str] | None
) -> tuple[list[Pack], Law]:
    try:
        packs = load_packs(directories or ())
        return packs, law_of(packs, designations or ())
    except PackError as error:
        common.fail(str(error))


def _drafted(
    course: Course,
    outage: str,
    packs: Sequence[Pack],
    asked: tuple[str | None, Lang | None],
    causes: dict[AlarmId, str],
) -> tuple[Draft, Words]:
    found = find(course, outage)
    authority = authority_of(course, found, asked[0])
    mine = packs_of(packs, found.domain.country, authority)
    language = language_of(mine, asked[1])
    translations = {
        text: said
        for pack in mine
        for text, said in (pack.translations.get(language, {})).items()  # type: ignore[call-overload]
    }
    draft = drafted(course, found, authority, mine, causes)
    return draft, Words(language, mine[0].time_zone, translations)


def _causes_of(reader: AlarmReader, course: Course) -> dict[AlarmId, str]:
    """Let a reader note the last probable cause of each alarm: the core is not told of them."""
    causes: dict[AlarmId, str] = {}

    def note(alarm: NativeAlarm, event: Event) -> None:
        if alarm.probable_cause and course.wants(event):
            causes[event.alarm] = alarm.probable_cause

    reader.seen = note
    return causes


def _actions(lines: Lines | None) -> Iterator[Action]:
    """Read what people did; an action that cannot be read is told, and left out."""
    if lines is None:
        return
    from monitor.actions.message import core_action  # noqa: PLC0415 - seldom needed
    from monitor.actions.reading import read_action  # noqa: PLC0415

    for number, line, _ in lines:
        message, reject = read_action(line)
        if message is not None:
            yield core_action(message)
        elif reject is not None:
            common.warn(f"{lines.name}:{number}: no action: {reject.detail}")


def _format(asked: Format | None, out: Path | None) -> Format:
    if asked is not None:
        return asked
    suffix = out.suffix.removeprefix(".") if out is not None else ""
    return Format(suffix) if suffix in set(Format) else Format.md
