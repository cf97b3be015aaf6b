"""The options of commands that read ranges of topics."""

from typing import Annotated

import typer

from monitor.recorded.bound import Bound, bound


def _bound(text: str | Bound) -> Bound:
    try:
        return text if isinstance(text, Bound) else bound(text)
    except ValueError as error:
        message = f"expected an offset, or a time: {error}"
        raise typer.BadParameter(message) from error


FromTopic = Annotated[
    bool,
    typer.Option(
        "--from-topic",
        help="Read topics of the cluster (MONITOR_BROKER), by name or by part, instead of files.",
    ),
]
Since = Annotated[
    Bound | None,
    typer.Option(
        "--from",
        parser=_bound,
        metavar="TIME|OFFSET",
        help="Records from this time (RFC 3339) or offset on.",
        show_default="the first",
    ),
]
Until = Annotated[
    Bound | None,
    typer.Option(
        "--to",
        parser=_bound,
        metavar="TIME|OFFSET",
        help="Records before this time or offset.",
        show_default="all there are now",
    ),
]
