"""Reports on the golden cases, word for word, in each language of each authority.

`UPDATE_REPORTS=1` writes the files anew; then read what has changed.
"""

import os
import re
from pathlib import Path

import pytest

from .drafting import GOLDEN, HERE, drafted

KEPT = HERE / "texts"
A1 = ("AT/voice-core", GOLDEN / "a1-2019-10-14" / "input-psap.jsonl")
MAGENTA = ("AT/packet-core", GOLDEN / "magenta-at" / "input-0100-090001-100001.jsonl")
NIGHT = ("BE/voice-core", GOLDEN / "proximus-2021-01-08" / "input-25000.jsonl")
VOICE = ("BE/voice-core", GOLDEN / "proximus-2019-04-05" / "input-as-reported.jsonl")

CASES = {
    "a1-rtr-de.md": (*A1, "--lang", "de", "--at", "2019-10-15T00:00:00+02:00"),
    "a1-rtr-en.md": (*A1, "--lang", "en", "--at", "2019-10-15T00:00:00+02:00"),
    "a1-rtr-governors-de.eml": (*A1, "--step", "emergency_notice", "--format", "eml"),
    "magenta-rtr-de.md": (*MAGENTA,),
    "magenta-rtr-en.json": (*MAGENTA, "--lang", "en", "--format", "json"),
    "night-bipt-en.md": (*NIGHT,),
    "night-bipt-nl.md": (*NIGHT, "--lang", "nl"),
    "night-bipt-fr.md": (*NIGHT, "--lang", "fr"),
    "night-bipt-nl.html": (*NIGHT, "--lang", "nl", "--format", "html"),
    "night-bipt-fr.eml": (*NIGHT, "--lang", "fr", "--step", "brief_notice", "--format", "eml"),
    "voice-bipt-open-en.md": (*VOICE, "--at", "2019-04-05T16:00:00+02:00"),
    "voice-bipt-full-nl.md": (*VOICE, "--lang", "nl", "--step", "full_notification"),
}


@pytest.mark.parametrize("name", CASES)
def test_text(name: str) -> None:
    """The report says what it said when a person last read it."""
    # Which packs there are besides changes the name of all of them, and nothing that is said.
    found, kept = re.sub(rb"[0-9a-f]{64}", b"POLICY-SET", drafted(*CASES[name])), KEPT / name
    if "UPDATE_REPORTS" in os.environ:
        kept.write_bytes(found)
    assert found.decode() == kept.read_bytes().decode()


def test_no_file_is_left_over() -> None:
    """Every kept text belongs to a case."""
    assert {path.name for path in KEPT.iterdir()} == set(CASES)


@pytest.mark.parametrize("form", ["md", "html", "json", "pdf", "eml"])
def test_the_same_bytes_again(form: str, tmp_path: Path) -> None:
    """The same input gives the same bytes, in every format."""
    arguments = (*NIGHT, "--format", form)
    out = tmp_path / f"report.{form}"
    drafted(*arguments, "-o", out)
    assert out.read_bytes() == drafted(*arguments)
