"""Compose, container image, Kubernetes and systemd: checked as far as files can be."""

import json
import re
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from runtime_lock import LOCK, entries, needed

from monitor.__main__ import _COMMANDS
from monitor.settings import Settings, variable_of

from .tools import DEPLOY, ROOT

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("worker", "board")
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")
KUBERNETES = yaml.safe_load((DEPLOY / "kubernetes" / "outage-monitor.yaml").read_text("utf-8"))
UNITS = sorted((DEPLOY / "systemd").iterdir())
VARIABLES = {variable_of(field) for field in Settings.model_fields}


def test_compose_is_as_its_specification_says() -> None:
    """By the schema of the Compose Specification (compose-spec.org, Apache-2.0)."""
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text("utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(COMPOSE)] == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_and_watched(name: str) -> None:
    """A tag that names a version, a health check, a restart, and no port open to other hosts."""
    service = SERVICES[name]
    assert re.search(r":v?\d+\.\d+\.\d+$", service["image"])
    assert service["healthcheck"]["test"]
    assert service["restart"] == "always"
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "kafka"])
def test_a_service_has_no_more_rights_than_it_needs(name: str) -> None:
    """No capabilities, no new privileges, and a root file system that cannot be written."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_set_what_can_be_set(name: str) -> None:
    """A misspelt setting would be passed over; the command must exist."""
    service = SERVICES[name]
    assert service["environment"].keys() <= VARIABLES
    assert service["command"][0] in _COMMANDS
    assert service["user"] == "65532:65532"


def test_files_that_are_mounted_are_there() -> None:
    """Compose would make an empty directory in the place of one that is not."""
    volumes = [volume for service in SERVICES.values() for volume in service.get("volumes", ())]
    mounted = [volume.split(":")[0] for volume in volumes if volume.startswith("./")]
    assert mounted
    assert all((DEPLOY / path).is_dir() for path in mounted)
    named = {volume.split(":")[0] for volume in volumes if not volume.startswith("./")}
    assert named == COMPOSE["volumes"].keys()


def test_prometheus_asks_where_the_services_are() -> None:
    """The names and ports in its configuration are those of compose."""
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8"))
    worker, board = config["scrape_configs"]
    (found,) = worker["dns_sd_configs"]
    assert found["names"] == ["worker"]
    assert str(found["port"]) == SERVICES["worker"]["environment"]["MONITOR_WEB_PORT"]
    port = SERVICES["board"]["environment"]["MONITOR_BOARD_PORT"]
    assert board["static_configs"][0]["targets"] == [f"board:{port}"]


def test_the_image_is_pinned_and_runs_as_nobody() -> None:
    """The base names its version, packages their hashes; it is not root, and can be read-only."""
    (python,) = re.findall(r"^ARG PYTHON=(.+)$", CONTAINERFILE, re.MULTILINE)
    assert re.fullmatch(r"3\.\d+\.\d+-slim-\w+", python)
    assert set(re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)) == {"python:${PYTHON}"}
    installs = re.findall(r"pip install (.+)", CONTAINERFILE)
    assert installs
    assert all("--require-hashes" in i or "--no-deps --no-index" in i for i in installs)
    last = CONTAINERFILE.rsplit("FROM ", 1)[1]
    assert "USER 65532:65532" in last
    assert 'ENTRYPOINT ["outage-monitor"]' in last


def test_what_the_image_copies_is_sent_to_the_builder() -> None:
    """The list of what is sent must not leave out what the image needs."""
    sent = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    copied = {
        path
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE)
        for path in line.split()
    }
    assert copied == sent
    assert all((ROOT / path).exists() for path in copied)


def test_the_image_has_what_the_program_needs_and_no_tools() -> None:
    """Of the lock, the packages of the program and theirs; none that only tests are made with."""
    lock = LOCK.read_text("utf-8")
    asked = {re.split(r"[^a-z0-9-]", one.lower())[0] for one in requires("outage-monitor") or ()}
    found = needed(lock, set())
    assert asked <= found
    assert not found & {"pytest", "mypy", "ruff", "hypothesis", "hatchling", "import-linter"}
    assert "hatchling" in needed(lock, {"hatchling"})
    assert all("--hash=sha256:" in entries(lock)[name][0] for name in found)


def test_kubernetes_sets_what_can_be_set() -> None:
    """Names of settings, commands and ports; nothing runs as root or writes to its root."""
    by_kind: dict[str, list[Any]] = {}
    for item in KUBERNETES["items"]:
        by_kind.setdefault(item["kind"], []).append(item)
    (config,) = by_kind["ConfigMap"]
    assert config["data"].keys() <= VARIABLES
    for deployment in by_kind["Deployment"]:
        pod = deployment["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["args"][0] in _COMMANDS
        assert container["image"] == SERVICES["worker"]["image"]
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        assert labels == deployment["spec"]["selector"]["matchLabels"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_again_and_has_few_rights(unit: Path) -> None:
    """For ever, as Kafka can be away for long; and as a user that owns nothing."""
    lines = unit.read_text("utf-8").splitlines()
    for line in (
        "Restart=always", "StartLimitIntervalSec=0", "DynamicUser=yes", "ProtectSystem=strict",
        "NoNewPrivileges=yes", "CapabilityBoundingSet=",
    ):  # fmt: skip
        assert line in lines
    (start,) = [line for line in lines if line.startswith("ExecStart=")]
    assert start.split()[-1] in _COMMANDS
    named = {name for line in lines for name in re.findall(r"(MONITOR_\w+)=", line)}
    assert named <= VARIABLES
