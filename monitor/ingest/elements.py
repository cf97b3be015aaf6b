"""The elements of the network, record by record, as their compacted topic tells them.

What is known should be what a worker that starts now would read, when all but the last record of
each key is gone. So a record does away with what its key said before, even where the key is not the
name of the element; and where an element is in two partitions, its younger record holds.
"""

from typing import Final

import structlog
from aiokafka import ConsumerRecord

from monitor.formats.inventory import Element, read_element

#: So many mistakes are told one by one, of the rest each so-manieth.
_TOLD: Final = 10
_TOLD_OF: Final = 1000
_log = structlog.get_logger(__name__)


class Elements:
    """What is known of the network, and what could not be read."""

    def __init__(self, *, several_partitions: bool = False) -> None:
        """Start empty; only in several partitions can an element be told of twice."""
        self.known: dict[str, Element] = {}
        self.records = 0
        self.unreadable = 0
        self.odd_keys = 0
        self.first_mistake: str | None = None
        #: the newest time stamp of a record
        self.latest_ms: int | None = None
        self._several = several_partitions
        #: of keys that are not the name of their element: key to name, and name to key
        self._names: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        #: partition and time stamp of what was last said of an element
        self._said: dict[str, tuple[int, int]] = {}

    def take(self, record: ConsumerRecord) -> None:
        """Apply one record; a null value removes what the key brought."""
        self.records += 1
        if self.latest_ms is None or self.latest_ms < record.timestamp:
            self.latest_ms = record.timestamp
        key = None if record.key is None else record.key.decode(errors="replace")
        if record.value is None:
            self._remove(key, record)
        elif (element := self._read(record)) is not None:
            self._put(key, element, record)

    def _put(self, key: str | None, element: Element, record: ConsumerRecord) -> None:
        name = element.element
        if self._is_older(name, record):
            return
        if key is None:
            key = name
        elif key != name:
            self._say_odd(key, name, record)
        if key != name or self._names:
            self._bring(key, name)
        self.known[name] = element

    def _bring(self, key: str, name: str) -> None:
        """Note that a key speaks of this element from now on, and of no other."""
        before = self._names.pop(key, key)
        if before != name:
            self._drop(key, before)
        if (former := self._keys.pop(name, None)) is not None:
            self._names.pop(former)
        if key != name:
            self._names[key] = name
            self._keys[name] = key

    def _remove(self, key: str | None, record: ConsumerRecord) -> None:
        if key is None:
            return
        name = self._names.get(key, key)
        if not self._is_older(name, record):
            self._names.pop(key, None)
            self._drop(key, name)

    def _drop(self, key: str, name: str) -> None:
        """Forget an element, unless another key spoke of it last."""
        if self._keys.get(name, name) == key:
            self._keys.pop(name, None)
            self.known.pop(name, None)

    def _is_older(self, name: str, record: ConsumerRecord) -> bool:
        """Whether another partition holds a younger record of the same element."""
        if not self._several:
            return False
        partition, stamp_ms = self._said.get(name, (record.partition, record.timestamp))
        if partition != record.partition and record.timestamp < stamp_ms:
            return True
        self._said[name] = record.partition, record.timestamp
        return False

    def _read(self, record: ConsumerRecord) -> Element | None:
        try:
            element, reject = read_element(record.value)
        except Exception as error:  # noqa: BLE001 - one record must not cost all the others
            self._say_unreadable("cannot be read", repr(error), record)
            return None
        if element is None and reject is not None:
            self._say_unreadable(reject.reason, reject.detail, record)
        elif reject is not None:
            _log.warning("inventory record not fully used", detail=reject.detail, **_where(record))
        return element

    def _say_unreadable(self, reason: str, detail: str, record: ConsumerRecord) -> None:
        self.unreadable += 1
        if self.first_mistake is None:
            where = f"partition {record.partition}, offset {record.offset}"
            self.first_mistake = f"{where}: {detail}"
        if _is_told(self.unreadable):
            _log.warning(
                "inventory record cannot be used; what was known of its element stays",
                reason=reason,
                detail=detail,
                so_far=self.unreadable,
                **_where(record),
            )

    def _say_odd(self, key: str, name: str, record: ConsumerRecord) -> None:
        self.odd_keys += 1
        if _is_told(self.odd_keys):
            _log.warning(
                "the key of an inventory record is not its element; the element is used",
                key=key,
                element=name,
                so_far=self.odd_keys,
                **_where(record),
            )


def _is_told(number: int) -> bool:
    return number <= _TOLD or number % _TOLD_OF == 0


def _where(record: ConsumerRecord) -> dict[str, object]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}
