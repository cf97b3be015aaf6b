"""What a report rests on: sources with their addresses, and the version of the policy."""

from collections.abc import Iterator

from monitor.packs.model import Pack, PackRule
from monitor.packs.steps import Step
from monitor.packs.to_law import midnight_us
from monitor.report.blocks import Block, Grid, Heading, Pairs
from monitor.report.cells import Cell
from monitor.report.draft import Draft
from monitor.report.words import Words


def in_force(draft: Draft, pack: Pack, part: PackRule | Step) -> bool:
    """Whether a version of a rule or step holds for the outage."""
    onset_us, ends = draft.outage.first_onset_us, part.valid_to
    begun = midnight_us(part.valid_from, pack.time_zone) <= onset_us
    return begun and (ends is None or onset_us < midnight_us(ends, pack.time_zone))


def parts_in_force(draft: Draft) -> Iterator[tuple[Pack, PackRule | Step]]:
    """Yield the rules that were crossed, or all if none was, and the steps that follow."""
    crossed = {held.said.rule.rule for held in draft.crossings}
    called = {duty.obligation.step for duty in draft.duties}
    for pack in draft.packs:
        for rule in pack.rules:
            if in_force(draft, pack, rule) and (rule.id in crossed or not crossed):
                yield pack, rule
        for step in pack.steps:
            if in_force(draft, pack, step) and (step.id in called or not called):
                yield pack, step


def sources(draft: Draft, words: Words) -> Iterator[Block]:
    """Yield where it is written what must be notified."""
    yield Heading(words.say("source.heading"))
    found: dict[tuple[str, str], dict[str, None]] = {}
    for pack, part in parts_in_force(draft):
        form = pack.forms[part.form] if isinstance(part, Step) and part.form else None
        for each in (part, form):
            if each is not None:
                source = pack.sources[each.source]
                clause = f"{words.pack(each.clause)} ({words.say(f'source.{each.verified}')})"
                found.setdefault((words.pack(source.title), source.address), {})[clause] = None
    yield Pairs([(title, [address, *clauses]) for (title, address), clauses in found.items()])


def policy(draft: Draft, words: Words) -> Iterator[Block]:
    """Yield which version of which policy was taken."""
    say = words.say
    yield Heading(say("policy.heading"))
    yield Pairs([(say("policy.set"), [draft.policy_set])])
    rows: list[list[Cell]] = []
    for _, part in parts_in_force(draft):
        until = say("policy.open") if part.valid_to is None else words.day(part.valid_to)
        rows.append([part.id, words.pack(part.title), words.day(part.valid_from), until])
    head = [say("policy.rule"), say("policy.policy"), say("policy.from"), say("policy.to")]
    yield Grid(head, rows, (5, 5, 3, 3))
