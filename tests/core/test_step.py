"""The whole program, record by record: the clock, what waits for it, and what is said when."""

import pytest
from msgspec.structs import replace

from core.world import (
    KEY,
    LAW,
    NEW_LAW,
    cell,
    clear,
    effect_rule,
    event,
    flag,
    hit,
    moment,
    options,
    table_rule,
    us,
    users,
)  # fmt: skip
from monitor.core.law import Law
from monitor.core.moment import at
from monitor.core.notification import Notification
from monitor.core.step import Book, Envelope, Record, Tick, step

_TWO_MINUTES = Law((table_rule(cell(2, 6)),), "hash")
_MORE_THAN_TWO = Law((table_rule(cell(2, 6), strict=True),), "hash")
_FLAGS = Law((effect_rule("e"),), "hash")


def _run(book: Book, *records: Record) -> list[list[tuple[str, float]]]:
    """Return (type, minute) of what each record makes it say."""
    return [
        [(n.type, (n.crossed_at_us - us(0)) / (us(1) - us(0))) for n in step(book, record, 0)]
        for record in records
    ]


def _book(law: Law = _TWO_MINUTES, *, clock: float = 0, horizon: float = 100_000) -> Book:
    book = Book(law, options(horizon=horizon))
    assert step(book, Tick(moment(clock)), 0) == []
    return book


def _due(book: Book) -> int | None:
    return book.due


def test_time_alone_crosses() -> None:
    """No new alarm is needed: the tick that reaches the deadline says it, and the next nothing."""
    book = _book()
    assert _run(book, Envelope((hit(0, 6),)), Tick(moment(1))) == [[], []]
    assert _run(book, Tick(moment(2) - 1), Tick(moment(2))) == [[], [("required", 2)]]
    assert _run(book, Tick(moment(2)), Tick(moment(90))) == [[], []]


def test_a_strict_deadline_is_said_once_the_clock_passed_it() -> None:
    """At the deadline a clear can still prevent it; right after it nothing can."""
    book = _book(_MORE_THAN_TWO)
    assert _run(book, Envelope((hit(0, 7),)), Tick(moment(2))) == [[], []]
    assert book.due == moment(2) + 1
    assert _run(book, Envelope((clear(2),)), Tick(moment(9))) == [[], []]
    book = _book(_MORE_THAN_TWO)
    assert _run(book, Envelope((hit(0, 7),)), Tick(moment(2)), Tick(moment(2) + 1)) == [
        [],
        [],
        [("required", 2)],
    ]


def test_an_inclusive_deadline_holds_though_it_is_cleared_at_it() -> None:
    """Hit until the deadline itself is long enough; a microsecond less is not."""
    for ends, said in ((us(2), [("required", 2)]), (us(2) - 1, [])):
        book = _book()
        records = Envelope((hit(0, 6),)), Envelope((clear(0, time_us=ends),)), Tick(moment(9))
        assert _run(book, *records)[-1] == said


def test_events_ahead_of_the_clock_wait() -> None:
    """They count from their own time, once a tick has reached it."""
    book = _book(_FLAGS, clock=5)
    assert _run(book, Envelope((flag(8), flag(7, "2", alarm_id="2")))) == [[]]
    assert book.due == moment(7)
    assert _run(book, Tick(moment(7) - 1), Tick(moment(7)), Tick(moment(9))) == [
        [],
        [("required", 7)],
        [("required", 8)],
    ]


def test_before_any_tick_everything_waits() -> None:
    """Without a tick no time has passed, so nothing has happened yet."""
    book = Book(_FLAGS, options())
    assert _run(book, Envelope((flag(0),)), Tick(moment(0))) == [[], [("required", 0)]]


def test_the_clock_never_goes_back() -> None:
    """An earlier tick changes nothing."""
    book = _book(clock=50)
    assert _run(book, Tick(moment(10)), Envelope((hit(48, 6),))) == [[], [("required", 50)]]
    assert book.clock == moment(50)


def test_due_is_the_next_moment_at_which_time_matters() -> None:
    """None without an outage; the least of all keys; none again when all is crossed or over."""
    book = _book()
    assert _due(book) is None
    step(book, Envelope((hit(0, 6, outage_key="XX/a"), hit(-1, 6, outage_key="XX/b"))), 0)
    assert book.due == moment(1)
    step(book, Tick(moment(1)), 0)
    assert book.due == moment(2)
    step(book, Tick(moment(1.5)), 0)
    step(book, Envelope((clear(1.5, outage_key="XX/a"),)), 0)
    assert _due(book) is None


