"""A report, block by block: from the notice to what everything rests on."""

from collections.abc import Iterator, Sequence

from monitor.core.duty import Step
from monitor.explain.chart import Words as ChartWords
from monitor.explain.chart import chart
from monitor.explain.shapes import Drawing
from monitor.explain.terminal import Words as TerminalWords
from monitor.explain.terminal import drawn as in_characters
from monitor.messages.printable import printable
from monitor.packs.steps import Form
from monitor.report.blocks import Block, Grid, Heading, Pairs, Paragraph, Picture, Plain, Report
from monitor.report.cells import Cell, Number
from monitor.report.counts import Counted
from monitor.report.draft import Draft, Held
from monitor.report.duty_rows import duties
from monitor.report.notice import fields_of, form_of, lines
from monitor.report.sentences import units, what_crossed
from monitor.report.sources import in_force, policy, sources
from monitor.report.words import Words

#: A step that a report is about, and whom it tells.
Asked = tuple[Step, tuple[str, ...]]

#: Of more areas the largest are shown, and what the rest adds up to.
_AREAS_MOST = 25


def report(draft: Draft, chosen: Sequence[Asked], words: Words) -> Report:
    """Write a report."""
    title = words.say(
        "head.title", key=printable(draft.outage_key), authority=words.pack(draft.authority)
    )
    return Report(
        title=title,
        language=words.language,
        foot=printable(draft.found.outage_id),
        page=words.say("draft.page", page="{page}", pages="{pages}"),
        draft=words.say("draft.banner"),
        blocks=[Heading(title, 1), *_blocks(draft, chosen, words)],
    )


def _blocks(draft: Draft, chosen: Sequence[Asked], words: Words) -> Iterator[Block]:
    yield Paragraph(words.say("draft.banner"), "banner")
    yield Paragraph(words.say("draft.more"))
    known = words.say("head.known", time=words.time(draft.clock_us), zone=words.zone.key)
    yield Paragraph(known, "note")
    yield Heading(words.say("head.summary"))
    yield Pairs(list(_summary(draft, words)))
    for number, (step, addressees) in enumerate(chosen):
        # Of a step with a form the fields follow; the first notice is what must be sent at once.
        if number == 0 or form_of(draft, step.step)[1] is None:
            yield from _notice(draft, step, addressees, words)
    yield from _forms(draft, chosen, words)
    yield from _chart(draft, words)
    yield from _counts(draft, words)
    yield from _crossings(draft, words)
    yield from _reading(draft, words)
    yield from duties(draft, words)
    yield from _alarms(draft, words)
    yield from sources(draft, words)
    yield from policy(draft, words)


# -- what it is about


def _summary(draft: Draft, words: Words) -> Iterator[tuple[str, Sequence[Cell]]]:
    def row(name: str, *cells: Cell) -> tuple[str, Sequence[Cell]]:
        return words.say(f"head.{name}"), cells

    outage = draft.outage
    yield row("outage", printable(draft.found.outage_id))
    yield row("authority", words.pack(draft.authority))
    yield row("began", words.time(outage.first_onset_us))
    lasted = words.duration(draft.duration_us)
    if outage.end_us is None:
        yield row("ended", words.say("head.goes_on"))
        yield row("duration", words.say("head.so_far", duration=lasted))
    else:
        yield row("ended", words.time(outage.end_us))
        yield row("duration", lasted)
    if draft.crossings:
        first = draft.crossings[0]
        at = words.colon(words.time(first.said.crossed_at_us))
        said = f"{at} {what_crossed(first, draft, words)}"
        yield row("first_crossed", Number(said, first.cautious))
    else:
        yield row("first_crossed", words.say("head.never_crossed"))
    if draft.others:
        yield row("others", ", ".join(map(words.pack, draft.others)))
    yield row("planned", words.say("head.planned_yes" if draft.planned else "head.planned_no"))
    alarms = Counted(
        len(draft.alarms), tuple("/".join(a) for a in draft.alarms[:10]), len(draft.alarms)
    )
    yield row("alarms", Number(words.number(len(draft.alarms)), alarms))


