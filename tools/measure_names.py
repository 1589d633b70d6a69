#!/usr/bin/env python3
"""How many names a glossary puts right, and how many words it puts wrong.

    tools/measure_names.py --weights models/demo-en      (needs espeak-ng; a few minutes)
    tools/measure_names.py --misspelled                  (no sound: seconds)

With weights: sentences like those of the demo meeting are spoken with names that the weights have
never heard, by several voices, and decoded as they are, with the names put right, and with the
names as hotwords; then sentences without any such name, for false corrections.

--misspelled asks the correction alone, with spellings that weights of people's speech might write:
a name's sound as espeak-ng transcribes it, spelled by chance as English spells such sounds.
"""

import argparse
import io
import itertools
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr

from captioner.asr.engine import GenerateOptions
from captioner.asr.glossary import Glossary, parse_glossary
from captioner.asr.weights import find_weights
from captioner.asr.whisper import WhisperEngine
from captioner.audio.frame import SAMPLE_RATE, Samples

NAMES = (
    *("Siobhan", "Kowalski", "Overdijk", "Nguyen", "Papadopoulos", "Schiphol", "Takahashi"),
    *("Okonkwo", "Rutherford", "Lindqvist", "Marchetti", "Venkatesan"),
)
VOICES = ("en-gb+f2", "en-us+m3", "en-gb-scotland+m1", "en-us+f3")

HINTS = "Siobhan: Shivawn; Nguyen: Nooyen; Schiphol: Skifol"
"""What a host would write for names whose spelling hides how they sound."""

WITH_NAME = (
    "Could you wait a moment, {}?",
    "I will share the invoice with {}.",
    "{} said that the hearing loop is almost ready.",
    "Good morning {}, let us start.",
)

WHO = ("Anna", "Bram", "Chen", "Fatima", "Omar", "Sofie", "Tom", "Lucas", "Yusuf", "Daan")
WHAT = ("the invoice", "the contract", "the budget", "the transcript", "the training")
WITHOUT_NAME = (
    "{who}, can you send {what} before Friday?",
    "I will review {what} with the finance department.",
    "{who} said that {what} is almost ready.",
    "We need to check {what} and then approve the budget.",
)

SPELLINGS = {
    "tʃ": "ch tch", "dʒ": "j g", "eɪ": "ay a ei", "aɪ": "i y ie", "ɔɪ": "oy oi", "aʊ": "ow ou",
    "ʌʉ": "ow ou", "əʊ": "o ow oa", "oʊ": "o ow oa", "ɑːɹ": "ar", "aːr": "ar",
    "iː": "ee ea e i", "uː": "oo u ou", "ʉː": "oo u ou", "ɑː": "a ah ar", "ɔː": "aw au o or",
    "oː": "o oa", "eː": "ay ai", "ɚ": "er or", "ɜ": "er ir",
    "ʃ": "sh", "ʒ": "s j", "θ": "th", "ð": "th", "ŋ": "n", "ɡ": "g", "ɹ": "r", "r": "r",
    "ɾ": "t tt", "ɪ": "i e y", "i": "y ie i ee", "e": "e y i", "ɛ": "e", "æ": "a", "a": "a",
    "ɒ": "o a", "ɔ": "o aw", "ʌ": "u o", "ʊ": "oo u", "ʉ": "oo u", "ə": "a e o er", "ɐ": "a u",
    "ᵻ": "i e", "j": "y", "k": "k c", "f": "f ph", "s": "s", "z": "z s", "l": "l", "n": "n",
    "m": "m", "v": "v", "w": "w", "t": "t", "d": "d", "p": "p", "b": "b", "h": "h", "x": "ch",
}  # fmt: skip
"""Ways to write a sound in English, the likeliest first."""


