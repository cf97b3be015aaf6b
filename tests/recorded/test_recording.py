"""A recording: the same bytes, whatever was in the topics; what is cut off or changed is named."""

import gzip
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.recorded.model import Head, Header, Range, Row, Topic, text_or_bytes
from monitor.recorded.read import Recording, is_recording
from monitor.recorded.write import Writer, opened
from monitor.replay.lines import InputError

_BYTES = st.none() | st.binary(max_size=40) | st.text(max_size=40).map(str.encode)


def _row(offset: int, key: bytes | None, value: bytes | None, header: bytes | None) -> Row:
    headers = (Header("h", *text_or_bytes(header)),)
    return Row("t", 0, offset, 5 + offset, 1, *text_or_bytes(key), *text_or_bytes(value), headers)


def _head(count: int) -> Head:
    whole = Range(partition=0, log_begin=0, log_end=count, begin=0, end=count)
    topic = Topic(name="t", role="alarms", ranges=(whole,))
    return Head(product="0", policy_set="p", since=None, until=None, topics=(topic,))


def _written(path: Path, rows: list[Row]) -> Path:
    with opened(path) as file:
        writer = Writer(file, _head(len(rows)))
        for row in rows:
            writer.add(row)
        writer.finish()
    return path


def _rows(count: int = 50) -> list[Row]:
    return [_row(n, b"k%d" % n, b'{"n": %d}' % n, b"\xff") for n in range(count)]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(_BYTES, _BYTES, _BYTES), max_size=5))
def test_all_bytes_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    given_: list[tuple[bytes | None, bytes | None, bytes | None]],
) -> None:
    """Whatever bytes keys, values and headers hold, they are read as they were written."""
    path = tmp_path_factory.mktemp("r") / "r.zst"
    rows = [_row(n, *three) for n, three in enumerate(given_)]
    recording = Recording(str(_written(path, rows)))
    assert recording.verified().records == len(rows)
    read = [row for _, row in recording.rows("t", [0])]
    assert [(r.key_bytes, r.value_bytes) for r in read] == [(k, v) for k, v, _ in given_]
    assert read == rows


@pytest.mark.parametrize("suffix", [".zst", ".gz", ".jsonl"])
def test_the_same_content_gives_the_same_file(suffix: str, tmp_path: Path) -> None:
    """Two recordings of the same range are equal byte for byte; and the hash is of the content."""
    one, two = (_written(tmp_path / f"{name}{suffix}", _rows()) for name in "ab")
    assert one.read_bytes() == two.read_bytes()
    plain = Recording(str(_written(tmp_path / "p.jsonl", _rows())))
    assert Recording(str(one)).verified() == plain.verified()
    assert is_recording(str(one))


@pytest.mark.parametrize("suffix", [".zst", ".gz", ".jsonl"])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.99])
def test_a_torn_recording_is_named(suffix: str, part: float, tmp_path: Path) -> None:
    """A file that was cut off anywhere is an error that names it, never a shorter recording."""
    path = _written(tmp_path / f"r{suffix}", _rows(500))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(InputError, match=r"r\.(zst|gz|jsonl).*(torn|cut off|is no record|empty)"):
        Recording(str(path)).verified()


def test_cut_at_a_line_it_is_torn(tmp_path: Path) -> None:
    """A recording whose last lines are missing says after which line it ends, to every reader."""
    path = _written(tmp_path / "r.jsonl", _rows())
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:20]))
    with pytest.raises(InputError, match="is torn: it ends after line 20"):
        Recording(str(path)).verified()
    with pytest.raises(InputError, match="is torn"):
        list(Recording(str(path)).rows("t", [0]))


def test_a_changed_recording_is_named(tmp_path: Path) -> None:
    """One changed figure, or a line taken out, does not pass."""
    path = _written(tmp_path / "r.gz", _rows())
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    for wrong in (
        [lines[0], lines[1].replace(b'\\"n\\": 0', b'\\"n\\": 7'), *lines[2:]],
        [*lines[:7], *lines[8:]],
    ):
        assert wrong != lines
        path.write_bytes(gzip.compress(b"".join(wrong)))
        with pytest.raises(InputError, match="was changed or damaged"):
            Recording(str(path)).verified()


def test_a_newer_recording_is_refused(tmp_path: Path) -> None:
    """A recording of a newer release is not guessed at."""
    path = tmp_path / "r.zst"
    path.write_bytes(zstandard.compress(b'{"outage_monitor_recording":2,"x":1}\n'))
    with pytest.raises(InputError, match="version 2"):
        Recording(str(path))
