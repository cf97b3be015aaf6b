"""Each page has all that its pack has: whoever changes one has to change the other."""

import re
from collections.abc import Iterator

import pytest

from monitor.core.written import duration_text
from monitor.formats.instant import time_us
from monitor.packs.loading import PACKAGED, load_packs
from monitor.packs.model import Pack, TableRule
from monitor.packs.steps import Holiday
from monitor.packs.to_steps import core_step
from regulation.pages import FOLDER, Page, holds

PACKS = {pack.policy: pack for pack in load_packs()}
FILES = {policy: PACKAGED / f"{policy.replace('.', '/')}.yaml" for policy in PACKS}
PAGES = {policy: Page(f"{policy.replace('.', '-')}.md") for policy in PACKS}
EVERY_PAGE = [Page(file.name) for file in sorted(FOLDER.glob("*.md"))]
DEADLINES = [
    (policy, *row[:3])
    for policy, page in PAGES.items()
    for row in page.rows()
    if len(row) == 4 and re.match(r"\d{4}-\d\d-\d\dT", row[1])
]


@pytest.fixture(params=PACKS)
def policy(request: pytest.FixtureRequest) -> str:
    """Return one policy after the other."""
    name: str = request.param
    return name


def test_each_rule_and_step_has_its_row(policy: str) -> None:
    """Every version, with its days and how far it is verified; and no row too many."""
    pack, page = PACKS[policy], PAGES[policy]
    versions = [
        (one.id, str(one.valid_from), str(one.valid_to or ""), one.verified)
        for one in (*pack.rules, *pack.steps)
    ]
    shown = [row[:4] for row in page.rows() if len(row) == 5 and row[0].startswith(policy)]
    assert sorted(shown) == sorted(versions)


def test_each_threshold_has_its_place(policy: str) -> None:
    """Every cell stands under its duration, with the comparators."""
    rows = PAGES[policy].rows()
    for rule in (rule for rule in PACKS[policy].rules if isinstance(rule, TableRule)):
        head, cells = _table(rule)
        assert head in rows
        assert cells in rows[rows.index(head) :]
        assert rule.unit in PAGES[policy].flat


