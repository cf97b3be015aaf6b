"""Apache Kafka's jars: fetched once from Maven's repository into `.kafka/lib`.

`pom.xml` in `tools/kafka` says which version. Nothing else is needed but Java and Maven.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

ROOT: Final = Path(__file__).resolve().parents[1]
POM: Final = ROOT / "tools" / "kafka" / "pom.xml"
LIB: Final = ROOT / ".kafka" / "lib"
_APT_JAVA: Final = "(on Debian: apt-get install openjdk-17-jre-headless)"
#: Holds the pom that the jars beside it came from.
_FETCHED: Final = LIB / ".pom.xml"
_JAVA_MIN: Final = 17


class KafkaMissingError(RuntimeError):
    """Raised when Apache Kafka cannot be run or fetched here; the message says what to install."""


def version() -> str:
    """Return the version of Apache Kafka that `pom.xml` names."""
    found = ET.parse(POM).findtext(".//{*}kafka.version")  # noqa: S314 - our own file
    assert found is not None  # noqa: S101 - our own file
    return found


def java() -> str:
    """Return the path of a Java that is new enough."""
    path = shutil.which("java")
    if path is None:
        message = f"no Java found; Apache Kafka needs {_JAVA_MIN} or newer {_APT_JAVA}"
        raise KafkaMissingError(message)
    # Java says its version on the standard error.
    said = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found[1]) < _JAVA_MIN:
        is_version = found[1] if found else "unknown"
        message = (
            f"{path} is Java {is_version}; Apache Kafka needs {_JAVA_MIN} or newer {_APT_JAVA}"
        )
        raise KafkaMissingError(message)
    return path


def fetched() -> bool:
    """Return whether the jars of this very `pom.xml` are there."""
    return _FETCHED.is_file() and _FETCHED.read_bytes() == POM.read_bytes()


def missing() -> str | None:
    """Return why Apache Kafka cannot be started here, or None if it can."""
    try:
        java()
    except KafkaMissingError as error:
        return str(error)
    return None if fetched() else "its jars are not fetched: make kafka"


def fetch() -> bool:
    """Fetch the jars unless they are there; return whether it was needed."""
    if fetched():
        return False
    java()
    maven = shutil.which("mvn")
    if maven is None:
        message = "no Maven found; it fetches Apache Kafka (on Debian: apt-get install maven)"
        raise KafkaMissingError(message)
    shutil.rmtree(LIB, ignore_errors=True)
    LIB.mkdir(parents=True)
    _copy(maven)
    _FETCHED.write_bytes(POM.read_bytes())
    return True


def _copy(maven: str) -> None:
    """Let Maven download the jars and copy them."""
    command = [maven, "--batch-mode", "-Dstyle.color=never", "--file", str(POM)]
    command += ["dependency:copy-dependencies", f"-DoutputDirectory={LIB}"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        error = _watch(process)
    if process.returncode != 0:
        message = f"Maven could not fetch Apache Kafka; it said: {error or 'nothing'}"
        raise KafkaMissingError(message)


def _watch(process: subprocess.Popen[str]) -> str:
    """Show on the standard error how far Maven is; return the first error that it reports."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    doing = f"fetching Apache Kafka {version()} (about a minute)"
    _say(f"{doing} ...")
    error, files = "", 0
    for line in process.stdout:
        if line.startswith("[ERROR]") and not error:
            error = line.removeprefix("[ERROR]").strip()
        if "Downloaded " in line and sys.stderr.isatty():
            files += 1
            _say(f"\r{doing}: {files} files ...")
    _say("\n")
    return error


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
