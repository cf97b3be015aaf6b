"""What the tests of packs share."""

from pathlib import Path
from typing import Final

from monitor.packs.form import read_pack
from monitor.packs.model import Pack
from monitor.packs.yaml_file import Document

HERE: Final = Path(__file__).parent
GOOD: Final = HERE / "good" / "xx.yaml"
BAD: Final = HERE / "bad"
DAY_US: Final = 86_400_000_000


def changed(directory: Path, *changes: tuple[str, str], file: Path = GOOD) -> Path:
    """Write a pack with some text replaced into a directory; return the new file."""
    text = file.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    target = directory / file.name
    target.write_text(text)
    return target


def pack_of(file: Path) -> Pack:
    """Return the pack of a file that has no mistakes."""
    pack, mistakes = read_pack(Document(file))
    assert pack is not None, mistakes
    return pack
