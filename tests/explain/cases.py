"""The cases that are explained: one file of alarms each, and what is known at a time."""

from pathlib import Path
from typing import Any

from msgspec.json import decode
from replay.running import Json, alarm, hit, run, written

#: Two areas and two services, repaired in steps: the cautious reading crosses, the literal not.
CROSSED = (
    alarm("08:00:00", impact=[*hit(26_140, "fixed_internet", "k1"), *hit(140, area="k2")]),
    alarm("08:30:00", "change", impact=hit(20_000, "fixed_internet", "k1")),
    alarm("09:30:00", alarm_id="t", element="other"),
)
SHORT = (
    alarm("08:00:00", impact=hit(24_000, area="k1")),
    alarm("08:10:00", "change", impact=hit(900, area="k2")),
    alarm("09:30:00", "clear"),
)
COMING = (
    alarm("08:00:00", country="AT", impact=hit(61_000)),
    alarm("08:20:00", alarm_id="t", element="other"),
)
TOO_BRIEF = (alarm("08:00:00", impact=hit(26_000)), alarm("08:59:59", "clear"))
EFFECT = (alarm("08:00:00", effects=[{"kind": "emergency_number_unreachable", "target": "112"}]),)
#: 124 devices with an intruder on them, and no service hit.
SILENT = tuple(
    alarm("08:00:00", alarm_id=f"{i}", element=f"device-{i:03d}", severity="warning",
          incident="intrusion")
    for i in range(124)
)  # fmt: skip


def text(tmp_path: Path, events: tuple[Json, ...], *options: str) -> str:
    """Return the explanation in words; no line is wider than a terminal or holds a colour."""
    result = run("explain", written(tmp_path / "a.jsonl", *events), *options)
    assert result.exit_code == 0, result.stderr
    assert "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert not any(line != line.rstrip() for line in result.stdout.splitlines())
    return result.stdout


def facts(tmp_path: Path, events: tuple[Json, ...], *options: str) -> list[Json]:
    """Return the facts for machines, one object for each outage key."""
    result = run("explain", written(tmp_path / "a.jsonl", *events), "--json", *options)
    assert result.exit_code == 0, result.stderr
    return [decode(line) for line in result.stdout_bytes.splitlines()]


def rule(found: Json, name: str) -> Json:
    """Return what is said of one rule of the only outage."""
    (outage,) = found["outages"]
    (said,) = [r for r in outage["rules"] if r["rule"] == name]
    return dict[str, Any](said)
