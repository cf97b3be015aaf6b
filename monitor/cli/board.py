"""`outage-monitor board`: the live page for those who watch, reading the output topics."""

import asyncio

import structlog
import typer
from aiokafka.errors import KafkaError

from monitor.board.run import run_board
from monitor.board.serve import BoardPortError
from monitor.cli import common
from monitor.logs import configure_logs
from monitor.settings import SettingsError
from monitor.topics import TopicsError

_log = structlog.get_logger(__name__)


def board() -> None:
    """Show open outages, what must be notified and who has seen it, until it is stopped.

    It reads topics and keeps nothing: stop it, start it again, start several. Settings come from
    the environment (`outage-monitor settings`).
    """
    settings = common.settings()
    configure_logs(settings.log_format, settings.log_level)
    try:
        asyncio.run(run_board(settings))
    except (SettingsError, TopicsError, BoardPortError) as error:
        common.fail(str(error))
    except (KafkaError, OSError, TimeoutError) as error:
        _log.critical(
            f"cannot reach Kafka at {settings.broker}: {error or type(error).__name__}",
            hint="`outage-monitor doctor` says what is wrong",
        )
        raise typer.Exit(common.Exit.UNREACHABLE) from None
