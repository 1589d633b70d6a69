"""Whisper whose texts have the length they are told to have, and whose padding can be chosen.

Random weights never come to an end of their own: how long they decode would be chance. So the
tokens of a row are forced, one step each as in any decode, and the last of them makes the end of
the text follow (`shapes.LAST_WORD`). Each row of a batch ends on its own, as real rows do.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from captioner.asr.engine import Encoded
from captioner.asr.whisper import FRAMES_A_SECOND, EncodedWindow, WhisperEngine
from captioner.audio.frame import Samples
from captioner.bench.shapes import LAST_WORD

FILLER = 300
"""Any token of text."""

LONGEST_TEXT = 222
"""Tokens that fit into half of the decoder's positions, the end not counted."""


class HeldModel:
    """Stands before a CTranslate2 Whisper; everything but `generate` is the model's own."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.lengths: Sequence[int] = ()
        """Tokens of each row of the next decode; empty: as the weights will have it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def generate(self, features: Any, prompts: list[list[int]], **options: Any) -> Any:
        """Decode, each row as long as it was told to be."""
        if not self.lengths:
            return self._model.generate(features, prompts, **options)
        lengths = [*self.lengths, *[max(self.lengths)] * len(prompts)][: len(prompts)]
        forced = [
            [*prompt, *[FILLER] * (min(max(length, 1), LONGEST_TEXT) - 1), LAST_WORD]
            for prompt, length in zip(prompts, lengths, strict=True)
        ]
        options["suppress_tokens"] = [*(options.get("suppress_tokens") or []), LAST_WORD]
        options["max_length"] = 448
        return self._model.generate(features, forced, **options)


class HeldWhisper(WhisperEngine):
    """The engine that `serve` uses, with a hand on its decoder."""

    def load(self) -> None:
        """Read the weights; a second call is free, so that many runs can share them."""
        if self._whisper is None:
            super().load()
            whisper = self._loaded()
            whisper.model = HeldModel(whisper.model)

    def hold(self, lengths: Sequence[int]) -> None:
        """So many tokens for each row of the next decodes; empty: as the weights will have it."""
        self.stock.model.lengths = tuple(lengths)

    @property
    def stock(self) -> Any:
        """The faster_whisper.WhisperModel with these weights."""
        return self._loaded()

    def encode_zeros(self, samples: Samples, window_s: float) -> Encoded:
        """Encode with the features, not the sound, filled up: what stock faster-whisper does."""
        whisper = self._loaded()
        features = whisper.feature_extractor(samples)
        return EncodedWindow(window_s, whisper.encode(_filled(features, window_s)))


def _filled(features: Any, window_s: float) -> Any:
    frames = round(window_s * FRAMES_A_SECOND)
    filled = np.zeros((features.shape[0], frames), np.float32)
    width = min(frames, features.shape[1])
    filled[:, :width] = features[:, :width]
    return filled
