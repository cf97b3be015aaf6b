"""The generated network and its populations."""

from collections import Counter
from importlib.resources import files
from random import Random
from typing import Any

import pytest
import yaml

from monitor.formats.inventory import read_element
from monitor.simulate.network import Network, inventory, network
from monitor.simulate.population import apportion, skewed_weights

from .lines import line


@pytest.fixture
def net() -> Network:
    """Return the network that the other tests look at."""
    return network(1)


def operator() -> dict[str, Any]:
    """Return the data of the operator."""
    text = files("monitor.simulate").joinpath("operator.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def test_every_record_is_read() -> None:
    """The inventory reader takes every generated record, whole."""
    for record in inventory(1):
        element, reject = read_element(line(record))
        assert element is not None
        assert reject is None


def test_populations_add_up_to_the_operator_s(net: Network) -> None:
    """Each regional core serves exactly the subscribers of its region, no one lost or invented."""
    for country in operator()["countries"]:
        for region in country["regions"]:
            served: Counter[str] = Counter()
            for service, _, count in net.by_element[f"core-{region['region']}-1"].serves:
                served[service] += count
            assert served == region["subscribers"]


def test_several_elements_hang_on_one_area(net: Network) -> None:
    """Two base stations and the nodes above them serve the same people of an area."""
    area = net.of_kind("bts")[0].serves[0][1]
    kinds = [n.kind for n in net.nodes if any(entry[1] == area for entry in n.serves)]
    assert sorted(kinds) == ["agg", "bts", "bts", "core", "national", "olt"]


def test_areas_are_skewed(net: Network) -> None:
    """In each failure domain the largest area has at least four times the people of the least."""
    for agg in net.of_kind("agg"):
        counts = [count for service, _, count in agg.serves if service == "mobile_internet"]
        assert max(counts) >= 4 * min(counts)


def test_same_seed_same_network() -> None:
    """A seed gives one network, another seed other populations in the same shape."""
    network.cache_clear()
    first = inventory(1)
    network.cache_clear()
    assert inventory(1) == first
    other = inventory(2)
    assert other != first
    assert [r["element"] for r in other] == [r["element"] for r in first]


def test_every_mark_of_the_inventory_occurs() -> None:
    """Critical components, interconnects, emergency numbers and call centres are all there."""
    for mark in ("critical_component", "interconnection", "emergency_numbers", "psap"):
        marked = {record["country"] for record in inventory(1) if record[mark]}
        assert marked == {country["country"] for country in operator()["countries"]}


@pytest.mark.parametrize("total", [0, 1, 7, 1000, 999_999])
def test_apportion_loses_nobody(total: int) -> None:
    """The parts of a split add up to the whole, each within one of its exact share."""
    weights = skewed_weights(Random(total), 7)
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1
