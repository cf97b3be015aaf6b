"""From directories of packs to the law; whatever is wrong in any file is said at once."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from monitor.core.law import Law
from monitor.packs.errors import DesignationError, Mistake, PackError
from monitor.packs.form import read_pack
from monitor.packs.model import Pack
from monitor.packs.to_law import policy_set, rules_of
from monitor.packs.to_steps import designation_ids, steps_of
from monitor.packs.validity import countries_without_policy, ending_soon
from monitor.packs.yaml_file import Document

__all__ = [
    "PACKAGED", "PackError", "countries_without_policy", "designation_ids", "ending_soon",
    "law_of", "load_law", "load_packs",
]  # fmt: skip

#: The packs that come with the program.
PACKAGED: Final = Path(__file__).parent.parent / "policies"


def load_law(directories: Sequence[Path] = (), designations: Iterable[str] = ()) -> Law:
    """Return the law of the packaged packs and those below the directories.

    A pack replaces one of the same policy that was read before it, packaged packs being read first.
    `designations` is what the operator is designated as, as `designation_ids` names it. Raises
    PackError with every mistake of every file, or if no pack knows a designation.
    """
    return law_of(load_packs(directories), designations)


def law_of(packs: Sequence[Pack], designations: Iterable[str] = ()) -> Law:
    """Return the law of packs for an operator with these designations; raises PackError, too."""
    held, known = frozenset(designations), designation_ids(packs)
    if unknown := [name for name in sorted(held) if name not in known]:
        raise DesignationError(unknown, known)
    return Law(
        (rule for pack in packs for rule in rules_of(pack)),
        policy_set(packs, held),
        (step for pack in packs for step in steps_of(pack, held)),
    )


def load_packs(directories: Sequence[Path] = ()) -> list[Pack]:
    """Return the packs that `load_law` makes the law of, by file name within each directory."""
    packs: dict[str, Pack] = {}
    mistakes: list[Mistake] = []
    for directory in (PACKAGED, *directories):
        files: dict[str, Path] = {}
        read = list(_read(directory))
        for document, pack, found in read:
            mistakes += found
            if pack is not None and pack.policy in files:
                text = f"{pack.policy} is also in {files[pack.policy]}; keep one of them"
                mistakes.append(document.mistake(("policy",), text))
            elif pack is not None:
                files[pack.policy] = document.file
                packs[pack.policy] = pack
        mistakes += _not_found(directory, any_file=bool(read))
    if mistakes:
        raise PackError(mistakes)
    return list(packs.values())


def _read(directory: Path) -> Iterator[tuple[Document, Pack | None, list[Mistake]]]:
    for file in sorted(directory.rglob("*.yaml")):
        document = Document(file)
        yield (document, *read_pack(document))


def _not_found(directory: Path, *, any_file: bool) -> Iterator[Mistake]:
    """Say what a user may have meant as packs, but is none."""
    if not directory.is_dir():
        yield Mistake(directory, None, "", "is not a directory; name one that holds packs")
        return
    others = sorted(directory.rglob("*.yml"))
    for file in others:
        yield Mistake(file, None, "", "is not read; rename it to end in .yaml")
    if not (any_file or others):
        yield Mistake(directory, None, "", "holds no pack (*.yaml); add one or do not name it")
