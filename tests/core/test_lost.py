"""What must not be lost, counted twice or kept."""

from msgspec.structs import replace

from core.world import LAW, alarm, clear, effect_rule, flag, hit, moment, options, us
from monitor.core.law import Law
from monitor.core.load import Load
from monitor.core.step import Book, Envelope, Tick, step

_FLAGS = Law((effect_rule("e"),), "hash")


def test_what_a_late_event_cannot_reach_is_still_said() -> None:
    """One envelope: an outage that is over, another long after it, and a late event in that one."""
    book = Book(_FLAGS, options(gap=3))
    step(book, Tick(moment(50)), 0)
    events = flag(0), clear(1), flag(20, alarm_id="2"), hit(19, 1, alarm_id="3")
    said = step(book, Envelope(events), 0)
    assert [(n.type, n.crossed_at_us) for n in said] == [("required", us(0)), ("required", us(20))]
    assert [n.outage_id for n in said] == ["XX/g@2026-03-14T08:00:00Z", "XX/g@2026-03-14T08:19:00Z"]


def test_a_named_outage_that_crosses_before_a_late_event_of_the_next() -> None:
    """The crossing of the known outage is said, though the late event cannot reach it."""
    book = Book(_FLAGS, options(gap=3))
    step(book, Tick(moment(50)), 0)
    assert step(book, Envelope((hit(0, 1),)), 0) == []
    events = flag(1, alarm_id="2"), clear(2, "2"), clear(2), flag(20), hit(19, 1, alarm_id="3")
    said = step(book, Envelope(events), 0)
    assert [n.crossed_at_us for n in said] == [us(1), us(20)]


def test_taken_back_to_where_nothing_is_left() -> None:
    """An outage of one instant closes while a later event can be taken back: it stays shut."""
    ten_minutes_us = us(10) - us(0)
    book = Book(_FLAGS, replace(options(gap=3, horizon=8), tail_us=ten_minutes_us))
    step(book, Tick(moment(0)), 0)
    assert len(step(book, Envelope((flag(0), clear(0))), 0)) == 1
    step(book, Tick(moment(9)), 0)
    step(book, Envelope((clear(9, "2"),)), 0)
    step(book, Tick(moment(12)), 0)
    said = step(book, Envelope((flag(8, alarm_id="3"),)), 0)
    assert [(n.type, n.crossed_at_us) for n in said] == [("required", us(8))]


def test_a_lawless_outage_of_late_events_is_noted() -> None:
    """Also an outage that opens in a step with a late event is said to be under no policy."""
    book = Book(LAW, options())
    step(book, Tick(moment(50)), 0)
    events = hit(20, outage_key="YY/g"), hit(19, alarm_id="2", outage_key="YY/g")
    step(book, Envelope(events), 0)
    assert book.lawless == [("YY/g", us(19))]


def test_strays_are_counted_once() -> None:
    """A stray whose alarm is active again is not counted again when it is forgotten."""
    book = Book(LAW, options(horizon=10))
    step(book, Tick(moment(0)), 0)
    step(book, Envelope((clear(0),)), 0)
    for n in range(1, 40):
        step(book, Tick(moment(n)), 0)
        if n == 15:
            step(book, Envelope((flag(15),)), 0)
        assert book.tally().strays == 1, n


def test_a_flapping_alarm_below_the_largest_keeps_the_heap_small() -> None:
    """Stale entries are dropped though nobody asks for the largest."""
    load = Load()
    for number in range(20):
        load.put(alarm(number), 100 - number)
    load.largest()
    for _ in range(10_000):
        del load[alarm(19)]
        load.put(alarm(19), 81)
    assert len(load._heap or ()) <= 200
    assert load.largest() == 100
