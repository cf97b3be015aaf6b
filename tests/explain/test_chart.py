"""The chart of an outage, in the terminal and as SVG."""

from pathlib import Path
from xml.etree import ElementTree as ET

from replay.running import alarm, hit, refused, run, written

from .cases import COMING, CROSSED, EFFECT, SILENT

SVG = "{http://www.w3.org/2000/svg}"


def test_in_the_terminal(tmp_path: Path) -> None:
    """The chart shows what is hit now and was so far, the threshold, and where it was crossed."""
    file = written(tmp_path / "a.jsonl", *CROSSED)
    out = run("explain", file, "--outage", "BE/e1", "--chart").stdout
    drawn = out.partition("Outage BE/e1@2026-03-14T08:00:00Z\n  Began")[2].partition("  Outage ")[2]
    assert all(mark in drawn for mark in "█░─●")
    assert "2026-03-14 08:00:00Z" in drawn
    assert "2026-03-14 09:30:00Z" in drawn
    assert max(map(len, drawn.splitlines())) <= 100
    assert "█ hit now" not in run("explain", file, "--outage", "BE/e1").stdout


def test_an_effect_is_a_bar(tmp_path: Path) -> None:
    """An effect is drawn for as long as it was there."""
    file = written(tmp_path / "a.jsonl", *EFFECT, alarm("09:00:00", "clear"))
    out = run("explain", file, "--chart").stdout
    assert "▬" * 72 in out
    assert "emergency number 112 cannot be reached" in out.rpartition("▬")[2]


def test_nothing_to_draw(tmp_path: Path) -> None:
    """Where there is no outage there is no chart; an SVG of nothing is refused."""
    file = written(tmp_path / "a.jsonl", *SILENT)
    out = run("explain", file, "--correlate", "incident", "--chart").stdout
    assert "└" not in out
    target = tmp_path / "o.svg"
    assert "--svg is of one outage; there is none" in refused(
        "explain", file, "--correlate", "incident", "--svg", target
    )


def drawing(tmp_path: Path, *events: object, key: str = "BE/e1") -> ET.Element:
    """Return the chart of one outage as SVG, read by another program."""
    target = tmp_path / "o.svg"
    file = written(tmp_path / "a.jsonl", *events)  # type: ignore[arg-type]
    result = run("explain", file, "--outage", key, "--svg", target)
    assert result.exit_code == 0, result.stderr
    return ET.fromstring(target.read_bytes())  # noqa: S314 - our own


def texts(found: ET.Element) -> list[str]:
    """Return the texts of a drawing."""
    return [str(text.text) for text in found.iter(f"{SVG}text")]


def test_as_svg(tmp_path: Path) -> None:
    """The drawing is whole XML, names what it shows, and marks the crossing."""
    found = drawing(tmp_path, *CROSSED)
    assert "BE/e1" in str(found.findtext(f"{SVG}title"))
    said = texts(found)
    assert {"08:00", "09:00", "time in UTC", "2026-03-14", "crossed", "25,000", "1"} <= set(said)
    assert "fixed telephony, mobile telephony, fixed internet, mobile internet" in said


def test_the_staircase_of_thresholds(tmp_path: Path) -> None:
    """The threshold falls in steps as the outage goes on; that of no other service is drawn."""
    later = alarm("16:30:00", alarm_id="t", element="other")
    said = texts(drawing(tmp_path, *COMING, later, key="AT/e1"))
    steps = ["250,000", "150,000"]
    assert [text for text in said if text in steps] == steps
    assert "fixed telephony" not in said


def test_the_same_bytes_again(tmp_path: Path) -> None:
    """The same input gives the same drawing."""
    drawing(tmp_path, *CROSSED)
    first = (tmp_path / "o.svg").read_bytes()
    drawing(tmp_path, *CROSSED)
    assert (tmp_path / "o.svg").read_bytes() == first


def test_hostile_names(tmp_path: Path) -> None:
    """A target that looks like markup is text in the drawing."""
    bad = "</text><script>alert(1)</script>\x1b[31m"
    effects = [{"kind": "interconnection", "target": bad}]
    found = drawing(tmp_path, alarm("08:00:00", effects=effects), alarm("09:00:00", "clear"))
    assert not list(found.iter(f"{SVG}script"))
    assert any("<script>alert(1)</script>" in text for text in texts(found))


def test_a_storm_of_events_is_a_short_line(tmp_path: Path) -> None:
    """Thousands of changes make no more places than the drawing has columns."""
    events = [
        alarm(f"{8 + i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}", "change",
              impact=hit(1 + i * 7919 % 1000))
        for i in range(5000)
    ]  # fmt: skip
    drawing(tmp_path, *events)
    assert (tmp_path / "o.svg").stat().st_size < 150_000


def test_as_of_a_time(tmp_path: Path) -> None:
    """--at is another name for --until: later events are not read."""
    file = written(tmp_path / "a.jsonl", *CROSSED)
    for name in ("--at", "--until"):
        out = run("explain", file, "--outage", "BE/e1", name, "2026-03-14T08:10:00Z").stdout
        assert "as known at 2026-03-14T08:10:00Z" in out
        assert "NOTHING TO NOTIFY so far" in out
