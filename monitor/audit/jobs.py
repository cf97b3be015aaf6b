"""The work of an audit over several processes, and how far it is."""

import gc
import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, wait
from ctypes import c_longlong
from multiprocessing import get_context
from typing import Any, Final

from msgspec.structs import replace

from monitor.audit import alarms, inputs
from monitor.audit.task import Survey, Task

#: Told how many bytes of how many were read.
Progress = Callable[[int, int], None]
_LOOK_S: Final = 0.2
_shared: Any = None


def survey(task: Task, total_bytes: int, progress: Progress) -> Survey:
    """Return what follows from the input; how many processes worked does not show in it."""
    if task.jobs == 1:
        shares = [_one(task, lambda done: progress(done, total_bytes))]
    else:
        shares = _several(task, total_bytes, progress)
    return _whole(task, shares)


def _one(task: Task, told: Callable[[int], None]) -> Survey:
    return inputs.survey(task, told) if task.recorded_inputs else alarms.survey(task, told)


def _several(task: Task, total_bytes: int, progress: Progress) -> list[Survey]:
    context = get_context("spawn")
    read = context.Array(c_longlong, task.jobs)
    with ProcessPoolExecutor(
        task.jobs, mp_context=context, initializer=_begin, initargs=(read,)
    ) as pool:
        work = [pool.submit(_share, replace(task, number=n)) for n in range(task.jobs)]
        left: set[Future[Survey]] = set(work)
        while left:
            done, left = wait(left, timeout=_LOOK_S, return_when=FIRST_EXCEPTION)
            progress(sum(read[:]), total_bytes * task.jobs)
            for one in done:
                if one.exception() is not None:
                    pool.shutdown(wait=False, cancel_futures=True)
                    one.result()
        return [one.result() for one in work]


def _begin(read: Any) -> None:
    """Prepare a process: where it says how far it is."""
    global _shared  # noqa: PLW0603 - a process has nothing else that lasts from call to call
    _shared = read
    # Nothing here makes reference cycles; looking for them would cost a fifth of the time.
    gc.disable()


def _share(task: Task) -> Survey:
    told_s = 0.0

    def told(done: int) -> None:
        nonlocal told_s
        if time.monotonic() - told_s > _LOOK_S:
            told_s = time.monotonic()
            _shared[task.number] = done

    return _one(task, told)


def _whole(task: Task, shares: list[Survey]) -> Survey:
    """Put shares together, in an order that does not depend on their number."""
    first, *others = shares
    for other in others:
        first.add(other)
        if task.recorded_inputs:
            first.alarms += other.alarms
            first.records += other.records
            for reason, count in other.unused.items():
                first.unused[reason] = first.unused.get(reason, 0) + count
    first.unused = dict(sorted(first.unused.items()))
    if task.recorded_inputs:
        first.said.sort(key=lambda e: (e.partition or 0, e.offset or 0))
    else:
        first.said.sort(key=lambda e: (e.crossed_us, e.fields["outage_id"], e.fields["rule"]))
    return first
