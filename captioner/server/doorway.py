"""What anybody on the network may ask of the viewers' listener without a code: whether their phone
reaches it, and what everybody is told first."""

import time

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from captioner.domain import MeetingState
from captioner.server.desk import Desk
from captioner.server.pages import PageFolder


class DoorwayEndpoints:
    """For the viewers' listener. Nothing here says what is said, or by whom."""

    def __init__(self, desk: Desk, pages: PageFolder) -> None:
        self._desk = desk
        self._pages = pages

    def routes(self) -> list[Route]:
        """All of them."""
        return [Route("/ping/{token}", self.ping), Route("/notice", self.notice)]

    async def ping(self, request: Request) -> Response:
        """A phone is here; an old link leads to the page for the code."""
        sender = request.client.host if request.client else ""
        is_known = self._desk.ready.pings.accept(
            request.path_params["token"],
            sender,
            is_own=self._desk.ready.is_own_address(sender),
            now_s=time.monotonic(),
        )
        if not is_known:
            return RedirectResponse("/", status_code=303)
        return self._pages.page("viewer/ping.html")

    async def notice(self, _: Request) -> Response:
        """What everybody is told first in the meeting that goes on; empty: nothing."""
        going = (
            handle.meeting.notice
            for handle in self._desk.meetings()
            if handle.meeting.state is not MeetingState.ENDED
        )
        return JSONResponse({"notice": next(going, "")}, headers={"Cache-Control": "no-store"})
