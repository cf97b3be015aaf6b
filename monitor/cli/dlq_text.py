"""How dead letters are shown: a table, or one of them with its bytes made safe to print."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from monitor.core.written import time_text
from monitor.dlq.letter import Letter
from monitor.messages.printable import printable

#: What is shown of the bytes of one letter; `--raw` writes all of them.
_SHOWN_BYTES: Final = 16_384


def table(letters: Iterable[Letter]) -> Table:
    """Return one row per letter."""
    rows = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("id", "set aside", "reason", "came from", "tries"):
        rows.add_column(column, no_wrap=True)
    rows.add_column("detail", overflow="ellipsis", no_wrap=True)
    for letter in letters:
        seconds = time_text(letter.time_us // 1_000_000 * 1_000_000)
        cells = (letter.id, seconds, letter.reason, _source(letter), str(letter.retries + 1))
        rows.add_row(*(Text(printable(cell)) for cell in (*cells, letter.said("dlq_detail"))))
    return rows


def counts(by_reason: Mapping[str, int]) -> Iterator[str]:
    """Yield a line for each reason, the most frequent first."""
    for reason, count in sorted(by_reason.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"{count:>10,}  {printable(reason)}"


def details(letter: Letter) -> Iterator[str]:
    """Yield the lines that show one letter: what our headers say, its own headers, its bytes."""
    retry_of = f", a retry of {letter.retry_of}" if letter.retry_of else ""
    yield f"dead letter  {letter.id}{retry_of}"
    yield f"set aside    {time_text(letter.time_us)}, try {letter.retries + 1}"
    yield f"reason       {letter.reason} ({letter.said('dlq_error') or 'no class'})"
    yield f"detail       {letter.said('dlq_detail')}"
    yield f"came from    {_source(letter)}"
    yield f"its time     {_stamp(letter)}"
    yield f"its key      {'none' if letter.key is None else escaped(letter.key)}"
    for name, value in letter.foreign_headers:
        yield f"its header   {name} = {'none' if value is None else escaped(value)}"
    if letter.is_cut:
        yield f"cut          key and value had {letter.said('dlq_cut')} bytes"
    yield ""
    yield from _value(letter.value)


def as_json(letter: Letter) -> dict[str, Any]:
    """Return a letter for programs; key and value in Base64, for they may be any bytes."""
    partition, offset = letter.source or (None, None)
    return {
        "id": letter.id,
        "time": time_text(letter.time_us),
        "reason": letter.reason,
        "error": letter.said("dlq_error"),
        "detail": letter.said("dlq_detail"),
        "topic": letter.topic,
        "partition": partition,
        "offset": offset,
        "record_timestamp_ms": letter.timestamp_ms,
        "retries": letter.retries,
        "retry_of": letter.retry_of or None,
        "key_base64": _base64(letter.key),
        "value_base64": _base64(letter.value),
    }


def escaped(data: bytes) -> str:
    r"""Return bytes as text; what is no UTF-8 or cannot be printed is written as `\x1b`."""
    text = data.decode(errors="backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _value(value: bytes | None) -> Iterator[str]:
    if value is None:
        yield "no value"
        return
    yield f"{len(value):,} bytes:"
    shown = value[:_SHOWN_BYTES]
    yield from _pretty(value) if len(shown) == len(value) else [escaped(shown)]
    if len(shown) < len(value):
        yield f"... and {len(value) - len(shown):,} bytes more; --raw writes all of them"


def _pretty(value: bytes) -> list[str]:
    """Return an object or a list with a line for each field, anything else as it is."""
    try:
        found = json.loads(value)
        if isinstance(found, dict | list):
            return json.dumps(found, indent=2).splitlines()
    except (ValueError, RecursionError):
        pass
    return [escaped(value)]


def _source(letter: Letter) -> str:
    where = "/".join(map(str, letter.source)) if letter.source else "?"
    return f"{letter.topic}/{where}"


def _stamp(letter: Letter) -> str:
    said = letter.said("dlq_timestamp")
    if said and said != str(letter.timestamp_ms):
        return f"{said} ms; kept under that of when it was set aside"
    return time_text(letter.timestamp_ms * 1000)


def _base64(data: bytes | None) -> str | None:
    return None if data is None else b64encode(data).decode()
