"""The host's calls that conduct a meeting while it runs: pause, private, topics, microphones."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from captioner.domain import ChannelId, MeetingId, TopicId
from captioner.server.desk import Desk, MeetingHandle
from captioner.server.orders import parse_new_channel, parse_on, parse_with
from captioner.server.pages import read_body
from captioner.server.wire import parse_text


class ConductEndpoints:
    """For the host listener; `card` says what a meeting is."""

    def __init__(self, desk: Desk, card: Callable[[MeetingHandle], dict[str, Any]]) -> None:
        self._desk = desk
        self._card = card

    def routes(self, route: Callable[..., Route]) -> list[Route]:
        """All of them, each made by `route`, which asks who it is."""
        meeting = "/api/meetings/{id}"
        channel = meeting + "/channels/{channel:int}"
        return [
            route(meeting + "/pause", self.pause, "POST"),
            route(meeting + "/private", self.make_private, "POST"),
            route(meeting + "/topics", self.mark_topic, "POST"),
            route(meeting + "/topics/{topic}", self.change_topic, "PATCH"),
            route(meeting + "/topics/{topic}", self.take_topic_away, "DELETE"),
            route(meeting + "/channels", self.add_microphone, "POST"),
            route(channel, self.remove_microphone, "DELETE"),
            route(channel + "/swap", self.swap, "POST"),
        ]

    async def pause(self, request: Request) -> Response:
        """Caption nothing for now, or go on."""
        is_on = parse_on(await read_body(request))
        self._desk.conduct.pause(_meeting(request), is_on=is_on)
        return self._shown(request)

    async def make_private(self, request: Request) -> Response:
        """Decode and keep nothing for now, or go on."""
        is_on = parse_on(await read_body(request))
        self._desk.conduct.make_private(_meeting(request), is_on=is_on)
        return self._shown(request)

    async def mark_topic(self, request: Request) -> Response:
        """The meeting turns to something else."""
        self._desk.conduct.mark_topic(_meeting(request), parse_text(await read_body(request)))
        return Response(status_code=204)

    async def change_topic(self, request: Request) -> Response:
        """Call a topic something else."""
        text = parse_text(await read_body(request))
        self._desk.conduct.change_topic(_meeting(request), _topic(request), text)
        return Response(status_code=204)

    async def take_topic_away(self, request: Request) -> Response:
        """The topic is nowhere from now on."""
        self._desk.conduct.change_topic(_meeting(request), _topic(request), "")
        return Response(status_code=204)

    async def add_microphone(self, request: Request) -> Response:
        """One more microphone, in mid-meeting."""
        new = parse_new_channel(await read_body(request))
        await self._desk.conduct.add_microphone(_meeting(request), new)
        return self._shown(request, 201)

    async def remove_microphone(self, request: Request) -> Response:
        """One microphone less; what was said into it stays."""
        await self._desk.conduct.remove_microphone(_meeting(request), _channel(request))
        return self._shown(request)

    async def swap(self, request: Request) -> Response:
        """Two speakers sit at each other's microphones."""
        other = ChannelId(parse_with(await read_body(request)))
        self._desk.conduct.swap(_meeting(request), _channel(request), other)
        return self._shown(request)

    def _shown(self, request: Request, status: int = 200) -> Response:
        return JSONResponse(self._card(self._desk.by_id(_meeting(request))), status)


def _meeting(request: Request) -> MeetingId:
    return MeetingId(request.path_params["id"])


def _channel(request: Request) -> ChannelId:
    return ChannelId(request.path_params["channel"])


def _topic(request: Request) -> TopicId:
    return TopicId(request.path_params["topic"])
