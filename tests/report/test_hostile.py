"""Names from outside stay text: in no format do they become markup, a formula of it, or a hole."""

import json
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from replay.running import Json, alarm, hit

from .drafting import drafted, story

SCRIPT = '<script>alert("1")</script>'
ODD = '"><img src=x onerror=alert(1)>{0}{key}%s&amp;</title></style></svg>'
MARK = "|x|`code` **bold** [link](http://evil.test) ![i](http://evil.test/i.png) <b>"
MOVES = "a\x1b[31m\r\nBcc: evil@evil.test\n\n# heading\u202egnp.exe"
WIDE = "漢字 \U0001f600 Österreich"
NAMES = (SCRIPT, ODD, MARK, MOVES, WIDE)


def events() -> list[Json]:
    """Return alarms with a hostile name wherever a name may stand."""
    effects = [{"kind": "interconnection", "target": name} for name in NAMES]
    return [
        alarm(
            "08:00:00", source=SCRIPT, alarm_id=f"{i}{name}", element=f"e{i}", incident="key",
            probable_cause=name, effects=effects, impact=hit(9_000 + i, area=name),
        )
        for i, name in enumerate(NAMES)
    ]  # fmt: skip


def hostile(tmp_path: Path, form: str) -> bytes:
    """Return a report on hostile alarms, an hour and a half into the outage."""
    file = story(tmp_path, *events())
    until = ("--at", "2026-03-14T09:30:00Z", "--correlate", "incident")
    return drafted("BE/key", file, *until, "--format", form)


class Page(HTMLParser):
    """Collects the elements of a page, their attributes, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        """Note an element."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


def test_html_holds_no_foreign_element(tmp_path: Path) -> None:
    """The page has our elements and attributes only, and shows the names as they were sent."""
    page = Page()
    page.feed(hostile(tmp_path, "html").decode())
    assert not page.tags & {"script", "img", "b", "iframe", "link", "object"}
    assert not {name for name in page.attributes if name.startswith("on")}
    assert "src" not in page.attributes
    for name in (SCRIPT, ODD, MARK, WIDE):
        assert name in page.text


def test_html_is_alone(tmp_path: Path) -> None:
    """The page asks for nothing from elsewhere, and may run nothing."""
    said = hostile(tmp_path, "html").decode()
    assert "default-src 'none'" in said
    assert "@import" not in said
    assert "url(" not in said


@pytest.mark.parametrize("form", ["md", "html", "eml"])
def test_nothing_moves_a_cursor(tmp_path: Path, form: str) -> None:
    """No control character and no turned direction reaches a reader."""
    said = hostile(tmp_path, form).decode()
    bad = {c for c in said if not c.isprintable() and c not in "\r\n\u202f\u00a0"}
    assert bad == set()


def test_markdown_stays_text(tmp_path: Path) -> None:
    """Markdown of a name is escaped, and its lines are no lines of ours."""
    said = hostile(tmp_path, "md").decode()
    outside = "".join(part for i, part in enumerate(said.split("```")) if i % 2 == 0)
    assert "](http://evil" not in outside.replace("\\]", "")
    assert "\n# heading" not in said
    assert all(line.count("|") - line.count("\\|") in {0, 4, 5, 6} for line in outside.splitlines())


def test_mail_has_no_foreign_header(tmp_path: Path) -> None:
    """A line break in a name makes no header, and the text is whole."""
    message = message_from_bytes(hostile(tmp_path, "eml"), policy=default)
    assert "Bcc" not in message
    assert message.get_content_type() == "text/plain"
    assert "漢字" in message.get_content()


def test_pdf_names_what_its_font_lacks(tmp_path: Path) -> None:
    """A character that the font does not have is named by its number, not left out."""
    reader = PdfReader(BytesIO(hostile(tmp_path, "pdf")))
    said = "".join(page.extract_text() for page in reader.pages)
    assert "<U+6F22><U+5B57>" in said.replace("\n", "")
    assert "Österreich" in said
    assert "<script>" in said


def test_json_holds_the_names_as_they_are(tmp_path: Path) -> None:
    """For machines a name is a name: only what people read is made safe to print."""
    found = json.loads(hostile(tmp_path, "json"))
    assert {area["area"] for area in found["areas"]} == set(NAMES)
