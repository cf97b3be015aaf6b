"""Short stories of single alarms, each at an edge from what was told before."""

from collections.abc import Callable

from .law import HOUR_US
from .network import EFFECTS, MINUTE_US, RULE_HOURS, SECOND_US, Alarm, Network

NUDGES_US = (-SECOND_US, 0, 0, SECOND_US, SECOND_US, -1, 1)


class Teller(Network):
    """Tells stories about the network."""

    def stories(self) -> list[Callable[[Alarm], None]]:
        """Give all stories; those named more than once are told more often."""
        common = [self.hit, self.flap, self.steps, self.long_one]
        rare = [self.stray, self.at_once, self.effects, self.moved, self.handed_over]
        return [*common, *common, *rare, self.touching, self.forgotten]

    def tell(self) -> None:
        """Add the lines of one story."""
        self.rng.choice(self.stories())(self.rng.choice(self.alarms))

    def hit(self, alarm: Alarm) -> None:
        """Raise, and mostly clear at an edge of a rule."""
        time_us = self.start_us()
        self.say(alarm, "raise", time_us)
        if self.rng.random() < 0.8:
            self.say(alarm, "clear", time_us + self.gap_us())

    def long_one(self, alarm: Alarm) -> None:
        """Hold people for the time of a rule, at times without an end."""
        time_us = self.start_us()
        self.say(alarm, "raise", time_us, impact=[self.edge_entry()])
        if self.rng.random() < 0.7:
            length_us = self.rng.choice(RULE_HOURS) * HOUR_US
            nudge_us = self.rng.choice((-SECOND_US, 0, 0, SECOND_US, SECOND_US, -1, 1))
            self.say(alarm, "clear", time_us + length_us + nudge_us)

    def flap(self, alarm: Alarm) -> None:
        """Raise and clear again and again."""
        time_us = self.start_us()
        impact = [self.edge_entry()]
        for _ in range(self.rng.randint(2, 4)):
            self.say(alarm, "raise", time_us, impact=impact)
            time_us += self.rng.choice((0, MINUTE_US, 10 * MINUTE_US, self.gap_us()))
            self.say(alarm, "clear", time_us)
            time_us += self.rng.choice((0, MINUTE_US, 30 * MINUTE_US, self.gap_us()))

    def steps(self, alarm: Alarm) -> None:
        """Raise, change in steps, and mostly clear."""
        time_us = self.start_us()
        self.say(alarm, "raise", time_us)
        for _ in range(self.rng.randint(1, 3)):
            time_us += self.gap_us()
            self.say(alarm, "change", time_us)
        if self.rng.random() < 0.6:
            self.say(alarm, "clear", time_us + self.gap_us())

    def stray(self, alarm: Alarm) -> None:
        """Clear or change what is perhaps not active, or raise what is perhaps active."""
        action = self.rng.choice(("clear", "change", "change", "raise"))
        self.say(alarm, action, self.start_us())

    def at_once(self, alarm: Alarm) -> None:
        """Let several things happen at one instant, with and without sequences."""
        time_us = self.start_us()
        actions = ["raise", *self.rng.choices(("clear", "change", "raise"), k=2)]
        numbers = self.rng.choice((None, (0, 1, 2), (2, 1, 0), (1, 1, 0)))
        for place, action in enumerate(actions):
            if numbers is None:
                self.say(alarm, action, time_us)
            else:
                self.say(alarm, action, time_us, sequence=numbers[place])
        if self.rng.random() < 0.4:
            self.lines.append(self.lines[-3] | {"probable_cause": "powerProblem"})

    def effects(self, alarm: Alarm) -> None:
        """Begin with an effect alone; users may follow."""
        rng = self.rng
        time_us = self.start_us()
        given = [rng.choice(EFFECTS) for _ in range(rng.randint(1, 2))]
        self.say(alarm, "raise", time_us, effects=given, impact=[])
        time_us += self.gap_us()
        if rng.random() < 0.5:
            self.say(alarm, "change", time_us, impact=[self.edge_entry()])
            time_us += self.gap_us()
        if rng.random() < 0.3:
            self.say(alarm, "change", time_us, effects=[])
            time_us += self.gap_us()
        if rng.random() < 0.7:
            self.say(alarm, "clear", time_us)

    def moved(self, alarm: Alarm) -> None:
        """Go on at another element of the same group; the severity stays the last one given."""
        time_us = self.start_us()
        severity = self.rng.choice(("critical", "major", "minor"))
        self.say(alarm, "raise", time_us, severity=severity, impact=[])
        for element in self.rng.sample(self.elements, len(self.elements)):
            time_us += self.rng.choice((0, MINUTE_US, self.gap_us()))
            if self.group(element) == self.group(alarm[2]):
                sibling = (alarm[0], alarm[1], element)
                self.say(sibling, "change", time_us, severity=None)
        if self.rng.random() < 0.6:
            self.say(alarm, "clear", time_us + self.gap_us())

    def handed_over(self, alarm: Alarm) -> None:
        """Let one of two alarms end at a deadline of a rule, or begin there."""
        rng = self.rng
        other = (alarm[0], f"{alarm[1]}-b", alarm[2])
        time_us = self.start_us()
        deadline_us = time_us + rng.choice(RULE_HOURS) * HOUR_US
        second_us = rng.choice((time_us, deadline_us, deadline_us + rng.choice(NUDGES_US)))
        self.say(alarm, "raise", time_us, impact=[self.edge_entry()])
        self.say(other, "raise", second_us, impact=self.impact())
        self.say(rng.choice((alarm, other)), "clear", deadline_us + rng.choice(NUDGES_US))

    def touching(self, alarm: Alarm) -> None:
        """Interrupt for nothing or next to nothing, and end at a deadline of a rule."""
        rng = self.rng
        time_us = self.start_us()
        length_us = rng.choice(RULE_HOURS) * HOUR_US
        pause_us = time_us + rng.choice((MINUTE_US, length_us, length_us // 2))
        again_us = pause_us + rng.choice((0, 1, SECOND_US))
        entry = self.edge_entry()
        self.say(alarm, "raise", time_us, impact=[entry])
        self.say(alarm, "clear", pause_us)
        self.say(alarm, "raise", again_us, impact=[entry], sequence=2)
        begun_us = rng.choice((time_us, again_us))
        self.say(alarm, "clear", begun_us + length_us + rng.choice(NUDGES_US), sequence=3)

    def forgotten(self, alarm: Alarm) -> None:
        """Change an alarm whose last event is as old as the horizon."""
        rng = self.rng
        time_us = self.start_us()
        if rng.random() < 0.7:
            self.say(alarm, rng.choice(("raise", "change")), time_us)
            time_us += rng.choice((0, MINUTE_US))
        self.say(alarm, "clear", time_us)
        later_us = time_us + self.lateness_horizon_us + rng.choice(NUDGES_US)
        self.say(alarm, "change", later_us, impact=[self.edge_entry()])
        if rng.random() < 0.5:
            self.say(alarm, "clear", later_us + self.gap_us())
