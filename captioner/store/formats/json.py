"""Everything that is known of a meeting, for programs; the only format that can be opened again.

Described by docs/transcript.schema.json. A field, once published, keeps its meaning; readers ignore
what they do not know.
"""

import json
from typing import Any

from captioner.store.layout import View
from captioner.store.transcript import Line, Transcript

FORMAT = "captioner-transcript"
VERSION = 1


def render(transcript: Transcript, _: View) -> str:
    """All languages, whatever was asked for."""
    names = {speaker.channel: speaker.name for speaker in transcript.speakers}
    body: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "notice": transcript.notice,
        "notices": list(transcript.notices),
        "meeting": transcript.meeting,
        "title": transcript.title,
        "started": transcript.started.isoformat(timespec="seconds"),
        "ended": transcript.ended,
        "weights": transcript.weights,
        "demo_weights": transcript.demo_weights,
        "channels": [
            {
                "channel": speaker.channel,
                "speaker": speaker.name,
                "letter": speaker.letter,
                "colour": speaker.colour,
                "language": speaker.language,
            }
            for speaker in transcript.speakers
        ],
        "topics": [{"at": topic.at, "title": topic.title} for topic in transcript.topics],
        "utterances": [_line(line, names[line.channel]) for line in transcript.lines],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _line(line: Line, speaker: str) -> dict[str, Any]:
    return {
        "utterance": line.utterance,
        "channel": line.channel,
        "speaker": speaker,
        "start": line.start,
        "end": line.end,
        "language": line.language,
        "state": line.state,
        "rev": line.rev,
        "text": line.text,
        "translations": dict(line.translations),
    }
