"""What a meeting was like in figures, and its transcript as a page shows it before it is saved."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from captioner.captions.meeting import Meeting
from captioner.captions.statistics import Delay, Speaking, Statistics, measure
from captioner.domain import MeetingId
from captioner.server.desk import Desk, MeetingHandle
from captioner.server.transcripts import show_meeting


class AfterEndpoints:
    """For the host listener: a meeting during it or after it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, route: Callable[..., Route]) -> list[Route]:
        """All of them, each made by `route`, which asks for the host key."""
        meeting = "/api/meetings/{id}"
        return [
            route(meeting + "/statistics", self.statistics),
            route(meeting + "/preview", self.preview),
        ]

    async def statistics(self, request: Request) -> Response:
        """Who spoke for how long and how fast, and how soon it could be read."""
        meeting = self._handle(request).meeting
        return JSONResponse(describe(meeting, statistics_of(meeting)))

    async def preview(self, request: Request) -> Response:
        """The transcript so far, in parts. Raises WireError."""
        return await show_meeting(self._handle(request), request)

    def _handle(self, request: Request) -> MeetingHandle:
        return self._desk.by_id(MeetingId(request.path_params["id"]))


def statistics_of(meeting: Meeting) -> Statistics:
    """The figures as of now."""
    channels = [entry.channel for entry in meeting.roster.entries]
    timeline = meeting.timeline
    return measure(timeline.captions(), channels, meeting.hello(0.0).at, timeline.delays)


def describe(meeting: Meeting, found: Statistics) -> dict[str, Any]:
    """As the host's page gets it."""
    return {
        "length_s": round(found.length_s, 1),
        "overlap_s": round(found.overlap_s, 1),
        "channels": [_speaking(meeting, each) for each in found.speaking],
        "first_text": _delay(found.first_text),
        "final": _delay(found.final),
    }


def _speaking(meeting: Meeting, said: Speaking) -> dict[str, Any]:
    entry, pace = meeting.roster.find(said.channel), said.words_per_minute
    return {
        "channel": said.channel,
        "name": entry.name,
        "letter": entry.letter,
        "colour": entry.colour,
        "seconds": round(said.seconds, 1),
        "utterances": said.utterances,
        "words": said.words,
        "words_per_minute": None if pace is None else round(pace),
    }


def _delay(delay: Delay | None) -> dict[str, Any] | None:
    if delay is None:
        return None
    return {
        "median_s": round(delay.median_s, 2),
        "p95_s": round(delay.p95_s, 2),
        "count": delay.count,
    }
