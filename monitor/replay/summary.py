"""The closing summary of a replay, for a person."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor.core.step import Book
from monitor.core.tally import Tally, misplaced
from monitor.core.written import time_text
from monitor.messages.printable import printable
from monitor.replay.reading import AlarmReader
from monitor.replay.rejects import Rejects

_SHOWN = 5


def print_summary(
    console: Console, reader: AlarmReader, rejects: Rejects, book: Book, spoken: Counter[str]
) -> None:
    """Print what was read, what could not be used, and what was crossed."""
    tally = book.tally()
    table = Table.grid(padding=(0, 2))
    table.add_row("lines read", f"{reader.lines_read:,}")
    for reason, count in sorted(rejects.by_reason.items()):
        table.add_row(f"rejected: {reason}", f"{count:,}")
    for name, count in (
        ("later than --until", reader.after_until),
        ("exact repeats", book.repeats),
        ("too late (beyond the lateness horizon)", book.too_late),
        ("clears and changes that found no active alarm", tally.strays),
    ):
        if count:
            table.add_row(name, f"{count:,}")
    table.add_row("outages", f"{tally.outages:,}")
    for (authority, rule), count in sorted(tally.crossings.items()):
        table.add_row(f"crossings: {authority}, {rule}", f"{count:,}")
    if not tally.crossings:
        table.add_row("crossings", "none")
    if spoken.keys() - {"required"}:
        said = ", ".join(f"{count:,} {kind}" for kind, count in sorted(spoken.items()))
        table.add_row("published on the way", said)
    console.print(table)
    for warning in (*_unplaced(reader), *_warnings(book, tally)):
        console.print(f"[bold yellow]warning:[/] {escape(printable(warning))}", soft_wrap=True)


def _unplaced(reader: AlarmReader) -> Iterator[str]:
    for source, alarm in reader.at_risk:
        yield (
            f"alarm {source}/{alarm} is at risk of staying open: its clear has no outage key, "
            "as neither the clear nor the inventory gives a country"
        )
    if more := reader.lost_clears - len(reader.at_risk):
        yield f"{more:,} more clears have no outage key; their alarms are at risk of staying open"


def _outages(count: int) -> str:
    return f"{count:,} {'outage' if count == 1 else 'outages'}"


def _warnings(book: Book, tally: Tally) -> list[str]:
    warnings = [
        f"no policy of {country} was in force at the first onset of {_outages(count)} "
        f"(the earliest began {time_text(first_us)}): nothing was decided; "
        "`outage-monitor policies list` shows which packs there are and when they hold"
        for country, (count, first_us) in sorted(tally.lawless.items())
    ]
    wrong = misplaced(book.domains)
    for (source, alarm), stray, active in wrong[:_SHOWN]:
        warnings.append(
            f"alarm {source}/{alarm}: a clear or change under {stray} found nothing, "
            f"while the alarm is active under {active}; it is at risk of staying open"
        )
    if len(wrong) > _SHOWN:
        warnings.append(f"{len(wrong) - _SHOWN:,} more alarms are active under another key")
    return warnings
