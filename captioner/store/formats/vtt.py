"""WebVTT: cues with the speaker as voice, in the speaker's colour; people may overlap."""

from html import escape

from captioner.captions.palette import BLACK, PALETTE, Colour, contrast_ratio
from captioner.store.cues import NOBODY, SHORTEST_S, Cue, cues_of
from captioner.store.layout import View, isolated
from captioner.store.transcript import Transcript, clock_time

CONTRAST = 7.0
"""Of a colour on the black that players put behind cues: WCAG 2.2, AAA."""


def render(transcript: Transcript, view: View) -> str:
    """Title, date and notices stand in a note: players do not show it, editors do."""
    used = {speaker.colour for speaker in transcript.speakers}
    colours = [colour for colour in PALETTE if colour.name in used]
    notes = [transcript.title, transcript.date, *transcript.notices]
    blocks = ["WEBVTT", "NOTE\n" + "\n".join(escape(note, quote=False) for note in notes)]
    if colours:
        rules = [f"::cue(.{each.name}) {{ color: {on_black(each)}; }}" for each in colours]
        blocks.append("STYLE\n" + "\n".join(rules))
    names = {colour.name for colour in colours}
    blocks += [_cue(cue, names) for cue in cues_of(transcript, view)]
    return "\n\n".join(blocks) + "\n"


def on_black(colour: Colour) -> str:
    """A speaker's colour, as much lighter as it must be to be read on black."""
    shade = colour.dark.fill
    step = 0
    while contrast_ratio(shade, BLACK) < CONTRAST:
        step += 1
        shade = _lighter(colour.dark.fill, step / 20)
    return shade


def time(seconds: float) -> str:
    """Seconds as the format has them: 01:02:03.456."""
    whole = round(seconds * 1000)
    return f"{clock_time(whole / 1000)}.{whole % 1000:03}"


def _cue(cue: Cue, colours: set[str]) -> str:
    end = max(cue.end, cue.start + SHORTEST_S)
    colour = f".{cue.speaker.colour}" if cue.speaker.colour in colours else ""
    name = escape(cue.speaker.name, quote=False)
    voice = f"<v{colour} {name}>", "</v>"
    before, after = voice if cue.speaker is not NOBODY else ("", "")
    words = "\n".join(isolated(escape(line, quote=False)) for line in cue.lines)
    return f"{time(cue.start)} --> {time(end)}\n{before}<lang {cue.language}>{words}</lang>{after}"


def _lighter(colour: str, share: float) -> str:
    levels = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(level + (255 - level) * share):02X}" for level in levels)
