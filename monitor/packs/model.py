"""What a policy pack holds: a policy of one authority, its sources, rules, steps, and examples.

A rule may come more than once under its id, with periods of validity that do not overlap: these are
its versions. What several rules share (addressees, a source, a reading) is written once in the pack
and named by the rules.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from monitor.core.law import Comparator
from monitor.core.reading import Reading as WhichReading
from monitor.formats.words import Kind, Service
from monitor.packs.steps import Calendar, Form, Language, Step, Verified
from monitor.packs.strict import Strict
from monitor.packs.values import (
    Address,
    CellDuration,
    CellName,
    CellNameOrAny,
    Country,
    Day,
    Duration,
    EffectName,
    EndUsers,
    Id,
    Name,
    Text,
    Threshold,
    TimeZone,
)


class Source(Strict):
    """Where a rule is written."""

    title: Text
    address: Address


class Reading(Strict):
    """Which reading is taken where the text does not decide, and why."""

    takes: WhichReading
    why: Text


class Cell(Strict):
    """One cell of a table: held for a duration, by so many end-users."""

    duration_us: CellDuration = Field(alias="duration", description="ISO 8601, or any")
    end_users: Threshold


class Hit(Strict):
    """One thing that happens in an example: end-users hit, or an effect, for some time."""

    service: Service | None = Field(None, description="the rule's first service if left out")
    area: Text = "everywhere"
    end_users: EndUsers = 0
    effect: EffectName | None = Field(None, description="kind/target, or kind")
    starts_us: Duration = Field(0, alias="starts", description="after the start of the example")
    lasts_us: Duration | None = Field(None, alias="lasts", description="without end if left out")


class Example(Hit):
    """What happens, and which cell of the rule is crossed by it and when, or is not."""

    says: Text | None = Field(None, description="what the example shows")
    hits: tuple[Hit, ...] = Field((), description="instead of a single hit written in place")
    crosses: CellName | None = Field(None, description="PT30M/1000, any/1000, or an effect")
    after_us: Duration | None = Field(
        None, alias="after", description="when, after the start of the example"
    )
    crosses_not: CellNameOrAny | None = Field(
        None, alias="not", description="a cell that is not crossed; any: no cell is"
    )

    @property
    def parts(self) -> tuple[Hit, ...]:
        """What happens, one by one."""
        return self.hits or (self,)

    @model_validator(mode="after")
    def _expects_one_thing(self) -> Self:
        if (self.crosses is None) == (self.crosses_not is None):
            message = "must have either `crosses` (a cell) or `not` (a cell, or any)"
            raise ValueError(message)
        if (self.crosses is None) != (self.after_us is None):
            message = "needs `after` (when) exactly if it has `crosses`"
            raise ValueError(message)
        if self.hits and self.model_fields_set & Hit.model_fields.keys():
            message = "has both `hits` and a hit of its own; move it into `hits`"
            raise ValueError(message)
        if not all({"end_users", "effect"} & part.model_fields_set for part in self.parts):
            message = "needs `end_users` or an `effect` for whatever happens"
            raise ValueError(message)
        return self


class _Rule(Strict):
    """What rules of both families have."""

    id: Id = Field(description="the policy's id, a dot, and the rule's name")
    title: Text
    addressees: Name = Field(description="who is told: a name under the pack's addressees")
    source: Name = Field(description="a name under the pack's sources")
    clause: Text = Field(description="where in the source")
    valid_from: Day = Field(description="the first day, from its midnight in the pack's time zone")
    valid_to: Day | None = Field(None, description="the first day on which it no longer holds")
    verified: Verified
    reading: Name = Field(description="a name under the pack's readings")
    examples: tuple[Example, ...] = Field(min_length=1)


class TableRule(_Rule):
    """A table: crossed, cell by cell, when enough end-users are hit for long enough."""

    family: Literal["table"]
    services: tuple[Service, ...] = Field(min_length=1)
    duration_comparator: Comparator
    count_comparator: Comparator
    unit: Text = Field(description="what is counted, as the authority says")
    cells: tuple[Cell, ...] = Field(min_length=1)


class EffectRule(_Rule):
    """A flag: crossed once for each target, whatever the counts."""

    family: Literal["effect"]
    kinds: tuple[Kind, ...] = Field(min_length=1)


PackRule = Annotated[TableRule | EffectRule, Field(discriminator="family")]


class Pack(Strict):
    """A policy: what one authority asks of outages in one country."""

    policy: Id
    title: Text
    country: Country
    authority: Text = Field(description="short name, as notifications carry it")
    time_zone: TimeZone = Field(description="IANA; days begin at its midnight")
    notes: tuple[Text, ...] = ()
    addressees: dict[Name, Annotated[tuple[Text, ...], Field(min_length=1)]]
    sources: dict[Name, Source]
    readings: dict[Name, Reading]
    rules: tuple[PackRule, ...] = Field(min_length=1)
    designations: dict[Name, Text] = Field(
        {}, description="what an operator may be designated as, on which steps hang"
    )
    calendars: dict[Name, Calendar] = Field({})
    forms: dict[Name, Form] = Field({})
    steps: tuple[Step, ...] = ()
    language: Language = Field("en", description="in which the authority is written to")
    translations: dict[Language, dict[Text, Text]] = Field(
        {}, description="by language: a text of the pack, and how it reads in that language"
    )
