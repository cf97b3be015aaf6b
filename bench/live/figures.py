"""What a run comes to, and how several runs are put into a table."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import NamedTuple


class Run(NamedTuple):
    """One run of one contestant over a backlog."""

    alarms_per_second: float
    #: user and system time of its processes, in microseconds
    cpu_us_per_alarm: float
    peak_mb: float


#: The runs of each contestant.
Runs = Mapping[str, Sequence[Run]]


def spread(values: Iterable[float], digits: int = 0) -> str:
    """Return the median of some values, with the least and the largest if there are several."""
    found = sorted(values)
    middle = f"{median(found):,.{digits}f}"
    if len(found) == 1:
        return middle
    return f"{middle} ({found[0]:,.{digits}f} to {found[-1]:,.{digits}f})"


def rate(runs: Sequence[Run]) -> float:
    """Return the median rate of some runs."""
    return median(run.alarms_per_second for run in runs)


def rows(runs: Runs) -> list[tuple[str, ...]]:
    """Return a row for each contestant."""
    return [
        (
            name,
            spread(run.alarms_per_second for run in some),
            spread((run.cpu_us_per_alarm for run in some), 1),
            spread(run.peak_mb for run in some),
        )
        for name, some in runs.items()
    ]


def table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that such a share of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
