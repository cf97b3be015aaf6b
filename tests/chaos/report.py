"""What came of a run, for a person; and as one line for a table of many."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

from .choice import Choice
from .crew import Crew, End
from .disturb import Done
from .findings import Findings

#: Ends that are meant: whoever cannot reach Kafka ends and is started again.
_UNREACHABLE: Final = 3
#: A stop takes 3 s at most; on a machine that is busy with brokers and others a bit longer.
_STOP_S: Final = 6.0
#: Whoever cannot go on ends, so that others get its partitions.
_FAIL_S: Final = 15.0
#: What is said once and for all where a process ends for want of Kafka.
_MEANT: Final = (
    "Kafka does not answer",
    "cannot reach Kafka",
    "decide cannot go on",
    "the stop took too long",
)
WRONG: Final = ("wrong", "wrong id", "revision senseless")
MISSING: Final = ("missing", "revision missing", "alarm lost", "bad record lost")
REPEATS: Final = ("repeat",)


class Outcome:
    """What was done, counted and found."""

    def __init__(self, choice: Choice, directory: Path) -> None:
        """Start with nothing."""
        self.choice = choice
        self.directory = directory
        self.findings = Findings()
        self.figures: dict[str, Any] = {}
        self.disturbed: Counter[str] = Counter()
        #: why workers ended by themselves, and how often
        self.ended: Counter[str] = Counter()
        self.slowest_stop_s = 0.0
        self.slowest_failure_s = 0.0

    def note_disturbances(self, done: list[Done]) -> None:
        """Count what was done."""
        self.disturbed.update(one.kind for one in done)

    def note_crew(self, crew: Crew) -> None:
        """Find how workers ended that should not have, or not like that."""
        for end in crew.ends:
            self._note_end(end)
        for log, line in crew.said():
            if line["level"] in {"raw", "critical"} and not _meant(line):
                text = f"{log}: {line['event']} {line.get('error', '')}"
                self.findings.add("said by a worker", text)

    def _note_end(self, end: End) -> None:
        if end.asked == "SIGTERM":
            self.slowest_stop_s = max(self.slowest_stop_s, end.took_s)
            if end.took_s > _STOP_S:
                self.findings.add("stop too slow", f"{end.worker}: {end.took_s:.1f} s")
            if end.code not in {0, -15}:
                self.findings.add("stopped with an error", f"{end.worker}: {end.code}")
        elif end.asked is None:
            self.slowest_failure_s = max(self.slowest_failure_s, end.failing_s)
            if end.failing_s > _FAIL_S:
                self.findings.add("end too slow", f"{end.worker}: {end.failing_s:.1f} s")
            self.ended[f"{end.code}: {_why(end.last)}"] += 1
            if end.code != _UNREACHABLE:
                self.findings.add("ended by itself", f"{end.worker}: {end.code} {_why(end.last)}")

    def lines(self) -> list[str]:
        """Return the report."""
        count = self.findings.count
        choice = self.choice
        stamps = "as old as the events" if choice.old_stamps else "of the sending"
        lines = [
            f"seed {choice.seed}, {choice.brokers} broker(s), workers {', '.join(choice.roles)}",
            f"horizon {choice.horizon}, time stamps {stamps}",
            "",
            *(f"  {n:4}  {kind}" for kind, n in sorted(self.disturbed.items())),
            f"  {self.disturbed.total():4}  disturbances in all",
            "",
            *(f"  {name}: {figure}" for name, figure in self.figures.items()),
            f"  slowest stop: {self.slowest_stop_s:.1f} s",
            f"  slowest end after a failure: {self.slowest_failure_s:.1f} s",
            *(f"  ended by itself {n} times: {why}" for why, n in self.ended.most_common()),
            "",
            f"wrong {count(*WRONG)}, missing {count(*MISSING)}, repeats {count(*REPEATS)}",
            f"findings: {self.findings.total}",
            *self.findings.lines(),
            f"again: {choice.command}",
        ]
        if self.findings:
            lines.append(f"logs, topics and what should have been: {self.directory}")
        return lines

    def row(self) -> str:
        """Return the row of a table."""
        count, f = self.findings.count, self.figures
        cells = [
            self.choice.seed, self.choice.brokers, " ".join(self.choice.roles),
            self.disturbed.total(), f"{f.get('alarms', 0):,}", f"{f.get('outages', 0):,}",
            f"{f.get('notifications', 0):,}", count(*WRONG), count(*MISSING), count(*REPEATS),
            self.findings.total - count(*WRONG, *MISSING, *REPEATS), f.get("seconds", 0),
        ]  # fmt: skip
        return f"| {' | '.join(map(str, cells))} |"


def _meant(line: dict[str, Any]) -> bool:
    """Whether a line is what an end may say; a thread that is stopped may say it was cancelled."""
    if str(line["event"]).startswith(_MEANT):
        return True
    raised = line.get("exception") or [{}]
    return isinstance(raised, list) and raised[0].get("exc_type") == "CancelledError"


def _why(last: list[str]) -> str:
    """Return what a worker said last of why it ended."""
    for text in reversed(last):
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if line.get("level") == "critical":
            return f"{line['event']} {line.get('error', '')}"[:160]
    return (last[-1] if last else "it said nothing")[:160]
