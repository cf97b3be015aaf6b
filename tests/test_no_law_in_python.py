"""No regulator, country or threshold stands in Python: the law is data, and only data.

The forbidden words and numbers are taken from the packaged packs, so a new pack is covered the day
it is added. Looked at are all constants of all modules, docstrings apart, with text taken word by
word. Three things are not looked for, since they mean something else in a program far more often:

- powers of ten (10,000 and 100,000 are thresholds, and also the round numbers of sizes and limits);
- one hour (3,600 s), which is a unit of time, and `any`;
- durations as bare hours (2, 4, 6, 8, 16).

Longer durations are looked for in seconds, in microseconds, and as they are written (`PT8H`).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import monitor
from monitor.core.written import duration_text
from monitor.packs.loading import load_packs
from monitor.packs.model import Pack, TableRule

ROOT: Final = Path(monitor.__file__).parent
FILES: Final = sorted(ROOT.rglob("*.py"))
_SECOND_US: Final = 1_000_000
_HOUR_US: Final = 3_600 * _SECOND_US
_WORD: Final = re.compile(r"[\w.]+")


def _tables(packs: list[Pack]) -> Iterator[TableRule]:
    return (rule for pack in packs for rule in pack.rules if isinstance(rule, TableRule))


def _numbers(packs: list[Pack]) -> set[int]:
    """Return the thresholds and the durations that no module may hold."""
    found = set()
    for cell in (cell for rule in _tables(packs) for cell in rule.cells):
        if set(str(cell.end_users)) - set("10") or str(cell.end_users).count("1") != 1:
            found.add(cell.end_users)
        if cell.duration_us and cell.duration_us != _HOUR_US:
            found |= {cell.duration_us, cell.duration_us // _SECOND_US}
    return found


def _words(packs: list[Pack]) -> set[str]:
    """Return the names of countries, authorities, policies, rules, steps, written durations."""
    found = {word for pack in packs for word in (pack.country, pack.authority, pack.policy)}
    found |= {rule.id for pack in packs for rule in pack.rules}
    found |= {step.id for pack in packs for step in pack.steps}
    found |= {pack.time_zone for pack in packs}
    for cell in (cell for rule in _tables(packs) for cell in rule.cells):
        if cell.duration_us and cell.duration_us != _HOUR_US:
            found.add(str(duration_text(cell.duration_us)))
    return found


PACKS: Final = load_packs()
NUMBERS: Final = _numbers(PACKS)
WORDS: Final = _words(PACKS)


def _docstrings(tree: ast.Module) -> set[int]:
    """Return the ids of the constants that are docstrings."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, owners) and node.body]
    return {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}


def law_in(source: str) -> list[tuple[int, object]]:
    """Return line and value of each constant that is a piece of law."""
    tree = ast.parse(source)
    docstrings = _docstrings(tree)
    found: list[tuple[int, object]] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        value = node.value.decode(errors="replace") if type(node.value) is bytes else node.value
        if type(value) in (int, float) and value in NUMBERS:
            found.append((node.lineno, value))
        if isinstance(value, str):
            found += [(node.lineno, word) for word in _law_words(value)]
    return found


def _law_words(text: str) -> list[str]:
    words = [word.strip(".") for word in _WORD.findall(text)]
    numbers = {str(number) for number in NUMBERS}
    zones = [word for word in WORDS if "/" in word and word in text]
    return zones + [word for word in words if word in WORDS or word in numbers]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_module_holds_a_piece_of_law(file: Path) -> None:
    """No constant is a threshold, a duration of a table, a country, an authority or a policy."""
    assert law_in(file.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "LIMIT = 25_000",
        "if hit > 50_000: pass",
        "limit_us = 28800 * 1_000_000",
        "after = 28_800_000_000",
        "cell = 'PT8H/1'",
        "if country == 'BE': pass",
        "key = f'AT/{group}'",
        "who = b'BIPT'",
        "say = 'Tell RTR.'",
        "policies = {'at.rtr': 1}",
        "rule = 'be.bipt.users'",
        "zone = ZoneInfo('Europe/Vienna')",
        "text = 'more than 240000 lines'",
        "def f():\n    '''BIPT asks.'''\n    return 'DPA'",
    ],
)
def test_a_piece_of_law_would_be_seen(source: str) -> None:
    """Each way to write law into Python is found, and at one place only."""
    assert len(law_in(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "'''Belgium: BIPT asks for 25000.'''",
        "n = 10_000",
        "hour = 3_600",
        "x = 'at'",
        "beat = 'BEAT'",
    ],
)
def test_what_is_no_law_is_left_alone(source: str) -> None:
    """Docstrings, powers of ten, the hour, and words that only hold such letters are free."""
    assert law_in(source) == []
