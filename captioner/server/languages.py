"""Languages to read a meeting in, and what somebody has scrolled to."""

import asyncio
from typing import Any

from starlette.responses import JSONResponse, Response

from captioner.server.desk import MeetingHandle
from captioner.server.record import problem_card
from captioner.server.wire import parse_scrolled
from captioner.translate.languages import LanguageCard, language_cards


async def languages_response(handle: MeetingHandle) -> Response:
    """What a meeting can be read in on this computer, as it is now."""
    pairs = handle.translations.pairs()
    spoken = {entry.language for entry in handle.meeting.roster.entries}
    # The names of a hundred languages are read from as many files.
    cards = await asyncio.to_thread(language_cards, pairs, spoken)
    body = {
        "languages": [_described(card) for card in cards],
        "pairs": [list(pair) for pair in sorted(pairs)],
        "problem": problem_card(handle.translations.problem()),
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def accept_scrolled(handle: MeetingHandle, body: bytes) -> Response:
    """A page shows captions that nobody has translated. Raises WireError."""
    language, utterances = parse_scrolled(body)
    handle.translations.ask(language, utterances)
    return Response(status_code=202)


def _described(card: LanguageCard) -> dict[str, Any]:
    return {
        "code": card.code,
        "name": card.name,
        "english": card.english,
        "dir": card.direction,
        "spoken": card.is_spoken,
        "from": list(card.sources),
    }
