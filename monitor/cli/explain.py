"""`outage-monitor explain`: why a notification is required, or is not."""

import gc
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer
from msgspec.json import encode

from monitor.cli import common
from monitor.cli.output import output
from monitor.core.domain import Domain
from monitor.core.final import Final
from monitor.core.moment import time_of
from monitor.core.reading import Options
from monitor.explain.facts import Facts, explained
from monitor.explain.text import all_told
from monitor.replay.progress import shown
from monitor.replay.reading import AlarmReader, read_inventory
from monitor.replay.rejects import Rejects
from monitor.replay.run import watch_jumps

_NAMES_SHOWN = 10


def explain(  # noqa: PLR0913, PLR0917 - a command has as many parameters as it has options
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="JSON lines; - is stdin.")],
    outage: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="An outage key or outage id; all of them if left out."),
    ] = None,
    policy: common.PolicyDirs = None,
    inventory: common.InventoryFile = None,
    reading: common.ReadingOption = common.Reading.cautious,
    merge_gap: common.MergeGap = common.HOUR,  # type: ignore[assignment]
    correlate: common.CorrelateOption = common.Correlate.group,
    lateness_horizon: common.Horizon = common.WEEK,  # type: ignore[assignment]
    until: common.Until = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each key.")] = False,
) -> None:
    """Explain each rule of an outage: crossed or not, when, by how much, in both readings."""
    law = common.law_of(policy)
    inputs, elements = common.inputs(files, inventory)
    gc.disable()
    with common.mistakes_told():
        refused = Rejects()
        known = read_inventory(elements, refused) if elements else {}
        options = Options(
            reading=reading.value, merge_gap_us=merge_gap, lateness_horizon_us=lateness_horizon
        )
        reader = AlarmReader(known, correlate.value, refused, until)
        program = Final(law, options, keep=True)
        origins = shown(reader.events(inputs), inputs, common.stderr)
        for event in watch_jumps(origins, common.warn):
            program.take(event)
        program.result(until)
    if refused.by_reason:
        what = ", ".join(f"{n:,} {reason}" for reason, n in sorted(refused.by_reason.items()))
        common.warn(f"lines that could not be used: {what}; `replay --rejects FILE` shows them")
    clock_us = time_of(program.book.clock)
    asked = [_facts(d, outage, clock_us) for d in _asked(program.book.domains, outage)]
    with common.mistakes_told(), output(None) as target:
        written = map(encode, asked) if as_json else map(str.encode, all_told(asked))
        for line in written:
            target.write(line + b"\n")


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
