"""The part of requirements.lock that some packages need: `python tools/runtime_lock.py [NAME...]`.

Without names: what the program needs to run, and none of the tools that it is made with. Versions
and hashes are those of the lock. It needs the standard library only: it runs before anything else.
"""

import re
import sys
from pathlib import Path
from typing import Final

LOCK: Final = Path(__file__).resolve().parents[1] / "requirements.lock"
_PROGRAM: Final = "outage-monitor (pyproject.toml)"
_NAME: Final = re.compile(r"^([a-z0-9._-]+)==", re.IGNORECASE)
_VIA: Final = re.compile(r"^    #\s+(?:via )?(\S.*)$")


def entries(lock: str) -> dict[str, tuple[str, set[str]]]:
    """Return by package its lines, and who asked for it."""
    found: dict[str, tuple[list[str], set[str]]] = {}
    name = ""
    for line in lock.splitlines():
        if match := _NAME.match(line):
            name = match[1]
            found[name] = ([], set())
        if not name:
            continue
        found[name][0].append(line)
        if (via := _VIA.match(line)) and via[1] != "via":
            found[name][1].add(via[1])
    return {name: ("\n".join(lines) + "\n", via) for name, (lines, via) in found.items()}


def needed(lock: str, roots: set[str]) -> set[str]:
    """Return the packages that these need, with themselves; without roots the program's own."""
    known = entries(lock)
    asked = {name for name, (_, via) in known.items() if not roots and _PROGRAM in via}
    reached: set[str] = set()
    new = asked | roots
    while new:
        reached |= new
        new = {name for name, (_, via) in known.items() if via & reached} - reached
    return reached


def main() -> int:
    """Write the part to standard output."""
    lock, roots = LOCK.read_text("utf-8"), set(sys.argv[1:])
    known = entries(lock)
    if missing := roots - known.keys():
        sys.stderr.write(f"not in {LOCK.name}: {', '.join(sorted(missing))}\n")
        return 2
    sys.stdout.write("".join(known[name][0] for name in sorted(needed(lock, roots))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
