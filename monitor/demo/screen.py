"""Where the demonstration is shown: a live page on a terminal, plain lines anywhere else."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from msgspec import Struct
from rich.console import Console
from rich.live import Live

from monitor.demo.page import page
from monitor.demo.text import board_text, fired_text, progress_text
from monitor.demo.view import Fired, View

_REFRESH_S: Final = 0.25
_LINE_EVERY_S: Final = 5.0


class Progress(Struct):
    """How far the demonstration is, beside what the view knows."""

    alarms: Callable[[], int]
    #: real seconds; None: no end is set
    left_s: Callable[[], float | None]


class Screen(Protocol):
    """Shows a view."""

    def fired(self, fired: Fired) -> None:
        """Show a notification that just arrived."""

    async def run(self, progress: Progress) -> None:
        """Show how things stand until cancelled."""


class LivePage:
    """A page that is drawn anew several times a second."""

    def __init__(self, console: Console, view: View) -> None:
        """Draw on a terminal."""
        self._console = console
        self._view = view

    def fired(self, fired: Fired) -> None:
        """Leave it to the next drawing."""

    async def run(self, progress: Progress) -> None:
        """Draw until cancelled."""
        with Live(console=self._console, auto_refresh=False, transient=True) as live:
            while True:
                height = self._console.size.height
                drawn = page(self._view, progress.alarms(), progress.left_s(), height)
                live.update(drawn, refresh=True)
                await asyncio.sleep(_REFRESH_S)


class PlainLines:
    """A line for each notification, and now and then one that says how things stand."""

    def __init__(self, console: Console, view: View) -> None:
        """Write to a file or a pipe."""
        self._console = console
        self._view = view

    def fired(self, fired: Fired) -> None:
        """Write a line."""
        self._line(fired_text(fired))

    async def run(self, progress: Progress) -> None:
        """Write where the board is, and a line every few seconds."""
        if self._view.board_url is not None:
            self._line(board_text(self._view))
        while True:
            self._line(progress_text(self._view, progress.alarms()))
            await asyncio.sleep(_LINE_EVERY_S)

    def _line(self, text: str) -> None:
        self._console.print(text, soft_wrap=True, markup=False)
