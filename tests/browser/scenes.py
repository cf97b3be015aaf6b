"""What the tests look at: boards in the middle of a storm."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from board.samples import action, obligation, status
from board.served import InThread, board_thread
from board.story import Story

from monitor.clock import ScaledClock
from monitor.core.written import time_text
from monitor.formats.instant import time_us
from monitor.ingest.envelope import Tick

START_US = time_us("2026-03-14T02:41:00Z")
MINUTE_US = 60_000_000


def minute(minutes: float) -> int:
    """Return a moment of the story."""
    return START_US + round(minutes * MINUTE_US)


@contextmanager
def storm(minutes: float, speed: float = 1) -> Iterator[tuple[InThread, Story, ScaledClock]]:
    """Serve the story up to a minute; its clock stands until it is started."""
    clock = ScaledClock(minute(minutes), speed)
    with board_thread(clock) as served:
        story = Story(served.live.state, START_US)
        served.do(lambda: story.play(minute(minutes)))
        fresh(served, minute(minutes))
        yield served, story, clock


def fresh(served: InThread, now_us: int) -> None:
    """Let the input be confirmed up to now."""
    tick = Tick((("alarms", 1),), (("alarms", 0, now_us),))
    # For as long as any test lasts.
    later_s = time.monotonic() + 3600
    served.do(lambda: served.live.pulse.ticks([tick], 1, later_s))


def planned_work(served: InThread) -> None:
    """Add an outage that is planned work, and an acknowledgement, so that a picture has both."""
    began = "2026-03-14T02:20:00Z"
    rule = {
        "rule": "be.bipt.users", "policy": "be.bipt", "authority": "BIPT", "addressees": ["BIPT"],
        "services": ["fixed_internet", "mobile_internet"],
        "comparators": {"duration": ">=", "end_users": ">="},
        "end_users": {"cautious": 21_400, "literal": 18_950}, "onset": began,
        "current_onset": began, "next_by_time": None,
        "next_by_count": {"duration": "PT1H", "end_users": 25_000, "missing": 3_600},
        "crossed": [],
    }  # fmt: skip
    series = {"since": began, "after_seconds": [0, 500, 900], "cautious": [9_000, 21_400, 21_400],
              "literal": [9_000, 21_400, 18_950]}  # fmt: skip
    work = status(
        "BE/NAM/agg-2", outage_id=f"BE/NAM/agg-2@{began}", first_onset=began, planned=True,
        severity="major", alarms=6, next_crossing_at=None, rules=[rule], series=series,
        affected={"fixed_internet": {"cautious": 15_200, "literal": 13_400},
                  "mobile_internet": {"cautious": 6_200, "literal": 5_550}},
    )  # fmt: skip
    crossings = list(served.live.state.crossings.values())
    seen = {"crossing_id": crossings[0].last.crossing_id, "revision": crossings[0].last.revision,
            "outage_id": crossings[0].last.outage_id}  # fmt: skip
    done = action(seen, who="A. Peeters", at="2026-03-14T02:52:10Z", note="BIPT duty desk called")
    served.feed([work], actions=[done])


def duties(served: InThread) -> None:
    """Make a notice due an hour after each crossing was detected; the oldest is done."""
    crossings = [crossing.last for crossing in served.live.state.crossings.values()]
    for number, last in enumerate(crossings):
        done = {"at": last.detected_at, "by": "Anna", "reference": "by telephone"}
        duty = obligation(
            last.outage_key,
            obligation_id=f"duty {number}",
            outage_id=last.outage_id,
            country=last.country,
            authority=last.authority,
            addressees=[last.authority],
            due_at=time_text(time_us(last.detected_at) + 60 * 60 * 1_000_000),
            **({} if number else {"state": "done", "submitted": done, "in_time": True}),
        )
        served.feed([], [], [], [duty])
