"""Speech of both languages in many synthetic voices, written to a folder.

A split is two files: NAME.i16, all sounds one after another as 16-bit samples, and NAME.jsonl, a
line each with where it lies, what is said, by whom and when each word is said.
"""

import json
import random
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from recipe.espeak import RATE, Espeak, Speech, Style, edges
from recipe.grammar import Pair
from recipe.numbers import listed
from recipe.sentences import draw_sentences, held_out_sentences
from recipe.words import WordTime

LANGUAGES = ("en", "nl")
ACCENTS = {"en": ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp"), "nl": ("nl",)}
VARIANTS = listed(
    "m1 m2 m3 m5 m6 m7 m8 f1 f2 f3 f4 adam Alex Alicia Andrea aunty belinda benjamin caleb david"
    " Denis ed Gene Hugo Jacky john linda Lee Marco max Michael michel paul pedro quincy rob"
    " robert sandro shelby steph2 travis victor zac"
)
HELD_OUT_VARIANTS = listed("m4 f5 Andy Annie steph Mike")
FLITE_VOICES = ("kal16", "awb", "rms", "slt")
FLITE_SHARE = 0.1
"""Of English; flite speaks no Dutch."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sound of a split."""

    offset: int
    """Samples into the split's sounds."""
    length: int
    language: str
    voice: str
    text: str
    words: tuple[WordTime, ...]
    """Empty where the synthesiser tells no times."""


class Split:
    """A written split, its sounds left on disk."""

    def __init__(self, folder: Path, name: str) -> None:
        self.sounds = np.memmap(folder / f"{name}.i16", dtype=np.int16, mode="r")
        rows = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        self.lines = [_line(json.loads(row)) for row in rows]

    def sound(self, line: Line) -> npt.NDArray[np.float32]:
        """Mono, 16 kHz, 0 dBFS rms."""
        raw = self.sounds[line.offset : line.offset + line.length].astype(np.float32)
        return raw / np.float32(np.sqrt(np.mean(raw**2)) + 1e-6)


def _line(row: dict[str, object]) -> Line:
    words = tuple(WordTime(*word) for word in row.pop("words"))  # type: ignore[attr-defined]
    return Line(**row, words=words)  # type: ignore[arg-type]


def draw_style(chance: random.Random, language: str, variants: Sequence[str] = VARIANTS) -> Style:
    """A voice of espeak-ng, its pace and its pitch; half of them of the plain variants."""
    plain = [variant for variant in variants if len(variant) == 2]
    variant = chance.choice(plain if chance.random() < 0.5 else list(variants))
    return Style(
        f"{chance.choice(ACCENTS[language])}+{variant}",
        chance.randint(125, 190),
        chance.randint(25, 75),
        chance.randint(30, 70),
    )


def write_split(
    folder: Path, name: str, spoken: Iterator[tuple[str, str, str, Speech]]
) -> tuple[int, float]:
    """Write (language, voice, text, speech); gives how many and how many hours."""
    folder.mkdir(parents=True, exist_ok=True)
    offset = count = 0
    with (
        (folder / f"{name}.i16").open("wb") as sounds,
        (folder / f"{name}.jsonl").open("w", encoding="utf-8") as rows,
    ):
        for language, voice, text, speech in spoken:
            loudest = float(np.abs(speech.sound).max())
            sounds.write((speech.sound / loudest * 30_000).astype(np.int16).tobytes())
            line = Line(offset, len(speech.sound), language, voice, text, speech.words)
            row = asdict(line)
            row["words"] = [
                [word.text, round(word.start_s, 3), round(word.end_s, 3)] for word in speech.words
            ]
            rows.write(json.dumps(row, ensure_ascii=False) + "\n")
            offset += len(speech.sound)
            count += 1
    return count, offset / RATE / 3600


def speak_all(
    texts: Sequence[str], language: str, seed: str, variants: Sequence[str] = VARIANTS
) -> Iterator[tuple[str, str, str, Speech]]:
    """Each text in a voice drawn for it."""
    chance = random.Random(seed)
    espeak = Espeak()
    for text in texts:
        if language == "en" and chance.random() < FLITE_SHARE and variants is VARIANTS:
            voice = chance.choice(FLITE_VOICES)
            yield language, f"flite {voice}", text, flite(text, voice, chance.uniform(0.85, 1.15))
            continue
        style = draw_style(chance, language, variants)
        yield language, style.voice, text, espeak.speak(text, style)


def flite(text: str, voice: str, stretch: float = 1.0) -> Speech:
    """From the program of the same name; `stretch` above 1 is slower. No times of words."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "line.wav"
        command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.2f}"]
        subprocess.run([*command, "-t", text, "-o", str(file)], check=True)
        raw, rate = soundfile.read(file, dtype="float32")
    sound = soxr.resample(raw, rate, RATE, quality="HQ")
    first, last = edges(sound)
    return Speech(sound[first:last], ())


def training_texts(language: str, count: int, seed: str) -> list[str]:
    """Sentences to train on, none of them held out."""
    held_out = held_out_sentences()
    without = frozenset(pair.english for pair in held_out) | {pair.dutch for pair in held_out}
    drawn: list[Pair] = draw_sentences(count, f"{seed} {language}", without)
    return [pair.text(language) for pair in drawn]


def write_training(folder: Path, language: str, count: int, seed: str) -> str:
    texts = training_texts(language, count, seed)
    done, hours = write_split(
        folder, f"train-{language}", speak_all(texts, language, f"{seed} voices {language}")
    )
    return f"train-{language}: {done} sentences, {hours:.1f} hours"


def write_held_out(folder: Path, language: str, count: int, seed: str) -> str:
    texts = [pair.text(language) for pair in held_out_sentences()[:count]]
    spoken = speak_all(texts, language, f"{seed} held out {language}", HELD_OUT_VARIANTS)
    done, hours = write_split(folder, f"held-out-{language}", spoken)
    return f"held-out-{language}: {done} sentences, {hours:.2f} hours"
