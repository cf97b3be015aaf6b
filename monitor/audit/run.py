"""An audit from its files to its answer."""

from collections import defaultdict
from importlib.metadata import version
from typing import Final

from msgspec.structs import replace

from monitor.audit import alarms, compare, duties, jobs
from monitor.audit.ask import Ask, Progress
from monitor.audit.before import before
from monitor.audit.beside import sides
from monitor.audit.compare import Compared, Pair
from monitor.audit.deciding import Sought, arrival_before, decided_at, sought
from monitor.audit.edges import Edges
from monitor.audit.files import read, size_bytes, told_range
from monitor.audit.lawful import lawful
from monitor.audit.model import Expected, Finding, NotChecked
from monitor.audit.proof import begins_in_the_midst, edges_of_inputs
from monitor.audit.result import Result, Rules, Side, counts, ordered, revised, unchecked
from monitor.audit.rules import options_of, shown, weighed
from monitor.audit.task import Survey, Task
from monitor.audit.told import notifications, obligations
from monitor.core.law import Law
from monitor.core.reading import Options
from monitor.decide.applying import rules_of
from monitor.ingest.envelope import Rules as InputRules
from monitor.recorded.read import is_recording

_MICRO: Final = 1_000_000
_NO_ALARM: Final = "there is no alarm in the input that could be used: was this the right file?"
_NO_INVENTORY: Final = (
    "no inventory was named: if the worker had one, name it with --inventory, or services and "
    "outage keys that it fills in are not those that were published"
)
_MIDST: Final = (
    "the recorded input begins in the midst of its topic: an outage that was open then, crossed "
    "something before and left no trace since cannot be told from one that was not notified"
)


def audit(ask: Ask, progress: Progress) -> Result:
    """Compare what was published with what the input calls for."""
    return _Audit(ask, progress).result()


