"""Two sets of rules side by side: what each crosses, and when."""

from collections import defaultdict

from monitor.audit.compare import held
from monitor.audit.model import Expected, by_time, what
from monitor.audit.result import Side
from monitor.audit.task import Survey


def sides(survey: Survey, other: Survey) -> list[Side]:
    """Return each crossing with the time at which either set of rules has it crossed."""
    here, there = _times(survey), _times(other)
    found = []
    for key in sorted(here.keys() | there.keys()):
        one = (here.get(key) or there[key])[0]
        times = [
            sorted((e.fields["crossed_at"] for e in each.get(key, ())), key=by_time)
            for each in (here, there)
        ]
        for place in range(max(map(len, times))):
            at = [t[place] if place < len(t) else None for t in times]
            found.append(
                Side(
                    outage_key=key[0], rule=key[1], cell=one.fields["cell"], here=at[0], there=at[1]
                )
            )
    return sorted(
        found, key=lambda s: (by_time(s.here or s.there), s.outage_key, s.rule, str(s.cell))
    )


def _times(survey: Survey) -> dict[tuple[str, str, str], list[Expected]]:
    found: dict[tuple[str, str, str], list[Expected]] = defaultdict(list)
    for one in held(survey.said):
        found[what(one.fields)].append(one)
    return found
