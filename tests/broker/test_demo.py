"""The demonstration, end to end and fast: what it says live is what the core says of the stream."""

import asyncio
import io
import json
from typing import Any

from msgspec.json import encode
from rich.console import Console

from monitor.clock import ScaledClock, WallClock
from monitor.core.final import Final
from monitor.core.reading import Options
from monitor.core.written import time_text
from monitor.demo.page import page
from monitor.demo.run import Demo, run_demo
from monitor.demo.screen import PlainLines
from monitor.demo.storm import storm_of
from monitor.demo.text import summary_lines
from monitor.demo.view import View
from monitor.enrich import enrich
from monitor.formats.alarm import NativeAlarm
from monitor.formats.inventory import Element, read_element
from monitor.formats.native import read_alarm
from monitor.formats.reject import Reject
from monitor.messages.notification import cell_fields
from monitor.packs.loading import load_law
from monitor.settings import Settings
from monitor.simulate.stream import generate, inventory

MINUTE_US = 60_000_000
SPEED = 600
STORY_US = 62 * MINUTE_US
#: (outage key, rule, cell, crossed at)
Held = set[tuple[str, str, str, str]]


def held_live(view: View, until: str) -> Held:
    """Return the crossings that stand after the last revisions of a live run."""
    last: dict[str, dict[str, Any]] = {}
    for fired in view.fired:
        message = fired.message
        known = last.get(message["crossing_id"])
        assert message["revision"] == (0 if known is None else known["revision"] + 1)
        last[message["crossing_id"]] = message
    return {
        (m["outage_key"], m["rule"], json.dumps(m["cell"]), m["crossed_at"])
        for m in last.values()
        if m["type"] != "withdrawn" and m["crossed_at"] <= until
    }


def held_in_the_end(events: list[dict[str, Any]], until_us: int) -> Held:
    """Return the crossings that the core holds after the same stream."""
    elements = {}
    for record in inventory(1):
        element, _ = read_element(encode(record))
        assert isinstance(element, Element)
        elements[element.element] = element
    final = Final(load_law(), Options())
    for message in events:
        alarm, _ = read_alarm(encode(message))
        assert isinstance(alarm, NativeAlarm)
        event = enrich(alarm, elements, "group")
        assert not isinstance(event, Reject)
        if event.time_us <= until_us:
            final.take(event)
    return {
        (n.outage_key, n.rule.rule, json.dumps(cell_fields(n.cell)), time_text(n.crossed_at_us))
        for n in final.result(until_us)
    }


def test_live_says_what_the_core_says() -> None:
    """The whole story of the demonstration: same crossings, same instants, within a second."""
    start_us = WallClock().now_us() // 1_000_000 * 1_000_000
    events = list(generate("demo", seed=1, start_us=start_us))
    clock = ScaledClock(start_us, SPEED)
    view = View(clock)
    output = io.StringIO()
    console = Console(file=output, width=200)
    demo = Demo(
        settings=Settings(app_id="test"),
        law=load_law(),
        clock=clock,
        view=view,
        screen=PlainLines(console, view),
        storm=storm_of(events, start_us),
        inventory=inventory(1),
        for_s=(STORY_US + 10 * MINUTE_US) / SPEED / 1_000_000,
    )
    asyncio.run(run_demo(demo))

    until_us = start_us + STORY_US
    live = held_live(view, time_text(until_us))
    assert live == held_in_the_end(events, until_us)
    assert {"be.bipt.users", "be.bipt.emergency", "at.rtr.mobile_internet"} <= {h[1] for h in live}
    assert demo.alarms == len(events)
    # A loaded machine is slow, and ten times as fast makes each delay of the producer count.
    assert view.late_s()[len(view.late_s()) // 2] < 2

    said = output.getvalue()
    assert "alarms in" in said
    assert "be.bipt.emergency" in said
    assert summary_lines(view, demo.alarms, demo.dead_letters)[0].startswith("alarms in:")
    console.print(page(view, demo.alarms, 3.0, 40))
    assert "Notifications, newest on top" in output.getvalue()
