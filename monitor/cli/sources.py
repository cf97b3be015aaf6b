"""The inputs of a command: files of alarms, and recordings of topics, told apart by themselves."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from monitor.cli import common
from monitor.formats.inventory import Element
from monitor.recorded.bound import Bound
from monitor.recorded.lines import RecordedLines
from monitor.recorded.read import Recording, is_recording
from monitor.replay.lines import Lines
from monitor.replay.reading import read_inventory
from monitor.replay.rejects import Rejects

if TYPE_CHECKING:
    from monitor.recorded.inputs import RecordedEvents


class Sources(NamedTuple):
    """What is read."""

    #: files of alarms, and partitions of recorded topics of alarms
    files: list[Lines]
    #: partitions of recorded inputs, in which the inventory is frozen
    events: "list[RecordedEvents]"
    #: the inventory: a file, or what was recorded of its topic
    elements: list[Lines]

    @property
    def all(self) -> list[Lines]:
        """Return all that is read, with sizes and positions."""
        return [*self.files, *(one.recording.lines for one in self.events)]

    def inventory(self, rejects: Rejects) -> dict[str, Element]:
        """Read the inventory; the last record of an element wins."""
        known: dict[str, Element] = {}
        for lines in self.elements:
            known |= read_inventory(lines, rejects)
        return known


def sources(names: Sequence[str], inventory: str | None, until_us: int | None) -> Sources:
    """Return what files and recordings there are to read; each is found to be whole."""
    plain = [name for name in names if not is_recording(name)]
    taped = [name for name in names if is_recording(name)]
    named_tape = inventory is not None and is_recording(inventory)
    files, elements = common.inputs(plain, None if named_tape else inventory)
    found = Sources(files, [], [elements] if elements else [])
    with common.mistakes_told():
        for name in taped:
            _add(found, name, until_us, with_inventory=inventory is None)
        if named_tape and inventory is not None and not found.elements:
            _add_elements(found, Recording(inventory))
    return found


def _add(found: Sources, name: str, until_us: int | None, *, with_inventory: bool) -> None:
    recording = Recording(name)
    with common.stderr.status(f"checking that {name} is whole"):
        recording.verified()
    alarms, inputs = recording.head.topic("alarms"), recording.head.topic("inputs")
    topic = inputs or alarms
    if topic is None:
        held = ", ".join(topic.name for topic in recording.head.topics)
        common.fail(f"{name}: holds neither inputs nor alarms, but {held}")
    for one in topic.ranges:
        if inputs is not None:
            # A replay of a file should not wait for what reads envelopes.
            from monitor.recorded.inputs import RecordedEvents  # noqa: PLC0415

            found.events.append(RecordedEvents(name, topic.name, one.partition, until_us))
        else:
            found.files.append(RecordedLines(name, topic.name, one.partition))
    if with_inventory and inputs is None:
        _add_elements(found, recording)


def _add_elements(found: Sources, recording: Recording) -> None:
    topic = recording.head.topic("inventory")
    if topic is None:
        return
    for one in topic.ranges:
        found.elements.append(RecordedLines(recording.name, topic.name, one.partition))


@contextmanager
def topics_recorded(
    names: Sequence[str], inventory: str | None, since: Bound | None, until: Bound | None
) -> Iterator[str]:
    """Record topics of alarms or inputs for as long as a command runs; yield the file."""
    # A replay of files should not wait for what reads Kafka.
    from monitor.cli.taking import spooled  # noqa: PLC0415

    wanted = list(names) or ["alarms"]
    with spooled(wanted, since, until, inventory=inventory is None) as path:
        yield str(path)
