"""The areas that make the count: the largest few of each service, found in one pass."""

from collections.abc import Mapping
from heapq import heappush, heappushpop
from typing import Final

from msgspec import Struct

from monitor.core.domain import Domain
from monitor.core.outage import Outage
from monitor.core.table import ServiceArea, Table

#: How many areas of a service are named.
LARGEST: Final = 5


class AreaStatus(Struct, frozen=True, gc=False):
    """End-users of a service in one area, in both readings."""

    area: str
    cautious: int
    literal: int


def largest_areas(domain: Domain, outage: Outage) -> dict[str, list[AreaStatus]]:
    """Return the largest areas of each service, by the reading that decides."""
    now, cautious = domain.live.areas(), domain.options.cautious
    found: dict[str, list[AreaStatus]] = {}
    for table, services in _by_table(outage).items():
        if not table.count:
            continue
        for service, heap in _largest(table.ever if cautious else now, services).items():
            heap.sort(reverse=True)
            found[service] = [
                AreaStatus(where[1], table.ever.get(where, 0), now.get(where, 0))
                for _, where in heap
            ]
    return found


def _by_table(outage: Outage) -> dict[Table, list[str]]:
    """Return for each service the table that saw most end-users of it in its episode."""
    services: dict[Table, list[str]] = {}
    for service, tables in outage.by_service.items():
        most = tables[0]
        for table in tables[1:]:
            if table.ever_sums.get(service, 0) > most.ever_sums.get(service, 0):
                most = table
        services.setdefault(most, []).append(service)
    return services


def _largest(
    counts: Mapping[ServiceArea, int], services: list[str]
) -> dict[str, list[tuple[int, ServiceArea]]]:
    """Return the largest entries of each of these services, in no order."""
    heaps: dict[str, list[tuple[int, ServiceArea]]] = {}
    floors = dict.fromkeys(services, 0)
    for where, end_users in counts.items():
        service = where[0]
        # Nearly all areas of a large outage end here.
        if end_users <= floors.get(service, end_users):
            continue
        heap = heaps.get(service)
        if heap is None:
            heaps[service] = [(end_users, where)]
        elif len(heap) < LARGEST:
            heappush(heap, (end_users, where))
        else:
            heappushpop(heap, (end_users, where))
            floors[service] = heap[0][0]
    return heaps
