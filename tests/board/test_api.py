"""The API: what is asked for, as it was said on the topics."""

from typing import Any
from urllib.parse import quote

from board.asking import OWN, Asker, asked
from board.samples import action, effect, notification, obligation, rule, status
from monitor.board.live import Live


def test_outages_as_they_were_said() -> None:
    """The whole message, what is due first on top; ended ones on request."""

    async def scene(ask: Asker) -> None:
        ended = status("AT/old", country="AT", state="ended", next_crossing_at=None, rules=[])
        later = status("BE/later", next_crossing_at="2026-03-14T10:00:00Z")
        ask.board.feed([later, ended, status()])
        assert (await ask("/api/outages")).json == {"outages": [status(), later]}
        assert (await ask("/api/outages?state=ended")).json == {"outages": [ended]}
        assert len((await ask("/api/outages?state=any")).json["outages"]) == 3
        assert (await ask("/api/outages?state=odd")).status == 422

    asked(scene)


def test_filters() -> None:
    """By country, authority and service; an effect counts for its authority."""

    async def scene(ask: Asker) -> None:
        only = effect(authority="CCB")
        ask.board.feed(
            [status(), status("AT/1", country="AT", rules=[rule(authority="RTR")], affected={}),
             status("BE/2", rules=[], effects=[only])],
            [notification(), notification("AT/1", country="AT", authority="RTR", affected={})],
        )  # fmt: skip

        async def keys(query: str, what: str = "outages") -> list[str]:
            found: list[dict[str, Any]] = (await ask(f"/api/{what}?{query}")).json[what]
            return sorted(one["outage_key"] for one in found)

        assert await keys("country=AT") == ["AT/1"]
        assert await keys("authority=CCB") == ["BE/2"]
        assert await keys("service=fixed_internet&country=BE") == ["BE/2", "BE/agg-1"]
        assert await keys("authority=RTR", "notifications") == ["AT/1"]
        assert await keys("service=fixed_internet", "notifications") == ["BE/agg-1"]

    asked(scene)


def test_one_outage_with_all_that_belongs_to_it() -> None:
    """Revisions, actions, obligations; an id may hold what a path does not like."""

    async def scene(ask: Asker) -> None:
        key = "BE/a b/../?x=1#%2F"
        said = notification(key)
        ask.board.feed([status(key)], [said, {**said, "revision": 1}], [action(said)],
                       [obligation(key), obligation("BE/other")])  # fmt: skip
        path = f"/api/outages/{quote(status(key)['outage_id'], safe='')}"
        from yarl import URL  # noqa: PLC0415 - as encoded as it is

        async with ask.session.get(URL(ask.board.url + path, encoded=True)) as response:
            told = await response.json()
        assert told["outage"] == status(key)
        assert [n["revision"] for n in told["notifications"][0]["revisions"]] == [0, 1]
        assert told["actions"][0]["who"] == "Anna"
        assert [duty["outage_id"] for duty in told["obligations"]] == [status(key)["outage_id"]]
        assert (await ask("/api/outages/none")).status == 404

    asked(scene)


def test_notifications_newest_first() -> None:
    """So many as wanted; the last revision of each."""

    async def scene(ask: Asker) -> None:
        ask.board.feed([], [notification(), notification("BE/2")])
        found = (await ask("/api/notifications?limit=1")).json["notifications"]
        assert found == [notification("BE/2")]
        assert (await ask("/api/notifications?limit=0")).status == 422
        assert (await ask("/api/obligations")).json == {"obligations": []}

    asked(scene)


def test_an_acknowledgement_is_written_and_read_back() -> None:
    """With the time of the clock of outages; it then stands in the page."""

    async def scene(ask: Asker) -> None:
        said = notification()
        ask.board.feed([status()], [said])
        body = {
            "outage_id": said["outage_id"],
            "crossings": [{"crossing_id": said["crossing_id"], "revision": 0}],
            "who": " Anna\u0000\n  B ",
            "note": "called",
        }
        answer = await ask("/api/acknowledgements", "POST", json=body, headers=OWN)
        assert answer.status == 202
        (done,) = answer.json["actions"]
        assert (done["who"], done["note"], done["kind"]) == ("Anna B", "called", "acknowledged")
        assert done["at"] == "2026-03-14T08:05:00Z"
        ask.board.live.flush(0)
        (row,) = (await ask("/api/board")).json["crossings"].values()
        assert row["acknowledged"]["who"] == "Anna B"

    asked(scene)


def test_an_acknowledgement_that_makes_no_sense_is_refused() -> None:
    """With a sentence, and nothing is written."""

    async def scene(ask: Asker) -> None:
        said = notification()
        ask.board.feed([status()], [said])
        seen = [{"crossing_id": said["crossing_id"]}]
        good = {"outage_id": said["outage_id"], "crossings": seen, "who": "A"}
        wrong: list[tuple[int, Any]] = [
            (422, {**good, "who": "  "}),
            (422, {**good, "crossings": []}),
            (422, {**good, "odd": 1}),
            (422, {**good, "note": "x" * 501}),
            (404, {**good, "crossings": [{"crossing_id": "none"}]}),
            (404, {**good, "outage_id": "BE/other@2026-03-14T08:00:00Z"}),
            (413, {**good, "note": "x" * 70_000}),
        ]
        for code, body in wrong:
            answer = await ask("/api/acknowledgements", "POST", json=body, headers=OWN)
            assert (answer.status, "error" in answer.json) == (code, True), body
        assert not ask.board.state.actions

    asked(scene)


def test_the_api_is_described() -> None:
    """Every path; every reference is there; the messages by their own schemas."""

    async def scene(ask: Asker) -> None:
        told = (await ask("/api/openapi.json")).json
        assert {"/api/outages", "/api/notifications", "/api/obligations", "/api/acknowledgements",
                "/health/live", "/health/ready"} <= set(told["paths"])  # fmt: skip
        schemas = told["components"]["schemas"]
        refs = _refs(told)
        assert {"#/components/schemas/OutageStatus", "#/components/schemas/Notification"} <= refs
        assert {ref.removeprefix("#/components/schemas/") for ref in refs} <= set(schemas)

    asked(scene)


def _refs(part: Any) -> set[str]:
    if isinstance(part, list):
        return {ref for inner in part for ref in _refs(inner)}
    if not isinstance(part, dict):
        return set()
    own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
    return own | {ref for inner in part.values() for ref in _refs(inner)}


def test_health_and_metrics() -> None:
    """Ready when nothing is missing; metrics name no outage and nobody."""

    async def scene(ask: Asker) -> None:
        assert (await ask("/health/ready")).status == 200
        ask.board.readiness.waits("read", "not yet")
        ready = await ask("/health/ready")
        assert (ready.status, ready.json["missing"]) == (503, {"read": "not yet"})
        assert (await ask("/health/live")).json["live"] is True
        ask.board.feed([status()], [notification()], [action(notification(), who="Anna")])
        ask.board.state.changes()
        said = (await ask("/metrics")).body.decode()
        assert "outage_monitor_board_viewers 0.0" in said
        assert "agg-1" not in said
        assert "Anna" not in said

    asked(scene)


def test_a_snapshot_is_written_once_for_all() -> None:
    """Until something changes."""

    async def scene(ask: Asker) -> None:
        live: Live = ask.board.live
        ask.board.feed([status()])
        live.flush(0)
        assert live.snapshot()[0] is live.snapshot()[0]
        page = (await ask("/api/board")).json
        assert list(page["outages"]) == [status()["outage_id"]]
        assert page["seen"] == f"{live.hub.epoch}-{live.hub.seq}"

    asked(scene)