def speak(voice: str, text: str) -> Samples:
    """The text from espeak-ng at 16 kHz, at a level as of a microphone nearby."""
    command = ["espeak-ng", "-v", voice, "-s", "155", "--stdout", text]
    wav = subprocess.run(command, check=True, capture_output=True).stdout
    raw, rate = soundfile.read(io.BytesIO(wav), dtype="float32")
    sound = soxr.resample(raw, rate, SAMPLE_RATE)
    sound *= 0.07 / np.sqrt(np.mean(sound**2))
    quiet = np.zeros(round(0.3 * SAMPLE_RATE), np.float32)
    return np.concatenate([quiet, sound, quiet]).astype(np.float32)


def decode(engine: WhisperEngine, sound: Samples, hotwords: str = "") -> str:
    options = GenerateOptions(longest_s=len(sound) / SAMPLE_RATE, hotwords=hotwords)
    return engine.generate([engine.encode(sound, 15.0)], ["en"], options)[0].text


def misspellings(name: str, count: int, chance: random.Random) -> Iterator[str]:
    """Plausible spellings of a name by somebody who heard it and cannot know better."""
    voices = itertools.cycle(VOICES)
    for _ in range(count):
        command = ["espeak-ng", "-v", next(voices), "-q", "--ipa", name]
        sound = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        sound = re.sub(r"[ˈˌ\s‍]", "", sound)
        spelled = ""
        while sound:
            size = next(size for size in (3, 2, 1) if sound[:size] in SPELLINGS)
            ways = SPELLINGS[sound[:size]].split()
            spelled += chance.choices(ways, [1 / (place + 1) for place in range(len(ways))])[0]
            sound = sound[size:]
        yield spelled.capitalize()


def measure_weights(folder: str) -> None:
    engine = WhisperEngine(find_weights(folder, Path()), "cpu", 1)
    engine.load()
    glossary = Glossary(parse_glossary(",".join(NAMES)), WHO)
    hotwords = ", ".join(NAMES)
    said = wrong = righted = prompted = empty = 0
    for name in NAMES:
        for sentence, voice in itertools.product(WITH_NAME, VOICES):
            sound = speak(voice, sentence.format(name))
            heard = decode(engine, sound)
            told = decode(engine, sound, hotwords)
            said += 1
            wrong += name not in heard
            righted += name not in glossary.correct(heard, "en").text
            prompted += name not in told
            empty += not told
    print(f"names said {said}; wrong {wrong}, put right {wrong - righted}")
    print(f"with hotwords: wrong {prompted}, sentences without any text {empty}")
    sentences = [
        (line.format(who=who, what=what), voice)
        for (line, who, what), voice in zip(
            itertools.product(WITHOUT_NAME, WHO, WHAT), itertools.cycle(VOICES), strict=False
        )
    ]
    changed = spoiled = 0
    for text, voice in sentences:
        sound = speak(voice, text)
        heard = decode(engine, sound)
        changed += glossary.correct(heard, "en").text != heard
        spoiled += decode(engine, sound, hotwords) != heard
    print(f"sentences without a name {len(sentences)}: falsely corrected {changed}")
    print(f"with hotwords: other than without {spoiled}")


def measure_misspelled(seed: int, hints: str) -> None:
    chance = random.Random(seed)
    glossary = Glossary(parse_glossary(f"{hints}; {','.join(NAMES)}"), WHO)
    said = wrong = righted = other = 0
    for name in NAMES:
        mine = 0
        for spelled in misspellings(name, 40, chance):
            for sentence in WITH_NAME:
                heard = sentence.format(spelled)
                shown = glossary.correct(heard, "en").text
                said += 1
                wrong += spelled != name
                is_right = shown == sentence.format(name)
                righted += is_right and spelled != name
                mine += is_right
                other += shown not in (heard, sentence.format(name))
        print(f"{name:14} {mine / 1.6:.0f} % right")
    print(f"names {said}: misspelled {wrong}, put right {righted}, made another name {other}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--weights", metavar="FOLDER")
    parser.add_argument("--misspelled", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.misspelled:
        measure_misspelled(chosen.seed, "")
        print("\nWith", HINTS)
        measure_misspelled(chosen.seed, HINTS)
    if chosen.weights:
        measure_weights(chosen.weights)
    return 0


if __name__ == "__main__":
    sys.exit(main())
