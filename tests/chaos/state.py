"""Checks what workers know: the ledger and the statuses say what reading all inputs anew says."""

import json
from collections import Counter
from typing import Any, Final

from msgspec import to_builtins
from msgspec.json import encode

from monitor.core.event import Event
from monitor.core.law import Law
from monitor.core.moment import time_of
from monitor.core.publish import Publisher
from monitor.core.reading import Options
from monitor.core.step import Book
from monitor.decide.applying import rules_of
from monitor.decide.partition import Partition
from monitor.formats.instant import time_us
from monitor.ingest.envelope import target_partition, unseal
from monitor.ledger.keeper import Keeper
from monitor.ledger.restore import Reader, Restored
from monitor.messages.notification import notification_fields
from monitor.messages.obligation import obligation_value
from monitor.messages.status import Standing

from .findings import Findings
from .taken import Records, Taken

#: Of a status this much is compared; the rest depends on when it was written.
_SAID: Final = ("state", "first_onset", "ended_at", "affected", "alarms", "severity", "planned")
#: what each partition publishes, in its order
Messages = dict[int, list[dict[str, Any]]]


def restored(ledger: Records, law: Law, options: Options) -> dict[int, Restored]:
    """Read the ledger of each partition back, as a worker that takes it over does."""
    found = {}
    for number, records in sorted(ledger.items()):
        reader = Reader()
        reader.take((record.key, record.value) for record in records)
        found[number] = reader.restored(law, options, rules=rules_of(law, options))
    return found


def folded(
    taken: Taken, law: Law, options: Options, source: str, ends: dict[int, int]
) -> tuple[dict[int, Partition], Messages, Messages]:
    """Apply all inputs anew, up to where each partition is; return it and what it publishes.

    That is notifications, and obligations.
    """
    partitions: dict[int, Partition] = {}
    said: Messages = {}
    duties: Messages = {}
    for number, records in sorted(taken.inputs.items()):
        nothing = Restored(Book(law, options), Keeper(), None, {}, [])
        partition = partitions[number] = Partition(nothing, sources=[source])
        messages, told = said.setdefault(number, []), duties.setdefault(number, [])
        for record in records:
            if record.offset < ends.get(number, 0):
                read = unseal(record.value)
                applied = partition.apply(record.offset, read, record.timestamp * 1000)
                messages += [
                    json.loads(encode(notification_fields(n))) for n in applied.notifications
                ]
                told += [json.loads(obligation_value(o)) for o in applied.obligations]
    return partitions, said, duties


def same_messages(said: Messages, published: list[dict[str, Any]], findings: Findings) -> None:
    """Compare what was published with what reading anew publishes: word by word, in order."""
    found: dict[int, list[dict[str, Any]]] = {number: [] for number in said}
    for n in published:
        found[target_partition(n["outage_key"], len(said))].append(n)
    for number, messages in said.items():
        if messages == found[number]:
            continue
        ours, theirs = (Counter(map(json.dumps, some)) for some in (messages, found[number]))
        for text in ours - theirs:
            findings.add("not as reading anew: missing", f"partition {number}: {text}")
        for text in theirs - ours:
            findings.add("not as reading anew: extra", f"partition {number}: {text}")
        if ours == theirs:
            findings.add("not as reading anew: order", f"partition {number}")


def same_ledger(
    restored: dict[int, Restored], anew: dict[int, Partition], findings: Findings
) -> None:
    """Compare what a worker would know from the ledger with what it would know from the inputs."""
    for number, partition in anew.items():
        book, ledger = partition.book, restored[number].book
        edge_us = time_of(ledger.clock) - ledger.options.lateness_horizon_us
        for key in list(ledger.asleep):
            ledger.wake(key, ledger.clock)
        if ledger.clock != book.clock:
            findings.add("ledger stale", f"partition {number}: clock {ledger.clock} {book.clock}")
        for key in sorted(ledger.publishers.keys() | book.publishers.keys()):
            ours, theirs = (_facts(some.publishers.get(key), edge_us) for some in (ledger, book))
            for name in ours:
                if ours[name] != theirs[name]:
                    text = f"{number} {key} {name}: ledger {ours[name]}, anew {theirs[name]}"
                    findings.add("ledger stale", text[:1500])


def _facts(publisher: Publisher | None, edge_us: int) -> dict[str, Any]:
    """Return what must be the same; of what is older than the edge not all is forgotten at once."""
    if publisher is None:
        return {"names": {}, "published": {}, "history": {}, "due": None, "outages": []}
    domain = publisher.domain
    outages = [o for o in domain.live.outages if o.end_us is None or o.end_us >= edge_us]
    named = {outage.named_us for outage in outages}
    return {
        "names": {n: first for n, first in publisher.names.items() if n in named},
        "published": {
            n: {str(known): to_builtins(last) for known, last in published.items()}
            for n, published in publisher.published.items()
            if n in named or n >= edge_us
        },
        "history": {
            alarm: kept
            for alarm, events in domain.history.items()
            if (kept := _kept(events, edge_us))
        },
        "due": None if domain.due is None else time_of(domain.due),
        "outages": [(o.first_onset_us, o.end_us, sorted(map(str, o.crossings))) for o in outages],
    }


def _kept(events: list[Event], edge_us: int) -> list[Event]:
    return [event for event in events if event.time_us >= edge_us]


def same_statuses(
    status: Records,
    expected: list[Standing],
    prompt: set[str],
    clock_us: int,
    options: Options,
    findings: Findings,
) -> None:
    """Compare the last status of each outage with how it stands; of those long over is none."""
    horizon_us = options.lateness_horizon_us
    # Outages are looked at for that now and then: eight times in the time of a horizon.
    gone_us = clock_us - options.merge_gap_us - horizon_us - horizon_us // 4
    last = {r.key.decode(): r.value for number in status for r in status[number]}
    found = [json.loads(value) for value in last.values() if value is not None]
    by_onset = {(s["outage_key"], s["first_onset"]): s for s in found}
    for outage in expected:
        says = by_onset.pop((outage.outage_key, outage.first_onset), None)
        ended_us = clock_us if outage.ended_at is None else time_us(outage.ended_at)
        if says is None:
            if ended_us >= clock_us - horizon_us:
                findings.add("status missing", outage.outage_id)
        elif ended_us < gone_us:
            findings.add("status kept for too long", outage.outage_id)
        else:
            _compare_status(says, to_builtins(outage), findings)
            if outage.outage_key in prompt and says["outage_id"] != outage.outage_id:
                findings.add("status stale", f"{says['outage_id']} should be {outage.outage_id}")
    for says in by_onset.values():
        findings.add("status of no outage", json.dumps(says)[:300])


def _compare_status(says: dict[str, Any], should: dict[str, Any], findings: Findings) -> None:
    for name in _SAID:
        if says.get(name) != should.get(name):
            text = f"{says['outage_id']} {name}: {says.get(name)}, not {should.get(name)}"
            findings.add("status stale", text)
