"""Training examples: what a microphone hears in a window, and the tokens that are to come of it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from recipe.difficulty import Recipe
from recipe.features import window_features
from recipe.microphone import Microphone
from recipe.passages import RATE, Passage, Sound, cut
from recipe.speech import Line, Split
from recipe.tokens import Vocabulary
from recipe.words import WordTime

ENCODER_FRAMES_A_SECOND = 50
SHARES = {"en": 0.65, "nl": 0.35}
"""How often each language is heard: English has four accents and two families of voices, Dutch one
of each, and gets by with less."""
IGNORED = -100
"""A position that no loss is taken of."""


@dataclass(slots=True, eq=False)
class Example:
    """One row of a batch, of `window_s` seconds."""

    features: npt.NDArray[np.float32]
    tokens: list[int]
    """What the decoder is given, from <|startofprev|> or <|startoftranscript|> on, with its end."""
    targets: list[int]
    """For each of `tokens` but the last: the next one, or IGNORED."""
    text: list[int]
    """Text tokens alone, for the encoder's own loss."""
    language: str
    spans: list[tuple[int, float, float]] = field(default_factory=list)
    """(position that attends, first and last second it should attend to)."""


class Composer:
    """Draws examples from spoken lines; the same seed draws the same."""

    def __init__(
        self,
        splits: dict[str, Split],
        rooms: dict[str, Sound],
        vocabulary: Vocabulary,
        seed: int | str,
    ) -> None:
        self.chance = random.Random(seed)
        self._microphone = Microphone(splits, rooms, self.chance)
        self._splits = splits
        self._vocabulary = vocabulary
        self._by_length = {
            code: sorted(split.lines, key=lambda line: line.length)
            for code, split in splits.items()
        }
        self._lengths = {
            code: np.array([line.length / RATE for line in lines])
            for code, lines in self._by_length.items()
        }

    def example(self, window_s: float, recipe: Recipe) -> Example:
        """A window with one sentence or, where there is room, several."""
        shares = [SHARES[code] for code in self._splits]
        [language] = self.chance.choices(list(self._splits), shares)
        if self.chance.random() < recipe.empty:
            sound = self._microphone.empty(window_s)
            return self._finished(self._features(sound, window_s), None, language, recipe)
        passage = self.passage(language, window_s)
        if self.chance.random() < recipe.cuts and passage.words:
            passage = cut(passage, self.chance)
        sound = self._microphone.heard(passage.sound, window_s, recipe)
        return self._finished(self._features(sound, window_s), passage, language, recipe)

    def passage(self, language: str, window_s: float) -> Passage:
        """One to six sentences of one voice or several, with pauses, that fit into the window."""
        pieces: list[Sound] = []
        sentences: list[tuple[float, float, str]] = []
        words: list[WordTime] = []
        is_timed = True
        at = self.chance.uniform(0.0, 0.35)
        pieces.append(np.zeros(round(at * RATE), np.float32))
        for index in range(self._sentences(window_s)):
            line = self._line(language, window_s - at - 0.1, prefers_long=index == 0)
            if line is None:
                break
            sentences.append((at, at + line.length / RATE, line.text))
            words += [WordTime(w.text, w.start_s + at, w.end_s + at) for w in line.words]
            is_timed = is_timed and bool(line.words)
            pieces.append(self._splits[language].sound(line))
            pause = self.chance.uniform(0.15, 0.9)
            pieces.append(np.zeros(round(pause * RATE), np.float32))
            at += line.length / RATE + pause
        sound = np.concatenate(pieces)[: round(window_s * RATE)]
        return Passage(language, sound, tuple(sentences), tuple(words) if is_timed else ())

    def _sentences(self, window_s: float) -> int:
        """How many to try. One alone in a long window is common too: stock faster-whisper fills up
        every window to 30 s."""
        if window_s < 5 or self.chance.random() < 0.3:
            return 1
        return 2 if window_s <= 8 else self.chance.randint(2, 3 if window_s <= 10 else 6)

    def _line(self, language: str, room_s: float, prefers_long: bool) -> Line | None:
        """One that fits; of long ones rather those that fill a short window."""
        fits = int(np.searchsorted(self._lengths[language], room_s))
        if not fits:
            return None
        low = fits // 3 if prefers_long and self.chance.random() < 0.6 else 0
        return self._by_length[language][self.chance.randrange(low, fits)]

    def _features(self, sound: Sound, window_s: float) -> npt.NDArray[np.float32]:
        return window_features(sound, window_s, zeros=self.chance.random() < 0.55)

    def _finished(
        self,
        features: npt.NDArray[np.float32],
        passage: Passage | None,
        language: str,
        recipe: Recipe,
    ) -> Example:
        v = self._vocabulary
        before = self._prompt(language) if self.chance.random() < recipe.prompts else []
        task = [v.start, v.language(language), v.transcribe]
        example = Example(features, [*before, *task], [], [], language)
        example.targets = [IGNORED] * len(before)
        example.targets += [v.no_speech if passage is None else task[1], IGNORED]
        first = len(example.tokens) - 1
        if self.chance.random() < 0.5:
            example.tokens.append(v.no_timestamps)
            example.targets.append(IGNORED)
            if passage is not None:
                self._append_plain(example, passage)
        elif passage is None:
            self._append(example, v.timestamp(0))
        else:
            for start, end, text in passage.sentences:
                self._append(example, v.timestamp(start))
                for token in v.text(f" {text}"):
                    self._append(example, token)
                self._append(example, v.timestamp(end))
        self._append(example, v.end)
        example.text = [t for t in example.tokens[first + 1 :] if t < v.end]
        if passage is not None and passage.words:
            example.spans = self._spans(example, first + 1, passage)
        return example

    def _append(self, example: Example, token: int) -> None:
        example.targets.append(token)
        example.tokens.append(token)

    def _append_plain(self, example: Example, passage: Passage) -> None:
        joined = " ".join(text for _, _, text in passage.sentences)
        for token in self._vocabulary.text(f" {joined}"):
            self._append(example, token)

    def _spans(
        self, example: Example, first: int, passage: Passage
    ) -> list[tuple[int, float, float]]:
        """Each text token's share of its word, at the position that has to say it.

        The end token attends to the last 60 ms of sound and the 60 ms behind it: there the last
        word's end is read.
        """
        v = self._vocabulary
        spans: list[tuple[int, float, float]] = []
        words = iter(passage.words)
        groups = [(word, v.text(f" {word.text}")) for word in words]
        expected = [
            (word, index, len(ids), token)
            for word, ids in groups
            for index, token in enumerate(ids)
        ]
        position = first
        for word, index, count, token in expected:
            while position < len(example.tokens) and example.tokens[position] >= v.end:
                position += 1
            if position >= len(example.tokens) or example.tokens[position] != token:
                return []
            length = (word.end_s - word.start_s) / count
            start = word.start_s + index * length
            spans.append((position - 1, start, start + length))
            position += 1
        end_s = passage.words[-1].end_s
        spans.append((len(example.tokens) - 2, end_s, end_s + 0.12))
        return spans

    def _prompt(self, language: str) -> list[int]:
        """What was said before, or names to expect; unrelated to what comes."""
        v = self._vocabulary
        lines = self._splits[language].lines
        if self.chance.random() < 0.3:
            words = [self.chance.choice(lines).text.split()[0].strip(",.?") for _ in range(4)]
            return [v.previous, *v.text(" " + ", ".join(words))]
        texts = [self.chance.choice(lines).text for _ in range(self.chance.randint(1, 2))]
        return [v.previous, *v.text(" " + " ".join(texts))]


WINDOWS: Sequence[tuple[float, float]] = (
    (4.0, 0.12),
    (5.0, 0.28),
    (6.0, 0.16),
    (8.0, 0.1),
    (10.0, 0.18),
    (15.0, 0.06),
    (20.0, 0.03),
    (30.0, 0.07),
)
"""(seconds, share): mostly short ones, which are cheap and what the live path decodes."""
CLEAN_WINDOWS: Sequence[tuple[float, float]] = ((3.0, 0.3), (4.0, 0.4), (5.0, 0.3))


def draw_batch(
    composer: Composer, recipe: Recipe, windows: Sequence[tuple[float, float]], seconds: float
) -> tuple[float, list[Example]]:
    """A batch of one window length, about `seconds` of sound in all."""
    lengths, shares = zip(*windows, strict=True)
    window_s = composer.chance.choices(lengths, shares)[0]
    count = max(3, round(seconds / window_s))
    return window_s, [composer.example(window_s, recipe) for _ in range(count)]
