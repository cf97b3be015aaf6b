"""The languages: the same texts in each, and every text of a pack in the languages of its forms."""

import re
import string
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import monitor.report
from monitor.packs.loading import load_packs
from monitor.packs.model import Pack
from monitor.report.words import LANGUAGES, Words, texts

CODE = "".join(path.read_text() for path in Path(monitor.report.__file__).parent.glob("*.py"))
#: Names, which stay as they are in every language.
NAMES = {"ORF", "RTR", "CCB", "BIPT", "DPA"}
HOUR_US = 3_600_000_000


def flat(language: str) -> dict[str, Any]:
    """Return the texts of a language by `section.name`, the names of time zones apart."""
    return {
        f"{section}.{name}": said
        for section, part in texts(language).items()
        for name, said in part.items()
        if section != "zone" and name != "first"
    }


def places(said: str) -> set[str]:
    """Return the names of the values that a text takes."""
    return {name for _, name, _, _ in string.Formatter().parse(said) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same(language: str) -> None:
    """A language has the texts that English has, with the same values in them."""
    known, english = flat(language), flat("en")
    assert known.keys() == english.keys()
    for name, said in known.items():
        if isinstance(said, str):
            assert places(said) == places(english[name]), name
            assert said, name


def test_every_text_is_used() -> None:
    """No text stands in the files that no module says."""
    for name in flat("en"):
        section, _, key = name.partition(".")
        spoken = section in {"service", "effect", "weekday", "by", "format"}
        parts = {name, f'"{key}"', f"{section}.{{", f"{section}.{key.rpartition('_')[0]}_{{"}
        assert spoken or any(part in CODE for part in parts), name


def of_pack(pack: Pack) -> Iterator[str]:
    """Yield the texts of a pack that a report shows."""
    for rule in pack.rules:
        yield from (rule.title, rule.clause, pack.readings[rule.reading].why)
        if rule.family == "table":
            yield rule.unit
    for step in pack.steps:
        yield from (step.title, step.clause, *(channel.to for channel in step.channels))
    for form in pack.forms.values():
        yield from (form.clause, *([form.missing] if form.missing else []))
    for calendar in pack.calendars.values():
        yield from (holiday.name for holiday in calendar.holidays)
    yield from (source.title for source in pack.sources.values())
    yield from (name for names in pack.addressees.values() for name in names)


@pytest.mark.parametrize("pack", load_packs(), ids=lambda pack: pack.policy)
def test_packs_are_translated(pack: Pack) -> None:
    """A packaged pack has its texts in all languages of its forms; nothing is left over."""
    shown = set(of_pack(pack)) | {pack.authority}
    for language in {name for form in pack.forms.values() for name in form.languages} - {"en"}:
        said = pack.translations[language]
        assert shown - said.keys() - NAMES == set(), language
        assert said.keys() - shown == set(), language


@pytest.mark.parametrize(
    ("language", "number", "time", "duration"),
    [
        ("en", "1,234,567", "1 January 2021, 00:00:00 CET", "1,001 h 1 min 1.5 s"),
        ("de", "1.234.567", "1. Jänner 2021, 00:00:00 Uhr MEZ", "1.001 h 1 min 1,5 s"),
        ("nl", "1.234.567", "1 januari 2021, 00:00:00 uur CET", "1.001 u 1 min 1,5 s"),
        ("fr", "1 234 567", "1er janvier 2021, 00:00:00 CET", "1 001 h 1 min 1,5 s"),
    ],
)
def test_numbers_and_times(language: str, number: str, time: str, duration: str) -> None:
    """Numbers, times and durations are as the readers of a language expect them."""
    words = Words(language, "Europe/Brussels", {})

    def seen(said: str) -> str:
        return re.sub(r"[\u00a0\u202f]", " ", said)

    assert seen(words.number(1_234_567)) == number
    assert words.time(1_609_455_600_000_000) == time
    assert seen(words.duration(1001 * HOUR_US + 61_500_000)) == duration
    assert words.duration(0)[0] == "0"


def test_clocks_that_change() -> None:
    """Summer time is named, and a fraction is written only where there is one."""
    words = Words("de", "Europe/Vienna", {})
    assert words.time(1_774_746_000_000_000) == "29. März 2026, 03:00:00 Uhr MESZ"
    assert words.time(1_774_745_999_999_999) == "29. März 2026, 01:59:59,999999 Uhr MEZ"
    assert words.day(date(2026, 7, 1)) == "1. Juli 2026"
