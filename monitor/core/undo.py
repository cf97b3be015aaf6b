"""An undo log: what a late event needs to put the fold back to an earlier moment.

Whoever changes the state of a fold first appends `(object, key, old value)`; going back restores
these in reverse. Understood are dictionaries (an item), lists (an append) and other objects (an
attribute). A fold of one key is thus taken back by as many changes as were made, however large its
state is.
"""

from typing import Any, Final

from monitor.core.load import Load

#: The old value of an item that was not there.
MISSING: Final[Any] = object()

Undo = list[tuple[Any, Any, Any]]


def take_back(log: Undo, mark: int) -> None:
    """Restore everything changed since the log had `mark` entries, and shorten it to that."""
    while len(log) > mark:
        thing, key, old = log.pop()
        kind = type(thing)
        if kind is dict:
            if old is MISSING:
                del thing[key]
            else:
                thing[key] = old
        elif kind is Load:
            thing.restore(key, None if old is MISSING else old)
        elif kind is list:
            thing.pop()
        else:
            setattr(thing, key, old)
