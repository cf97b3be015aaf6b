"""Every kind of mistake is told with its file, line and field, and none hides another.

Each file in `bad/` says in comments what must be told: `#! field: part of the text`, at the end of
the line that must be named, several of them divided by `;;`.
"""

from pathlib import Path

import pytest

from monitor.packs.errors import Mistake, PackError
from monitor.packs.form import read_pack
from monitor.packs.loading import load_law, load_packs
from monitor.packs.yaml_file import Document

from .helpers import BAD, GOOD, changed

FILES = sorted(BAD.glob("*.yaml"))


def _announced(file: Path) -> list[tuple[int, str, str]]:
    found = []
    for line, text in enumerate(file.read_text().splitlines(), 1):
        if "#! " in text:
            for announced in text.partition("#! ")[2].split(";;"):
                field, _, part = announced.partition(":")
                found.append((line, field.strip(), part.strip()))
    return sorted(found)


def _matches(mistake: Mistake, announced: tuple[int, str, str]) -> bool:
    line, field, part = announced
    return mistake.line == line and mistake.field == field and part in mistake.text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_mistake_is_told_with_its_place(file: Path) -> None:
    """Exactly the mistakes that a bad file announces are told, at their lines and fields."""
    pack, mistakes = read_pack(Document(file))
    announced = _announced(file)
    assert pack is None
    assert announced
    told = sorted(mistakes, key=lambda m: (m.line or 0, m.field, m.text))
    unannounced = [str(m) for m in told if not any(_matches(m, a) for a in announced)]
    untold = [a for a in announced if not any(_matches(m, a) for m in told)]
    assert (unannounced, untold) == ([], [])
    assert len(told) == len(announced)


def test_all_files_are_told_at_once() -> None:
    """The mistakes of all files of a directory come in one error, each as file:line: field."""
    with pytest.raises(PackError) as caught:
        load_law([BAD])
    assert {mistake.file for mistake in caught.value.mistakes} == set(FILES)
    first = caught.value.mistakes[0]
    assert str(first).startswith(f"{first.file}:{first.line}: {first.field}: ")
    assert len(str(caught.value).splitlines()) == len(caught.value.mistakes)


def test_the_good_pack_is_good() -> None:
    """The pack that the bad ones are made from has no mistake, so each has only its own."""
    pack, mistakes = read_pack(Document(GOOD))
    assert mistakes == []
    assert pack is not None


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"title: \xff\xfe", "is not YAML"),
        (b"title: \x00", "is not YAML"),
        (b"a: " + b"[" * 100_000, "nested too deeply"),
        (b"&a {<<: *a}", "merges another mapping"),
        (b"? [a, b]\n: c", "a key must be text"),
        (b"a: *nothing", "is not YAML"),
        (b"12", "must be keys with values"),
    ],
)
def test_no_bytes_break_the_reader(tmp_path: Path, content: bytes, part: str) -> None:
    """Whatever a file holds, the answer is a mistake with a line, never a traceback."""
    (tmp_path / "odd.yaml").write_bytes(content)
    with pytest.raises(PackError, match=part) as caught:
        load_packs([tmp_path])
    assert all(mistake.line for mistake in caught.value.mistakes)


def test_what_yaml_would_bend_stays_as_written(tmp_path: Path) -> None:
    """`NO` is Norway and not false, and a day is text until it is known to be a day."""
    file = changed(tmp_path, ("country: XX", "country: NO"))
    pack, mistakes = read_pack(Document(file))
    assert mistakes == []
    assert pack is not None
    assert pack.country == "NO"


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda d: d.exists(), "is not a directory"),
        (lambda d: d.mkdir(), "holds no pack"),
        (lambda d: (d.mkdir(), (d / "a.yml").write_text("")), "rename it to end in .yaml"),
    ],
)
def test_a_directory_without_packs_is_told(tmp_path: Path, make: object, part: str) -> None:
    """A directory that gives nothing is a mistake: somebody meant it to."""
    directory = tmp_path / "packs"
    make(directory)  # type: ignore[operator]
    with pytest.raises(PackError, match=part):
        load_packs([directory])


def test_a_policy_twice_in_a_directory_is_told(tmp_path: Path) -> None:
    """Of two files with one policy in a directory, neither can silently win."""
    changed(tmp_path).rename(tmp_path / "first.yaml")
    changed(tmp_path)
    with pytest.raises(PackError, match=r"xx\.yaml:2: policy: .*is also in .*first\.yaml"):
        load_packs([tmp_path])
