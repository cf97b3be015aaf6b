"""`outage-monitor explain`: why a notification is required, or is not."""

import gc
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from msgspec.json import encode
from msgspec.json import format as pretty

from monitor.cli import common
from monitor.core.domain import Domain
from monitor.core.final import Final
from monitor.core.moment import time_of
from monitor.core.reading import Options
from monitor.explain.facts import explained
from monitor.explain.text import told
from monitor.replay.progress import shown
from monitor.replay.reading import AlarmReader, read_inventory
from monitor.replay.rejects import Rejects
from monitor.replay.run import watch_jumps

_KEYS_SHOWN = 10


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
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Explain each rule of an outage: crossed or not, when, by how much, in both readings."""
    law = common.law_of(policy)
    inputs = common.checked(files)
    gc.disable()
    with common.mistakes_told():
        refused = Rejects()
        elements = read_inventory(common.checked([inventory])[0], refused) if inventory else {}
        options = Options(
            reading=reading.value, merge_gap_us=merge_gap, lateness_horizon_us=lateness_horizon
        )
        reader = AlarmReader(elements, correlate.value, refused, until)
        program = Final(law, options, keep=True)
        origins = shown(reader.events(inputs), inputs, common.stderr)
        for event in watch_jumps(origins, common.warn):
            program.take(event)
        program.result(until)
    if refused.by_reason:
        common.warn(f"{sum(refused.by_reason.values())} lines could not be used in full")
    clock_us = time_of(program.book.clock)
    for domain in _asked(program.book.domains, outage):
        _print(domain, outage, clock_us, as_json=as_json)


def _asked(domains: Sequence[Domain], outage: str | None) -> list[Domain]:
    """Return the domains asked for, or tell which there are."""
    key = outage and outage.rpartition("@")[0]
    asked = [d for d in domains if outage is None or d.outage_key in (outage, key)]
    if not asked:
        keys = sorted(domain.outage_key for domain in domains)
        some = ", ".join(keys[:_KEYS_SHOWN]) + (", …" if len(keys) > _KEYS_SHOWN else "")
        common.fail(f"there is no outage key {outage}; the input has: {some or 'no alarm'}")
    return sorted(asked, key=lambda domain: domain.outage_key)


def _print(domain: Domain, outage: str | None, clock_us: int, *, as_json: bool) -> None:
    facts = explained(domain, clock_us)
    if outage and outage != domain.outage_key:
        facts["outages"] = [o for o in facts["outages"] if o["outage_id"] == outage]
        if not facts["outages"]:
            common.fail(f"{domain.outage_key} has no outage with the id {outage}")
    if as_json:
        sys.stdout.buffer.write(pretty(encode(facts), indent=2) + b"\n")
    else:
        sys.stdout.write("\n".join(told(facts)) + "\n")
