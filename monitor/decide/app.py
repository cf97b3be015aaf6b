"""The Faust application: one agent on `outage-inputs`, and nothing of Faust that we do not need.

No tables, no leader, no declared topics, no web server, no discovery of other agents; and no look
at the environment, where Faust knows names without a prefix that would beat these settings.
"""

from pathlib import Path

import faust
from faust.types import TP

from monitor.broker.access import Broker
from monitor.broker.quick_fetch import fetch_quickly
from monitor.decide.agent import Decide
from monitor.topics import Topics


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
        stream_wait_empty=True,
        table_standby_replicas=0,
        topic_allow_declare=False,
        topic_disable_leader=True,
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

    async def revoked(_app: faust.App, partitions: set[TP], **_signal: object) -> None:
        decide.revoked(tp.partition for tp in partitions if tp.topic == topics.inputs.name)

    app.on_partitions_revoked.connect(revoked)  # type: ignore[arg-type]
