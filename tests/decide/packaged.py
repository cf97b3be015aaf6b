"""A stream under the packaged policies, and all that is published because of it."""

from core.world import START_US

from decide.desk import Desk
from monitor.core.event import Effect, Event, Impact
from monitor.core.notification import Notification
from monitor.core.reading import Options, Reading
from monitor.decide.status import Status
from monitor.packs.loading import load_law

HOUR_US = 3_600_000_000


def event(
    action: str, hours: float, number: int, *impact: Impact, effects: tuple[Effect, ...] = ()
) -> Event:
    """Return an event of an alarm, under a key of its number's country; number 4 is planned."""
    key = "BE/agg-1" if number % 2 else "AT/\N{LATIN SMALL LETTER O WITH DIAERESIS}1"
    return Event(
        key, "oss", str(number), action, START_US + round(hours * HOUR_US), 0, "el",  # type: ignore[arg-type]
        "major", number == 4, impact or None, effects or None, (), (), "",
    )  # fmt: skip


def story() -> list[tuple[Event, ...]]:
    """Return records: counts, effects, the end of one outage, and a late event that joins two."""
    fixed, mobile = ("fixed_internet", "B-1", 30_000), ("mobile_internet", "A-1", 600_000)
    return [
        (event("raise", 0, 1, fixed), event("raise", 0, 2, mobile)),
        (event("raise", 0.5, 3, effects=(("emergency_number_unreachable", "112"),)),),
        (event("raise", 0.6, 5, effects=(("personal_data_breach", ""),)),),
        (event("clear", 3, 2), event("raise", 5, 4, mobile)),
        (event("clear", 6, 4),),
        (event("raise", 2.5, 6, mobile), event("clear", 4.5, 6)),
        (event("raise", -0.2, 7, fixed),),
        (event("clear", 0.7, 1),),
    ]


def published(reading: Reading = "cautious") -> tuple[list[Notification], list[Status]]:
    """Return all notifications and statuses of the story, deletions included."""
    desk = Desk(load_law(), Options(reading=reading), every_s=0.0)
    said, statuses = [], []
    for number, record in enumerate(story()):
        hours = max(e.time_us for e in record) - START_US
        said += desk.take(*record, until=hours / 60_000_000 + number)
        statuses += desk.statuses.due(float(number), input_complete=number != 2)
    desk.take(until=30 * 24 * 60)
    desk.take(until=60 * 24 * 60)
    return said, statuses + desk.statuses.flush()
