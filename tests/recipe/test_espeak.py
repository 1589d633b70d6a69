"""espeak-ng as a library."""

import ctypes.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recipe.espeak import RATE, Espeak, Style, edges

needs_espeak = pytest.mark.skipif(
    ctypes.util.find_library("espeak-ng") is None, reason="espeak-ng is not installed"
)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    return Espeak()


@needs_espeak
def test_every_word_is_told_with_its_time(espeak: Espeak) -> None:
    text = "Last March we spent twenty-one thousand euros on the invoice. Okay, I agree."
    speech = espeak.speak(text, Style("en-gb+f2", 150, 50))
    assert [word.text for word in speech.words] == text.split()
    starts = [word.start_s for word in speech.words]
    assert starts == sorted(starts)
    assert all(word.end_s > word.start_s for word in speech.words)
    length_s = len(speech.sound) / RATE
    assert speech.words[-1].end_s == pytest.approx(length_s, abs=0.05)


@needs_espeak
def test_a_word_before_a_pause_ends_where_it_is_last_heard(espeak: Espeak) -> None:
    speech = espeak.speak("We agree. Thank you.", Style("en-us", 150, 50))
    assert speech.words[2].start_s - speech.words[1].end_s > 0.15


@needs_espeak
def test_dutch_is_spoken_with_its_letters(espeak: Espeak) -> None:
    speech = espeak.speak("De financiële afdeling is af.", Style("nl+m3", 150, 50))
    assert [word.text for word in speech.words][1] == "financiële"


@needs_espeak
def test_a_voice_that_is_not_there_is_told_by_name(espeak: Espeak) -> None:
    with pytest.raises(ValueError, match="tlh-unheard"):
        espeak.speak("Yes.", Style("tlh-unheard", 150, 50))


SAY = """
import hashlib, sys
from recipe.speech import speak_all, HELD_OUT_VARIANTS, training_texts
found = hashlib.sha256()
for code in ("en", "nl"):
    texts = training_texts(code, 6, "a test")
    for _, voice, text, speech in speak_all(texts, code, "a test", HELD_OUT_VARIANTS):
        found.update(f"{voice} {text}".encode() + speech.sound.tobytes())
print(found.hexdigest())
"""


@needs_espeak
def test_the_same_seeds_give_the_same_sentences_and_sounds() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", SAY], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert len(runs[0]) > 60
    assert runs[0] == runs[1]


def test_silence_around_a_voice_is_cut_with_a_margin() -> None:
    sound = np.zeros(16_000, np.float32)
    sound[4000:8000] = 0.5
    assert edges(sound) == (4000 - 160, 7999 + 160)
