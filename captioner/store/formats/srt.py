"""SubRip: numbered cues, one after another, with the speaker's name in the text."""

from captioner.store.cues import NOBODY, Cue, cues_of, in_turn
from captioner.store.layout import View, isolated
from captioner.store.transcript import Transcript

_HARMLESS = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")", "\\": "/"})
"""The format has no way to write these as themselves: players take them for markup."""


def render(transcript: Transcript, view: View) -> str:
    """A file without any cue is empty."""
    cues = in_turn(cues_of(transcript, view, with_names=True))
    parts = []
    channel = None
    for number, cue in enumerate(cues, 1):
        is_named = cue.is_first or cue.speaker.channel != channel
        channel = cue.speaker.channel
        parts.append(
            f"{number}\n{time(cue.start)} --> {time(cue.end)}\n{_text(cue, is_named=is_named)}\n"
        )
    return "\n".join(parts)


def time(seconds: float) -> str:
    """Seconds as the format has them: 01:02:03,456."""
    whole = round(seconds * 1000)
    minutes, rest = divmod(whole, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02},{rest % 1000:03}"


def _text(cue: Cue, *, is_named: bool) -> str:
    lines = [isolated(line.translate(_HARMLESS)) for line in cue.lines]
    if is_named and cue.speaker is not NOBODY:
        lines[0] = f"{isolated(cue.speaker.name.translate(_HARMLESS))}: {lines[0]}"
    return "\n".join(lines)
