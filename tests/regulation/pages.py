"""The pages of docs/regulation, taken apart: prose, tables, quotations, and commands."""

import re
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "docs" / "regulation"
#: What a quotation or an output leaves out.
_LEFT_OUT: Final = ("…", "...")


class Block(NamedTuple):
    """A block of code."""

    language: str
    lines: list[str]


class Command(NamedTuple):
    """A command, and pieces of what it prints, in their order."""

    line: str
    printed: list[list[str]]


class Page:
    """One page."""

    def __init__(self, name: str) -> None:
        """Read it."""
        self.name = name
        self.text = (FOLDER / name).read_text("utf-8")
        #: with every space and line break as one space
        self.flat = " ".join(self.text.split())

    def blocks(self, language: str) -> list[Block]:
        """Return the blocks of code in a language."""
        found = re.findall(r"^```(\w*)\n(.*?)^```$", self.text, re.MULTILINE | re.DOTALL)
        return [Block(name, code.splitlines()) for name, code in found if name == language]

    def rows(self) -> list[tuple[str, ...]]:
        """Return the rows of all tables, without marks of code."""
        lines = (line for line in self.text.splitlines() if line.startswith("|"))
        cells = (line.strip().removeprefix("|").removesuffix("|").split("|") for line in lines)
        return [tuple(cell.strip().strip("`") for cell in row) for row in cells]

    def section(self, title: str) -> str:
        """Return the text under a title, up to the next of its level."""
        return self.text.split(f"\n## {title}\n")[1].split("\n## ")[0]

    def links(self) -> list[str]:
        """Return where the page points to."""
        return re.findall(r"\]\(([^)\s]+)\)", self.text)

    def commands(self) -> list[Command]:
        """Return what is typed, and what is shown of the answer."""
        found: list[Command] = []
        for line in (line for block in self.blocks("console") for line in block.lines):
            if line.startswith("$ "):
                found.append(Command(line.removeprefix("$ "), [[]]))
            elif line in _LEFT_OUT:
                found[-1].printed.append([])
            else:
                found[-1].printed[-1].append(line)
        return found

    def quotations(self) -> list[list[str]]:
        """Return the pieces of YAML that are quoted, each without gaps."""
        pieces: list[list[str]] = []
        for block in self.blocks("yaml"):
            pieces.append([])
            for line in block.lines:
                if line in _LEFT_OUT:
                    pieces.append([])
                else:
                    pieces[-1].append(line)
        return pieces


def holds(lines: list[str], piece: list[str]) -> int | None:
    """Return behind which line a piece ends that stands among lines without gaps, if it does."""
    for start in range(len(lines) - len(piece) + 1):
        if lines[start : start + len(piece)] == piece:
            return start + len(piece)
    return None
