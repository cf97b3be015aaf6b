"""Where alarms come from: plain and packed files, standard input, several at once."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from monitor.replay import lines
from monitor.replay.lines import Lines
from monitor.replay.reading import AlarmReader
from monitor.replay.rejects import Rejects

from .running import alarm, by, crossed, hit, jsonl, refused, run, said, written

EVENTS = jsonl(
    alarm("08:00:00", impact=hit(26_000)),
    alarm("09:30:00", "clear"),
    alarm("10:00:00", alarm_id="2", country="AT", impact=hit(600_000)),
)
EXPECTED = [("be.bipt.users", "09:00:00Z"), ("at.rtr.mobile_internet", "10:00:00Z")]


def _zst(*parts: bytes, checksum: bool = True, size: bool = True) -> bytes:
    packer = zstandard.ZstdCompressor(write_checksum=checksum, write_content_size=size)
    return b"".join(packer.compress(part) for part in parts)


def _skippable(data: bytes) -> bytes:
    return b"\x50\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data


HALF = len(EVENTS) // 2
PACKED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "plain": (".jsonl", lambda: EVENTS),
    "no last line end": (".jsonl", EVENTS.rstrip),
    "gz": (".gz", lambda: gzip.compress(EVENTS)),
    "gz of two members": (
        ".jsonl.gz", lambda: gzip.compress(EVENTS[:HALF]) + gzip.compress(EVENTS[HALF:])
    ),
    "zst": (".zst", lambda: _zst(EVENTS)),
    "zst of three frames": (".jsonl.zst", lambda: _zst(EVENTS[:9], EVENTS[9:HALF], EVENTS[HALF:])),
    "zst without sizes": (".zst", lambda: _zst(EVENTS[:9], EVENTS[9:], checksum=False, size=False)),
    "zst with skippable frames": (
        ".zst", lambda: _skippable(b"x") + _zst(EVENTS[:HALF]) + _skippable(b"")
        + _zst(b"", EVENTS[HALF:]) + _skippable(b"end"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKED)
def test_packed_files_read_the_same(tmp_path: Path, name: str) -> None:
    """However a file is packed, the same bytes come out."""
    suffix, pack = PACKED[name]
    file = tmp_path / f"a{suffix}"
    file.write_bytes(pack())
    assert crossed(file) == EXPECTED
    assert run("replay", file).stdout_bytes == run("replay", "-", stdin=EVENTS).stdout_bytes


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_large_packed_files(tmp_path: Path, suffix: str) -> None:
    """A packed file of many blocks is read whole, to its last line."""
    events = [alarm(f"08:{i // 60:02d}:{i % 60:02d}", alarm_id=f"{i:0500d}") for i in range(3000)]
    data = jsonl(*events, json.loads(EVENTS.splitlines()[2]))
    file = tmp_path / f"a{suffix}"
    file.write_bytes(
        gzip.compress(data) if suffix == ".gz" else _zst(data[:900_000], data[900_000:])
    )
    assert [n for n, _, _ in Lines(str(file))] == list(range(1, 3002))
    assert len(said(file)) == 1


def test_an_empty_packed_file_has_no_lines(tmp_path: Path) -> None:
    """A packed file of nothing is no mistake; nor is an empty file."""
    for name, data in (("a.gz", gzip.compress(b"")), ("a.zst", _zst(b"")), ("b.gz", b""),
                       ("b.zst", b"")):  # fmt: skip
        (tmp_path / name).write_bytes(data)
        assert said(tmp_path / name) == []


def _cuts() -> list[Any]:
    many = EVENTS * 2000
    return (
        [
            pytest.param(suffix, packed[:keep], id=f"{suffix} {size} cut to {keep}")
            for suffix, pack in ((".gz", gzip.compress), (".zst", _zst))
            for size, packed in (("small", pack(EVENTS)), ("large", pack(many)))
            for keep in (1, 5, len(packed) // 2, len(packed) - 5, len(packed) - 1)
        ]
        + [
            pytest.param(".zst", _zst(EVENTS) + _zst(EVENTS)[:cut], id=f"second frame cut to {cut}")
            for cut in (1, 4, 9, 60)
        ]
        + [pytest.param(".zst", _zst(EVENTS) + _skippable(b"abc")[:-1], id="skippable frame cut")]
    )


@pytest.mark.parametrize(("suffix", "data"), _cuts())
def test_a_packed_file_that_is_cut_off(tmp_path: Path, suffix: str, data: bytes) -> None:
    """A file whose end is missing is never taken for a whole one: alarms may be lost with it."""
    file = tmp_path / f"a{suffix}"
    file.write_bytes(data)
    sentence = refused("replay", file)
    assert str(file) in sentence
    assert "damaged or cut off" in sentence


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".gz", EVENTS),
        (".zst", EVENTS),
        (".gz", gzip.compress(EVENTS) + b"junk"),
        (".zst", _zst(EVENTS) + b"junk"),
        (".gz", gzip.compress(EVENTS)[:-8] + b"\x00" * 8),
        (".zst", _zst(EVENTS)[:-4] + b"\x00" * 4),
        (".gz", _zst(EVENTS)),
        (".zst", gzip.compress(EVENTS)),
    ],
)
def test_a_packed_file_that_is_damaged(tmp_path: Path, suffix: str, data: bytes) -> None:
    """A file that is not what its ending says, or is damaged, is refused in a sentence."""
    file = tmp_path / f"a{suffix}"
    file.write_bytes(data)
    assert str(file) in refused("replay", file)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file and a directory are named in one sentence, wherever they are named."""
    good = written(tmp_path / "a.jsonl")
    for wrong, what in ((tmp_path / "none.jsonl", "No such file"), (tmp_path, "Is a directory")):
        for command in ("replay", "explain"):
            for arguments in ([wrong], [good, wrong], [good, "--inventory", wrong]):
                sentence = refused(command, *map(str, arguments))
                assert str(wrong) in sentence
                assert what in sentence


