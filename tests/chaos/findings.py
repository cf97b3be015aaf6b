"""What was found wrong: counted by kind, with the first few of each in words."""

from collections import defaultdict
from typing import Final

_SHOWN: Final = 8


class Findings:
    """Collects what is wrong."""

    def __init__(self) -> None:
        """Start with nothing found."""
        self.by_kind: dict[str, list[str]] = defaultdict(list)

    def add(self, kind: str, text: object) -> None:
        """Note one thing."""
        self.by_kind[kind].append(str(text))

    def take(self, others: "Findings", when: str) -> None:
        """Take over what others found, and say when that was."""
        for kind, found in others.by_kind.items():
            self.by_kind[kind] += [f"{when}{text}" for text in found]

    @property
    def total(self) -> int:
        """How many were found."""
        return sum(map(len, self.by_kind.values()))

    def count(self, *kinds: str) -> int:
        """Return how many were found of some kinds."""
        return sum(len(self.by_kind.get(kind, ())) for kind in kinds)

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return self.total > 0

    def lines(self) -> list[str]:
        """Return all of it in words, shortened."""
        lines = []
        for kind, found in self.by_kind.items():
            if not found:
                continue
            lines.append(f"{kind}: {len(found)}")
            lines += [f"    {text}" for text in found[:_SHOWN]]
        return lines