def test_due_follows_a_correction() -> None:
    """A late event moves the deadline; the one scheduled before is forgotten."""
    book = _book(clock=1)
    step(book, Envelope((hit(0.5, 6),)), 0)
    assert book.due == moment(2.5)
    step(book, Envelope((hit(0, 1, alarm_id="2"), event("change", 0.75, users(6)))), 0)
    assert book.due == moment(2)
    assert _run(book, Tick(moment(2))) == [[("required", 2)]]


def test_a_tick_without_effect_touches_no_domain() -> None:
    """It costs nothing: no key is looked at."""
    book = _book()
    step(book, Envelope((hit(0, 6),)), 0)
    assert book.advance(moment(2) - 1) == []
    assert book.advance(moment(2)) == [KEY]
    assert book.advance(moment(3)) == []


@pytest.mark.parametrize(("late", "count"), [(10, 0), (10 - 1e-6, 1), (5, 1)])
def test_too_late(late: float, count: int) -> None:
    """Older than the horizon is counted and left out; exactly as old is taken."""
    book = _book(_FLAGS, clock=20, horizon=10)
    said = step(book, Envelope((flag(late),)), 0)
    assert (book.too_late, len(said)) == (count, 1 - count)
    assert len(book.domains) == 1 - count


def test_exactly_as_old_is_taken_after_the_tick() -> None:
    """The tick carries half a microsecond; the horizon counts whole ones."""
    book = Book(_FLAGS, options(horizon=10))
    step(book, Tick(moment(20) + 1), 0)
    assert len(step(book, Envelope((flag(10),)), 0)) == 1
    assert step(book, Envelope((flag(0, time_us=us(10) - 1, alarm_id="2"),)), 0) == []


def test_repeats_are_counted_and_say_nothing() -> None:
    """In the same envelope, in a later one, or while they wait for the clock."""
    book = _book(_FLAGS, clock=5)
    assert len(step(book, Envelope((flag(3), flag(3))), 0)) == 1
    assert step(book, Envelope((flag(3), flag(9), flag(9))), 0) == []
    assert book.repeats == 3
    assert len(step(book, Tick(moment(9)), 0)) == 0
    assert len(book.domains[0].history["oss", "1"]) == 2


def test_the_keys_of_one_step_are_said_in_one_order() -> None:
    """By time, then by outage: not by the order in which they were found."""
    book = _book(_FLAGS, clock=20)
    events = [flag(n, outage_key=key) for n, key in ((9, "XX/a"), (8, "XX/c"), (8, "XX/b"))]
    said = step(book, Envelope(tuple(events)), 0)
    assert [(n.outage_key, n.crossed_at_us) for n in said] == [
        ("XX/b", us(8)),
        ("XX/c", us(8)),
        ("XX/a", us(9)),
    ]


def test_one_tick_over_many_deadlines() -> None:
    """What a long jump of the clock crosses is said in the order of time, each at its own."""
    law = Law((table_rule(cell(4, 3), cell(2, 6)),), "hash")
    book = _book(law)
    step(book, Envelope((hit(0, 6), hit(1, 6, outage_key="XX/h"))), 0)
    said = step(book, Tick(moment(50)), us(51))
    assert [(n.outage_key, n.crossed_at_us, n.initial) for n in said] == [
        ("XX/g", us(2), True),
        ("XX/h", us(3), True),
        ("XX/g", us(4), False),
        ("XX/h", us(5), False),
    ]
    assert {n.detected_at_us for n in said} == {us(51)}


def test_detected_at() -> None:
    """The stamp of the record; without one the instant of each crossing."""
    law = Law((table_rule(cell(1, 3), cell(2, 6)),), "hash")
    for stamp_us, detected in ((us(77), [us(77)] * 2), (None, [us(1), us(2)])):
        book = _book(law)
        step(book, Envelope((hit(0, 6),)), 0)
        assert [n.detected_at_us for n in step(book, Tick(moment(9)), stamp_us)] == detected


