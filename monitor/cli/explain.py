"""`outage-monitor explain`: why a notification is required, or is not, and what would change it."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from msgspec.json import encode

from monitor.cli import common, ranges
from monitor.cli.output import check_apart, output
from monitor.cli.sources import sources, topics_recorded
from monitor.core.domain import Domain
from monitor.core.final import Final
from monitor.core.notification import outage_id
from monitor.core.outage import Outage
from monitor.core.reading import Options
from monitor.explain.facts import Facts, explained
from monitor.explain.picture import picture
from monitor.explain.supposed import supposed, supposed_told
from monitor.explain.terminal import drawn
from monitor.explain.text import all_told
from monitor.explain.timeline import timeline
from monitor.explain.what_if import Change, WhatIfError, parse
from monitor.replay.progress import shown
from monitor.replay.reading import AlarmReader
from monitor.replay.rejects import Rejects
from monitor.replay.run import watch_jumps

_NAMES_SHOWN = 10


def _change(text: str | Change) -> Change:
    try:
        return text if isinstance(text, Change) else parse(text)
    except WhatIfError as error:
        raise typer.BadParameter(str(error)) from error


def explain(  # noqa: PLR0913, PLR0917 - a command has as many parameters as it has options
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE...",
            help="JSON lines, or recordings; - is stdin. With --from-topic: topics.",
        ),
    ] = None,
    outage: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="An outage key or outage id; all of them if left out."),
    ] = None,
    what_if: Annotated[
        list[Change] | None,
        typer.Option(
            "--what-if",
            parser=_change,
            metavar="CHANGE",
            help='Of one outage: "end_users=-5000 area=k1", "end_users=+10%", "duration=+30m"; '
            "may be given several times, and all of them hold together.",
        ),
    ] = None,
    chart: Annotated[bool, typer.Option("--chart", help="Draw counts and thresholds.")] = False,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw one outage into an SVG file.")
    ] = None,
    policy: common.PolicyDirs = None,
    designation: common.Designations = None,
    inventory: common.InventoryFile = None,
    reading: common.ReadingOption = common.Reading.cautious,
    merge_gap: common.MergeGap = common.HOUR,  # type: ignore[assignment]
    correlate: common.CorrelateOption = common.Correlate.group,
    lateness_horizon: common.Horizon = common.WEEK,  # type: ignore[assignment]
    at: common.At = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each key.")] = False,
    from_topic: ranges.FromTopic = False,
    since: ranges.Since = None,
    to: ranges.Until = None,
) -> None:
    """Explain each rule of an outage: crossed or not, when, by how much, in both readings."""
    names = files or []
    if not (from_topic or names):
        common.fail("name the files to explain, or give --from-topic")
    law = common.law_of(policy, designation)
    options = Options(
        reading=reading.value, merge_gap_us=merge_gap, lateness_horizon_us=lateness_horizon
    )
    gc.disable()
    with ExitStack() as stack:
        stack.enter_context(common.mistakes_told())
        if from_topic:
            names = [stack.enter_context(topics_recorded(names, inventory, since, to))]
        found = sources(names, inventory, at)
        check_apart((svg,), (*found.all, *found.elements))
        refused = Rejects()
        reader = AlarmReader(found.inventory(refused), correlate.value, refused, at)
        program = Final(law, options, keep=True)
        origins = shown(reader.events(found.files, found.events), found.all, common.stderr)
        for event in watch_jumps(origins, common.warn):
            program.take(event)
        program.result(at)
    common.warn_unused(refused.by_reason)
    clock = program.book.clock
    domains = _asked(program.book.domains, outage)
    asked = [_facts(d, outage, clock >> 1) for d in domains]
    if what_if:
        domain, one = _one(domains, outage, "--what-if")
        _suppose(domain, one, clock, what_if, asked)
    with common.mistakes_told():
        if svg is not None:
            with output(svg) as target:
                target.write(_svg(*_one(domains, outage, "--svg"), clock))
        with output(None) as target:
            for line in _lines(asked, as_json=as_json):
                target.write(line + b"\n")
            for drawing in _charts(domains, outage, clock) if chart and not as_json else ():
                target.write(drawing.encode() + b"\n")


def _lines(asked: Sequence[Facts], *, as_json: bool) -> Iterator[bytes]:
    if as_json:
        yield from map(encode, asked)
        return
    yield from map(str.encode, all_told(asked))
    for facts in asked:
        yield from map(str.encode, supposed_told(facts))


# -- one outage


def _one(domains: Sequence[Domain], asked: str | None, why: str) -> tuple[Domain, Outage]:
    """Return the only outage that is asked for, or tell that one must be named."""
    outages = [(domain, one) for domain in domains for one in _outages(domain, asked)]
    if len(outages) != 1:
        ids = [_id(domain, one) for domain, one in outages]
        has = f"name one with --outage: {_some(ids)}" if ids else "there is none"
        common.fail(f"{why} is of one outage; {has}")
    return outages[0]


def _outages(domain: Domain, asked: str | None) -> list[Outage]:
    every = domain.live.outages
    return every if asked in {None, domain.outage_key} else [
        one for one in every if _id(domain, one) == asked
    ]  # fmt: skip


def _id(domain: Domain, one: Outage) -> str:
    return outage_id(domain.outage_key, one.first_onset_us)


def _suppose(
    domain: Domain, one: Outage, clock: int, changes: Sequence[Change], asked: Sequence[Facts]
) -> None:
    """Add to the facts of a key what would be otherwise."""
    facts = next(facts for facts in asked if facts["outage_key"] == domain.outage_key)
    try:
        facts["what_if"] = supposed(domain, one, clock, changes)
    except WhatIfError as error:
        common.fail(str(error))


def _charts(domains: Sequence[Domain], asked: str | None, clock: int) -> Iterator[str]:
    for domain in domains:
        for one in _outages(domain, asked):
            yield f"  Outage {_id(domain, one)}"
            yield from drawn(timeline(domain, one, clock))
            yield ""


def _svg(domain: Domain, one: Outage, clock: int) -> bytes:
    drawing = picture(domain, one, clock)
    if drawing is None:
        common.fail(f"{_id(domain, one)} holds nothing to draw: no count and no effect")
    return drawing


# -- which outages


def _asked(domains: Sequence[Domain], outage: str | None) -> list[Domain]:
    """Return the domains asked for, by key or by the id of an outage, or tell which there are."""
    by_key = {domain.outage_key: domain for domain in domains}
    if outage is None:
        if not by_key:
            common.warn("there is no alarm in the input, so there is nothing to explain")
        return [by_key[key] for key in sorted(by_key)]
    # A key may itself hold what stands between the key and the instant of an id.
    found = by_key.get(outage) or by_key.get(outage.rpartition("@")[0])
    if found is None:
        some = _some(by_key) or "no alarm"
        common.fail(f"there is no outage key {outage}; the input has: {some}")
    return [found]


def _facts(domain: Domain, outage: str | None, clock_us: int) -> Facts:
    """Return the facts of a domain, or of the one outage asked for."""
    facts = explained(domain, clock_us)
    if outage not in (None, domain.outage_key):
        ids = [o["outage_id"] for o in facts["outages"]]
        if outage not in ids:
            common.fail(
                f"{domain.outage_key} has no outage {outage}; it has: {_some(ids) or 'none'}"
            )
        facts["outages"] = [o for o in facts["outages"] if o["outage_id"] == outage]
    return facts


def _some(names: Iterable[str]) -> str:
    ordered = sorted(names)
    return ", ".join(ordered[:_NAMES_SHOWN]) + (", …" if len(ordered) > _NAMES_SHOWN else "")
