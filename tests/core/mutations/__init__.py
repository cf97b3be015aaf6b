"""Deliberate mistakes in the core and the ledger, each of which some test must notice."""

from core.mutations.counting import COUNTING
from core.mutations.history import HISTORY
from core.mutations.kept import KEPT
from core.mutations.mutant import Mutant
from core.mutations.telling import TELLING

MUTANTS = (*COUNTING, *HISTORY, *TELLING, *KEPT)

__all__ = ["MUTANTS", "Mutant"]