def test_outputs_that_cannot_be_written(tmp_path: Path) -> None:
    """A file that cannot be written, or a full disk, is told in one sentence."""
    file = written(tmp_path / "a.jsonl", b"oops", *EVENTS.splitlines())
    for option in ("-o", "--rejects"):
        for wrong in (tmp_path / "no" / "out", tmp_path, Path("/dev/full")):
            result = run("replay", file, option, wrong)
            assert result.exit_code == 2
            assert f"error: {wrong}: cannot be written: " in result.stderr


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    """To write to a file that is read, or twice to one file, is refused before anything is lost."""
    file = written(tmp_path / "a.jsonl", *EVENTS.splitlines())
    inventory = written(tmp_path / "i.jsonl", {"element": "e1"})
    link = tmp_path / "link"
    link.symlink_to(file)
    for option in ("-o", "--rejects"):
        for same in (file, link, tmp_path / "." / "i.jsonl"):
            sentence = refused("replay", file, "--inventory", inventory, option, same)
            assert f"{same}: " in sentence
    out = tmp_path / "out"
    assert "out: " in refused("replay", file, "-o", out, "--rejects", out)
    assert file.read_bytes() == EVENTS
    assert inventory.stat().st_size > 0


def test_standard_input_is_read_once(tmp_path: Path) -> None:
    """Two inputs cannot both be standard input, the inventory among them."""
    file = written(tmp_path / "a.jsonl")
    for arguments in (["-", "-"], ["-", file, "--inventory", "-"]):
        for command in ("replay", "explain"):
            sentence = refused(command, *arguments, stdin=EVENTS)
            assert "standard input (-) can be read only once" in sentence
    assert crossed("-", file, stdin=EVENTS) == EXPECTED


def test_blank_lines_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    """Blank lines are no lines to use, CRLF is a line end, and a mark at the start is none."""
    first, *rest = EVENTS.splitlines()
    data = b"\xef\xbb\xbf" + b"\r\n".join([first, b"", b"\r", b"  \t", *rest]) + b"\r\n\r\n"
    file = tmp_path / "a.jsonl"
    file.write_bytes(data)
    assert crossed(file, "--strict") == EXPECTED
    file.write_bytes(b"\xef\xbb\xbf")
    assert said(file, "--strict") == []


