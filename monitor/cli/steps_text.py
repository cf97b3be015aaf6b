"""How the steps of policies are shown to people, within 80 columns."""

from collections.abc import Iterator
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.core.written import duration_text
from monitor.packs.model import Pack
from monitor.packs.steps import Step, WithoutDelay, Workdays
from monitor.packs.to_law import midnight_us

_MEANS: Final = {
    "telephone": "by telephone", "e_mail": "by e-mail", "electronic_form": "by electronic form",
    "platform": "on a platform", "web_site": "on a web site",
}  # fmt: skip
_WITHIN: Final = {"crossing": "when it was detected", "restoration": "the restoration"}


def steps_shown(pack: Pack, at_us: int) -> list[Step]:
    """Return one version of each step: the one in force, or else the one nearest to it."""
    chosen: dict[str, Step] = {}
    for step in sorted(pack.steps, key=lambda step: step.valid_from):
        if step.id not in chosen or midnight_us(step.valid_from, pack.time_zone) <= at_us:
            chosen[step.id] = step
    return [step for step in pack.steps if chosen[step.id] is step]


def step_lines(pack: Pack, step: Step, verified: str) -> Iterator[RenderableType]:
    """Yield what is to be done, by when, by what, and who gets it."""
    until = step.valid_to or "further notice"
    rows = [
        ("when", _when(step)),
        ("due", _due(step)),
        ("valid", f"from {step.valid_from} to {until}"),
        ("verified", verified),
        ("told", ", ".join(pack.addressees[step.addressees])),
        *((f"for {t}", ", ".join(pack.addressees[who])) for t, who in step.by_target.items()),
        *(("sent", f"{_MEANS[channel.by]}: {channel.to}") for channel in step.channels),
        *(("only for", _designation(pack, name)) for name in [step.designated] if name),
        *(("not for", _designation(pack, name)) for name in [step.not_designated] if name),
        ("source", f"{step.source}: {step.clause}"),
        ("examples", str(len(step.examples))),
    ]
    voluntary = "  (voluntary)" if step.voluntary else ""
    yield Text.assemble((step.id, "bold"), f"  {step.title}{voluntary}")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=8, no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(Text(name, style="dim"), Text(text))
    yield Padding(table, (0, 0, 0, 2))


def _when(step: Step) -> str:
    rules = "any rule" if step.rules is None else ", ".join(step.rules)
    if step.after == "crossing":
        return f"{rules} is crossed"
    return f"{rules} was crossed, and the outage is restored"


def _due(step: Step) -> str:
    deadline = step.deadline
    if isinstance(deadline, WithoutDelay):
        limit = duration_text(deadline.house_limit_us)
        return f"without delay; the limit of {limit} is ours, the law names none"
    if isinstance(deadline, Workdays):
        return f"within {deadline.days} workdays, counted from the day after ({deadline.calendar})"
    return f"within {duration_text(deadline.time_us)} of {_WITHIN[step.after]}"


def _designation(pack: Pack, name: str) -> str:
    """Say what an operator is designated as, and how MONITOR_DESIGNATIONS names it."""
    return f"{pack.designations[name]} ({pack.policy}.{name})"
