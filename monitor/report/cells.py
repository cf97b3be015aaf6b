"""What stands in a report: text, a number with the alarms behind it, or a place left open."""

from dataclasses import dataclass

from monitor.report.counts import Counted


@dataclass(frozen=True)
class Number:
    """A text that holds a number, and the alarms that it comes from."""

    text: str
    counted: Counted

    def __str__(self) -> str:
        """Return the text alone."""
        return self.text


@dataclass(frozen=True)
class Open:
    """What a person has to fill in."""

    text: str

    def __str__(self) -> str:
        """Return the text alone."""
        return self.text


Cell = str | Number | Open
