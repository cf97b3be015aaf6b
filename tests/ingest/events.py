"""Events for these tests."""

from monitor.core.event import Event
from monitor.ingest.envelope import Item

SECOND_US = 1_000_000


def event(outage_key: str = "BE/agg-1", number: int = 0, area: str = "BE-1000") -> Event:
    """Return a raise that hits 100 end-users."""
    return Event(
        outage_key, "oss", str(number), "raise", number * SECOND_US, 0, "olt-1", "major", None,
        (("fixed_internet", area, 100),), None, (), (("interconnection", "ix-1"),), "",
    )  # fmt: skip


def items(count: int, *, keys: int = 1, area: str = "BE-1000") -> list[Item]:
    """Return so many items, their outage keys in turn."""
    return [Item("alarms", 0, n, event(f"BE/{n % keys}", n, area)) for n in range(count)]