class _Audit:
    """One audit, step by step."""

    def __init__(self, ask: Ask, progress: Progress) -> None:
        self._ask = ask
        self._progress = progress
        self._files = files = read(ask, progress)
        self._told = notifications(ask.notifications)
        named = dict.fromkeys((*ask.inputs, *ask.notifications))
        self._duties = obligations([name for name in named if is_recording(name)])
        decided = [d for tape in files.tapes for d in tape.decided]
        self._options = options_of(ask, decided, self._told)
        self._mine = rules_of(ask.law, self._options)
        self._rules = weighed(self._mine, decided, self._told, what_if=ask.what_if)
        role = "inputs" if files.recorded_inputs else "alarms"
        self._midst = begins_in_the_midst(files.tapes, role)
        self._remarks = [*self._rules.remarks, *([_MIDST] if self._midst else [])]
        self._findings: list[Finding] = list(self._rules.findings)
        self._not_checked: list[NotChecked] = []

    def result(self) -> Result:
        survey = self._survey(self._ask.law, self._options)
        edges = self._edges(survey)
        same = self._rules.same
        every = self._files.recorded_inputs and same and self._rules.changed_us is None
        if every:
            compared = compare.revisions(survey.said, self._told, edges)
        else:
            holds = compare.held(survey.said)
            compared = compare.standing(holds, self._told, edges, other_rules=not same)
            self._settle_as_known(compared, survey)
        latest = self._look_at_times(compared, edges)
        self._findings += compared.findings
        self._not_checked += compared.not_checked
        self._look_at_duties(survey, edges, every=every)
        self._look_at_the_reading(survey)
        pairs, beside = self._beside(survey)
        findings = ordered(self._findings)
        return Result(
            product=version("outage-monitor"),
            verdict="findings" if findings else "clean",
            mode="every revision" if every else "what holds in the end",
            rules=self._shown(self._mine),
            recorded_rules=self._rules.recorded,
            what_if=self._ask.what_if and not same,
            limit_seconds=self._ask.limit_us / _MICRO,
            inputs=self._files.inputs,
            notifications=self._files.notifications,
            inventory=self._files.inventory,
            counts={
                "alarms": survey.alarms,
                "input_records": survey.records,
                "called_for": len(survey.said),
                **counts(compared, self._told),
                "obligations": len(duties.last_of(self._duties)),
            },
            unused=survey.unused,
            latest_seconds=latest,
            findings=findings,
            not_checked=unchecked(self._not_checked),
            remarks=self._remarks,
            revised=revised(self._told),
            compared_with=beside,
            compared=pairs,
        )

    def _shown(self, rules: InputRules) -> Rules:
        return shown(rules, None if self._files.recorded_inputs else self._ask.correlate)

    # -- what must have been published

    def _task(self, law: Law, options: Options) -> Task:
        ask, recorded = self._ask, self._files.recorded_inputs
        names = tuple(tape.proof.name for tape in self._files.tapes) if recorded else ask.inputs
        return Task(
            names=names,
            recorded_inputs=recorded,
            inventory=ask.inventory,
            law=law,
            options=options,
            correlate=ask.correlate,
            until_us=ask.until_us,
            jobs=ask.jobs,
            midst=self._midst,
        )

    def _survey(self, law: Law, options: Options) -> Survey:
        task = self._task(law, options)
        total = sum(size_bytes(name) for name in task.names)
        return jobs.survey(task, total, lambda done, of: self._progress("deciding anew", done, of))

    def _edges(self, survey: Survey) -> Edges:
        if self._files.recorded_inputs:
            edges = edges_of_inputs(self._files.tapes, midst=self._midst)
        else:
            edges = Edges(begin_us=survey.first_us, end_us=survey.last_us)
        older = before(survey.said, self._told, edges.begin_us)
        since, until = told_range(self._files.told_tapes)
        return edges._replace(
            open_keys=older.open_keys | survey.continued,
            older=older.outages,
            perhaps=older.perhaps,
            lawful=lawful(self._ask.law),
            left_alone=frozenset(survey.left_alone),
            still_open=frozenset(survey.still_open),
            told_from_us=since,
            told_to_us=until,
            other_rules_until_us=self._rules.changed_us,
        )

    def _settle_as_known(self, compared: Compared, survey: Survey) -> None:
        """Accept fields that a late alarm changed after they were published."""
        doubtful = [p for p in compared.pairs if set(p.differ) & set(compare.AS_KNOWN)]
        if not doubtful:
            return
        if self._files.recorded_inputs:
            said = survey.said
        else:
            keys = {pair.expected.fields["outage_key"] for pair in doubtful}
            task = replace(self._task(self._ask.law, self._options), jobs=1)
            said = alarms.on_the_way(task, keys, lambda _: None)
        ways: dict[Sought, list[Expected]] = defaultdict(list)
        for one in said:
            ways[sought(one.fields)].append(one)
        for pair in doubtful:
            pair.differ = compare.unknown_as_such(pair, ways[sought(pair.expected.fields)])

    # -- times

    def _look_at_times(self, compared: Compared, edges: Edges) -> float | None:
        """Find what was published late, and what was altered; return the longest time it took."""
        limit_us = self._ask.limit_us
        slow = [p for p in compared.pairs if _lag_us(p) > limit_us]
        wanted = {sought(p.expected.fields) for p in slow}
        task = replace(self._task(self._ask.law, self._options), jobs=1)
        known = decided_at(task, wanted) if wanted else {}
        longest = None
        for pair in compared.pairs:
            reason = edges.altered(pair.told)
            arrivals_us = known.get(sought(pair.expected.fields), ())
            arrival_us = arrival_before(arrivals_us, _by_then_us(pair))
            found = None if _lag_us(pair) <= limit_us else compare.late(pair, arrival_us, limit_us)
            if reason is not None:
                if found is not None or pair.differ:
                    told = pair.told
                    compared.not_checked.append(
                        compare.not_checked(reason, told.fields, told.place)
                    )
                continue
            if found is not None:
                compared.findings.append(found)
            names = [n for n in pair.differ if not (n == "detected_at" and found is not None)]
            names += _impossible(pair)
            if names:
                compared.findings.append(compare.altered(pair, names))
            seconds = _seconds(pair, arrival_us)
            if seconds is not None and (longest is None or seconds > longest):
                longest = seconds
        return longest

    def _look_at_the_reading(self, survey: Survey) -> None:
        """Say what a person forgets, and wonders at the answer."""
        if survey.alarms == 0:
            self._remarks.append(_NO_ALARM)
        elif self._findings and not (self._files.recorded_inputs or self._ask.inventory):
            self._remarks.append(_NO_INVENTORY)

    # -- duties

    def _look_at_duties(self, survey: Survey, edges: Edges, *, every: bool) -> None:
        tapes = (*self._files.tapes, *self._files.told_tapes)
        if not any(tape.head.topic("obligations") for tape in tapes):
            return
        self._findings += duties.unmet(self._duties)
        if every:
            found, unknown = duties.compared(survey, self._duties, edges)
            self._findings += found
            self._not_checked += unknown
        else:
            self._remarks.append(
                "obligations are compared with recorded inputs only, and by the rules that "
                "decided; here only those overdue or met late are told"
            )

    # -- beside

    def _beside(self, survey: Survey) -> tuple[list[Side], Rules | None]:
        """Return what other rules would have said, beside what these say."""
        if self._ask.beside is None:
            return [], None
        law, reading = self._ask.beside
        options = replace(self._options, reading=reading or self._options.reading)
        other = self._survey(law, options)
        return sides(survey, other), self._shown(rules_of(law, options))


def _by_then_us(pair: Pair) -> int:
    """Return the time by which the alarm that decided had arrived."""
    recorded = pair.expected.partition is not None
    return pair.expected.detected_us if recorded else pair.told.published_us


def _lag_us(pair: Pair) -> int:
    """Return how long after its crossing it was published; a withdrawal cannot be late."""
    if pair.told.fields["type"] == "withdrawn":
        return 0
    return pair.told.published_us - pair.expected.crossed_us


def _seconds(pair: Pair, arrival_us: int | None) -> float | None:
    if pair.told.fields["type"] == "withdrawn":
        return None
    known_us = max(pair.expected.crossed_us, arrival_us or pair.expected.crossed_us)
    return (pair.told.published_us - known_us) / _MICRO


def _impossible(pair: Pair) -> list[str]:
    """Return what cannot be whatever the order of arrival."""
    early = pair.told.detected_us < pair.expected.crossed_us
    known = "detected_at" in pair.differ or pair.expected.partition is not None
    wrong = ["detected_at"] if early and not known else []
    named = pair.told.key is not None and pair.told.key != pair.told.fields["outage_id"]
    return [*wrong, "key"] if named else wrong
