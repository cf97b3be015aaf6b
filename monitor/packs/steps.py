"""What a pack says is to be done about a crossing: steps, calendars and forms.

A step may come more than once under its id, with periods of validity that do not overlap, as a rule
may. Whom it tells, its source, its calendar and its form are written once in the pack and named.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from monitor.core.duty import After
from monitor.packs.strict import Strict
from monitor.packs.values import Day, Duration, Id, Instant, MonthDay, Name, Text

Verified = Literal["page_only", "law_read", "not_confirmed"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Language = Literal["en", "de", "nl", "fr"]
Means = Literal["telephone", "e_mail", "electronic_form", "platform", "web_site"]
Label = dict[Language, Text]

#: What "without delay" is taken to mean where a pack does not say it.
_HOUSE_LIMIT_US: Final = 60 * 60 * 1_000_000


class Holiday(Strict):
    """A legal holiday, of every year."""

    name: Text
    day: MonthDay | None = Field(None, description="month and day, MM-DD")
    easter: Annotated[int, Field(ge=-90, le=250)] | None = Field(
        None, description="days after Easter Sunday instead"
    )

    @model_validator(mode="after")
    def _is_one_day(self) -> Self:
        if (self.day is None) == (self.easter is None):
            message = "must have either `day` (MM-DD) or `easter` (days after Easter Sunday)"
            raise ValueError(message)
        return self


class CalendarExamples(Strict):
    """Days that are workdays, and days that are none."""

    workdays: tuple[Day, ...] = Field(min_length=1)
    free: tuple[Day, ...] = Field(min_length=1)


class Calendar(Strict):
    """Which days are workdays."""

    title: Text
    source: Name = Field(description="a name under the pack's sources")
    clause: Text = Field(description="where in the source")
    verified: Verified
    weekend: tuple[Weekday, ...]
    holidays: tuple[Holiday, ...]
    examples: CalendarExamples


class WithoutDelay(Strict):
    """At once. The limit is ours: the law names none."""

    kind: Literal["without_delay"]
    house_limit_us: Duration = Field(
        _HOUSE_LIMIT_US,
        alias="house_limit",
        description="our own limit, not the law's: an hour if left out",
    )


class Workdays(Strict):
    """By the end of a workday, counted from the day after it is known."""

    kind: Literal["workdays"]
    days: Annotated[int, Field(ge=1, le=250)]
    calendar: Name = Field(description="a name under the pack's calendars")


class Within(Strict):
    """So long after: for a step after the restoration from the restoration on."""

    kind: Literal["within"]
    time_us: Duration = Field(alias="time")


Deadline = Annotated[WithoutDelay | Workdays | Within, Field(discriminator="kind")]


class Channel(Strict):
    """By what it is sent, and to where."""

    by: Means
    to: Text


class StepExample(Strict):
    """From what the deadline is counted, and when it is."""

    says: Text | None = Field(None, description="what the example shows")
    from_us: Instant = Field(alias="from", description="when it was known, or restored")
    due_us: Instant = Field(alias="due", description="the end of a day is 00:00 of the next")


class Step(Strict):
    """Something to be done when rules are crossed."""

    id: Id = Field(description="the policy's id, a dot, and the step's name")
    title: Text
    after: After = Field(description="begins with the crossing, or once the outage is restored")
    rules: tuple[Id, ...] | None = Field(
        None, description="the rules that call for it; all rules of the pack if left out"
    )
    designated: Name | None = Field(
        None, description="only for operators with this of the pack's designations"
    )
    not_designated: Name | None = Field(
        None, description="only for operators without this of the pack's designations"
    )
    voluntary: bool = False
    addressees: Name = Field(description="who gets it: a name under the pack's addressees")
    by_target: dict[Text, Name] = Field(
        {}, description="who gets it instead, by the target of the effect that is crossed"
    )
    channels: tuple[Channel, ...] = Field(min_length=1)
    deadline: Deadline
    form: Name | None = Field(None, description="a name under the pack's forms")
    source: Name = Field(description="a name under the pack's sources")
    clause: Text = Field(description="where in the source")
    valid_from: Day = Field(description="the first day, from its midnight in the pack's time zone")
    valid_to: Day | None = Field(None, description="the first day on which it no longer holds")
    verified: Verified
    examples: tuple[StepExample, ...] = Field(min_length=1)


class FormField(Strict):
    """One thing that a form asks for."""

    id: Name
    number: Text | None = Field(None, description="as the authority numbers it")
    label: Label
    choices: dict[Name, Label] = Field({}, description="what may be chosen")


class Form(Strict):
    """What an authority asks to be told."""

    title: Label
    source: Name = Field(description="a name under the pack's sources")
    clause: Text = Field(description="where in the source")
    verified: Verified
    languages: tuple[Language, ...] = Field(min_length=1)
    missing: Text | None = Field(None, description="what of the form is not known to us")
    fields: tuple[FormField, ...] = Field(min_length=1)
