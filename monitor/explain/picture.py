"""The chart of an outage as an SVG file in English, with times in UTC."""

from datetime import UTC, datetime

from monitor.core.domain import Domain
from monitor.core.outage import Outage
from monitor.explain.chart import Words, chart
from monitor.explain.svg import svg
from monitor.explain.timeline import timeline
from monitor.messages.printable import printable
from monitor.messages.reason import effect_text, service_text


def picture(domain: Domain, outage: Outage, clock: int) -> bytes | None:
    """Return the chart as a file; None where there is nothing to draw."""
    crossings = sorted(
        outage.crossings.values(), key=lambda c: (c.moment, c.rule.rule, str(c.cell))
    )
    numbers = {crossing.key: i for i, crossing in enumerate(crossings, 1)}
    drawing = chart(timeline(domain, outage, clock), _words(domain), numbers)
    return None if drawing is None else svg(drawing, alone=True).encode()


def _words(domain: Domain) -> Words:
    return Words(
        title=f"End-users hit over time, and what is asked for: {printable(domain.outage_key)}",
        cautious="hit so far (cautious)",
        literal="hit at the time (literal)",
        threshold="threshold",
        reached="crossed",
        axis="time in UTC",
        services=lambda names: ", ".join(map(service_text, names)),
        effect=lambda effect: printable(effect_text(effect)),
        number="{:,}".format,
        day=_day,
        zone=UTC,
    )


def _day(day: datetime) -> str:
    return f"{day:%Y-%m-%d}"
