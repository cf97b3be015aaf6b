"""Everything that is looked at when nothing runs any more."""

import asyncio
from typing import Any

from monitor.broker.access import Kafka
from monitor.core.moment import time_of
from monitor.core.reading import Options
from monitor.durations import duration_us
from monitor.packs.loading import load_law
from monitor.topics import Topics

from . import outputs, state, truth
from .findings import Findings
from .report import Outcome
from .taken import take


async def check(
    broker: Kafka, topics: Topics, outcome: Outcome, sent: set[tuple[int, int]], when: str
) -> dict[str, Any]:
    """Read all topics and compare; return the figures."""
    law, horizon = load_law(), outcome.choice.horizon
    options = Options(lateness_horizon_us=duration_us(horizon))
    findings, taken = Findings(), await take(broker, topics)
    said = outputs.messages(taken.notifications)
    alarms = await asyncio.to_thread(truth.truth_of, taken.alarms)
    there = {(number, a.offset) for number, some in taken.alarms.items() for a in some}
    for place in sent - there:
        findings.add("lost by the brokers: no run at all", place)
    outputs.forwarded(taken, alarms, findings)

    ledger = state.restored(taken.ledger, law, options)
    clocks = [time_of(r.book.clock) for r in ledger.values()]
    slowest_us, fastest_us = min(clocks), max(clocks)
    expected = await truth.replayed(alarms, fastest_us, horizon, outcome.directory)
    last = outputs.revisions(said, findings)
    outputs.standing(last, expected, alarms, slowest_us, findings)

    ends = {n: r.progress.next_offset for n, r in ledger.items() if r.progress is not None}
    anew, messages, duties = await asyncio.to_thread(
        state.folded, taken, law, options, topics.alarms.name, ends
    )
    state.same_messages(messages, said, findings)
    told = outputs.messages(taken.obligations)
    state.same_messages(duties, told, findings)
    state.same_ledger(ledger, anew, findings)
    outages = await asyncio.to_thread(truth.statuses, alarms, law, options, slowest_us)
    state.same_statuses(taken.status, outages, alarms.prompt, slowest_us, options, findings)

    outcome.findings.take(findings, when)
    if findings:
        await asyncio.to_thread(taken.keep, outcome.directory)
    return {
        "alarms": len(there),
        "set aside": len(alarms.bad),
        "outages": len(outages),
        "crossings that hold": len(expected),
        "notifications": len(said),
        "of these withdrawn": sum(n["type"] == "withdrawn" for n in said),
        "of these with the input incomplete": sum(not n["input_complete"] for n in said),
        "changes of obligations": len(told),
        "written in vain": taken.uncommitted - len(said),
        "outage keys of which nothing came late": len(alarms.prompt),
    }
