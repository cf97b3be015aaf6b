"""The answer of an audit as one page of HTML: nothing to load, nothing to run, fit for paper."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Final

from monitor.audit.model import KINDS, Finding, NotChecked, canonical
from monitor.audit.proof import Proof
from monitor.audit.result import Result, Revised, Side
from monitor.audit.words import called, cell_text, rules_text, verdict_text

_STYLE: Final = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
       max-width: 70rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #bbb; }
.verdict { font-size: 1.15rem; padding: .6rem .9rem; border-left: .4rem solid; margin: 1rem 0; }
.clean { border-color: #1b6e3c; background: #edf7f0; }
.findings { border-color: #a3182a; background: #fbeef0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
         border-bottom: 1px solid #ddd; overflow-wrap: anywhere; }
th { font-weight: 600; overflow-wrap: normal; }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; }
.differs td { font-weight: 600; }
.quiet { color: #555; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } tr { break-inside: avoid; }
               h2 { break-after: avoid; } }
"""


def page(result: Result) -> bytes:
    """Return the page; the same answer gives the same bytes."""
    number = len(result.findings)
    verdict = (
        f"Clean: {verdict_text(result)}."
        if result.verdict == "clean"
        else f"{number:,} finding{'s' if number != 1 else ''}."
    )
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f"<title>Audit of notifications</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n",
        "<h1>Audit of notifications</h1>\n",
        f'<p class="verdict {result.verdict}">{verdict}</p>\n',
        _table(("", ""), _facts(result)),
        *(_findings(kind, result.findings) for kind in KINDS),
        _remarks(result.remarks),
        _not_checked(result.not_checked),
        _revised(result.revised),
        _sides(result),
        _files(result),
        "</body>\n</html>\n",
    ]
    return "".join(parts).encode()


def _facts(result: Result) -> list[Sequence[object]]:
    counts = result.counts
    slowest = "-" if result.latest_seconds is None else f"{result.latest_seconds:,.1f} s"
    facts: list[Sequence[object]] = [
        ("Compared", result.mode),
        ("Rules", rules_text(result.rules)),
        ("Policy set", result.rules.policy_set),
        ("Alarms read", f"{counts['alarms']:,}"),
        ("Input records", f"{counts['input_records']:,}"),
        ("Notifications recorded", f"{counts['recorded']:,}"),
        ("of these corrected, withdrawn", f"{counts['corrected']:,}, {counts['withdrawn']:,}"),
        ("Obligations recorded", f"{counts['obligations']:,}"),
        ("Slowest", f"{slowest} (limit {result.limit_seconds:g} s)"),
        ("Release", result.product),
    ]
    if result.what_if:
        facts.insert(0, ("What if", "asked was what other rules would have said"))
    return facts + [("Not used", f"{n:,}: {reason}") for reason, n in result.unused.items()]


def _findings(kind: str, findings: list[Finding]) -> str:
    found = [one for one in findings if one.kind == kind]
    if not found:
        return ""
    rows: list[Sequence[object]] = [
        (one.says, one.outage_id, one.place or "", one.id) for one in found
    ]
    head: Sequence[str] = ("Finding", "Outage", "Recorded at", "Id")
    if any(one.fields for one in found):
        head = (*head, "Fields")
        rows = [(*row, _fields(one.fields)) for row, one in zip(rows, found, strict=True)]
    return _section(f"{called(found[0].kind).capitalize()}: {len(found):,}", _table(head, rows))


def _fields(fields: dict[str, dict[str, Any]]) -> str:
    def text(value: object) -> str:
        return value if isinstance(value, str) else canonical(value).decode()

    return "; ".join(
        f"{name}: {text(values['recorded'])}, must be {text(values['expected'])}"
        for name, values in fields.items()
    )


def _remarks(remarks: list[str]) -> str:
    items = "".join(f"<li>{escape(remark)}</li>\n" for remark in remarks)
    return _section("Notes", f"<ul>\n{items}</ul>\n") if remarks else ""


def _not_checked(found: list[NotChecked]) -> str:
    if not found:
        return ""
    rows = [
        (n.reason, n.outage_key, n.rule, cell_text(n.cell), n.crossed_at or "", n.place or "")
        for n in found
    ]
    head = ("Why", "Outage key", "Rule", "Cell", "Crossed at", "Recorded at")
    return _section(f"Not checked: {len(found):,}", _table(head, rows))


def _revised(found: list[Revised]) -> str:
    if not found:
        return ""
    rows = []
    for one in found:
        story = "; ".join(
            f"{r['revision']} {r['type']}: crossed {r['crossed_at']}, detected {r['detected_at']}"
            for r in one.revisions
        )
        rows.append((one.outage_key, one.rule, cell_text(one.cell), story))
    head = ("Outage key", "Rule", "Cell", "Revisions")
    return _section(f"Corrected or withdrawn: {len(found):,}", _table(head, rows))


def _sides(result: Result) -> str:
    if result.compared_with is None:
        return ""
    here, there = rules_text(result.rules), rules_text(result.compared_with)
    head = ("Outage key", "Rule", "Cell", f"Here: {here}", f"There: {there}")
    return _section("Side by side", _table(head, map(_side, result.compared), _marks(result)))


def _side(one: Side) -> Sequence[object]:
    return (one.outage_key, one.rule, cell_text(one.cell), one.here or "-", one.there or "-")


def _marks(result: Result) -> list[str]:
    return ["differs" if one.here != one.there else "quiet" for one in result.compared]


def _files(result: Result) -> str:
    def rows(what: str, proofs: list[Proof]) -> list[Sequence[object]]:
        return [(what, proof.name, f"{proof.lines:,}", proof.sha256) for proof in proofs]

    all_rows = [
        *rows("input", result.inputs),
        *rows("notifications", result.notifications),
        *rows("inventory", result.inventory),
    ]
    head = ("", "File", "Lines", "SHA-256 of its content")
    return _section("Files", _table(head, all_rows))


def _section(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2>\n{content}"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]], marks: Sequence[str] = ()) -> str:
    named = any(head)
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = []
    for number, row in enumerate(rows):
        mark = f' class="{marks[number]}"' if marks else ""
        cells = [f"<td>{escape(str(value))}</td>" for value in row]
        if not named:
            cells[0] = f'<th scope="row">{escape(str(row[0]))}</th>'
        lines.append(f"<tr{mark}>{''.join(cells)}</tr>\n")
    return f"<table>\n{f'<tr>{top}</tr>' if named else ''}\n{''.join(lines)}</table>\n"
