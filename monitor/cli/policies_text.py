"""How policies are shown to people, within 80 columns."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.cli.steps_text import step_lines, steps_shown
from monitor.core.written import duration_text
from monitor.packs.model import EffectRule, Pack, PackRule, TableRule
from monitor.packs.to_law import midnight_us
from monitor.packs.validity import ending_soon

#: how far somebody has looked: in a few words, and in full
_VERIFIED: Final = {
    "page_only": ("page only", "read on the authority's own page; the law's text was not read"),
    "law_read": ("law read", "read in the text of the law"),
    "not_confirmed": ("not confirmed", "nobody has confirmed that it holds; ask the authority"),
}
_COMPARED: Final = {">=": "at least", ">": "more than"}


def overview(packs: Iterable[Pack], at_us: int) -> Table:
    """Return one row per policy."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("policy", "country", "authority", "rules", "valid", "verified", "ends soon"):
        table.add_column(column, justify="right" if column == "rules" else "left")
    for pack in packs:
        shown = _shown(pack, at_us)
        verified = dict.fromkeys(_VERIFIED[rule.verified][0] for rule in shown)
        table.add_row(
            pack.policy,
            pack.country,
            Text(pack.authority),
            str(len(shown)),
            _period(pack.rules),
            ", ".join(verified),
            _ends(pack, at_us),
        )
    return table


def details(pack: Pack, at_us: int) -> Iterator[RenderableType]:
    """Yield a policy in parts: what it is, its rules as they stand, what they rest on."""
    yield Text.assemble((pack.policy, "bold"), f"  {pack.title}")
    yield _fields(
        ("country", pack.country), ("authority", pack.authority), ("days begin", pack.time_zone)
    )
    for rule in _shown(pack, at_us):
        yield Text()
        yield from _rule(pack, rule, at_us)
    for step in steps_shown(pack, at_us):
        yield Text()
        yield from step_lines(pack, step, _VERIFIED[step.verified][1])
    yield from _sources(pack)
    readings = [(name, f"{r.takes}: {r.why}") for name, r in pack.readings.items()]
    yield Group(Text(), Text("Readings", style="bold"), _fields(*readings))
    if pack.notes:
        notes = [("-", note) for note in pack.notes]
        yield Group(Text(), Text("Notes", style="bold"), _fields(*notes, min_width=1))


def _sources(pack: Pack) -> Iterator[RenderableType]:
    """Yield the sources; an address stays in one piece, however long it is."""
    yield Group(Text(), Text("Sources", style="bold"))
    for name, source in pack.sources.items():
        yield _fields((name, source.title))
        yield Group(Text(f"  {source.address}", no_wrap=True, overflow="ignore"))


def _rule(pack: Pack, rule: PackRule, at_us: int) -> Iterator[RenderableType]:
    short, long = _VERIFIED[rule.verified]
    others = [
        f"{_period([version])} ({_VERIFIED[version.verified][0]})"
        for version in pack.rules
        if version.id == rule.id and version is not rule
    ]
    yield Text.assemble((rule.id, "bold"), f"  {rule.title}")
    yield _fields(
        ("crossed", _crossed(rule)),
        ("valid", _period([rule]) + ("" if _in_force(pack, rule, at_us) else " (NOT IN FORCE)")),
        *[("and also", other) for other in others],
        ("verified", f"{short}: {long}"),
        ("told", ", ".join(pack.addressees[rule.addressees])),
        ("source", f"{rule.source}: {rule.clause}"),
        ("reading", rule.reading),
        ("examples", str(len(rule.examples))),
    )
    if isinstance(rule, TableRule):
        yield Padding(_cells(rule), (0, 0, 0, 12))


def _crossed(rule: PackRule) -> str:
    if isinstance(rule, EffectRule):
        return f"at once, once for each target, by {', '.join(rule.kinds)}"
    return f"by a cell below; counted are {rule.unit} of {', '.join(rule.services)}"


def _cells(rule: TableRule) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    table.add_column(f"lasts {_COMPARED[rule.duration_comparator]}")
    table.add_column(f"hits {_COMPARED[rule.count_comparator]}", justify="right")
    for cell in rule.cells:
        lasts = _duration(cell.duration_us)
        table.add_row(lasts, f"{cell.end_users:,}")
    return table


def _duration(duration_us: int | None) -> str:
    text = duration_text(duration_us)
    return "any duration" if text is None else text.removeprefix("PT").lower()


def _fields(*fields: tuple[str, str], min_width: int = 8) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=min_width, no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in fields:
        table.add_row(Text(name, style="dim"), Text(text))
    return Padding(table, (0, 0, 0, 2))


def _shown(pack: Pack, at_us: int) -> list[PackRule]:
    """Return one version of each rule: the one in force, or else the one nearest to it."""
    chosen: dict[str, PackRule] = {}
    for rule in sorted(pack.rules, key=lambda rule: rule.valid_from):
        if rule.id not in chosen or midnight_us(rule.valid_from, pack.time_zone) <= at_us:
            chosen[rule.id] = rule
    return [rule for rule in pack.rules if chosen[rule.id] is rule]


def _in_force(pack: Pack, rule: PackRule, at_us: int) -> bool:
    if midnight_us(rule.valid_from, pack.time_zone) > at_us:
        return False
    return rule.valid_to is None or at_us < midnight_us(rule.valid_to, pack.time_zone)


def _period(rules: Sequence[PackRule]) -> str:
    first, ends = min(rule.valid_from for rule in rules), [rule.valid_to for rule in rules]
    known = [end for end in ends if end is not None]
    return f"{first} to {max(known)}" if len(known) == len(ends) else f"from {first}"


def _ends(pack: Pack, at_us: int) -> Text:
    endings = ending_soon([pack], at_us)
    if not endings:
        return Text("no")
    first = endings[0]
    return Text("ended" if first.ended else str(first.day), style="bold red")
