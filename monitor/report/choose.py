"""Which authority, steps and language a report is made for."""

from collections.abc import Sequence

from monitor.packs.model import Pack
from monitor.report.course import Course
from monitor.report.document import Asked
from monitor.report.draft import Draft
from monitor.report.find import Found
from monitor.report.words import LANGUAGES


class ChoiceError(ValueError):
    """A choice that there is not; the text says which there are."""


class NothingToNotifyError(Exception):
    """Nothing was crossed, so no authority is to be told; the text says so."""


def authority_of(course: Course, found: Found, asked: str | None) -> str:
    """Return the authority that a report is for: the only one that is to be told, or that asked."""
    in_force = [*found.outage.law.tables, *found.outage.law.effects]
    known = sorted({rule.authority for rule in in_force})
    if asked is not None:
        if asked not in known:
            message = f"no rule of {asked} was in force for {found.outage_id}; of {_or(known)} were"
            raise ChoiceError(message)
        return asked
    latest = {said.crossing_id: said for said in course.said if said.outage_id == found.outage_id}
    told = sorted({s.rule.authority for s in latest.values() if s.type != "withdrawn"})
    if len(told) > 1:
        message = f"{found.outage_id} is to be notified to {_or(told)}: name one with --authority"
        raise ChoiceError(message)
    if not told:
        message = (
            f"nothing has to be notified about {found.outage_id}, as far as is known; name an "
            f"authority ({_or(known)}) with --authority to see what would be drafted"
        )
        raise NothingToNotifyError(message)
    return told[0]


def packs_of(packs: Sequence[Pack], country: str, authority: str) -> list[Pack]:
    """Return the packs of an authority in a country."""
    return [pack for pack in packs if (pack.country, pack.authority) == (country, authority)]


def language_of(packs: Sequence[Pack], asked: str | None) -> str:
    """Return the language that is asked for, or that of the authority."""
    forms = [form for pack in packs for form in pack.forms.values()]
    known = [n for n in LANGUAGES if all(n in form.languages for form in forms)]
    if asked is None:
        return packs[0].language
    if asked not in known:
        message = f"the forms of {packs[0].authority} are in {_or(known)}, not in {asked}"
        raise ChoiceError(message)
    return asked


def steps_of(draft: Draft, asked: str | None) -> list[Asked]:
    """Return the steps that a report is about: those that are called for, or the one asked."""
    called = [
        (duty.step, duty.obligation.addressees)
        for duty in draft.duties
        if duty.step is not None and duty.obligation.state != "withdrawn"
    ]
    onset_us = draft.outage.first_onset_us
    known = [
        (step, step.addressees)
        for step in draft.law.steps.all
        if step.authority == draft.authority
        and step.policy in {pack.policy for pack in draft.packs}
        and step.in_force(onset_us)
    ]
    if asked is None:
        return called or known[:1]
    for found in (called, known):
        if chosen := [(s, who) for s, who in found if asked in {s.step, _name(s.step)}]:
            return chosen
    names = _or(sorted({_name(step.step) for step, _ in known}))
    message = f"{draft.authority} has no step {asked} for this outage; it has {names}"
    raise ChoiceError(message)


def _name(step: str) -> str:
    return step.rpartition(".")[2]


def _or(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
