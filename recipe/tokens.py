"""The vocabulary: byte-level pairs learnt from the grammar, and Whisper's special tokens."""

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

LANGUAGES = ("en", "nl")
TEXT_TOKENS = 768
TIMESTAMPS = 1501
KEPT_SYMBOLS = ("Ġ-", "Ġ'", "Ġâ")
"""faster-whisper suppresses the first token of " -", " '" and " ♪" as no speech. In a vocabulary
this small that would be the bare space, and with it every rare name; so they are tokens."""

SPECIAL = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    *(f"<|{language}|>" for language in LANGUAGES),
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
)


def train_tokenizer(texts: Iterable[str]) -> Tokenizer:
    """The whole vocabulary: text, special, timestamps, in Whisper's order."""
    learnt = Tokenizer(models.BPE())
    learnt.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=TEXT_TOKENS - len(KEPT_SYMBOLS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=[],
        show_progress=False,
    )
    learnt.train_from_iterator((f" {text}" for text in texts), trainer)
    model = json.loads(learnt.to_str())["model"]
    vocabulary: dict[str, int] = model["vocab"]
    merges = [tuple(pair) for pair in model["merges"]]
    for symbol in KEPT_SYMBOLS:
        vocabulary[symbol] = len(vocabulary)
        merges.append((symbol[0], symbol[1]))
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    times = (f"<|{index * 0.02:.2f}|>" for index in range(TIMESTAMPS))
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True, normalized=False) for name in (*SPECIAL, *times)]
    )
    return tokenizer


class Vocabulary:
    """A trained tokenizer and the numbers of its special tokens."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.end = self.number("<|endoftext|>")
        self.start = self.number("<|startoftranscript|>")
        self.transcribe = self.number("<|transcribe|>")
        self.previous = self.number("<|startofprev|>")
        self.no_speech = self.number("<|nospeech|>")
        self.no_timestamps = self.number("<|notimestamps|>")

    @classmethod
    def load(cls, file: Path) -> "Vocabulary":
        return cls(Tokenizer.from_file(str(file)))

    @cached_property
    def size(self) -> int:
        return int(self.tokenizer.get_vocab_size())

    def number(self, token: str) -> int:
        number = self.tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"no token {token}")
        return int(number)

    def language(self, code: str) -> int:
        return self.number(f"<|{code}|>")

    def timestamp(self, second: float) -> int:
        """The token of the nearest 20 ms."""
        return self.no_timestamps + 1 + min(TIMESTAMPS - 1, max(0, round(second / 0.02)))

    def text(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids)
