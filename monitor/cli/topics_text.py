"""How the differences between declared topics and a cluster are shown."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from monitor.topics_plan import Difference, Severity

_STYLES: Final = {
    Severity.create: "green",
    Severity.change: "yellow",
    Severity.refuse: "bold red",
    Severity.note: "dim",
}
#: days, hours, minutes, seconds, in milliseconds
_UNITS_MS: Final = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000))
_COUNTED: Final = {
    Severity.create: "to create",
    Severity.change: "to change",
    Severity.refuse: "refused by workers",
    Severity.note: "to note",
}


def table(found: Sequence[Difference]) -> Table:
    """Return one row per difference, under the name of its topic."""
    rows = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("topic, what", "is", "should be", "apply would"):
        rows.add_column(column, overflow="fold")
    for topic, group in groupby(found, key=lambda difference: difference.topic):
        rows.add_row(Text(topic, style="bold"))
        for difference in group:
            rows.add_row(
                Text(f"  {difference.what}", style=_STYLES[difference.severity]),
                Text(_shown(difference.what, difference.is_)),
                Text(_shown(difference.what, difference.should)),
                Text(difference.does),
            )
    return rows


def reasons(found: Iterable[Difference]) -> Iterator[Text]:
    """Yield why a difference matters, once for all topics of which it is said."""
    by_reason: dict[tuple[str, str], list[Difference]] = {}
    for difference in found:
        if difference.why:
            by_reason.setdefault((difference.severity, difference.why), []).append(difference)
    for (severity, why), those in by_reason.items():
        names = ", ".join(dict.fromkeys(f"{d.topic} {d.what}" for d in those))
        yield Text.assemble(("\n" + severity, _STYLES[Severity(severity)]), f" {names}: {why}")


def summary(found: Sequence[Difference]) -> Text:
    """Say it all in a line."""
    if not found:
        return Text("All topics are as topics.yaml says.")
    counts = {severity: [d.severity for d in found].count(severity) for severity in Severity}
    said = (f"{count} {_COUNTED[severity]}" for severity, count in counts.items() if count)
    return Text("\n" + ", ".join(said) + ".")


def as_json(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Return the differences for programs, in Kafka's own names and values."""
    return [
        {
            "part": difference.part or None,
            "topic": difference.topic if difference.part else None,
            "what": difference.what,
            "is": difference.is_,
            "should": difference.should,
            "severity": difference.severity,
            "apply": difference.remedy,
            "why": difference.why,
        }
        for difference in found
    ]


def _shown(what: str, value: str) -> str:
    """Write times in days and hours; Kafka has them in milliseconds."""
    if not what.endswith(".ms") or not value.lstrip("-").isdigit():
        return value
    if int(value) < 0:
        return "forever"
    for unit, unit_ms in _UNITS_MS:
        if int(value) >= unit_ms and int(value) % unit_ms == 0:
            return f"{int(value) // unit_ms}{unit}"
    return f"{value}ms"
