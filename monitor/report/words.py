"""A language, as data: texts, numbers, times and durations as its readers expect them.

The texts are in `texts/LANGUAGE.toml`. Nothing is taken from the machine's own settings, so the
same report comes out everywhere, and in years to come.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitor.core.event import Effect
from monitor.core.law import Cell, TableRule
from monitor.messages.printable import printable

TEXTS: Final = Path(__file__).parent / "texts"
LANGUAGES: Final = tuple(sorted(path.stem for path in TEXTS.glob("*.toml")))

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS_US: Final = (3_600_000_000, 60_000_000, 1_000_000)
_COMPARED: Final = {">": "more_than", ">=": "at_least"}


@cache
def texts(language: str) -> Mapping[str, Any]:
    """Return the texts of a language, by section and name."""
    return tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))


class Words:
    """How things are said in one language, for one time zone and one pack."""

    def __init__(self, language: str, time_zone: str, translations: Mapping[str, str]) -> None:
        """Take a language, an IANA time zone, and how the texts of the pack read."""
        self.language = language
        self.zone = ZoneInfo(time_zone)
        self._texts = texts(language)
        self._translations = translations

    def say(self, name: str, /, **values: str) -> str:
        """Return a text by `section.name`, with values in their places."""
        section, _, key = name.partition(".")
        return str(self._texts[section][key]).format_map(values)

    def colon(self, name: str) -> str:
        """Return a name that something follows."""
        return self.say("format.colon", name=name)

    def pack(self, text: str) -> str:
        """Return a text of the pack in this language, or as the pack has it."""
        return self._translations.get(text, text)

    # -- numbers and times

    def number(self, value: int) -> str:
        """Write a whole number."""
        return f"{value:,}".replace(",", self._texts["format"]["thousands"])

    def when(self, time_us: int) -> datetime:
        """Return a time in the time zone of the authority."""
        return (_EPOCH + timedelta(microseconds=time_us)).astimezone(self.zone)

    def time(self, time_us: int) -> str:
        """Write a time with its day and zone."""
        when = self.when(time_us)
        clock = f"{when:%H:%M:%S}"
        if when.microsecond:
            clock += f"{self._texts['format']['decimal']}{when.microsecond:06d}"
        name = str(when.tzname())
        zone = self._texts["zone"].get(name, name)
        return self.say("format.time", day=self.day(when), clock=clock, zone=zone)

    def day(self, day: date) -> str:
        """Write a day."""
        month = self._texts["format"]["months"][day.month - 1]
        number = self._texts["format"].get("first", "1") if day.day == 1 else str(day.day)
        return self.say("format.day", day=number, month=month, year=f"{day.year:04d}")

    def short_day(self, day: date) -> str:
        """Write a day where there is little room."""
        month = self._texts["format"]["short_months"][day.month - 1]
        return self.say("format.short_day", day=str(day.day), month=month)

    def weekday(self, name: str) -> str:
        """Write a day of the week, or a holiday of the pack, in this language."""
        return str(self._texts["weekday"].get(name, self.pack(name)))

    def duration(self, duration_us: int) -> str:
        """Write a duration in hours, minutes and seconds."""
        parts, rest_us = [], duration_us
        for unit_us, name in zip(_UNITS_US, ("hour", "minute", "second"), strict=True):
            count, rest_us = divmod(rest_us, unit_us)
            if name == "second" and rest_us:
                fraction = f"{rest_us:06d}".rstrip("0")
                said = f"{count}{self._texts['format']['decimal']}{fraction}"
                parts.append(self.say("format.second", count=said))
            elif count:
                parts.append(self.say(f"format.{name}", count=self.number(count)))
        return " ".join(parts) or self.say("format.second", count="0")

    # -- the field's words

    def service(self, name: str) -> str:
        """Write a service."""
        return self.say(f"service.{name}")

    def services(self, names: Sequence[str]) -> str:
        """Write some services."""
        return ", ".join(map(self.service, names))

    def effect(self, effect: Effect) -> str:
        """Say what an effect means, as a sentence without its full stop."""
        kind, target = effect
        said = self.say(f"effect.{kind}", target=printable(target))
        return said[:1].upper() + said[1:]

    def threshold(self, rule: TableRule, cell: Cell, unit: str) -> str:
        """Say what a cell asks for."""
        count = self.say(
            f"compared.{_COMPARED[rule.count_comparator]}", value=self.number(cell.end_users)
        )
        if cell.duration_us is None:
            return self.say("compared.any", count=count, unit=unit)
        span = self.say(
            f"compared.{_COMPARED[rule.duration_comparator]}", value=self.duration(cell.duration_us)
        )
        return self.say("compared.held", count=count, unit=unit, span=span)