# -- what is sent


def _notice(draft: Draft, step: Step, addressees: Sequence[str], words: Words) -> Iterator[Block]:
    yield Heading(words.say("notice.heading", title=words.pack(step.title)))
    channels = ", ".join(f"{words.say(f'by.{by}')} ({words.pack(to)})" for by, to in step.channels)
    yield Paragraph(words.say("notice.by", channels=channels), "note")
    duty = next((d for d in draft.duties if d.obligation.step == step.step), None)
    if duty is None:
        yield Paragraph(words.say("notice.not_called"), "note")
    elif duty.obligation.state == "waiting":
        yield Paragraph(words.say("notice.not_yet"), "note")
    yield Plain(list(lines(draft, step, addressees, words)))


def _forms(draft: Draft, chosen: Sequence[Asked], words: Words) -> Iterator[Block]:
    """Yield each form that the steps ask for, once."""
    forms = {step.step: form for step, _ in chosen if (form := form_of(draft, step.step)[1])}
    seen: list[Form] = []
    for step, form in forms.items():
        if form in seen or any(_in(form, other) for other in forms.values()):
            continue
        seen.append(form)
        title = next((t for name, t in form.title.items() if name == words.language), "")
        yield Heading(words.say("form.heading", title=title or next(iter(form.title.values()))))
        yield Pairs([(field.label, field.cells) for field in fields_of(draft, step, words)])
        if form.missing:
            missing = words.say("form.missing", what=words.pack(form.missing))
            yield Paragraph(missing, "note")


def _in(form: Form, other: Form) -> bool:
    """Whether another form asks for all that a form asks for, and for more."""
    mine, others = [f.id for f in form.fields], [f.id for f in other.fields]
    return set(mine) < set(others)


# -- what is known


def drawing(draft: Draft, words: Words) -> Drawing | None:
    """Return the chart of the outage."""
    say = words.say
    chart_words = ChartWords(
        title=say("chart.title", outage=printable(draft.found.outage_id)),
        cautious=say("chart.cautious"),
        literal=say("chart.literal"),
        threshold=say("chart.threshold"),
        reached=say("chart.reached"),
        axis=say("chart.axis", zone=words.zone.key),
        services=words.services,
        effect=words.effect,
        number=words.number,
        day=words.short_day,
        zone=words.zone,
    )
    return chart(draft.line, chart_words, {held.key: held.number for held in draft.crossings})


def _terminal(words: Words) -> TerminalWords:
    say = words.say
    return TerminalWords(
        say("chart.literal"), say("chart.cautious"), say("chart.threshold"), say("chart.reached"),
        words.services, words.effect, words.number, words.time,
    )  # fmt: skip


def _chart(draft: Draft, words: Words) -> Iterator[Block]:
    yield Heading(words.say("chart.heading"))
    drawn = drawing(draft, words)
    if drawn is None:
        yield Paragraph(words.say("chart.nothing"))
        return
    yield Picture(drawn, "\n".join(in_characters(draft.line, _terminal(words))))
    if draft.line.series:
        yield Paragraph(words.say("chart.said"), "note")


