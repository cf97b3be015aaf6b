"""The network of the invented operator: its elements and who hangs on them.

From the customer to the centre, per area one optical line terminal (`olt`) and two overlapping
base stations (`bts`); per postcode an aggregation node (`agg`), which makes one failure domain with
everything below it; per region a core node (`core`) and a gateway to an emergency call centre
(`psap`); per country a national core (`national`), two routers of emergency calls (`ecr`) and the
interconnects (`ix`). Which countries, regions and populations: `operator.yaml`.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml
from msgspec import Struct

from monitor.simulate.population import apportion, skewed_weights

#: (service, area, end_users)
Serves = tuple[tuple[str, str, int], ...]

_FIXED, _MOBILE = "fixed", "mobile"
#: the second base station of an area reaches so many of its people
_OVERLAP = 0.6


class Node(Struct, frozen=True, kw_only=True):
    """One managed object of the network."""

    element: str
    kind: str
    country: str
    region: str
    group: str
    serves: Serves = ()
    critical_component: bool = False
    interconnection: str | None = None
    emergency_numbers: tuple[str, ...] = ()
    psap: str | None = None

    @property
    def source(self) -> str:
        """The management system that reports its alarms."""
        domain = {"olt": "access", "bts": "radio"}.get(self.kind, "core")
        return f"oss-{self.country.lower()}-{domain}"

    def record(self) -> dict[str, Any]:
        """Return the inventory record."""
        return {
            "element": self.element,
            "country": self.country,
            "group": self.group,
            "critical_component": self.critical_component,
            "interconnection": self.interconnection,
            "serves": entries(self.serves),
            "emergency_numbers": list(self.emergency_numbers),
            "psap": self.psap,
        }


class Network:
    """All nodes, found by name, by kind and by what they hang on."""

    def __init__(self, nodes: list[Node]) -> None:
        """Take the nodes in the order of the inventory."""
        self.nodes = nodes
        self.by_element = {node.element: node for node in nodes}
        self._by_kind: dict[str, list[Node]] = defaultdict(list)
        for node in nodes:
            self._by_kind[node.kind].append(node)

    def of_kind(self, *kinds: str) -> list[Node]:
        """Return the nodes of these kinds."""
        return [node for kind in kinds for node in self._by_kind[kind]]

    def below(self, root: Node) -> list[Node]:
        """Return the nodes in the field that lose their way to the centre when the root fails."""
        access = self.of_kind("olt", "bts")
        if root.kind == "national":
            return [node for node in access if node.country == root.country]
        if root.kind == "core":
            return [node for node in access if node.region == root.region]
        if root.kind == "agg":
            return [node for node in access if node.group == root.group]
        return []


def entries(serves: Serves) -> list[dict[str, Any]]:
    """Return populations as the entries of `serves` and `impact`."""
    return [{"service": s, "area": area, "end_users": count} for s, area, count in serves]


@lru_cache(maxsize=4)
def network(seed: int) -> Network:
    """Return the network of this seed; its shape is always the same, its populations vary a bit."""
    rng = Random(f"network/{seed}")
    operator = yaml.safe_load(files(__package__).joinpath("operator.yaml").read_text("utf-8"))
    return Network(
        [node for country in operator["countries"] for node in _country(operator, country, rng)]
    )


def inventory(seed: int) -> list[dict[str, Any]]:
    """Return the inventory records of the network of this seed."""
    return [node.record() for node in network(seed).nodes]


def _country(operator: dict[str, Any], data: dict[str, Any], rng: Random) -> Iterator[Node]:
    country = data["country"]
    found = [node for r in data["regions"] for node in _region(operator, country, r, rng)]
    everyone = tuple(e for node in found if node.kind == "core" for e in node.serves)
    yield Node(
        element=f"core-{country}",
        kind="national",
        country=country,
        region="",
        group="core",
        serves=everyone,
        critical_component=True,
    )
    for number in (1, 2):
        yield Node(
            element=f"ecr-{country}-{number}",
            kind="ecr",
            country=country,
            region="",
            group="emergency",
            emergency_numbers=tuple(data["emergency_numbers"]),
        )
    for number, name in enumerate(data["interconnects"], 1):
        yield Node(
            element=f"ix-{country}-{number}",
            kind="ix",
            country=country,
            region="",
            group=f"interconnect-{number}",
            interconnection=name,
        )
    yield from found


def _region(
    operator: dict[str, Any], country: str, data: dict[str, Any], rng: Random
) -> Iterator[Node]:
    region = data["region"]
    found = list(_domains(operator, country, data, rng))
    everyone = tuple(e for node in found if node.kind == "agg" for e in node.serves)
    yield Node(
        element=f"core-{region}-1",
        kind="core",
        country=country,
        region=region,
        group=f"{region}/core-1",
        serves=everyone,
    )
    yield Node(
        element=f"psap-{region}-1",
        kind="psap",
        country=country,
        region=region,
        group=f"{region}/psap-1",
        psap=f"PSAP-{region}",
    )
    yield from found


def _domains(
    operator: dict[str, Any], country: str, data: dict[str, Any], rng: Random
) -> Iterator[Node]:
    """Yield the failure domains of a region, one per postcode."""
    region, postcodes, districts = data["region"], data["postcodes"], operator["districts"]
    split = {
        service: apportion(total, skewed_weights(rng, len(postcodes)))
        for service, total in data["subscribers"].items()
    }
    for index, postcode in enumerate(postcodes):
        areas = [f"{country}-{postcode}-{n:02}" for n in range(1, districts + 1)]
        served = {
            service: apportion(shares[index], skewed_weights(rng, districts))
            for service, shares in split.items()
        }
        domain: dict[str, Any] = {
            "country": country,
            "region": region,
            "group": f"{region}/agg-{index + 1}",
        }
        everyone = tuple((s, a, n) for s in served for a, n in zip(areas, served[s], strict=True))
        yield Node(element=f"agg-{region}-{index + 1}", kind="agg", serves=everyone, **domain)
        for area in areas:
            yield from _area(domain, tuple(entry for entry in everyone if entry[1] == area))


def _area(domain: dict[str, Any], everyone: Serves) -> Iterator[Node]:
    place = f"{domain['region']}-{everyone[0][1].partition('-')[2]}"
    fixed = tuple(entry for entry in everyone if entry[0].startswith(_FIXED))
    mobile = tuple(entry for entry in everyone if entry[0].startswith(_MOBILE))
    some = tuple((service, area, int(count * _OVERLAP)) for service, area, count in mobile)
    yield Node(element=f"olt-{place}", kind="olt", serves=fixed, **domain)
    yield Node(element=f"bts-{place}-a", kind="bts", serves=mobile, **domain)
    yield Node(element=f"bts-{place}-b", kind="bts", serves=some, **domain)