def test_an_envelope_is_one_step() -> None:
    """What an envelope itself takes back is never said."""
    book = _book(clock=20)
    assert _run(book, Envelope((hit(0, 6), clear(1)))) == [[]]
    assert _run(book, Envelope((clear(30), hit(5, 6, alarm_id="2"), clear(7, "2")))) == [
        [("required", 7)]
    ]


def test_an_earlier_first_onset_may_bring_another_law() -> None:
    """A late event that begins before the outage did is looked at at once, however small it is."""
    book = Book(LAW, replace(options(), tail_us=us(10) - us(0)))
    step(book, Tick(moment(NEW_LAW + 1)), 0)
    other = event("raise", NEW_LAW, impact=(), effects=(("g", "1"),))
    assert _run(book, Envelope((other,))) == [[]]
    (said,) = _run(book, Envelope((hit(NEW_LAW - 1, 3, alarm_id="2"),)))
    assert said == [("required", NEW_LAW)]


def test_what_is_over_is_forgotten_and_counted() -> None:
    """Beyond the horizon nothing is kept but the figures."""
    book = _book(_FLAGS, horizon=10)
    records = Envelope((flag(0), clear(1, "none"))), Envelope((clear(2),)), Tick(moment(2))
    assert _run(book, *records) == [[("required", 0)], [], []]
    tally = book.tally()
    assert (tally.outages, tally.strays) == (1, 1)
    step(book, Tick(moment(50)), 0)
    step(book, Tick(moment(60)), 0)
    assert (book.domains, book.publishers) == ([], {})
    tally = book.tally()
    assert (tally.outages, tally.strays, tally.crossings.total()) == (1, 1, 1)


def test_what_is_not_over_stays_published() -> None:
    """An open outage keeps its revisions however long it lasts; those of closed ones are freed."""
    book = _book(_FLAGS, horizon=10)
    assert len(step(book, Envelope((flag(0, alarm_id="2"), clear(0, "2"))), 0)) == 1
    step(book, Tick(moment(8)), 0)
    assert len(step(book, Envelope((flag(8),)), 0)) == 1
    for n in range(9, 60):
        step(book, Tick(moment(n)), 0)
    (publisher,) = book.publishers.values()
    assert list(publisher.published) == [us(8)]
    said = step(book, Envelope((flag(55, "2", alarm_id="3"),)), 0)
    assert [n.initial for n in said] == [False]


def test_the_tail_is_trimmed_as_the_clock_goes_on() -> None:
    """What can no longer be undone is freed, also of keys nothing happens to."""
    book = Book(_FLAGS, options())
    step(book, Tick(moment(0)), 0)
    step(book, Envelope((flag(0), flag(0, outage_key="XX/h"))), 0)
    assert all(d.live.undo for d in book.domains)
    step(book, Tick(at(us(0) + book.options.tail_us)), 0)
    assert all(d.live.undo for d in book.domains)
    step(book, Tick(at(us(0) + book.options.tail_us) + 1), 0)
    assert not any(d.live.undo for d in book.domains)


def test_the_next_event_is_trimmed_too() -> None:
    """Whoever was trimmed and hit again is trimmed again."""
    book = Book(_FLAGS, options())
    for n in range(5):
        step(book, Tick(moment(n)), 0)
        step(book, Envelope((flag(n, str(n), alarm_id=str(n)),)), 0)
        (domain,) = book.domains
        assert len(domain._tail) == 1


def test_notifications_are_numbered_over_steps() -> None:
    """Withdrawn and required again over several records, each the next revision."""
    book = _book(LAW, clock=40)
    said = list[Notification]()
    for e in (hit(10), clear(10), hit(10, sequence=1), clear(10, sequence=2)):
        said += step(book, Envelope((e,)), 0)
    revisions: dict[str, list[int]] = {}
    for n in said:
        revisions.setdefault(n.crossing_id, []).append(n.revision)
    assert max(map(len, revisions.values())) == 4
    assert all(r == list(range(len(r))) for r in revisions.values())


def test_an_outage_under_no_policy_is_noted_once() -> None:
    """Where no policy is in force, the book names the outage, so that it can be said loudly."""
    book = Book(LAW, options())
    stranger = hit(1, outage_key="YY/g")
    for record in (Envelope((stranger, hit(1))), Tick(moment(1)), Tick(moment(5))):
        step(book, record, 0)
    assert book.lawless == [("YY/g", us(1))]