def _counts(draft: Draft, words: Words) -> Iterator[Block]:
    if not draft.services:
        return
    say = words.say
    yield Heading(say("count.heading"))
    yield Grid(
        [say(f"count.{name}") for name in ("service", "unit", "so_far", "most", "now")],
        [
            [
                words.service(count.service), units(draft, count.service, words),
                *(Number(words.number(c.value), c) for c in (count.so_far, count.most, count.now)),
            ]
            for count in draft.services
        ],
        (4, 4, 3, 3, 3),
        frozenset({2, 3, 4}),
    )  # fmt: skip
    yield Heading(say("area.heading"))
    rows: list[list[Cell]] = [
        [
            printable(area.area), words.service(area.service),
            Number(words.number(area.so_far.value), area.so_far),
            words.number(area.now), printable(", ".join(area.so_far.alarms)),
        ]
        for area in draft.areas[:_AREAS_MOST]
    ]  # fmt: skip
    head = [
        say("area.area"),
        say("count.service"),
        say("count.so_far"),
        say("count.now"),
        say("area.alarm"),
    ]
    yield Grid(head, rows, (4, 4, 2, 2, 4), frozenset({2, 3}))
    rest = draft.areas[_AREAS_MOST:]
    if rest:
        so_far = words.number(sum(area.so_far.value for area in rest))
        more = say("area.more", count=words.number(len(rest)), so_far=so_far)
        yield Paragraph(more, "note")


# -- what follows from it


def _crossings(draft: Draft, words: Words) -> Iterator[Block]:
    say = words.say
    yield Heading(say("crossing.heading"))
    if not draft.crossings:
        yield Paragraph(say("head.never_crossed"))
        return
    head = [say(f"crossing.{name}") for name in ("number", "at", "what", "other", "rule")]
    rows = [_crossing(held, draft, words) for held in draft.crossings]
    yield Grid(head, rows, (1, 4, 6, 3, 4))


def _crossing(held: Held, draft: Draft, words: Words) -> list[Cell]:
    said = held.said
    what = what_crossed(held, draft, words)
    if not said.input_complete:
        what += f" {words.say('crossing.incomplete')}"
    return [
        str(held.number),
        words.time(said.crossed_at_us),
        Number(what, held.cautious if said.reading == "cautious" else held.literal),
        words.say("crossing.met" if said.literal_met else "crossing.not_met"),
        said.rule.rule,
    ]


def _reading(draft: Draft, words: Words) -> Iterator[Block]:
    yield Heading(words.say("reading.heading"))
    yield Paragraph(words.say(f"reading.{draft.found.domain.options.reading}"))
    every = {rule.id for pack in draft.packs for rule in pack.rules}
    names = {held.said.rule.rule for held in draft.crossings} or every
    for pack in draft.packs:
        rules = [r for r in pack.rules if r.id in names and in_force(draft, pack, r)]
        for name in dict.fromkeys(rule.reading for rule in rules):
            why = words.pack(pack.readings[name].why)
            yield Paragraph(words.say("reading.why", policy=pack.policy, why=why), "note")


# -- what it rests on


def _alarms(draft: Draft, words: Words) -> Iterator[Block]:
    yield Heading(words.say("evidence.heading"))
    yield Paragraph(words.say("evidence.said"), "note")
    head = [words.say("evidence.number"), words.say("evidence.value"), words.say("evidence.alarms")]
    rows: list[list[Cell]] = [
        [name, words.number(counted.value) if counted.value else "", _named(counted, words)]
        for name, counted in _numbers(draft, words)
    ]
    yield Grid(head, rows, (5, 2, 8), frozenset({1}))


def _numbers(draft: Draft, words: Words) -> Iterator[tuple[str, Counted]]:
    for count in draft.services:
        service = words.service(count.service)
        yield words.say("evidence.service_so_far", service=service), count.so_far
        yield words.say("evidence.service_most", service=service), count.most
    for effect, counted in draft.effects.items():
        yield words.effect(effect), counted
    for held in draft.crossings:
        if held.cautious.value:
            for reading, counted in (("cautious", held.cautious), ("literal", held.literal)):
                said = words.say(f"evidence.reading_{reading}")
                yield words.say("evidence.crossing", number=str(held.number), reading=said), counted


def _named(counted: Counted, words: Words) -> str:
    names = printable(", ".join(counted.alarms))
    more = counted.alarm_count - len(counted.alarms)
    return f"{names} {words.say('evidence.more', count=words.number(more))}" if more else names
