"""The command line, and the only wiring."""

import sys
from importlib import import_module

import typer

_HELP = """Says when a telecom outage must be notified to the regulator, the moment it must.

Nothing it says is legal advice.
"""
#: The commands in the order of the help; each module has an `app` or a function of its own name.
_COMMANDS = (
    "replay",
    "explain",
    "report",
    "record",
    "audit",
    "simulate",
    "policies",
    "demo",
    "worker",
    "board",
    "duties",
    "ack",
    "submit",
    "note",
    "clear",
    "alarms",
    "dlq",
    "ledger",
    "topics",
    "settings",
    "metrics",
    "doctor",
)


def command_line(asked: str | None = None) -> typer.Typer:
    """Return the command line; with only one command if its name is given.

    A replay of a small file should not wait for the import of Kafka and Faust.
    """
    app = typer.Typer(
        name="outage-monitor",
        help=_HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_nothing)
    for name in (asked,) if asked in _COMMANDS else _COMMANDS:
        module = import_module(f"monitor.cli.{name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, str(name)))
    return app


def _nothing() -> None:
    """Keep the name of a command necessary even where there is one only."""


def main() -> None:
    """Run the command line."""
    command_line(sys.argv[1] if len(sys.argv) > 1 else None)()


if __name__ == "__main__":
    main()
