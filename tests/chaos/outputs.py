"""Checks what was published: nothing lost, nothing twice, and what stands is what holds."""

import json
from collections import defaultdict
from typing import Any

from monitor.core.written import time_text
from monitor.ingest.envelope import unseal

from .findings import Findings
from .taken import Records, Taken
from .truth import Truth

#: how a reader knows a crossing whatever the id of its outage
Known = tuple[str, str, str, str]


def forwarded(taken: Taken, truth: Truth, findings: Findings) -> None:
    """Find alarms that were not forwarded, and bad records that were not set aside."""
    found = {
        (item.partition, item.offset)
        for records in taken.inputs.values()
        for record in records
        for item in unseal(record.value).items
    }
    letters = set()
    for records in taken.letters.values():
        for record in records:
            headers = dict(record.headers)
            letters.add((int(headers["dlq_partition"]), int(headers["dlq_offset"])))
            if headers["dlq_reason"] == b"internal_error":
                findings.add("the program failed on an item", headers["dlq_detail"].decode())
    for origin in truth.origins:
        if (origin.partition, origin.offset) not in found:
            findings.add("alarm lost", f"alarms/{origin.partition} offset {origin.offset}")
    for place in truth.bad - letters:
        findings.add("bad record lost", f"alarms/{place[0]} offset {place[1]}")
    for place in letters - truth.bad:
        findings.add("good record set aside", f"alarms/{place[0]} offset {place[1]}")


def messages(records: Records) -> list[dict[str, Any]]:
    """Return the messages in the order of their topic."""
    return [json.loads(record.value) for number in records for record in records[number]]


def revisions(said: list[dict[str, Any]], findings: Findings) -> dict[str, dict[str, Any]]:
    """Find revisions that come twice, are missing, or make no sense; return the last of each."""
    last: dict[str, dict[str, Any]] = {}
    for n in said:
        before = last.get(n["crossing_id"])
        expected = 0 if before is None else before["revision"] + 1
        if n["revision"] < expected:
            findings.add("repeat", _named(n))
            continue
        if n["revision"] > expected:
            findings.add("revision missing", f"{_named(n)} after {expected - 1}")
        stood = before is not None and before["type"] != "withdrawn"
        if stood is (n["type"] == "required"):
            findings.add("revision senseless", f"{_named(n)} {n['type']} after {before}")
        last[n["crossing_id"]] = n
    return last


def _named(n: dict[str, Any]) -> str:
    return f"{n['outage_id']} {n['rule']} {json.dumps(n['cell'])} revision {n['revision']}"


def standing(
    last: dict[str, dict[str, Any]],
    expected: list[dict[str, Any]],
    truth: Truth,
    slowest_us: int,
    findings: Findings,
) -> None:
    """Compare what stands with a replay; after the slowest partition not all is there yet."""
    stands = {id_: n for id_, n in last.items() if n["type"] != "withdrawn"}
    slowest = _us(time_text(slowest_us))
    holds = [n for n in expected if _us(n["crossed_at"]) < slowest]
    later = {_known(n) for n in expected}
    published: dict[Known, list[dict[str, Any]]] = defaultdict(list)
    for n in stands.values():
        published[_known(n)].append(n)
        if _known(n) not in later:
            findings.add("wrong", f"{_named(n)} crossed at {n['crossed_at']} does not hold")
    for n in holds:
        found = published.get(_known(n), [])
        if not found:
            findings.add("missing", f"{_named(n)} crossed at {n['crossed_at']}")
        elif len(found) > 1:
            findings.add("wrong", f"stands {len(found)} times: {_named(n)}")
        elif n["outage_key"] in truth.prompt and found[0]["crossing_id"] != n["crossing_id"]:
            findings.add("wrong id", f"{found[0]['outage_id']} should be {_named(n)}")


def _known(n: dict[str, Any]) -> Known:
    return (n["outage_key"], n["rule"], json.dumps(n["cell"]), n["crossed_at"])


def _us(text: str) -> str:
    """Return a time that compares as text: always with six digits of fraction."""
    seconds, _, fraction = text.removesuffix("Z").partition(".")
    return f"{seconds}.{fraction:0<6}"
