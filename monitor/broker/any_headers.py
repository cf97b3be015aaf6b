"""Records whose header names are no UTF-8: a broker takes them, and a reader must survive them.

aiokafka fails on such a name, and would for ever: it never gets past the record. So records are
read by aiokafka as long as that goes well, and by a lenient reader where it does not; there the
bytes of a name that are no UTF-8 are written in hexadecimal. Values and keys stay bytes.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy


def accept_any_headers() -> None:
    """Make all consumers of this process read records with any header names."""
    fetcher.MemoryRecords = _Records


class _Records:
    """The batches of one answer to a fetch, as aiokafka's own class gives them."""

    def __init__(self, data: bytes) -> None:
        self._records = _MemoryRecordsPy(data)

    def size_in_bytes(self) -> int:
        size: int = self._records.size_in_bytes()
        return size

    def has_next(self) -> bool:
        return self._records.has_next() is True

    def next_batch(self) -> Any:
        raw = self._records._next_slice  # noqa: SLF001 - its bytes, before it is parsed
        batch = self._records.next_batch()
        if isinstance(batch, DefaultRecordBatch) and not batch.is_control_batch:
            return _Batch(batch, raw)
        return batch


class _Batch:
    """A batch of aiokafka, but for how its records are read."""

    def __init__(self, batch: Any, raw: memoryview) -> None:
        self._batch = batch
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._batch:
                read += 1
                yield record
        except UnicodeDecodeError:
            yield from islice(_Lenient(self._raw), read, None)


class _Lenient(_DefaultRecordBatchPy):  # type: ignore[misc]  # aiokafka has no types
    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer: bytearray = _LenientBytes(self._buffer)


class _LenientBytes(bytearray):
    """Bytes whose parts decode to text, whatever they are."""

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        return _LenientBytes(part) if isinstance(key, slice) else part

    def decode(self, encoding: str = "utf-8", _errors: str = "strict") -> str:
        return super().decode(encoding, "backslashreplace")
