"""What is wrong with packs: every mistake of every file, each with its place."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

#: A place in a file: the keys and indexes that lead there.
Place = tuple[str | int, ...]


class Mistake(NamedTuple):
    """One mistake: where it is, and what is wrong and what to do."""

    file: Path
    #: None where the file or directory as a whole is meant
    line: int | None
    field: str
    text: str

    def __str__(self) -> str:
        """Write it as `file:line: field: text`, which editors can jump to."""
        where = str(self.file) if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.field}: {self.text}" if self.field else f"{where}: {self.text}"


class PackError(Exception):
    """Some pack cannot be used; carries all mistakes found, not only the first."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        """Take every mistake of every file."""
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


class DesignationError(PackError):
    """The operator cannot be designated as something that no pack knows."""

    def __init__(self, unknown: Iterable[str], known: Iterable[str]) -> None:
        """Take what was given, and what there is."""
        super().__init__(())
        self._said = (
            f"no pack knows the designation {', '.join(sorted(unknown))}; "
            f"there is {', '.join(sorted(known)) or 'none'}"
        )

    def __str__(self) -> str:
        """Say it in a sentence."""
        return self._said


def field_name(place: Place) -> str:
    """Write a place as people do: `rules[0].cells[2].end_users`."""
    written = ""
    for step in place:
        written += f"[{step}]" if isinstance(step, int) else f".{step}"
    return written.removeprefix(".")
