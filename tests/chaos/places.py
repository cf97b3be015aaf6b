"""Where outages happen: elements of the inventory, and others of which only the alarms know."""

from random import Random
from typing import Any, Final, NamedTuple

#: So many elements are in the inventory; those with higher numbers are not.
KNOWN: Final = 2000
#: Every so-manieth element carries effects by itself.
_SPECIAL: Final = 40
_SERVED: Final = 30_000
COUNTRIES: Final = ("BE", "AT")


class Place(NamedTuple):
    """An element that fails, with everything under one outage key."""

    number: int

    @property
    def country(self) -> str:
        """Return its country."""
        return COUNTRIES[self.number % len(COUNTRIES)]

    @property
    def element(self) -> str:
        """Return the name of the element."""
        return f"olt-{self.number:06}"

    @property
    def fields(self) -> dict[str, Any]:
        """Return what every alarm of it says of where it is."""
        place: dict[str, Any] = {"element": self.element}
        return place if self.number < KNOWN else {**place, "country": self.country}

    def impact(
        self, rng: Random, end_users: int, service: str, areas: int = 1
    ) -> list[dict[str, Any]]:
        """Return so many end-users of a service, spread over areas."""
        cuts = sorted(rng.randint(0, end_users) for _ in range(areas - 1))
        counts = [b - a for a, b in zip([0, *cuts], [*cuts, end_users], strict=True)]
        return [
            {"service": service, "area": f"{self.element}/{n}", "end_users": count}
            for n, count in enumerate(counts)
        ]

    def record(self) -> dict[str, Any]:
        """Return the inventory record."""
        kind = self.number % _SPECIAL
        return {
            "element": self.element,
            "country": self.country,
            "group": f"agg-{self.number:06}",
            "critical_component": kind == 0,
            "interconnection": f"ix-{self.number}" if kind == 1 else None,
            "emergency_numbers": ["112"] if kind in {2, 3} else [],
            "psap": f"PSAP-{self.number}" if kind in {4, 5} else None,
            "serves": [
                {"service": service, "area": self.element, "end_users": _SERVED}
                for service in ("fixed_internet", "mobile_internet")
            ],
        }


def inventory() -> list[dict[str, Any]]:
    """Return the whole inventory."""
    return [Place(number).record() for number in range(KNOWN)]
