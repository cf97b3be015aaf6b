"""The files of an audit: each is read once, found to be whole, and named by its hash."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from monitor.audit.ask import Ask, Progress
from monitor.audit.proof import Proof, Taped, begins_in_the_midst, in_order, proof, taped
from monitor.formats.instant import time_us
from monitor.recorded.read import is_recording
from monitor.replay.lines import InputError


class Files(Struct, kw_only=True):
    """The files of an audit, each read once and found to be whole."""

    inputs: list[Proof] = []
    notifications: list[Proof] = []
    inventory: list[Proof] = []
    tapes: list[Taped] = []
    #: recordings of notifications
    told_tapes: list[Taped] = []
    recorded_inputs: bool = False


def read(ask: Ask, progress: Progress) -> Files:
    """Read all files once; raises InputError if one is not whole, or does not belong here."""
    files, known = Files(), dict[str, Taped]()
    for name in dict.fromkeys([*ask.inputs, *ask.notifications]):
        progress(f"checking that {name} is whole", 0, 0)
        if is_recording(name):
            known[name] = taped(name)
    for name in ask.inputs:
        files.inputs.append(known[name].proof if name in known else proof(name))
    for name in ask.notifications:
        files.notifications.append(known[name].proof if name in known else proof(name))
    if ask.inventory is not None:
        files.inventory.append(proof(ask.inventory))
    files.told_tapes = [known[name] for name in ask.notifications if name in known]
    tapes = [known[name] for name in ask.inputs if name in known]
    with_inputs = [tape for tape in tapes if tape.head.topic("inputs") is not None]
    files.recorded_inputs = bool(with_inputs)
    if with_inputs and len(with_inputs) < len(ask.inputs):
        message = (
            "recordings of inputs hold what became of the alarms; name either them, or files and "
            "recordings of alarms"
        )
        raise InputError(message)
    files.tapes = in_order(with_inputs) if with_inputs else tapes
    _check_topics(files)
    return files


def _check_topics(files: Files) -> None:
    for tape in files.told_tapes:
        if tape.head.topic("notifications") is None:
            message = f"{tape.proof.name}: holds no notifications; record them, or name their file"
            raise InputError(message)
    for tape in files.tapes:
        if not files.recorded_inputs and tape.head.topic("alarms") is None:
            message = f"{tape.proof.name}: holds neither inputs nor alarms"
            raise InputError(message)


def told_range(tapes: Sequence[Taped]) -> tuple[int | None, int | None]:
    """Return the time that recorded notifications cover, as far as it is limited."""
    since, until = [], []
    for tape in tapes:
        if tape.head.since is not None and not tape.head.since.isdecimal():
            since.append(time_us(tape.head.since))
        elif begins_in_the_midst([tape], "notifications"):
            since.append(_first_us(tape))
        if tape.head.until is not None and not tape.head.until.isdecimal():
            until.append(time_us(tape.head.until))
    whole_end = len(until) < len(tapes)
    return (min(since) if since and len(since) == len(tapes) else None), (
        None if whole_end or not until else max(until)
    )


def _first_us(tape: Taped) -> int:
    topic = tape.head.topic("notifications")
    stamps = [c.least_ms for c in tape.end.partitions if topic and c.topic == topic.name]
    return min(stamps, default=0) * 1000


def size_bytes(name: str) -> int:
    """Return the size of a file as it lies on disk."""
    path = Path(name)
    return path.stat().st_size if path.is_file() else 0
