"""A report in the format that is asked for."""

from collections.abc import Sequence
from enum import StrEnum

from monitor.report.data import data
from monitor.report.document import Asked, report
from monitor.report.draft import Draft
from monitor.report.mail import mail
from monitor.report.markdown import markdown
from monitor.report.page import page
from monitor.report.words import Words


class Format(StrEnum):
    """The formats of reports."""

    md = "md"
    html = "html"
    pdf = "pdf"
    json = "json"
    eml = "eml"


class NoMailError(ValueError):
    """A step that is not sent by e-mail; the text says by what it is."""


def written(draft: Draft, chosen: Sequence[Asked], words: Words, form: Format) -> bytes:
    """Return a report as bytes."""
    match form:
        case Format.md:
            return markdown(report(draft, chosen, words)).encode()
        case Format.html:
            return page(report(draft, chosen, words)).encode()
        case Format.pdf:
            # What makes PDF is slow to import, and the other formats need none of it.
            from monitor.report.pdf import pdf  # noqa: PLC0415

            return pdf(report(draft, chosen, words))
        case Format.json:
            return data(draft, chosen, words)
        case Format.eml:
            return _mail(draft, chosen, words)


def _mail(draft: Draft, chosen: Sequence[Asked], words: Words) -> bytes:
    """Write the first step that may be sent by e-mail."""
    for step, addressees in chosen:
        if any(by == "e_mail" for by, _ in step.channels):
            return mail(draft, step, addressees, words)
    ways = "; ".join(
        f"{step.step} by {', '.join(f'{by} ({to})' for by, to in step.channels)}"
        for step, _ in chosen
    )
    message = f"none of this is sent by e-mail: {ways}; choose --format md, html or pdf"
    raise NoMailError(message)
