"""The Faust application: one agent on `outage-inputs`, and nothing of Faust that we do not need.

It says which partitions are ours and delivers their records; what is written is the lanes' own.
No tables, no leader, no declared topics, no web server, no discovery of other agents; and no look
at the environment, where Faust knows names without a prefix that would beat these settings.
"""

from pathlib import Path
from typing import Final

import faust
from faust.types import TP

from monitor.broker.access import Broker
from monitor.broker.connect import faust_options
from monitor.broker.quick_fetch import fetch_quickly
from monitor.decide.agent import Decide
from monitor.topics import Topics

#: Records that Faust may hold for the agent; each may be an envelope of half a megabyte.
_BUFFER: Final = 64


def create_app(
    broker: Broker, topics: Topics, decide: Decide, *, app_id: str, data_dir: Path
) -> faust.App:
    """Return the application; `data_dir` is a directory that Faust wants and we do not use."""
    app = faust.App(
        f"{app_id}-decide",
        broker=";".join(f"kafka://{server}" for server in broker.bootstrap.split(",")),
        env={},
        autodiscover=False,
        datadir=str(data_dir),
        web_enabled=False,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=1.0,
        consumer_auto_offset_reset="earliest",
        producer_acks=-1,
        stream_buffer_maxsize=_BUFFER,
        # A record that a lane still holds belongs to the next owner: it is not waited for.
        stream_wait_empty=False,
        table_standby_replicas=0,
        topic_allow_declare=False,
        topic_disable_leader=True,
        **faust_options(broker),
    )
    if not broker.wakes_fetches:
        fetch_quickly(app)
    _add_agent(app, topics, decide)
    return app


def _add_agent(app: faust.App, topics: Topics, decide: Decide) -> None:
    inputs = app.topic(
        topics.inputs.name,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
    )
    # Faust's types know streams without `noack`, and signals with a keyword they never pass.
    app.agent(inputs, name="decide")(decide.run)  # type: ignore[arg-type]

    def ours(partitions: set[TP]) -> list[int]:
        return [tp.partition for tp in partitions if tp.topic == topics.inputs.name]

    async def assigned(_app: faust.App, partitions: set[TP], **_signal: object) -> None:
        await decide.assigned(ours(partitions))

    async def revoked(_app: faust.App, partitions: set[TP], **_signal: object) -> None:
        await decide.revoked(ours(partitions))

    app.on_partitions_assigned.connect(assigned)  # type: ignore[arg-type]
    app.on_partitions_revoked.connect(revoked)  # type: ignore[arg-type]
