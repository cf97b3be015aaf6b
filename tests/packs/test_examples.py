"""The examples in the packs hold, there are enough of them, and they notice what is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.core.law import Cell, TableRule
from monitor.packs.examples import run_examples
from monitor.packs.loading import PACKAGED, load_packs
from monitor.packs.model import Example, Pack
from monitor.packs.to_law import rules_of
from monitor.packs.values import cell_name

from .helpers import GOOD, changed, pack_of

PACKS = load_packs()
SECOND_US = 1_000_000


@pytest.mark.parametrize("pack", [*PACKS, pack_of(GOOD)], ids=lambda pack: pack.policy)
def test_every_example_comes_out(pack: Pack) -> None:
    """What the packs say of themselves is what the core decides."""
    outcomes = list(run_examples(pack))
    assert [str(outcome) for outcome in outcomes if not outcome.passed] == []
    assert len(outcomes) == sum(len(rule.examples) for rule in pack.rules)


def _cells() -> Iterator[tuple[TableRule, Cell, tuple[Example, ...]]]:
    for pack in PACKS:
        for rule, written in zip(rules_of(pack), pack.rules, strict=True):
            if isinstance(rule, TableRule):
                yield from ((rule, cell, written.examples) for cell in rule.cells)


def test_every_cell_has_examples_on_both_sides() -> None:
    """Each cell is shown at its edges: one end-user fewer, and one second fewer, and not."""
    count = 0
    for rule, cell, examples in _cells():
        name = cell_name(cell)
        # the least that crosses, by the rule's own comparators
        end_users = cell.end_users + (rule.count_comparator == ">")
        lasts_us = (cell.duration_us or 0) + SECOND_US * (rule.duration_comparator == ">")
        shown = {(e.end_users, e.lasts_us, bool(e.crosses)) for e in examples if not e.hits
                 and name in (e.crosses, e.crosses_not)}  # fmt: skip
        assert (end_users, lasts_us, True) in shown
        assert (end_users - 1, lasts_us, False) in shown
        if cell.duration_us:
            assert (end_users, lasts_us - SECOND_US, False) in shown
        count += 1
    assert count == 2 * 28 + 1


def test_every_kind_has_examples_on_both_sides() -> None:
    """Each effect rule is shown with each of its kinds, with another one, and without any."""
    for pack in PACKS:
        for rule in pack.rules:
            if rule.family == "effect":
                crossing = {(e.effect or "").partition("/")[0] for e in rule.examples if e.crosses}
                silent = [e for e in rule.examples if e.crosses_not == "any"]
                assert crossing - {""} == set(rule.kinds)
                assert any(e.effect for e in silent)
                assert any(e.end_users and not e.effect for e in silent)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("at/rtr.yaml", "{duration: PT8H, end_users: 50000}", "{duration: PT8H, end_users: 50001}"),
        ("at/rtr.yaml", "{duration: PT8H, end_users: 50000}", "{duration: PT8H, end_users: 49999}"),
        ("at/rtr.yaml", "{duration: PT8H, end_users: 50000}", "{duration: PT9H, end_users: 50000}"),
        ("at/rtr.yaml", 'duration_comparator: ">"', 'duration_comparator: ">="'),
        ("at/rtr.yaml", 'count_comparator: ">"', 'count_comparator: ">="'),
        ("be/bipt.yaml", 'duration_comparator: ">="', 'duration_comparator: ">"'),
        ("be/bipt.yaml", 'count_comparator: ">="', 'count_comparator: ">"'),
        ("be/bipt.yaml", "services: [fixed_telephony, mobile_telephony, ", "services: ["),
        ("be/bipt.yaml", "takes: cautious", "takes: literal"),
    ],
)
def test_a_changed_law_is_noticed(tmp_path: Path, file: str, old: str, new: str) -> None:
    """A number, comparator, service or reading that is changed by hand fails an example."""
    target = changed(tmp_path, (old, new), file=PACKAGED / file)
    if new.startswith("{"):
        # Let the examples name the changed cell, so that only what comes out can differ.
        cell = new.strip("{}").replace("duration: ", "").replace(", end_users: ", "/")
        target.write_text(re.sub(r"PT8H/50000\b", cell, target.read_text()))
    assert not all(outcome.passed for outcome in run_examples(pack_of(target)))


def test_an_outcome_says_what_was_found(tmp_path: Path) -> None:
    """A failed example is told with its place, what it expected, and what the core says."""
    file = changed(tmp_path, ("after: PT30M", "after: PT31M"))
    (failed,) = [outcome for outcome in run_examples(pack_of(file)) if not outcome.passed]
    assert str(failed) == (
        "xx.reg.calls, example 1: expected PT30M/70 crossed after PT31M; "
        "crossed: PT30M/70 after PT30M"
    )
