"""The command line, and the only wiring."""

import typer

from monitor.cli import policies
from monitor.cli.demo import demo
from monitor.cli.explain import explain
from monitor.cli.replay import replay
from monitor.cli.simulate import simulate

app = typer.Typer(
    name="outage-monitor",
    help="Says when a telecom outage must be notified to the regulator, the moment it must.\n\n"
    "Nothing it says is legal advice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(replay)
app.command()(explain)
app.command()(simulate)
app.add_typer(policies.app, name="policies")
app.command()(demo)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
