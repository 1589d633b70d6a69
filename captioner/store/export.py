"""The transcript of a meeting as text that leaves it: one function a format."""

import json
from dataclasses import dataclass
from typing import Any

from captioner.captions.events import CaptionRevised
from captioner.captions.meeting import Meeting
from captioner.domain import ChannelId, MeetingState, UtteranceState

JSON_FORMAT = "captioner-transcript"
JSON_VERSION = 1

DEMO_NOTICE = "Demo weights: made for synthetic voices, not for real speech."


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One utterance with the name of who said it."""

    speaker: str
    caption: CaptionRevised


def transcript_lines(meeting: Meeting) -> list[TranscriptLine]:
    """What was said, by the time it began; what was withdrawn or deleted is not in it."""
    names = {entry.channel: entry.name for entry in meeting.roster.entries}
    return [
        TranscriptLine(names[ChannelId(caption.channel)], caption)
        for caption in meeting.timeline.captions()
    ]


def render_txt(meeting: Meeting) -> str:
    """Plain text: a head, then one line per utterance with time and speaker."""
    started = meeting.spec.started.astimezone()
    head = [meeting.title, started.strftime("%Y-%m-%d %H:%M")]
    if meeting.spec.demo_weights:
        head.append(DEMO_NOTICE)
    if meeting.state is not MeetingState.ENDED:
        head.append("The meeting is still going on.")
    lines = [_text_line(line) for line in transcript_lines(meeting)]
    return "\n".join([*head, "", *lines, ""])


def render_json(meeting: Meeting) -> str:
    """Everything that is known of each utterance, for programs."""
    spec = meeting.spec
    body: dict[str, Any] = {
        "format": JSON_FORMAT,
        "version": JSON_VERSION,
        "meeting": spec.id,
        "title": meeting.title,
        "started": spec.started.isoformat(timespec="seconds"),
        "ended": meeting.state is MeetingState.ENDED,
        "weights": spec.weights,
        "demo_weights": spec.demo_weights,
        "channels": [
            {
                "channel": entry.channel,
                "speaker": entry.name,
                "letter": entry.letter,
                "colour": entry.colour,
                "language": entry.language,
            }
            for entry in meeting.roster.entries
        ],
        "utterances": [_json_line(line) for line in transcript_lines(meeting)],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


RENDERERS = {"txt": render_txt, "json": render_json}
"""Every format by the ending of its file."""

MEDIA_TYPES = {"txt": "text/plain; charset=utf-8", "json": "application/json"}


def _text_line(line: TranscriptLine) -> str:
    caption = line.caption
    mark = {UtteranceState.EDITED: " (edited)", UtteranceState.PARTIAL: " …"}.get(
        UtteranceState(caption.state), ""
    )
    return f"[{clock_time(caption.start)}] {line.speaker}: {caption.text}{mark}"


def _json_line(line: TranscriptLine) -> dict[str, Any]:
    caption = line.caption
    return {
        "utterance": caption.utterance,
        "channel": caption.channel,
        "speaker": line.speaker,
        "start": caption.start,
        "end": caption.end,
        "language": caption.language,
        "state": caption.state,
        "text": caption.text,
    }


def clock_time(seconds: float) -> str:
    """Seconds of a meeting as hours, minutes and seconds: 01:02:03."""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
