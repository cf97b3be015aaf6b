"""`outage-monitor worker`: the stream worker against Kafka."""

import asyncio
from typing import Annotated

import structlog
import typer
from aiokafka.errors import KafkaError

from monitor.cli import common
from monitor.logs import configure_logs
from monitor.topics import TopicsError
from monitor.worker.run import Role, TopicsRefusedError, UnreachableError, run_worker
from monitor.worker.web import PortError

_log = structlog.get_logger(__name__)


def worker(
    role: Annotated[
        Role,
        typer.Option(
            help="ingest reads alarms, decide counts and notifies; any number of each may run."
        ),
    ] = Role.all,
) -> None:
    """Read alarms from Kafka, and publish what must be notified, until it is stopped.

    Settings come from the environment (`outage-monitor settings`). Whatever fails ends it with a
    log line and an exit code; started again it goes on where it was.
    """
    settings = common.settings()
    law = common.law_of(settings.policy_dirs, settings.designations)
    configure_logs(settings.log_format, settings.log_level)
    try:
        asyncio.run(run_worker(settings, law, role))
    except (TopicsRefusedError, TopicsError, PortError) as error:
        for line in str(error).splitlines():
            _log.critical(line)
        raise typer.Exit(common.Exit.BAD_INPUT) from None
    except UnreachableError as error:
        _log.critical(str(error), hint="`outage-monitor doctor` says what is wrong")
        raise typer.Exit(common.Exit.UNREACHABLE) from None
    except (KafkaError, OSError, TimeoutError) as error:
        _log.critical("Kafka does not answer", error=repr(error))
        raise typer.Exit(common.Exit.UNREACHABLE) from None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told as a log line
        _log.critical("the worker cannot go on", error=repr(error), exc_info=error)
        raise typer.Exit(common.Exit.ANSWER_IS_NO) from None
