"""How fast people speak, for who has to read it: per speaker, with the overlaps, and the breaks.

Nobody is slowed down and no caption is shortened: figures for the host, one light for the room.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from captioner.asr.signs import UNSPACED_LANGUAGES, signs_a_word
from captioner.domain import ChannelId

WINDOW_S = 60.0
"""How far back a pace looks."""

LEAST_SPEECH_S = 8.0
"""With less speech than this in the window there is no pace to tell."""

READABLE_PER_S = 17.0
"""Characters a second that can be read in comfort, blanks among them: English at 180 words a
minute, which guidelines name as the most (140 is called ideal)."""

READABLE_IN = {"es": 15.0, "zh": 9.0, "ja": 9.0, "ko": 9.0}
"""Where the language has a figure of its own: Spanish by its norm for subtitles (UNE 153010); signs
that say a syllable or a word each are read at about half as many."""

WELL_SHARE = 0.9
"""Under so much of what can be read, a fast speaker counts as well again."""

FAST_AFTER_S = 20.0
WELL_AFTER_S = 8.0
"""A pace must stay so long before it is told, and before it is taken back."""

FORGOTTEN_S = 30.0
"""Who has not spoken for so long is not fast any more."""

OVERLAP_S = 1.5
"""Two voices together for less than this are a nod."""

BREAK_AFTER_S = 3600.0
BREAK_S = 300.0
"""After an hour a break is due; nothing said for five minutes was one."""


@dataclass(frozen=True, slots=True)
class SpeakerPace:
    """One speaker over the last minute."""

    channel: ChannelId
    words_per_minute: int | None
    """While they speak; None: too little to tell."""
    overlap: float
    """Share of their speech in which somebody else spoke too, 0 to 1."""
    is_fast: bool
    """Faster than can be read, for a while."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The whole room."""

    speakers: tuple[SpeakerPace, ...] = ()
    is_break_due: bool = False

    @property
    def is_fast(self) -> bool:
        """Whether anybody is."""
        return any(speaker.is_fast for speaker in self.speakers)


@dataclass(frozen=True, slots=True)
class _Said:
    start_s: float
    end_s: float
    words: int
    load_s: float
    """Seconds that it takes to read."""


@dataclass(slots=True)
class _Speaker:
    said: deque[_Said] = field(default_factory=lambda: deque(maxlen=200))
    is_fast: bool = False
    since_s: float | None = None
    """Since when their pace speaks against `is_fast`."""


class PaceMeter:
    """Fed with finals; bounded by what is said in a minute. Seconds are of the meeting's clock."""

    def __init__(self) -> None:
        self._speakers: dict[ChannelId, _Speaker] = {}
        self._worked_since_s: float | None = None
        self._last_said_s = 0.0

    def accept_final(
        self, channel: ChannelId, text: str, start_s: float, end_s: float, language: str
    ) -> None:
        """Somebody has said this."""
        said = _Said(start_s, end_s, words_in(text, language), load_s(text, language))
        self._speakers.setdefault(channel, _Speaker()).said.append(said)
        if self._worked_since_s is None or start_s - self._last_said_s >= BREAK_S:
            self._worked_since_s = start_s
        self._last_said_s = max(self._last_said_s, end_s)

    def report(self, now_s: float) -> Pace:
        """Asked about once a second."""
        for speaker in self._speakers.values():
            while speaker.said and speaker.said[0].end_s < now_s - WINDOW_S:
                speaker.said.popleft()
            self._decide(speaker, now_s)
        paces = tuple(self._pace(channel) for channel in sorted(self._speakers))
        return Pace(paces, self._is_break_due(now_s))

    def _is_break_due(self, now_s: float) -> bool:
        since_s = self._worked_since_s
        if since_s is None or now_s - self._last_said_s >= BREAK_S:
            return False
        return now_s - since_s >= BREAK_AFTER_S

    def _decide(self, speaker: _Speaker, now_s: float) -> None:
        if not speaker.said or now_s - speaker.said[-1].end_s >= FORGOTTEN_S:
            speaker.is_fast, speaker.since_s = False, None
            return
        spoken_s = _length_s(speaker.said)
        if spoken_s < LEAST_SPEECH_S:
            return
        share = sum(each.load_s for each in speaker.said) / spoken_s
        speaks_against = share < WELL_SHARE if speaker.is_fast else share > 1.0
        if not speaks_against:
            speaker.since_s = None
            return
        since_s = speaker.since_s = now_s if speaker.since_s is None else speaker.since_s
        if now_s - since_s >= (WELL_AFTER_S if speaker.is_fast else FAST_AFTER_S):
            speaker.is_fast, speaker.since_s = not speaker.is_fast, None

    def _pace(self, channel: ChannelId) -> SpeakerPace:
        speaker = self._speakers[channel]
        spoken_s = _length_s(speaker.said)
        words = sum(each.words for each in speaker.said)
        wpm = round(60 * words / spoken_s) if spoken_s >= LEAST_SPEECH_S else None
        others = [
            each
            for number, other in self._speakers.items()
            if number != channel
            for each in other.said
        ]
        together_s = sum(_together_s(own, other) for own in speaker.said for other in others)
        overlap = min(1.0, together_s / spoken_s) if spoken_s else 0.0
        return SpeakerPace(channel, wpm, round(overlap, 2), speaker.is_fast)


def words_in(text: str, language: str) -> int:
    """How many words a text has."""
    if language in UNSPACED_LANGUAGES:
        return math.ceil(len("".join(text.split())) / signs_a_word(language))
    return len(text.split())


def load_s(text: str, language: str) -> float:
    """How many seconds it takes to read a text in comfort; each word has a blank after it."""
    characters = len(" ".join(text.split())) + 1 if text.strip() else 0
    return characters / READABLE_IN.get(language, READABLE_PER_S)


def _length_s(said: Iterable[_Said]) -> float:
    return sum(each.end_s - each.start_s for each in said)


def _together_s(one: _Said, other: _Said) -> float:
    """Seconds that two utterances have in common, where that is more than a nod."""
    common_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    return common_s if common_s > OVERLAP_S else 0.0
