"""The answer of an audit for a person at a terminal."""

from collections import Counter
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor.audit.model import Finding
from monitor.audit.result import Result
from monitor.audit.words import called, cell_text, rules_text, verdict_text
from monitor.messages.printable import printable

_SHOWN: Final = 20


def print_result(console: Console, result: Result) -> None:
    """Print the verdict first, then what it rests on."""
    number = len(result.findings)
    if result.verdict == "clean":
        console.print(f"[bold green]clean[/]: {verdict_text(result)}")
    else:
        console.print(f"[bold red]{number:,} finding{'s' if number != 1 else ''}[/]")
    console.print(_summary(result))
    _print_findings(console, result.findings)
    for remark in result.remarks:
        _say(console, "yellow", "note", remark)
    for reason, count in Counter(n.reason for n in result.not_checked).most_common():
        _say(console, "yellow", f"not checked: {count:,}", reason)
    if result.compared_with is not None:
        _print_sides(console, result)


def _summary(result: Result) -> Table:
    table = Table.grid(padding=(0, 2))
    counts = result.counts
    read = f"{counts['alarms']:,} alarms"
    if counts["input_records"]:
        read += f" in {counts['input_records']:,} input records"
    table.add_row("read", read)
    table.add_row("recorded", ", ".join(_recorded(counts)))
    table.add_row("compared", result.mode)
    table.add_row("rules", escape(rules_text(result.rules)))
    if result.latest_seconds is not None:
        table.add_row(
            "slowest", f"{result.latest_seconds:,.1f} s (limit {result.limit_seconds:g} s)"
        )
    for reason, count in result.unused.items():
        table.add_row("not used", f"{count:,}: {escape(printable(reason))}")
    return table


def _recorded(counts: dict[str, int]) -> list[str]:
    kinds = [f"{counts[kind]:,} {kind}" for kind in ("required", "corrected", "withdrawn")]
    found = [f"{counts['recorded']:,} notifications", *kinds]
    return [*found, f"{counts['obligations']:,} obligations"] if counts["obligations"] else found


def _print_findings(console: Console, findings: list[Finding]) -> None:
    for kind, count in Counter(f.kind for f in findings).items():
        console.print(f"\n[bold]{called(kind)}[/]: {count:,}")
        for one in [f for f in findings if f.kind == kind][:_SHOWN]:
            _print_finding(console, one)
        if count > _SHOWN:
            console.print(f"  … and {count - _SHOWN:,} more; --json and --html show all")
    if findings:
        console.print()


def _print_finding(console: Console, one: Finding) -> None:
    console.print(f"  {escape(printable(one.says))}", soft_wrap=True)
    for name, values in one.fields.items():
        expected, recorded = (escape(printable(str(values[k]))) for k in ("expected", "recorded"))
        console.print(f"    {name}: {recorded}, must be {expected}", soft_wrap=True)
    if one.place is not None:
        console.print(f"    [dim]{escape(printable(one.place))}[/]", soft_wrap=True)


def _print_sides(console: Console, result: Result) -> None:
    assert result.compared_with is not None  # noqa: S101 - the caller has looked
    console.print(f"\n[bold]here[/]: {escape(rules_text(result.rules))}")
    console.print(f"[bold]there[/]: {escape(rules_text(result.compared_with))}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("outage", "rule", "cell", "here", "there"):
        table.add_column(name)
    for side in result.compared:
        same = side.here == side.there
        table.add_row(
            escape(printable(side.outage_key)), side.rule, escape(printable(cell_text(side.cell))),
            side.here or "-", side.there or "-", style="dim" if same else "",
        )  # fmt: skip
    console.print(table)
    differ = sum(side.here != side.there for side in result.compared)
    console.print(f"{differ:,} of {len(result.compared):,} crossings differ")


def _say(console: Console, colour: str, what: str, text: str) -> None:
    console.print(f"[{colour}]{what}[/]: {escape(printable(text))}", soft_wrap=True)
