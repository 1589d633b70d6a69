"""Is this text invented? Sound is judged before it is decoded, text after; every no has a reason.

Whisper writes words for any sound that it is given. To a deaf reader an invented line is a quote,
so what is doubtful is not shown. Nothing here was fitted to recordings: a threshold is somebody's
published one, or lies well clear of both sides, and its docstring says by how much.
"""

import math
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from captioner.asr.phrases import CREDITS, SAYABLE, phrases_of
from captioner.asr.signs import SIGN_LANGUAGES, UNSPACED_LANGUAGES
from captioner.asr.sound import Sound
from captioner.domain import Hypothesis

QUIETEST_VOICE_DB = -65.0
"""Loudest frames below this are not decoded. A voice of -45 dBFS, the quietest that must be
captioned, is 20 dB louder; the hiss of a usual headset is about this loud."""

LEAST_CONTRAST_DB = 2.5
"""Loud frames that stand less than this above the quiet ones are no voice: speech comes in
syllables. Measured: white noise up to 1.1, pink up to 1.9, hum 0.9, each in stretches of 0.3 s;
recorded utterances at least 24, with white noise 5 dB below the voice at least 4.8."""

NO_SPEECH = 0.6
"""Whisper's own threshold: above it nobody spoke, unless the words themselves are likely."""

LEAST_LOG_PROBABILITY = -1.0
"""Whisper's own threshold: words of which the average is below it (37 % each) are guesses."""

MOST_COMPRESSION = 2.4
"""Whisper's own threshold: text that packs better than this goes round in circles."""

SHORTEST_COMPRESSIBLE = 40
"""Bytes of text before its compression means anything: zlib alone adds about ten."""

MOST_WORDS_A_SECOND = 7.0
"""Fast talkers reach 5.5 (330 words a minute); this is a quarter more."""

FREE_WORDS = 2
"""Words on top: the voice gate may cut 150 ms off each end. 196 recorded sentences need none."""

MOST_LETTERS_A_SECOND = 35.0
"""Fast talkers reach 25 to 28 letters and spaces; this is a quarter more."""

MOST_SIGNS_A_SECOND = 14.0
"""Of Chinese, Japanese and Korean, where a sign is a syllable or two: 8 a second is usual speech in
the fastest of them, Japanese (Pellegrino et al. 2011); 14 is faster than anybody keeps up."""

FREE_LETTERS = 15
"""Letters or signs on top, as FREE_WORDS."""

EQUAL_WORDS = 8
"""So many equal words in a row are a loop (WhisperLiveKit's rule); "no no no" is not."""

LONGEST_GRAM = 8
"""Words of the longest phrase that is looked for again right behind itself."""

REPEATS = 3
"""Times a phrase must stand behind itself to be a loop."""

LOOPED_WORDS = 12
"""Words in such repeats that are a loop in any text (WhisperLiveKit's rule)."""

LOOPED_SHARE = 0.55
"""Share of a text in such repeats that makes it a loop (WhisperLiveKit's rule) ..."""

FEWEST_LOOPED_WORDS = 10
"""... from so many of them on: people do say "thank you" or "I don't know" three times."""

FEWEST_ECHOED_WORDS = 4
"""Hotwords in their own order that nobody says by chance; fewer need weak evidence besides."""


class Reason(StrEnum):
    """Why a stretch of sound got no text; the `reason` of its final."""

    TOO_QUIET = "too_quiet"
    """Nothing in it is as loud as the quietest voice."""
    STEADY_NOISE = "steady_noise"
    """It hardly rises above its own noise: a fan, hiss, hum."""
    NO_SPEECH = "no_speech"
    """The weights themselves say that nobody spoke."""
    UNLIKELY = "unlikely"
    """The weights hardly believe their own words."""
    TOO_FAST = "too_fast"
    """More words than anybody says in the time."""
    TOO_LONG = "too_long"
    """More letters than anybody says in the time."""
    LOOP = "loop"
    """The same words over and over."""
    REPETITIVE = "repetitive"
    """It packs too well to be speech."""
    ECHO = "echo"
    """It is what the weights were told to expect, and nothing else."""
    PHRASE = "phrase"
    """A known invention, on weak evidence."""


SLIPS = frozenset((Reason.TOO_FAST, Reason.TOO_LONG, Reason.LOOP, Reason.REPETITIVE))
"""The decoder lost its way in sound that may well be speech: another draw can help. For the other
reasons it cannot: chance adds no evidence, it only finds words that pass."""


AHEAD = frozenset((Reason.TOO_FAST, Reason.TOO_LONG))
"""What a decode of half a sentence does when it guesses the rest: no fault of a partial, of which
only the words are shown that there was time for (`agreement.py`)."""


@dataclass(frozen=True, slots=True)
class _Bar:
    """How weak evidence must be for a phrase to be taken for an invention."""

    no_speech: float
    log_probability: float
    level_db: float
    contrast_db: float


_SAYABLE_BAR = _Bar(0.4, -0.7, -55.0, 6.0)
"""Between good (0.1, -0.3) and what damns any text (0.6, -1.0); 10 dB below the quietest speaker;
what a voice
in loud noise (5 dB) has at least."""

_CREDITS_BAR = _Bar(0.2, -0.4, -50.0, 10.0)
"""Nobody says these in a meeting: half as much is enough."""

_SLOWEST_WORD_S = 1.5
"""Seconds of voice for each word of a phrase, and 2 more, beyond which it does not fill them."""


def judge_sound(sound: Sound) -> Reason | None:
    """Why a stretch is not worth a decode; None: it is."""
    if sound.level_db < QUIETEST_VOICE_DB:
        return Reason.TOO_QUIET
    if sound.contrast_db < LEAST_CONTRAST_DB:
        return Reason.STEADY_NOISE
    return None