def test_line_numbers_count_every_line(tmp_path: Path) -> None:
    """The number of a line is that of an editor, blank lines included."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n\r\nx\n\ny")
    assert list(Lines(str(file))) == [(3, b"x", False), (5, b"y", False)]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_line_that_is_too_long_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: bytes
) -> None:
    """Of a line longer than any alarm only the start is kept, and the next line is whole."""
    monkeypatch.setattr(lines, "LINE_MAX_BYTES", 100)
    monkeypatch.setattr(lines, "_KEPT_BYTES", 10)
    file = tmp_path / "a.jsonl"
    for length in (100, 101, 250, 300):
        file.write_bytes(mark + b"x" * length + b"\nnext\n" + b"y" * length)
        assert list(Lines(str(file))) == [
            (1, b"x" * 10, True), (2, b"next", False), (3, b"y" * 10, True),
        ]  # fmt: skip
    file.write_bytes(mark + b"x" * 90 + b"\n" + b"y" * 99)
    assert [cut for _, _, cut in Lines(str(file))] == [False, False]


def test_a_too_long_line_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is counted and reported as too long, and the others are used."""
    monkeypatch.setattr(lines, "LINE_MAX_BYTES", 1000)
    out = tmp_path / "rejects"
    file = written(tmp_path / "a.jsonl", b"x" * 2000, *EVENTS.splitlines())
    assert crossed(file, "--rejects", out) == EXPECTED
    (reject,) = map(json.loads, out.read_bytes().splitlines())
    assert (reject["line"], reject["reason"]) == (1, "too_long")


def test_files_are_merged_by_time(tmp_path: Path) -> None:
    """Next comes the file whose next event is earliest; each file is taken in its own order."""
    times = {"a": ["08:00:00", "08:05:00", "08:01:00"], "b": ["08:02:00", "08:03:00"]}
    files = [
        written(tmp_path / name, *(alarm(t, alarm_id=f"{name}{i}", impact=hit(1), element=name)
                                   for i, t in enumerate(of)))
        for name, of in times.items()
    ]  # fmt: skip

    def order(*named: Path) -> list[str]:
        reader = AlarmReader({}, "group", Rejects())
        return [o.event.alarm_id for o in reader.events([Lines(str(f)) for f in named])]

    assert order(*files) == ["a0", "b0", "b1", "a1", "a2"]
    assert order(*reversed(files)) == ["a0", "b0", "b1", "a1", "a2"]


def test_at_a_tie_the_file_named_first_comes_first(tmp_path: Path) -> None:
    """Two events of one alarm with equal time and sequence apply in the order of the files."""
    few = written(tmp_path / "few", alarm("08:00:00", impact=hit(1)))
    many = written(tmp_path / "many", alarm("08:00:00", impact=hit(25_000), planned=True))
    until = ("--until", "2026-03-14T09:00:00Z", "--reading", "literal")
    assert said(many, few, *until) == []
    assert by(said(few, many, *until), "rule", "planned") == [("be.bipt.users", True)]


def test_merged_files_say_what_one_file_says(tmp_path: Path) -> None:
    """Events spread over files of different kinds come out as from one file in order."""
    first, *rest = EVENTS.splitlines()
    a, b = written(tmp_path / "a.jsonl", *rest), tmp_path / "b.gz"
    b.write_bytes(gzip.compress(first))
    assert run("replay", a, b).stdout_bytes == run("replay", "-", stdin=EVENTS).stdout_bytes


def test_how_far_a_file_was_read(tmp_path: Path) -> None:
    """Progress grows to the size of the file on disk and stays there."""
    file = tmp_path / "a.gz"
    file.write_bytes(gzip.compress(EVENTS))
    source = Lines(str(file))
    assert source.position_bytes == 0
    for _ in source:
        assert 0 < source.position_bytes <= file.stat().st_size
    assert source.position_bytes == source.size_bytes == file.stat().st_size
    assert Lines("-").size_bytes is None
