"""Envelopes: bounded, in order, on the partition of their outage key, and readable again."""

import pytest
from aiokafka.partitioner import DefaultPartitioner
from msgspec.msgpack import encode

from monitor.ingest.envelope import NewerError, Tick, pack, seal, target_partition, unseal

from .events import items

TICK = Tick((("alarms", 2),), (("alarms", 1, 17),))


def test_a_record_reads_back_as_what_was_written() -> None:
    """What ingest seals is what decide reads: items, coordinates, inventory and tick."""
    sent = items(3)
    (envelope,) = pack(sent, 1)[0]
    record = unseal(seal(envelope, TICK))
    assert record.items == tuple(sent)
    assert record.tick == TICK


def test_a_plain_tick_has_no_items() -> None:
    """A record without items is a tick."""
    assert unseal(seal([], TICK)).items == ()


def test_the_same_items_give_the_same_bytes() -> None:
    """Packing is a function of its input alone."""
    first, second = (seal(pack(items(5), 1)[0][0], TICK) for _ in range(2))
    assert first == second


def test_envelopes_are_bounded_in_alarms() -> None:
    """No envelope holds more alarms than allowed, and none is lost or moved."""
    sent = items(7)
    envelopes = pack(sent, 1, max_alarms=3)[0]
    assert [len(envelope) for envelope in envelopes] == [3, 3, 1]
    assert [i for e in envelopes for i in unseal(seal(e, TICK)).items] == sent


def test_envelopes_are_bounded_in_bytes() -> None:
    """No envelope exceeds the bytes allowed, but for an event that alone does."""
    sent = items(2, area="x" * 300) + items(1, area="x" * 5000) + items(2, area="x" * 300)
    envelopes = pack(sent, 1, max_bytes=1000)[0]
    assert [len(envelope) for envelope in envelopes] == [2, 1, 2]


def test_outage_keys_keep_their_partition_and_order() -> None:
    """All events of one key land in one partition, in the order they came."""
    sent = items(60, keys=9)
    for target, envelopes in pack(sent, 4, max_alarms=5).items():
        got = [item for e in envelopes for item in unseal(seal(e, TICK)).items]
        assert got == [i for i in sent if target_partition(i.event.outage_key, 4) == target]


@pytest.mark.parametrize("key", ["BE/agg-1", "AT/W/core-1", "BE/Liège", ""])
def test_the_partition_is_the_one_kafka_clients_choose(key: str) -> None:
    """Anybody who keys a record by outage key finds the same partition."""
    chosen = DefaultPartitioner()(key.encode(), list(range(8)), list(range(8)))
    assert target_partition(key, 8) == chosen


def test_no_items_give_no_envelopes() -> None:
    """An empty poll sends nothing."""
    assert pack([], 4) == {}


@pytest.mark.parametrize("value", [b"", b"\xc1", encode([]), encode([1, 2]), encode({"a": 1})])
def test_what_is_no_record_is_refused(value: bytes) -> None:
    """Unknown bytes raise; they are never taken for an empty tick."""
    with pytest.raises(ValueError, match=r".+"):
        unseal(value)


@pytest.mark.parametrize("value", [encode([2, [], [[], []]]), encode([2, "of another form"])])
def test_what_a_newer_release_wrote_is_refused(value: bytes) -> None:
    """Whatever its form, it must not be guessed at: the error says what to do."""
    with pytest.raises(NewerError, match="run the newer release"):
        unseal(value)
