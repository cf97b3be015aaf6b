"""What an audit was: files and packs by their hashes, options, answer; enough to repeat it."""

import hashlib
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, structs, to_builtins
from msgspec.json import Decoder

from monitor.audit.model import canonical
from monitor.audit.proof import Proof
from monitor.audit.result import Result
from monitor.packs.loading import PACKAGED
from monitor.replay.lines import InputError

_VERSION: Final = 1


class Options(Struct, frozen=True, kw_only=True):
    """What was asked for; how many processes worked does not count."""

    inputs: list[str]
    notifications: list[str]
    inventory: str | None = None
    policy: list[str] = []
    designations: list[str] = []
    reading: str | None = None
    merge_gap_us: int | None = None
    lateness_horizon_us: int | None = None
    correlate: str = "group"
    until_us: int | None = None
    limit_us: int
    compare: str | None = None


class Manifest(Struct, frozen=True, kw_only=True):
    """A whole audit; `sha256` is that of all else in it."""

    audit_manifest: int = _VERSION
    product: str
    options: Options
    files: list[Proof]
    packs: list[Proof]
    result: dict[str, Any]
    result_sha256: str
    sha256: str = ""

    def sealed(self) -> "Manifest":
        """Return it with its hash."""
        return structs.replace(self, sha256=_hash(canonical(structs.replace(self, sha256=""))))

    def as_json(self) -> bytes:
        """Return it as it is kept."""
        return canonical(self) + b"\n"


def manifest(options: Options, result: Result) -> Manifest:
    """Write down an audit."""
    found = Manifest(
        product=result.product,
        options=options,
        files=[*result.inputs, *result.notifications, *result.inventory],
        packs=packs([Path(directory) for directory in options.policy]),
        result=to_builtins(result),
        result_sha256=_hash(result.as_json()),
    )
    return found.sealed()


def packs(directories: list[Path]) -> list[Proof]:
    """Return the files of the packs, with the hashes of their content."""
    found = []
    for directory in (PACKAGED, *directories):
        for file in sorted(directory.rglob("*.yaml")):
            content = file.read_bytes()
            name = str(file if directory != PACKAGED else file.relative_to(PACKAGED))
            found.append(Proof(name, _hash(content), content.count(b"\n")))
    return found


def read_manifest(path: Path) -> Manifest:
    """Read a manifest; raises InputError if it is none, or was changed."""
    try:
        found = Decoder(Manifest).decode(path.read_bytes())
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise InputError(message) from error
    except ValueError as error:
        message = f"{path}: is no manifest of an audit ({error}); `audit --manifest` writes one"
        raise InputError(message) from error
    if found.sealed().sha256 != found.sha256:
        message = f"{path}: was changed after it was written: its hash is not that of its content"
        raise InputError(message)
    return found


def differences(before: Manifest, now: Manifest) -> list[str]:
    """Say what is not as it was, the cause before the effect."""
    found = []
    if before.product != now.product:
        found.append(f"release {before.product} answered then, {now.product} now")
    for what, old, new in (("file", before.files, now.files), ("pack", before.packs, now.packs)):
        known = {proof.name: proof.sha256 for proof in new}
        changed = [proof.name for proof in old if known.get(proof.name) != proof.sha256]
        found += [f"{what} {name} has another content than it had" for name in changed]
        names = {proof.name for proof in old}
        found += [f"{what} {proof.name} is new" for proof in new if proof.name not in names]
    if before.result_sha256 != now.result_sha256:
        found.append(
            f"the answer is another: {before.result['verdict']} with "
            f"{len(before.result['findings'])} findings then, {now.result['verdict']} with "
            f"{len(now.result['findings'])} now"
        )
    return found


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
