"""The duties of an outage as a table."""

from collections.abc import Iterator

from monitor.messages.printable import printable
from monitor.report.blocks import Block, Grid, Heading, Paragraph
from monitor.report.cells import Cell
from monitor.report.draft import Draft, Duty
from monitor.report.sentences import due_text, how_due, late
from monitor.report.words import Words


def duties(draft: Draft, words: Words) -> Iterator[Block]:
    """Yield a table of what has to be done, until when, and what was."""
    say = words.say
    yield Heading(say("duty.heading"))
    if not draft.duties:
        yield Paragraph(say("duty.none"))
        return
    head = [say(f"duty.{name}") for name in ("what", "whom", "due", "state")]
    yield Grid(head, [_duty(duty, draft.clock_us, words) for duty in draft.duties], (4, 5, 7, 4))
    if not any(duty.obligation.actions for duty in draft.duties):
        yield Paragraph(say("duty.no_action"), "note")


def _duty(duty: Duty, clock_us: int, words: Words) -> list[Cell]:
    about, say = duty.obligation, words.say
    what = words.pack(about.title) + (f" ({say('duty.voluntary')})" if about.voluntary else "")
    told = ", ".join(map(words.pack, about.addressees))
    channels = "; ".join(
        f"{words.colon(say(f'by.{by}'))} {words.pack(to)}" for by, to in about.channels
    )
    whom = f"{told} — {channels}"
    if about.state == "waiting":
        return [what, whom, "", say("duty.state_waiting")]
    due = f"{due_text(duty, words)}. {how_due(duty, words)} {late(duty, words)}".rstrip()
    return [what, whom, due, _state(duty, clock_us, words)]


def _state(duty: Duty, clock_us: int, words: Words) -> str:
    about, say = duty.obligation, words.say
    parts = [say(f"duty.state_{about.state}")]
    if (deed := about.submitted) is not None:
        name = "submitted" if deed.reference is None else "submitted_reference"
        parts.append(
            say(
                f"duty.{name}",
                time=words.time(deed.at_us),
                who=printable(deed.who),
                reference=printable(deed.reference or ""),
            )
        )
    until_us = about.provisional_until_us
    if until_us is not None and clock_us <= until_us and about.open:
        parts.append(say("duty.provisional", time=words.time(until_us)))
    return "; ".join(parts)
