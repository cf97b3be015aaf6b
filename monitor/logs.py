"""Logging: structlog for our own lines and, through the same formatter, for every library's.

No secret is ever in a line: tracebacks show no values of variables, and libraries say no more than
they do at level info. (At level debug aiokafka shows whole requests, with the password of a login.)
"""

import logging
import os
import sys
import threading
from types import TracebackType
from typing import Any, Final, Literal

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import ExceptionRenderer, JSONRenderer
from structlog.stdlib import ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import EventDict, Processor, WrappedLogger

from monitor.messages.printable import printable

LogFormat = Literal["auto", "json", "console"]
#: Whose debug lines are about each record and request.
_LIBRARIES: Final = ("aiokafka", "faust", "mode", "asyncio")
#: Says the same each time that a consumer is made.
_CHATTERER: Final = "aiokafka.consumer.subscription_state"
#: In these a line break is meant.
_LINES: Final = ("exception", "stack")


def configure_logs(log_format: LogFormat = "auto", level: str = "info") -> None:
    """Write every log line to stderr: as JSON, or readable; `auto` asks whether it is a terminal.

    It must run before Faust is started, and replaces whatever handlers were there. Exceptions that
    nobody catches, and Python's warnings, are log lines, too.
    """
    as_json = log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[ProcessorFormatter.remove_processors_meta, *_rendered(as_json=as_json)],
        )
    )
    _replace_handlers(handler, logging.getLevelNamesMapping()[level.upper()])
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(
        told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback
    )


def _replace_handlers(handler: logging.Handler, level: int) -> None:
    """Let every line of every library go through our handler, and through no other."""
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name in _LIBRARIES:
        library = logging.getLogger(name)
        library.setLevel(max(level, logging.INFO))
        library.propagate = True
        library.handlers = []
    logging.getLogger(_CHATTERER).setLevel(max(level, logging.WARNING))


def _rendered(*, as_json: bool) -> list[Processor]:
    """Return what turns a line into text; only JSON needs exceptions as data."""
    if as_json:
        as_data = ExceptionDictTransformer(show_locals=False)
        return [ExceptionRenderer(as_data), JSONRenderer()]
    colors = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    return [_printable, ConsoleRenderer(colors=colors, exception_formatter=plain_traceback)]


def _printable(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Take from what came from outside its power over the terminal."""
    return {
        name: printable(" ".join(value.splitlines()))
        if isinstance(value, str) and name not in _LINES
        else value
        for name, value in line.items()
    }


def _uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> Any:
    """Tell of an exception that ends the program, or a thread of it."""
    if issubclass(kind, KeyboardInterrupt):
        return
    told = (kind, error, traceback)
    structlog.get_logger("monitor").critical("ended by an exception", exc_info=told)
