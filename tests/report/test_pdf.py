"""The PDF: its pages, its text, and that it holds all that it needs."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from replay.running import alarm, hit

from .drafting import GOLDEN, drafted, story, text

NIGHT = ("BE/voice-core", GOLDEN / "proximus-2021-01-08" / "input-25000.jsonl")
A1 = ("AT/voice-core", GOLDEN / "a1-2019-10-14" / "input-120001.jsonl")


def read(*arguments: str | Path) -> PdfReader:
    """Return a report as it is read by somebody else's program."""
    return PdfReader(BytesIO(drafted(*arguments, "--format", "pdf")))


@pytest.mark.parametrize(
    ("case", "language", "pages", "page"),
    [
        (NIGHT, "en", 5, "Page 5 of 5"),
        (NIGHT, "nl", 5, "Pagina 5 van 5"),
        (NIGHT, "fr", 5, "Page 5 sur 5"),
        (A1, "de", 7, "Seite 7 von 7"),
    ],
)
def test_pages(case: tuple[str, Path], language: str, pages: int, page: str) -> None:
    """Every page is numbered, says that it is a draft, and names the outage."""
    reader = read(*case, "--lang", language)
    assert len(reader.pages) == pages
    assert page in reader.pages[-1].extract_text()
    banner = text(*case, "--lang", language).split("**")[1]
    for each in reader.pages:
        assert banner in each.extract_text()
        assert case[0] + "@" in each.extract_text()


def words(said: str) -> set[str]:
    """Return the words of a text, without marks and without what draws a chart."""
    return {word for word in re.findall(r"[^\W_]+", said) if len(word) > 1}


@pytest.mark.parametrize("language", ["en", "nl", "fr"])
def test_it_says_what_the_markdown_says(language: str) -> None:
    """Every word of the report in Markdown stands in the PDF, too; only its chart is another."""
    said = "".join(page.extract_text() + "\n" for page in read(*NIGHT, "--lang", language).pages)
    before, chart, after = text(*NIGHT, "--lang", language).rpartition("```text")
    assert chart
    before, title, _ = before.rpartition("\n*")
    assert title
    wanted = words(before + after.partition("```")[2])
    assert wanted - words(said) == {"text"}  # the mark of the fence around the notice


def test_fonts_and_language_are_in_it() -> None:
    """The fonts are embedded, the language and the title are named, and nothing tells the clock."""
    reader = read(*NIGHT, "--lang", "nl")
    fonts: dict[str, Any] = {}
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in (found.get_object() for found in resources["/Font"].values()):
            if "/FontDescriptor" in font:
                fonts[font["/BaseFont"]] = font["/FontDescriptor"].get_object()
    assert any("DejaVuSansCondensed" in name for name in fonts)
    assert all("/FontFile2" in descriptor for descriptor in fonts.values())
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "nl"
    assert reader.metadata is not None
    assert reader.metadata.title == "Storing BE/voice-core: kennisgeving aan BIPT"
    assert "2000" in str(reader.metadata.get("/CreationDate"))


def test_the_chart_is_drawn_as_vectors() -> None:
    """There is no image in the file: the chart can be made as large as one likes."""
    assert not any(page.images for page in read(*NIGHT).pages)
    assert "00:00" in "".join(page.extract_text() for page in read(*NIGHT).pages)


def test_a_large_outage_is_not_a_large_report(tmp_path: Path) -> None:
    """Hundreds of areas, long names and many alarms still make a report of some pages."""
    events = [
        alarm("08:00:00", alarm_id=f"alarm-{i}", impact=hit(500 + i, area=f"area-{'x' * 60}-{i}"))
        for i in range(400)
    ]
    file = story(tmp_path, *events)
    assert len(read("BE/e1", file, "--at", "2026-03-14T10:00:00Z").pages) < 12
