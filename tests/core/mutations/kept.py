"""Mistakes in what is written down of a book, and in how it comes back."""

from core.mutations.mutant import Mutant

_KEEPER, _WAKE, _RESTORE = "../ledger/keeper.py", "../ledger/wake.py", "../ledger/restore.py"

KEPT = (
    Mutant(
        _KEEPER,
        "        if names != shelf.names or (due != shelf.due and not events):",
        "        if due != shelf.due and not events:",
        "an id is not written",
    ),
    Mutant(
        _KEEPER,
        "        if mark(domain) != shelf.base:",
        "        if not shelf.pieces:",
        "what was folded for good is written once and never again",
    ),
    Mutant(
        _KEEPER,
        "            yield key_of(KEY, key), write(KeyState(VERSION, offset, shelf.due, "
        "shelf.names))",
        "            pass",
        "with the last events of a key its deadline is lost",
    ),
    Mutant(
        _KEEPER,
        "    for number in range(len(pieces), shelf.pieces):",
        "    for number in range(0):",
        "pieces that are left over stay",
    ),
    Mutant(
        _KEEPER,
        "            if unwritten:\n                yield _segment(key, shelf, due, offset)\n",
        "",
        "of many events at once only the last few are written",
    ),
    Mutant(
        _KEEPER,
        "    if shelf.number not in shelf.segments:",
        "    if False:",
        "events go into a record that was removed",
    ),
    Mutant(
        _WAKE,
        "            if event.time_us >= edge_us:",
        "            if event.time_us > edge_us:",
        "an event at the edge of the horizon is lost",
    ),
    Mutant(
        _WAKE,
        "            if event.time_us >= edge_us:",
        "            if True:",
        "what was folded for good is folded again",
    ),
    Mutant(
        _WAKE,
        "publisher.restored(dict(written.shelf.names), quiet=world.quiet)",
        "publisher.restored({}, quiet=world.quiet)",
        "outages get new ids at a restart",
    ),
    Mutant(
        _WAKE,
        "        published[rule.rule, notification.cell] = notification",
        "        pass",
        "what was published is forgotten at a restart",
    ),
    Mutant(
        _WAKE,
        "    for number in sorted(written.segments):",
        "    for number in sorted(written.segments, reverse=True):",
        "events come back in another order than they came",
    ),
    Mutant(
        _RESTORE,
        "        book.expect(key, of_key.shelf.due)",
        "        pass",
        "a key that sleeps is never woken by time",
    ),
    Mutant(
        _RESTORE,
        "    if offset >= of_key.offset:",
        "    if offset < of_key.offset:",
        "of several deadlines that were written an old one counts",
    ),
    Mutant(
        "step.py",
        "            self.wake(key, before)",
        "            self.wake(key, self.clock)",
        "a key that wakes has silently seen the time pass",
    ),
    Mutant(
        "frozen.py",
        "    table.lowest, table.due = state.lowest, state.due",
        "    table.lowest = state.lowest",
        "a deadline is not read back from what was folded for good",
    ),
    Mutant(
        "fold.py",
        "        self._peaks, self._peak_hit = dict(present.peaks), self._peak_hit | present.hit",
        "        self._peaks = dict(present.peaks)",
        "what counted at the very moment of a fold is not read back",
    ),
)
