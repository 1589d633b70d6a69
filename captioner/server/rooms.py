"""The host's calls on rooms that were set up before."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from captioner.server.desk import Desk
from captioner.store.room_setup import describe_room


class RoomEndpoints:
    """For the host listener. A room is remembered when a meeting in it begins."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, route: Callable[..., Route]) -> list[Route]:
        """All of them, each made by `route`, which asks for the host key."""
        return [
            route("/api/rooms", self.rooms),
            route("/api/rooms/{name:path}", self.forget, "DELETE"),
        ]

    async def rooms(self, _: Request) -> Response:
        """All of them, the last used first."""
        return JSONResponse({"rooms": [describe_room(each) for each in self._desk.ready.rooms()]})

    async def forget(self, request: Request) -> Response:
        """Remember a room no more, and nobody's name in it."""
        self._desk.ready.forget_room(request.path_params["name"])
        return Response(status_code=204)
