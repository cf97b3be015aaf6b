"""What a deliberate mistake is."""

from typing import NamedTuple


class Mutant(NamedTuple):
    """A deliberate mistake: in a file of the core, this text is replaced by that."""

    file: str
    old: str
    new: str
    #: what goes wrong with it, in words
    breaks: str
