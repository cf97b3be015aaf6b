"""Whether the inventory can be read, and what is in it."""

from typing import Final

from aiokafka import ConsumerRecord

from monitor.broker.access import Broker
from monitor.doctor.finding import Finding, fail, ok, warn
from monitor.doctor.records import read_to_end
from monitor.formats.inventory import read_element
from monitor.settings import Settings, variable_of
from monitor.topics import Topics

_ABOUT: Final = "inventory"
_WITHIN_S: Final = 30.0
_HOUR_US: Final = 3_600_000_000
_DAY_US: Final = 24 * _HOUR_US


class Inventory:
    """What the records of the topic say, taken one by one."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.elements: set[str] = set()
        self.newest_us = 0
        self.bad = 0
        #: where one of the bad ones is, and what is wrong with it
        self.example = ""

    def take(self, record: ConsumerRecord) -> None:
        """Take one record; a null value removes the element."""
        self.newest_us = max(self.newest_us, record.timestamp * 1000)
        if record.value is None:
            self.elements.discard((record.key or b"").decode(errors="replace"))
            return
        element, reject = read_element(record.value)
        if element is not None:
            self.elements.add(element.element)
        if reject is not None:
            self.bad += 1
            self.example = f"{record.topic}/{record.partition} offset {record.offset}: " + (
                reject.detail or reject.reason
            )


async def look_at_inventory(
    broker: Broker, topics: Topics, settings: Settings, now_us: int
) -> list[Finding]:
    """Read the inventory to its end, as a worker does before the first alarm."""
    name, inventory = topics.inventory.name, Inventory()
    complete = await read_to_end(broker, name, inventory.take, within_s=_WITHIN_S)
    findings = []
    if not complete:
        said = f"{name} could not be read to its end within {_WITHIN_S:.0f} s"
        findings.append(warn(_ABOUT, said, "a worker waits for it; see that the broker is well"))
    if inventory.bad:
        said = f"{inventory.bad} record(s) could not be fully used; {inventory.example}"
        findings.append(warn(_ABOUT, said, "have the source of the inventory correct them"))
    return [*findings, _content(inventory, settings, name, now_us)]


def _content(inventory: Inventory, settings: Settings, name: str, now_us: int) -> Finding:
    count = len(inventory.elements)
    if count:
        age = _age(now_us - inventory.newest_us)
        return ok(_ABOUT, f"{count} element(s) in {name}; the newest record is {age} old")
    if settings.inventory == "optional":
        return ok(_ABOUT, f"{name} is empty; alarms bring their own impact and country")
    return fail(
        _ABOUT,
        f"{name} holds no element that can be read: workers wait, and nothing is notified",
        f"write the inventory to {name}, or, if alarms bring their own impact and country, set "
        f"{variable_of('inventory')}=optional",
    )


def _age(age_us: int) -> str:
    if age_us < 2 * _HOUR_US:
        return f"{max(0, age_us) // 60_000_000} min"
    hours = age_us < 2 * _DAY_US
    return f"{age_us // _HOUR_US} h" if hours else f"{age_us // _DAY_US} days"
