"""Transcripts as files to keep, and those of old meetings opened again. Nothing is stored here."""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from captioner.errors import WireError
from captioner.server.desk import MeetingHandle
from captioner.server.pages import read_body
from captioner.store.export import FORMATS, check_formats, render_transcript
from captioner.store.layout import Paragraph, View, check_view, lay_out
from captioner.store.opening import open_transcript
from captioner.store.transcript import Topic, Transcript, clock_time, transcript_of

LARGEST_TRANSCRIPT_BYTES = 32 * 1024 * 1024
"""A day of eight people is 10 MB."""


FRESH_S = 2.0
"""How long a file is kept for others who ask for the very same."""


class Writer:
    """Writes files on one thread of its own: captions and other readers do not wait for it.

    What hundreds of viewers ask for when a meeting ends is written once. Used from the loop's
    thread.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "captioner-writer")
        self._fresh: dict[Hashable, asyncio.Future[Any]] = {}

    async def run(self, write: Callable[[], Any], key: Hashable = None) -> Any:
        """What `write` returns or raises; of the same `key`, what it has returned just now."""
        loop = asyncio.get_running_loop()
        writing = self._fresh.get(key) if key else None
        if writing is None:
            writing = loop.run_in_executor(self._pool, write)
            if key:
                self._fresh[key] = writing
                writing.add_done_callback(
                    lambda _: loop.call_later(FRESH_S, self._fresh.pop, key, None)
                )
        return await asyncio.shield(writing)


async def transcript_response(handle: MeetingHandle, request: Request) -> Response:
    """The transcript so far in the format of the path; in another language than was spoken it is
    first completed. Raises WireError."""
    check_formats((request.path_params["ending"],))
    meeting, language = handle.meeting, view_of(request).language
    transcript = await _so_far(handle, language)
    key = (meeting.spec.id, meeting.spec.epoch, meeting.timeline.seq, *transcript.shortcomings)
    return await _file_response(transcript, request, key)


async def convert_transcript(request: Request) -> Response:
    """The json of an old meeting in another format. Raises StoreError, WireError."""
    return await _file_response(await _opened(request), request)


async def show_transcript(request: Request) -> Response:
    """The json of an old meeting as a page shows it. Raises StoreError, WireError."""
    transcript, view = await _opened(request), view_of(request)
    check_view(transcript, view)
    return JSONResponse(await writer_of(request).run(lambda: _shown(transcript, view)))


async def show_meeting(handle: MeetingHandle, request: Request) -> Response:
    """The transcript so far as a page shows it. Raises WireError."""
    transcript, view = await _so_far(handle, view_of(request).language), view_of(request)
    check_view(transcript, view)
    return JSONResponse(await writer_of(request).run(lambda: _shown(transcript, view)))


async def _so_far(handle: MeetingHandle, language: str) -> Transcript:
    """In another language than was spoken it is first completed. Raises WireError."""
    lacks = await handle.translations.complete(language) if language else ""
    transcript = transcript_of(handle.meeting)
    if lacks and language not in transcript.languages:
        raise WireError("bad_message", lacks)
    return replace(transcript, shortcomings=(lacks,)) if lacks else transcript


def view_of(request: Request) -> View:
    """What `?language=nl&original=1` asks for."""
    query = request.query_params
    return View(query.get("language", "")[:40], query.get("original", "") in ("1", "true", "yes"))


async def _opened(request: Request) -> Transcript:
    body = await read_body(request, LARGEST_TRANSCRIPT_BYTES)
    opened: Transcript = await writer_of(request).run(lambda: open_transcript(body))
    return opened


def writer_of(request: Request) -> Writer:
    """That of the site: the host's never waits for the viewers'."""
    state = request.app.state
    if not hasattr(state, "writer"):
        state.writer = Writer()
    writer: Writer = state.writer
    return writer


async def _file_response(
    transcript: Transcript, request: Request, key: tuple[Hashable, ...] = ()
) -> Response:
    """`key`: names the content of the transcript, where somebody else may ask for the same."""
    ending, view = request.path_params["ending"], view_of(request)
    content = await writer_of(request).run(
        lambda: render_transcript(transcript, ending, view), (*key, ending, view) if key else None
    )
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