def judge_text(hypothesis: Hypothesis, sound: Sound, hotwords: str = "") -> Reason | None:
    """Why a text is not to be believed; None: it is, also where it is empty."""
    words = plain_words(hypothesis.text)
    if not words:
        # Dots, notes, brackets: no words, so nothing that could be a quote.
        return Reason.NO_SPEECH if hypothesis.text else None
    likelihood = hypothesis.average_log_probability
    if hypothesis.no_speech_probability > NO_SPEECH and likelihood < LEAST_LOG_PROBABILITY:
        return Reason.NO_SPEECH
    if is_loop(words):
        return Reason.LOOP
    if (
        len(hypothesis.text.encode()) >= SHORTEST_COMPRESSIBLE
        and compression_of(hypothesis.text) > MOST_COMPRESSION
    ):
        return Reason.REPETITIVE
    if (reason := _judge_pace(words, hypothesis, sound)) is not None:
        return reason
    if likelihood < LEAST_LOG_PROBABILITY:
        return Reason.UNLIKELY
    if hotwords and _is_echo(words, plain_words(hotwords), hypothesis, sound):
        return Reason.ECHO
    if _is_phrase(words, hypothesis, sound):
        return Reason.PHRASE
    return None


def plain_words(text: str) -> list[str]:
    """Lower case, no punctuation: what two spellings of the same words have in common.

    Letters, digits and the marks on them (half of Hindi's vowels) count; "don't" is one word.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    kept = (letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in folded)
    return "".join(kept).split()


def compression_of(text: str) -> float:
    """How many times shorter zlib makes it."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw))


def is_loop(words: Sequence[str]) -> bool:
    """Whether words stand over and over behind themselves, more than people repeat themselves."""
    for size, repeats in _runs(words):
        looped = size * repeats
        if size == 1:
            if repeats >= EQUAL_WORDS:
                return True
        elif looped >= LOOPED_WORDS or (
            looped >= FEWEST_LOOPED_WORDS and looped >= LOOPED_SHARE * len(words)
        ):
            return True
    return False


def figures_of(hypothesis: Hypothesis, sound: Sound) -> dict[str, float]:
    """What a verdict was founded on, for people who want to know why."""
    figures = {
        "level_db": sound.level_db,
        "contrast_db": sound.contrast_db,
        "voiced_s": sound.voiced_s,
        "no_speech_probability": hypothesis.no_speech_probability,
        "average_log_probability": hypothesis.average_log_probability,
        "words": float(len(plain_words(hypothesis.text))),
        "compression": compression_of(hypothesis.text),
    }
    return {name: round(value, 3) for name, value in figures.items() if math.isfinite(value)}


@cache
def _plain(phrase: str) -> tuple[str, ...]:
    return tuple(plain_words(phrase))


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Phrases that stand at least REPEATS times behind themselves: their length and how often.

    A phrase that is itself one word over and over is left to the length of one.
    """
    for size in range(1, min(LONGEST_GRAM, len(words) // REPEATS) + 1):
        at = 0
        while at + size * REPEATS <= len(words):
            gram = words[at : at + size]
            repeats = 1
            while words[at + repeats * size : at + (repeats + 1) * size] == gram:
                repeats += 1
            if repeats >= REPEATS and (size == 1 or len(set(gram)) > 1):
                yield size, repeats
                at += size * (repeats - 1)
            at += 1


def _judge_pace(words: Sequence[str], hypothesis: Hypothesis, sound: Sound) -> Reason | None:
    language, voiced_s = hypothesis.language, sound.voiced_s
    most = FREE_WORDS + MOST_WORDS_A_SECOND * voiced_s
    if language not in UNSPACED_LANGUAGES and len(words) > most:
        return Reason.TOO_FAST
    pace = MOST_SIGNS_A_SECOND if language in SIGN_LANGUAGES else MOST_LETTERS_A_SECOND
    return Reason.TOO_LONG if len(hypothesis.text) > FREE_LETTERS + pace * voiced_s else None


def _is_echo(
    words: Sequence[str], expected: Sequence[str], hypothesis: Hypothesis, sound: Sound
) -> bool:
    """Whether all that was heard is the list of what to expect, or a run of it."""
    size = len(words)
    starts = range(len(expected) - size + 1)
    if not any(list(expected[at : at + size]) == list(words) for at in starts):
        return False
    return size >= FEWEST_ECHOED_WORDS or _is_weak(_SAYABLE_BAR, words, hypothesis, sound)


def _is_phrase(words: Sequence[str], hypothesis: Hypothesis, sound: Sound) -> bool:
    """Whether the whole text is a known invention, said once or more, on weak evidence."""
    for phrase in phrases_of(SAYABLE, hypothesis.language):
        known = list(_plain(phrase))
        times, rest = divmod(len(words), len(known))
        if not rest and list(words) == known * times:
            return _is_weak(_SAYABLE_BAR, words, hypothesis, sound)
    for phrase in phrases_of(CREDITS, hypothesis.language):
        known = list(_plain(phrase))
        if list(words[: len(known)]) == known:
            return _is_weak(_CREDITS_BAR, words, hypothesis, sound)
    return False


def _is_weak(bar: _Bar, words: Sequence[str], hypothesis: Hypothesis, sound: Sound) -> bool:
    """Whether anything but the words themselves speaks against them."""
    return (
        hypothesis.no_speech_probability > bar.no_speech
        or hypothesis.average_log_probability < bar.log_probability
        or sound.level_db < bar.level_db
        or sound.contrast_db < bar.contrast_db
        or sound.voiced_s > 2.0 + _SLOWEST_WORD_S * len(words)
        or len(words) > 1.5 + 5.0 * sound.voiced_s
    )
