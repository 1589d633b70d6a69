"""The host's calls on what is kept: captions corrected and deleted, broken meetings taken up."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from captioner.domain import ChannelId, MeetingId, MessageId, UtteranceId
from captioner.errors import CaptionerError
from captioner.server.desk import Desk, MeetingHandle
from captioner.server.orders import parse_edit
from captioner.server.pages import read_body
from captioner.store.retention import opened_at


class RecordEndpoints:
    """For the host listener; `card` says what a meeting is."""

    def __init__(self, desk: Desk, card: Callable[[MeetingHandle], dict[str, Any]]) -> None:
        self._desk = desk
        self._card = card

    def routes(self, route: Callable[..., Route]) -> list[Route]:
        """All of them, each made by `route`, which asks for the host key."""
        meeting = "/api/meetings/{id}"
        utterance = meeting + "/utterances/{utterance}"
        return [
            route("/api/record", self.record),
            route(meeting + "/resume", self.resume, "POST"),
            route(utterance, self.edit, "PATCH"),
            route(utterance, self.erase, "DELETE"),
            route(meeting + "/messages/{message}", self.erase_message, "DELETE"),
            route(meeting + "/channels/{channel:int}/utterances", self.erase_channel, "DELETE"),
        ]

    async def record(self, _: Request) -> Response:
        """What lies on the disk, and whether it is written at all."""
        kept = self._desk.kept
        cards = [
            {
                "id": card.id,
                "title": card.title,
                "code": card.code,
                "readable": card.in_record,
                "ended": card.ended,
                "deleted_on": _deleted_on(card.id, kept.days()),
            }
            for card in kept.cards()
        ]
        return JSONResponse(
            {
                "meetings": cards,
                "days": kept.days(),
                "keep": kept.level(),
                "problem": problem_card(kept.problem()),
                "deletions": [asdict(each) for each in kept.deletions()],
            }
        )

    async def resume(self, request: Request) -> Response:
        """Let a meeting that broke off go on."""
        return JSONResponse(self._card(await self._desk.kept.resume(_meeting(request))))

    async def edit(self, request: Request) -> Response:
        """Correct a caption."""
        text, rev = parse_edit(await read_body(request))
        self._desk.kept.edit(_meeting(request), _utterance(request), text, rev)
        return Response(status_code=204)

    async def erase(self, request: Request) -> Response:
        """Delete a caption everywhere."""
        self._desk.kept.erase(_meeting(request), _utterance(request))
        return Response(status_code=204)

    async def erase_message(self, request: Request) -> Response:
        """Delete a typed message everywhere."""
        message = MessageId(request.path_params["message"])
        self._desk.kept.erase_message(_meeting(request), message)
        return Response(status_code=204)

    async def erase_channel(self, request: Request) -> Response:
        """Delete all that a speaker has said."""
        channel = ChannelId(request.path_params["channel"])
        count = await self._desk.kept.erase_channel(_meeting(request), channel)
        return JSONResponse({"deleted": count})


def _deleted_on(meeting: MeetingId, days: int) -> str | None:
    """When age deletes a meeting, ISO 8601, UTC; None: its name tells no date."""
    opened = opened_at(meeting)
    if opened is None:
        return None
    return (opened + timedelta(days=days)).isoformat(timespec="minutes")


def problem_card(error: CaptionerError | None) -> dict[str, str] | None:
    """An error that is shown beside what works; None: there is none."""
    return None if error is None else {"code": error.code, "message": error.message}


def _meeting(request: Request) -> MeetingId:
    return MeetingId(request.path_params["id"])


def _utterance(request: Request) -> UtteranceId:
    return UtteranceId(request.path_params["utterance"])
