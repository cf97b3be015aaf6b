"""The notice of one step as plain text, to be sent by e-mail or read out on the telephone."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from monitor.core.duty import Step, obligation_id
from monitor.messages.printable import printable
from monitor.packs.model import Pack
from monitor.packs.steps import Form
from monitor.report.draft import Draft, Held
from monitor.report.form import PLAIN_FIELDS, Filled, filled, filled_by_ids
from monitor.report.sentences import what_crossed
from monitor.report.sources import parts_in_force
from monitor.report.words import Words

_WIDTH: Final = 78


def form_of(draft: Draft, step: str) -> tuple[Pack, Form | None]:
    """Return the pack of a step, and the form that it asks for."""
    for pack in draft.packs:
        for known in pack.steps:
            if known.id == step:
                return pack, pack.forms[known.form] if known.form else None
    message = f"no pack has the step {step}"  # it came from one of them
    raise LookupError(message)


def fields_of(draft: Draft, step: str, words: Words) -> list[Filled]:
    """Return what a step tells: the fields of its form, or plain ones."""
    _, form = form_of(draft, step)
    return filled(draft, form, words) if form else filled_by_ids(draft, PLAIN_FIELDS, words)


def subject(draft: Draft, step: Step, words: Words) -> str:
    """Return the subject of the notice."""
    return words.say(
        "notice.subject",
        title=words.pack(step.title),
        key=printable(draft.outage_key),
        began=words.time(draft.outage.first_onset_us),
    )


def body(draft: Draft, step: Step, addressees: Sequence[str], words: Words) -> str:
    """Return the notice as plain text in lines that no program has to break."""
    return wrapped(lines(draft, step, addressees, words)) + "\n"


def wrapped(text: Iterable[str]) -> str:
    """Break long lines."""
    return "\n".join(short for line in text for short in _wrap(line))


def _wrap(line: str) -> list[str]:
    return textwrap.wrap(
        line, _WIDTH, subsequent_indent="  " if line.startswith("- ") else "",
        break_long_words=False, break_on_hyphens=False,
    ) or [""]  # fmt: skip


def lines(draft: Draft, step: Step, addressees: Sequence[str], words: Words) -> Iterator[str]:
    """Yield the notice, paragraph by paragraph."""
    yield words.say("draft.banner")
    yield words.say("draft.more")
    yield ""
    yield words.say("notice.to", addressees=", ".join(map(words.pack, addressees)))
    yield words.say("notice.opening", title=words.pack(step.title))
    yield words.say("notice.reference", outage=printable(draft.found.outage_id))
    yield state(draft, words)
    for field in fields_of(draft, step.step, words):
        yield ""
        yield words.colon(field.label)
        yield from (f"- {cell}" for cell in field.cells)
    yield ""
    if called := calling(draft, step, addressees):
        yield words.colon(words.say("notice.why"))
        yield from (f"- {what_crossed(held, draft, words)}" for held in called)
    yield _basis(draft, step, words)
    yield from _to_add(words)


def _basis(draft: Draft, step: Step, words: Words) -> str:
    """Say where it is written; and that nobody has confirmed it, if so."""
    title, _, clause = step.source
    known = [part for _, part in parts_in_force(draft) if part.id == step.step]
    said = words.pack(clause)
    if any(part.verified == "not_confirmed" for part in known):
        said += f" ({words.say('source.not_confirmed')})"
    return words.say("notice.basis", source=words.pack(title), clause=said)


def _to_add(words: Words) -> Iterator[str]:
    """Yield what every notice needs and no alarm says."""
    for name, what in (
        ("notice.measures", "form.measures_open"), ("notice.contact", "notice.contact_what"),
    ):  # fmt: skip
        yield ""
        yield words.colon(words.say(name))
        yield f"- {words.say('draft.open_what', what=words.say(what))}"


def calling(draft: Draft, step: Step, addressees: Sequence[str]) -> list[Held]:
    """Return the crossings that call for a step towards these addressees."""
    name = obligation_id(draft.found.outage_id, step.authority, step.step, tuple(addressees))
    return [held for held in draft.crossings if name in held.said.obligations]


def state(draft: Draft, words: Words) -> str:
    """Say since when the incident goes on, or when it was over."""
    outage = draft.outage
    values = {"began": words.time(outage.first_onset_us), "known": words.time(draft.clock_us)}
    if outage.end_us is None:
        return words.say("notice.state_open", **values)
    lasted = words.duration(draft.duration_us)
    return words.say(
        "notice.state_ended", ended=words.time(outage.end_us), duration=lasted, **values
    )
