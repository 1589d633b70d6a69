"""Every format in which a transcript leaves the meeting."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from captioner.captions.meeting import Meeting
from captioner.errors import WireError
from captioner.store.formats import html, json, md, srt, txt, vtt
from captioner.store.layout import ORIGINAL, View, check_view
from captioner.store.transcript import Transcript, transcript_of


@dataclass(frozen=True, slots=True)
class Format:
    """How a transcript is written."""

    render: Callable[[Transcript, View], str | bytes]
    media_type: str


def _render_docx(transcript: Transcript, view: View) -> bytes:
    """Its library is large: a service that nobody asks for it does without."""
    from captioner.store.formats import docx

    return docx.render(transcript, view)


FORMATS: Mapping[str, Format] = {
    "txt": Format(txt.render, "text/plain; charset=utf-8"),
    "md": Format(md.render, "text/markdown; charset=utf-8"),
    "docx": Format(
        _render_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
    "html": Format(html.render, "text/html; charset=utf-8"),
    "srt": Format(srt.render, "application/x-subrip; charset=utf-8"),
    "vtt": Format(vtt.render, "text/vtt; charset=utf-8"),
    "json": Format(json.render, "application/json"),
}
"""By the ending of the file."""


def render_transcript(transcript: Transcript, ending: str, view: View = ORIGINAL) -> bytes:
    """A transcript as a file. Raises WireError for an unknown ending or language.

    Takes up to a second or two for hours of speech: not for the thread of the loop.
    """
    check_formats((ending,))
    check_view(transcript, view)
    content = FORMATS[ending].render(transcript, view)
    return content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")


def check_formats(endings: Iterable[str]) -> None:
    """Raise WireError for the first that does not exist."""
    for ending in endings:
        if ending not in FORMATS:
            known = ", ".join(FORMATS)
            raise WireError("bad_message", f"There is no transcript.{ending}; there are: {known}.")


RENDERERS: Mapping[str, Callable[[Meeting], bytes]] = {
    "txt": lambda meeting: render_transcript(transcript_of(meeting), "txt"),
    "json": lambda meeting: render_transcript(transcript_of(meeting), "json"),
}
"""What a meeting leaves in its folder by itself: the other formats are made from the json."""