def _table(rule: TableRule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    durations = [duration_text(cell.duration_us) or "any" for cell in rule.cells]
    written = [text.replace("PT", "").replace("H", " h") for text in durations]
    head = [text if text == "any" else f"{rule.duration_comparator} {text}" for text in written]
    cells = [f"{rule.count_comparator} {cell.end_users:,}" for cell in rule.cells]
    return ("rule", *head), (rule.id, *cells)


def test_each_text_is_there(policy: str) -> None:
    """Sources with their addresses, clauses, channels, addressees, forms, calendars, readings."""
    missing = [text for text in _texts(PACKS[policy]) if text not in PAGES[policy].flat]
    assert missing == []


def _texts(pack: Pack) -> Iterator[str]:
    yield from (pack.authority, f"`{pack.time_zone}`", *(f"`{name}`" for name in pack.readings))
    yield from (f"[{source.title}]({source.address})" for source in pack.sources.values())
    yield from (one.clause for one in (*pack.rules, *pack.steps, *pack.forms.values()))
    for rule in pack.rules:
        yield from () if isinstance(rule, TableRule) else (f"`{kind}`" for kind in rule.kinds)
    for name, who in pack.addressees.items():
        yield from (f"`{name}`", ", ".join(who))
    for step in pack.steps:
        yield from (f"by: {channel.by}" for channel in step.channels)
        yield from (channel.to for channel in step.channels)
        yield from step.by_target
    for name, form in pack.forms.items():
        yield from (f"`{name}`", form.missing or name)
        for field in form.fields:
            yield from (field.label["en"], *(choice["en"] for choice in field.choices.values()))


def test_each_holiday_is_there(policy: str) -> None:
    """By its name, with its day or how long after Easter it is; and no other."""
    calendars = PACKS[policy].calendars.values()
    expected = [(h.name, _day(h)) for calendar in calendars for h in calendar.holidays]
    assert [row for row in PAGES[policy].rows() if row in expected] == expected
    days = [row for row in PAGES[policy].rows() if re.fullmatch(r"\d\d-\d\d|Easter .*", row[-1])]
    assert days == expected


def _day(holiday: Holiday) -> str:
    return holiday.day or f"Easter + {holiday.easter}"


def test_each_form_has_its_fields(policy: str) -> None:
    """A row per form with all fields, or a row per field with its number."""
    rows = PAGES[policy].rows()
    for name, form in PACKS[policy].forms.items():
        if all(field.number for field in form.fields):
            shown = [row[1].partition(":")[0] for row in rows if row[0].isdigit()]
            assert shown == [field.label["en"] for field in form.fields]
        else:
            fields = "; ".join(field.label["en"] for field in form.fields)
            assert (name, form.verified, fields, form.clause) in rows


def test_who_is_told_by_target(policy: str) -> None:
    """The row of each addressee has exactly the numbers whose holder it is."""
    rows = {row[0]: row for row in PAGES[policy].rows()}
    holder = {(t, n) for step in PACKS[policy].steps for t, n in step.by_target.items()}
    for name in {name for _, name in holder}:
        numbers = {target for target, other in holder if other == name}
        assert set(re.findall(r"\d+", rows[name][2])) == numbers


def test_what_is_not_confirmed_is_said(policy: str) -> None:
    """Each rule, step or form that is not confirmed is named, or all of its kind are."""
    pack, said = PACKS[policy], PAGES[policy].section("What is not verified")
    rules = {rule.id for rule in pack.rules if rule.verified == "not_confirmed"}
    steps = {step.id for step in pack.steps if step.verified == "not_confirmed"}
    all_of_it = f"all {_NUMBERS.get(len(rules))} rules and {_NUMBERS.get(len(steps))} steps"
    if all_of_it not in said:
        forms = {f"`{name}`" for name, f in pack.forms.items() if f.verified == "not_confirmed"}
        assert [name for name in rules | steps | forms if name not in said] == []


_NUMBERS = {4: "four", 7: "seven"}


def test_what_is_quoted_stands_in_the_pack(policy: str) -> None:
    """Line by line, without gaps, in the order of the pack."""
    lines = [line.rstrip() for line in FILES[policy].read_text("utf-8").splitlines()]
    assert PAGES[policy].quotations()
    for piece in PAGES[policy].quotations():
        assert holds(lines, piece) is not None, "\n".join(piece)


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: page.name)
def test_every_id_exists(page: Page) -> None:
    """No page names a rule or a step that no pack has."""
    known = {one.id for pack in PACKS.values() for one in (*pack.rules, *pack.steps)}
    prefixes = "|".join(map(re.escape, PACKS))
    named = set(re.findall(rf"\b(?:{prefixes})\.[a-z_]+", page.text))
    assert named <= known


@pytest.mark.parametrize(("policy_id", "step_id", "basis", "due"), DEADLINES)
def test_each_deadline_is_as_shown(policy_id: str, step_id: str, basis: str, due: str) -> None:
    """The step in force then, asked for the deadline."""
    pack, basis_us = PACKS[policy_id], time_us(basis)
    steps = [core_step(pack, step) for step in pack.steps if step.id == step_id]
    (step,) = [step for step in steps if step.in_force(basis_us)]
    assert step.deadline.due(step.after, basis_us).at_us == time_us(due)


def test_each_step_has_a_deadline_worked_out(policy: str) -> None:
    """No step goes without an example."""
    shown = {step_id for policy_id, step_id, *_ in DEADLINES if policy_id == policy}
    assert shown == {step.id for step in PACKS[policy].steps}


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Page) -> None:
    """What is no web address is a file of the repository."""
    for link in page.links():
        if not link.startswith(("http://", "https://")):
            assert (FOLDER / link).exists(), link


def test_the_index_has_every_page() -> None:
    """Each page is linked, and each policy named with its authority and its page."""
    index = Page("README.md")
    assert {page.name for page in EVERY_PAGE} - set(index.links()) == {"README.md"}
    for policy, pack in PACKS.items():
        (row,) = [row for row in index.rows() if row[0] == policy]
        assert row[1].startswith(pack.authority)
        assert PAGES[policy].name in row[3]


def test_nothing_is_legal_advice() -> None:
    """The index says so loudly, and each page on a law again."""
    assert "**Nothing here is legal advice.**" in Page("README.md").text
    assert all("not legal advice" in page.text for page in PAGES.values())
