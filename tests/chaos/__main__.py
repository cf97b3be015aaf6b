"""Chaos: `make chaos`, or `python tests/chaos --seed 7 --disturbances 60`."""

import argparse
import asyncio
import logging
import shutil
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "tools")]

from chaos.choice import chosen  # noqa: E402 - found only now
from chaos.disturb import KINDS  # noqa: E402
from chaos.run import run  # noqa: E402


def main() -> int:
    """Run, print what came of it, and return 1 if anything is wrong."""
    given = _arguments()
    # The clients of this program complain of every disturbance.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    said = {name: value for name, value in vars(given).items() if value is not None}
    outcome = asyncio.run(run(chosen(**said)))
    print("\n".join(outcome.lines()))
    print(outcome.row())
    if not outcome.findings:
        shutil.rmtree(outcome.directory)
    return 1 if outcome.findings else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--disturbances", type=int, metavar="N")
    parser.add_argument("--brokers", type=int, metavar="N")
    parser.add_argument(
        "--roles", help="of the workers, for example all,ingest,decide", type=_listed
    )
    parser.add_argument("--rate", dest="alarms_per_second", type=float, metavar="ALARMS_PER_SECOND")
    parser.add_argument("--horizon", metavar="DURATION")
    parser.add_argument("--backlog", metavar="DURATION")
    parser.add_argument("--backlog-outages", type=int, metavar="N")
    parser.add_argument("--pause", dest="pause_s", type=float, metavar="SECONDS")
    parser.add_argument("--only", dest="kinds", type=_kinds, help="kinds that contain these words")
    parser.add_argument("--in-turn", action="store_true", help="one kind after the other")
    return parser.parse_args()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _kinds(text: str) -> tuple[str, ...]:
    """Return the kinds of disturbances that contain any of these words, in the order given."""
    words = text.split(",")
    found = [kind for word in words for kind in KINDS if word in kind]
    if not found:
        message = f"none of {text}; there are: {', '.join(KINDS)}"
        raise argparse.ArgumentTypeError(message)
    return tuple(dict.fromkeys(found))


if __name__ == "__main__":
    sys.exit(main())
