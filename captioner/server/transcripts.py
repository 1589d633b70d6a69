"""Transcripts as files to keep, and those of old meetings opened again. Nothing is stored here."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from captioner.captions.meeting import Meeting
from captioner.server.pages import read_body
from captioner.store.export import FORMATS, render_transcript
from captioner.store.layout import Paragraph, View, check_view, lay_out
from captioner.store.opening import open_transcript
from captioner.store.transcript import Topic, Transcript, clock_time, transcript_of

LARGEST_TRANSCRIPT_BYTES = 64 * 1024 * 1024
"""A day of eight people is 10 MB."""


async def transcript_response(meeting: Meeting, request: Request) -> Response:
    """The transcript so far in the format of the path. Raises WireError."""
    return await _file_response(transcript_of(meeting), request)


async def convert_transcript(request: Request) -> Response:
    """The json of an old meeting in another format. Raises StoreError, WireError."""
    return await _file_response(await _opened(request), request)


async def show_transcript(request: Request) -> Response:
    """The json of an old meeting as a page shows it. Raises StoreError, WireError."""
    transcript, view = await _opened(request), view_of(request)
    check_view(transcript, view)
    return JSONResponse(await asyncio.to_thread(_shown, transcript, view))


def view_of(request: Request) -> View:
    """What `?language=nl&original=1` asks for."""
    query = request.query_params
    return View(query.get("language", "")[:40], query.get("original", "") in ("1", "true", "yes"))


async def _opened(request: Request) -> Transcript:
    body = await read_body(request, LARGEST_TRANSCRIPT_BYTES)
    return await asyncio.to_thread(open_transcript, body)


async def _file_response(transcript: Transcript, request: Request) -> Response:
    """Written on another thread: captions of a meeting that goes on do not wait for it."""
    ending = request.path_params["ending"]
    content = await asyncio.to_thread(render_transcript, transcript, ending, view_of(request))
    return Response(
        content,
        media_type=FORMATS[ending].media_type,
        headers={"Content-Disposition": f'attachment; filename="transcript.{ending}"'},
    )


def _shown(transcript: Transcript, view: View) -> dict[str, Any]:
    return {
        "title": transcript.title,
        "date": transcript.date,
        "notices": list(transcript.notices),
        "languages": list(transcript.languages),
        "parts": [_part(part) for part in lay_out(transcript, view)],
    }


def _part(part: Paragraph | Topic) -> dict[str, Any]:
    if isinstance(part, Topic):
        return {"topic": part.title}
    return {
        "channel": part.speaker.channel,
        "name": part.speaker.name,
        "letter": part.speaker.letter,
        "colour": part.speaker.colour,
        "time": clock_time(part.start),
        "overlaps": part.overlaps,
        "columns": [
            [{"text": run.text, "language": run.language, "mark": run.mark} for run in runs]
            for runs in part.columns
        ],
    }
