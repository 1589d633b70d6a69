"""What is said in a training example, and when."""

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recipe.words import WordTime

Sound = npt.NDArray[np.float32]
RATE = 16_000


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """Speech of one language with what is said in it, on one clock."""

    language: str
    sound: Sound
    sentences: tuple[tuple[float, float, str], ...]
    """(start, end, text), seconds."""
    words: tuple[WordTime, ...]
    """Empty where the times of any are not known."""


def cut(passage: Passage, chance: random.Random) -> Passage:
    """Stopped at the end of a word that is not the last; later text is not to be heard."""
    if len(passage.words) < 2:
        return passage
    count = chance.randint(1, len(passage.words) - 1)
    words = passage.words[:count]
    end_s = words[-1].end_s
    sentences: list[tuple[float, float, str]] = []
    left = count
    for start, end, text in passage.sentences:
        mine = text.split()[:left]
        if not mine:
            break
        left -= len(mine)
        sentences.append((start, min(end, end_s), " ".join(mine)))
    sound = passage.sound[: round(end_s * RATE)]
    fade = min(len(sound), 160)
    sound = sound.copy()
    sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return Passage(passage.language, sound, tuple(sentences), words)
