"""Short hands for cases worked out by hand: everything happens on 14 March 2026."""

from typing import Any

from .naive import final
from .reading import Json, instant_us

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US


def at(clock: str) -> str:
    """Give the time of that day."""
    return f"2026-03-14T{clock}{':00' if clock.count(':') == 1 else ''}Z"


def at_us(clock: str) -> int:
    """Give the same in microseconds."""
    return instant_us(at(clock))


def users(count: int, service: str = "mobile_internet", area: str = "k") -> Json:
    """Give an impact entry."""
    return {"service": service, "area": area, "end_users": count}


def event(action: str, clock: str, *impact: Json, **more: Any) -> Json:
    """Give an event of alarm 1 on a Belgian element; without entries the impact is absent."""
    line: Json = {
        "source": "oss",
        "alarm_id": "1",
        "action": action,
        "event_time": at(clock),
        "element": "el",
        "country": "BE",
    }
    if impact:
        line["impact"] = list(impact)
    return line | more


def austrian(action: str, clock: str, *impact: Json, **more: Any) -> Json:
    """Give the same on an Austrian element."""
    return event(action, clock, *impact, **{"country": "AT", **more})


def crossed(lines: list[Json], **options: Any) -> list[tuple[str, str, str]]:
    """Give rule, cell and time of the crossings that hold, in short."""
    return [short(crossing) for crossing in final(lines, **options)]


def short(crossing: Json) -> tuple[str, str, str]:
    """Give rule, cell and time of day of one crossing."""
    cell = crossing["cell"]
    name = cell["target"] or "" if "effect" in cell else cell["duration"] or "any"
    time = crossing["crossed_at"].removeprefix("2026-03-14T").removesuffix("Z")
    return (crossing["rule"].partition(".")[2].partition(".")[2], name, time)
