"""The runbook is a page of the board: whoever follows the link of an alert finds its section."""

import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from board.asking import Asker, asked
from monitor.board.runbook import runbook

ROOT = Path(__file__).parents[2]
ALERTS = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text("utf-8"))
GUARDED: dict[str, Any] = {"board_token": SecretStr("a-long-enough-token")}


def test_every_alert_links_to_a_section() -> None:
    """What stands after the `#` of each alert is the id of a heading, and of one only."""
    ids = re.findall(r' id="([^"]+)"', runbook())
    assert len(ids) == len(set(ids))
    links = [
        rule["annotations"]["runbook_url"].partition("#")[2]
        for group in ALERTS["groups"]
        for rule in group["rules"]
    ]
    assert links
    assert set(links) <= set(ids)


def test_it_is_there_without_a_login() -> None:
    """At night the link must work from a mail; it holds no data."""

    async def scene(ask: Asker) -> None:
        answer = await ask("/runbook")
        assert answer.status == HTTPStatus.OK
        assert b'<h2 id="notificationrequired">' in answer.body
        assert b"<!-- the runbook -->" not in answer.body

    asked(scene, **GUARDED)
