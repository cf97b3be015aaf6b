"""The JSON API: outages, notifications and obligations, and what a person did."""

from collections.abc import Awaitable, Callable, Iterable
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from msgspec import Raw, to_builtins
from msgspec.json import encode

from monitor.actions.message import ActionMessage, plain
from monitor.board.access import Person
from monitor.board.actions import Acknowledgement, acknowledged, read_acknowledgement
from monitor.board.body import body_of
from monitor.board.export import notifications_csv, outages_csv
from monitor.board.live import Live
from monitor.board.openapi import answers, listed, ref
from monitor.board.state import Crossing, Outage, State

#: Writes actions to their topic, and returns when the broker has them.
WriteActions = Callable[[list[ActionMessage]], Awaitable[None]]
_OBJECT = {"type": "object"}


class Format(StrEnum):
    """How an export is written."""

    json = "json"
    csv = "csv"


class OutageState(StrEnum):
    """Which outages are wanted."""

    open = "open"
    ended = "ended"
    withdrawn = "withdrawn"
    any = "any"


Country = Annotated[str | None, Query(description="Only this country, ISO 3166 alpha-2.")]
Authority = Annotated[str | None, Query(description="Only what this authority is told of.")]
Service = Annotated[str | None, Query(description="Only what concerns this service.")]
FormatOf = Annotated[Format, Query(alias="format", description="csv: a file for a spreadsheet.")]
Limit = Annotated[int, Query(ge=1, le=100_000, description="So many at most, the newest first.")]


def routes(live: Live, write: WriteActions) -> APIRouter:
    """Return the routes of the API."""
    api = APIRouter(prefix="/api")
    _add_outages(api, live.state)
    _add_notifications(api, live.state)
    _add_actions(api, live, write)
    return api


def _add_outages(api: APIRouter, state: State) -> None:
    @api.get("/outages", tags=["outages"], responses=listed("outages", ref("OutageStatus")))
    async def outages(
        country: Country = None,
        authority: Authority = None,
        service: Service = None,
        state_is: Annotated[OutageState, Query(alias="state")] = OutageState.open,
        written_as: FormatOf = Format.json,
    ) -> Response:
        """Return the outages as last said on outage.status.v1; those that are due first, first."""
        found = sorted(
            (
                outage
                for outage in state.outages.values()
                if state_is in (OutageState.any, outage.status.state)
                and country in (None, outage.status.country)
                and _concerns(outage, authority, service)
            ),
            key=lambda outage: outage.status.next_crossing_at or "~",
        )
        if written_as is Format.csv:
            return _csv("outages", outages_csv(found))
        return _json({"outages": [Raw(outage.value) for outage in found]})

    @api.get(
        "/outages/{outage_id:path}",
        tags=["outages"],
        responses=answers({"type": "object", "properties": {"outage": ref("OutageStatus")}}),
    )
    async def outage(outage_id: str) -> Response:
        """Return an outage, its notifications with all revisions, who saw them, its obligations."""
        told = _outage(state, outage_id)
        if told is None:
            raise HTTPException(404, "no outage has this id; it may be too old to be kept")
        return _json(told)


def _add_notifications(api: APIRouter, state: State) -> None:
    @api.get("/notifications", tags=["notifications"],
             responses=listed("notifications", ref("Notification")))  # fmt: skip
    async def notifications(
        country: Country = None,
        authority: Authority = None,
        service: Service = None,
        limit: Limit = 1000,
        written_as: FormatOf = Format.json,
    ) -> Response:
        """Return the last revision of each crossing, the newest first."""
        found = _newest(state, country, authority, service)[:limit]
        if written_as is Format.csv:
            return _csv("notifications", notifications_csv(state, found))
        return _json({"notifications": [Raw(crossing.values[-1]) for crossing in found]})

    @api.get("/obligations", tags=["obligations"], responses=listed("obligations", _OBJECT))
    async def obligations(outage_id: str | None = None) -> Response:
        """Return the duties to notify as last said on obligation.status.v1."""
        return _json({"obligations": _obligations(state, outage_id)})


def _add_actions(api: APIRouter, live: Live, write: WriteActions) -> None:
    state = live.state

    @api.post("/acknowledgements", tags=["actions"], status_code=202, responses=answers(_OBJECT))
    async def acknowledge(request: Request) -> Response:
        """Say on obligation.actions.v1 that somebody has seen crossings of an outage.

        Body: `outage_id`, `crossings` (each `crossing_id` and `revision`), `note`, and `who` where
        no login says it. It is shown when it was read back from the topic.
        """
        asked = await _asked(request)
        person: Person = request.state.person
        who = person.name or plain(asked.who)
        if not who:
            raise HTTPException(422, "who: say who has seen it")
        unknown = [
            s.crossing_id for s in asked.crossings if not _is_of(state, s.crossing_id, asked)
        ]
        if unknown:
            raise HTTPException(404, f"no crossing of this outage: {', '.join(unknown[:3])}")
        actions = acknowledged(asked, who, live.clock.now_us())
        await write(actions)
        return _json({"actions": actions}, 202)


async def _asked(request: Request) -> Acknowledgement:
    body = await body_of(request)
    try:
        return read_acknowledgement(body)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None


def _is_of(state: State, crossing_id: str, asked: Acknowledgement) -> bool:
    crossing = state.crossings.get(crossing_id)
    return crossing is not None and crossing.last.outage_id == asked.outage_id


def _concerns(outage: Outage, authority: str | None, service: str | None) -> bool:
    status = outage.status
    told = {rule.authority for rule in status.rules} | {e.authority for e in status.effects}
    if authority is not None and authority not in told:
        return False
    return service is None or service in status.affected


def _newest(
    state: State, country: str | None, authority: str | None, service: str | None
) -> list[Crossing]:
    found = [
        crossing
        for crossing in state.crossings.values()
        if country in (None, crossing.last.country)
        and authority in (None, crossing.last.authority)
        and (service is None or service in crossing.last.affected)
    ]
    return sorted(found, key=lambda crossing: -crossing.arrived)


def _outage(state: State, outage_id: str) -> dict[str, Any] | None:
    outage, names = state.outages.get(outage_id), state.by_outage.get(outage_id, {})
    if outage is None and not names:
        return None
    crossings = [state.crossings[name] for name in names]
    actions = sorted(state.actions.get(outage_id, {}).values(), key=lambda action: action.at)
    return {
        "outage": Raw(outage.value) if outage else None,
        "history": outage.points if outage else [],
        "notifications": [
            {"revisions": [Raw(value) for value in crossing.values]} for crossing in crossings
        ],
        "actions": to_builtins(actions),
        "obligations": _obligations(state, outage_id),
        "version": state.version(outage_id),
    }


def _obligations(state: State, outage_id: str | None) -> list[dict[str, Any]]:
    wanted: Iterable[dict[str, Any]] = state.obligations.values()
    return [o for o in wanted if outage_id in (None, o.get("outage_id"))]


def _json(body: Any, status: int = 200) -> Response:
    return Response(encode(body), status, media_type="application/json")


def _csv(name: str, body: bytes) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)
