"""espeak-ng as a library: the sound of a text, and when each of its words begins and ends."""

import ctypes
import ctypes.util
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import soxr

from recipe.words import WordTime, times_of_words

RATE = 16_000
_SYNCHRONOUS = 2
"""AUDIO_OUTPUT_SYNCHRONOUS: the callback gets the samples, nothing is played."""
_CHARACTERS_UTF8 = 1
_POSITION_CHARACTER = 1
_SPEED, _PITCH, _RANGE = 1, 3, 4
_EVENT_WORD, _EVENT_END = 1, 5


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    ]


class _Voice(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a voice speaks."""

    voice: str
    """"nl+f2", "en-gb-scotland+m1"."""
    words_per_minute: int
    pitch: int
    """0 to 99; 50 is the voice's own."""
    liveliness: int = 50
    """How far the pitch goes up and down, 0 to 99."""


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """A spoken text."""

    sound: npt.NDArray[np.float32]
    """16 kHz, without the silence around it, as loud as the synthesiser made it."""
    words: tuple[WordTime, ...]
    """Of each word of the text; empty where the synthesiser does not tell."""


class Espeak:
    """One synthesiser; the library keeps its state for the whole process, so make one."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1"
        self._library = ctypes.CDLL(name)
        self._rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, 0)
        if self._rate <= 0:
            raise OSError("espeak-ng does not start; install espeak-ng")
        self._pieces: list[npt.NDArray[np.int16]] = []
        self._events: list[tuple[int, int, float]] = []
        self._callback = _Callback(self._hear)
        self._library.espeak_SetSynthCallback(self._callback)
        self._voice = ""

    def speak(self, text: str, style: Style) -> Speech:
        """Raises ValueError for a voice that is not installed."""
        if style.voice != self._voice:
            # As the command line does: some are known by name, others by language only.
            named = style.voice.encode()
            wanted = _Voice(languages=named)
            if self._library.espeak_SetVoiceByName(named) != 0 and (
                self._library.espeak_SetVoiceByProperties(ctypes.byref(wanted)) != 0
            ):
                raise ValueError(f"espeak-ng has no voice {style.voice}")
            self._voice = style.voice
        for parameter, value in (
            (_SPEED, style.words_per_minute),
            (_PITCH, style.pitch),
            (_RANGE, style.liveliness),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._pieces.clear()
        self._events.clear()
        raw = text.encode()
        self._library.espeak_Synth(
            raw, len(raw) + 1, 0, _POSITION_CHARACTER, 0, _CHARACTERS_UTF8, None, None
        )
        return self._trimmed(text)

    def _hear(self, samples: object, count: int, events: object) -> int:
        if count > 0:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while (event := events[index]).type != 0:  # type: ignore[index]
            if event.type in (_EVENT_WORD, _EVENT_END):
                self._events.append((event.type, event.text_position, event.audio_position / 1000))
            index += 1
        return 0

    def _trimmed(self, text: str) -> Speech:
        raw = np.concatenate(self._pieces).astype(np.float32) / 32768
        sound = soxr.resample(raw, self._rate, RATE, quality="HQ")
        first, last = edges(sound)
        starts = [
            (position - 1, at - first / RATE)
            for kind, position, at in self._events
            if kind == _EVENT_WORD
        ]
        ends = [at - first / RATE for kind, _, at in self._events if kind == _EVENT_END]
        words = times_of_words(text, starts, ends, (last - first) / RATE)
        return Speech(
            sound[first:last], tuple(_without_pause(word, sound[first:last]) for word in words)
        )


def _without_pause(word: WordTime, sound: npt.NDArray[np.float32]) -> WordTime:
    """Its end moved to where it is last heard: a clause ends after its pause."""
    begin, end = round(word.start_s * RATE), round(word.end_s * RATE)
    loud = np.flatnonzero(np.abs(sound[begin:end]) > 0.01 * np.abs(sound).max())
    if not len(loud):
        return word
    heard_s = (begin + int(loud[-1])) / RATE
    return replace(word, end_s=heard_s) if heard_s < word.end_s - 0.08 else word


def edges(sound: npt.NDArray[np.float32], margin_s: float = 0.01) -> tuple[int, int]:
    """First and last sample of what can be heard, with a margin."""
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    margin = round(margin_s * RATE)
    return max(0, int(loud[0]) - margin), min(len(sound), int(loud[-1]) + margin)
