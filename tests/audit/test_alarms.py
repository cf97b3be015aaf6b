"""Files of alarms against what a replay of them wrote: clean, and each planted fault found."""

import gzip
import json
import random
from pathlib import Path

import pytest
import zstandard
from properties.agreement import Case, case

from audit.running import audited, run
from audit.taped import Live, planted

_MODES = ((), ("--as-received",))


def _written(directory: Path, a: Case) -> tuple[list[str], list[str]]:
    """Write a case as files; return the arguments for it, and the options that go with them."""
    alarms, inventory = directory / "alarms.jsonl", directory / "inventory.jsonl"
    alarms.write_text("".join(json.dumps(line) + "\n" for line in a.lines))
    inventory.write_text("".join(json.dumps(record) + "\n" for record in a.inventory))
    options = [
        "--inventory", str(inventory), "--correlate", a.correlate,
        "--merge-gap", f"{a.merge_gap_us // 1_000_000}s", "--lateness-horizon", "400d",
    ]  # fmt: skip
    return [str(alarms)], options


def _replayed(directory: Path, a: Case, mode: tuple[str, ...]) -> tuple[list[str], Path]:
    files, options = _written(directory, a)
    out = directory / "said.jsonl"
    done = run("replay", *files, *options, "--reading", a.reading, *mode, "--out", out)
    assert done.code == 0, done.err
    return [*files, *options, "--reading", a.reading], out


@pytest.mark.parametrize("mode", _MODES)
@pytest.mark.parametrize("batch", range(3))
def test_a_replay_audits_clean(batch: int, mode: tuple[str, ...], tmp_path: Path) -> None:
    """What a replay writes, in the end or on the way, is what the audit calls for."""
    for seed in range(batch * 15, batch * 15 + 15):
        arguments, out = _replayed(tmp_path, case(seed), mode)
        found = audited(*arguments, "--notifications", out, "--limit", "400d")
        assert (found.code, found.wrong) == (0, []), seed
        assert found.answer["not_checked"] == [], seed


@pytest.mark.parametrize("mode", _MODES)
@pytest.mark.parametrize("batch", range(3))
def test_each_planted_fault_is_found_alone(
    batch: int, mode: tuple[str, ...], tmp_path: Path
) -> None:
    """One line missing, added, delayed or altered: that is the only finding, and the code is 1."""
    for seed in range(batch * 15, batch * 15 + 15):
        a = case(seed)
        arguments, out = _replayed(tmp_path, a, mode)
        said = [json.loads(line) for line in out.read_text().splitlines()]
        if not any(n["type"] != "withdrawn" for n in said) or len(
            {n["crossing_id"] for n in said}
        ) < len(said):
            continue  # what was said on the way and put right does not hold in the end
        fault = planted(random.Random(seed), Live([], said, [], a))
        if fault.field == "revision":
            continue  # a revision too many on the way is a matter of recorded inputs
        out.write_text("".join(json.dumps(n) + "\n" for n in fault.run.notifications))
        found = audited(*arguments, "--notifications", out, "--limit", "100d")
        assert [f["kind"] for f in found.wrong] == [fault.kind], (seed, fault.field)
        if not mode:  # on the way an outage may have had another name
            assert found.wrong[0]["id"] == fault.crossing_id
        assert found.code == 1


def test_compressed_files_are_the_same(tmp_path: Path) -> None:
    """Alarms and notifications as .gz and .zst give the same answer but for the names."""
    arguments, out = _replayed(tmp_path, case(3), ())
    plain = audited(*arguments, "--notifications", out).answer
    alarms = Path(arguments[0])
    zipped, packed = alarms.with_suffix(".jsonl.gz"), out.with_suffix(".jsonl.zst")
    zipped.write_bytes(gzip.compress(alarms.read_bytes()))
    packed.write_bytes(zstandard.compress(out.read_bytes()))
    other = audited(zipped, *arguments[1:], "--notifications", packed).answer
    assert other["counts"] == plain["counts"]
    assert [p["sha256"] for p in other["inputs"]] == [p["sha256"] for p in plain["inputs"]]
