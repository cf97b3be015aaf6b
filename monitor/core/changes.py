"""What steps changed since somebody last took note of it: all that a ledger must write."""

from monitor.core.event import Event
from monitor.core.notification import Notification
from monitor.core.outage import Outage


class Changes:
    """Gathered by a book while it takes its steps; whoever writes them down begins anew."""

    def __init__(self) -> None:
        """Start with nothing changed."""
        #: events that were put into histories, by outage key, in order of arrival
        self.filed: dict[str, list[Event]] = {}
        #: outage keys in which ids or deadlines may have changed
        self.touched: set[str] = set()
        #: of these, the ones that were looked at since somebody took note of them
        self.fresh: set[str] = set()
        self.said: list[Notification] = []
        #: outage keys whose history was folded for good: up to which time, and the ids (instants)
        #: of which nothing needs to be known any more
        self.settled: dict[str, tuple[int, list[int]]] = {}
        #: outages that nothing can change any more, by outage key
        self.closed: dict[str, list[Outage]] = {}

    def file(self, event: Event) -> None:
        """Note an event that was new."""
        self.filed.setdefault(event.outage_key, []).append(event)

    def settle(
        self, outage_key: str, edge_us: int, closed: list[Outage], forgotten: list[int]
    ) -> None:
        """Note that a key was settled."""
        _, known = self.settled.get(outage_key, (edge_us, []))
        self.settled[outage_key] = (edge_us, known + forgotten)
        if closed:
            self.closed.setdefault(outage_key, []).extend(closed)
