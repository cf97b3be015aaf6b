"""`outage-monitor policies`: what it prints and how it ends."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.policies import app
from monitor.packs.loading import load_packs

from .helpers import BAD, GOOD, changed


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_list_names_every_policy() -> None:
    """Each packaged policy has a row that fits into 80 columns, and nothing is warned of."""
    result = _run("list")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()[1:]] == [
        pack.policy for pack in load_packs()
    ]
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert result.stderr == ""


def test_list_warns_of_what_ends() -> None:
    """A pack that ends within 60 days stands out in its row and in a warning."""
    result = _run("list", "--policy", GOOD.parent, "--at", "2029-12-01")
    assert result.exit_code == 0
    (row,) = [line for line in result.stdout.splitlines() if line.startswith("xx.reg")]
    assert "2030-01-01" in row
    assert "warning: policy xx.reg (xx.reg.calls) ends on 2030-01-01" in result.stderr


def test_a_time_without_policy_is_said_loudly() -> None:
    """Before any policy is in force, each country is named in capitals."""
    result = _run("list", "--at", "2010-01-01")
    for country in {pack.country for pack in load_packs()}:
        assert f"NO POLICY IS IN FORCE for {country}" in result.stderr


@pytest.mark.parametrize("policy", [pack.policy for pack in load_packs()])
def test_show_tells_all_of_a_policy(policy: str) -> None:
    """Every rule, every cell, every reading and every source of a policy is shown."""
    (pack,) = [pack for pack in load_packs() if pack.policy == policy]
    result = _run("show", policy)
    assert result.exit_code == 0
    words = " ".join(result.stdout.split())
    for rule in pack.rules:
        assert f"{rule.id} {rule.title}" in words
        assert rule.clause in words
    for source in pack.sources.values():
        assert source.address in result.stdout
    for reading in pack.readings.values():
        assert reading.why in words
    long = [line for line in result.stdout.splitlines() if len(line) > 80]
    assert all("https://" in line for line in long)


def test_show_has_the_version_in_force() -> None:
    """Shown is the version in force on the day, and the others are named."""
    before = " ".join(_run("show", "at.rtr", "--at", "2026-09-30").stdout.split())
    after = " ".join(_run("show", "at.rtr", "--at", "2026-10-02").stdout.split())
    assert "valid 2014-01-01 to 2026-10-01 and also from 2026-10-01 (not confirmed)" in before
    assert "valid from 2026-10-01 and also 2014-01-01 to 2026-10-01 (page only)" in after
    assert "NOT IN FORCE" in _run("show", "at.rtr", "--at", "2010-01-01").stdout


def test_show_of_an_unknown_policy_is_bad_usage() -> None:
    """The error names the policies that there are."""
    result = _run("show", "at.rt")
    assert result.exit_code == 2
    assert "at.rtr" in result.stderr


def test_check_runs_all_examples(tmp_path: Path) -> None:
    """Packs without mistake whose examples come out end with 0, a user's among them."""
    changed(tmp_path)
    for arguments in (["check"], ["check", tmp_path], ["check", "--policy", tmp_path]):
        result = _run(*arguments)
        assert result.exit_code == 0
        assert ("xx.reg: 4 of 4 examples come out" in result.stdout) == (tmp_path in arguments)


def test_check_tells_every_mistake_of_every_file() -> None:
    """All mistakes of all files are printed, one a line, and the end is 1."""
    result = _run("check", BAD)
    assert result.exit_code == 1
    assert len({line.partition(":")[0] for line in result.stdout.splitlines()}) == len(
        list(BAD.glob("*.yaml"))
    )
    assert "mistake(s)" in result.stderr


def test_check_fails_with_an_example(tmp_path: Path) -> None:
    """An example that does not come out is printed, and the end is 1."""
    changed(tmp_path, ("after: PT30M", "after: PT31M"))
    result = _run("check", tmp_path)
    assert result.exit_code == 1
    assert "failed xx.reg.calls, example 1: expected" in result.stdout


@pytest.mark.parametrize(
    "arguments", [["check", "/no/such"], ["list", "--policy", "/no/such"], ["list", "--at", "x"],
                  ["show"], ["lst"]],
)  # fmt: skip
def test_bad_usage_ends_with_2(arguments: list[str]) -> None:
    """What cannot be meant is bad usage, told without a traceback."""
    result = _run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_mistakes_do_not_hide_in_the_other_commands() -> None:
    """A pack with mistakes ends `list` and `show` with 1, and the mistakes on standard error."""
    for arguments in (["list"], ["show", "at.rtr"]):
        result = _run(*arguments, "--policy", BAD)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert "wrong_country.yaml:4: country:" in result.stderr
