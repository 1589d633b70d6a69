"""Translators without weights, and a meeting that nobody reads in another language."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from captioner.domain import UtteranceId
from captioner.errors import TranslateError
from captioner.server.translating import TranslationLoad
from captioner.service.translators import Translators
from captioner.translate.engine import Pair


def marked(pair: Pair, sentence: str) -> str:
    """The sentence with the language before every word, so that a step more is seen."""
    return " ".join(f"{pair[1]}:{word}" for word in sentence.split())


AUXILIARIES = frozenset(
    ["will", "would", "can", "must", "should", "have", "has", "had", "did", "may", "shall"]
)


def like_dutch(pair: Pair, sentence: str) -> str:
    """The order of words of a Dutch main clause: what follows on an auxiliary goes to the end.

    Unrealistic: every word stays what it is, and nothing else moves.
    """
    words = sentence.rstrip(".!?").split()
    end = sentence[len(sentence.rstrip(".!?")) :]
    for at, word in enumerate(words[:-1]):
        if word.lower() in AUXILIARIES:
            words.append(words.pop(at + 1))
            break
    return " ".join(f"{word}~{pair[1]}" for word in words) + end


class ScriptedTranslator:
    """Says what `says` makes of a sentence; records every batch.

    `fails` is asked before each for the error to raise. Unrealistic: it takes no time, unless
    `may_translate` is cleared: then it is stuck until that is set.
    """

    def __init__(
        self,
        *pairs: Pair,
        says: Callable[[Pair, str], str] = marked,
    ) -> None:
        self.known = frozenset(pairs)
        self.says = says
        self.fails: Callable[[Pair, Sequence[str]], Exception | None] = lambda *_: None
        self.prepared: list[Pair] = []
        self.batches: list[tuple[Pair, list[str]]] = []
        self.may_translate = threading.Event()
        self.may_translate.set()

    def pairs(self) -> frozenset[Pair]:
        return self.known

    def prepare(self, pair: Pair) -> None:
        self.prepared.append(pair)

    def translate(self, pair: Pair, sentences: Sequence[str]) -> list[str]:
        self.batches.append((pair, list(sentences)))
        self.may_translate.wait(30)
        if (error := self.fails(pair, sentences)) is not None:
            raise error
        return [self.says(pair, sentence) for sentence in sentences]

    @property
    def sentences(self) -> list[str]:
        """All that it was asked, in order."""
        return [sentence for _, batch in self.batches for sentence in batch]


def translators_of(
    translator: ScriptedTranslator, problem: TranslateError | None = None
) -> Translators:
    """What a service has, with this one in it."""
    return Translators(
        translator.pairs, translator.pairs, lambda: translator, problem=lambda: problem
    )


class QuietTranslations:
    """A meeting's Translations where nothing can be translated; remembers who reads."""

    def __init__(self) -> None:
        self.reading: list[tuple[str, ...]] = []
        self.asked: list[tuple[str, list[str]]] = []
        self.shortcoming = ""
        self.figures = TranslationLoad()

    @contextmanager
    def follow(self, languages: Iterable[str]) -> Iterator[None]:
        read = tuple(languages)
        self.reading.append(read)
        try:
            yield
        finally:
            self.reading.remove(read)

    def pairs(self) -> frozenset[Pair]:
        return frozenset()

    def problem(self) -> TranslateError | None:
        return None

    def ask(self, language: str, utterances: Sequence[UtteranceId]) -> None:
        self.asked.append((language, list(utterances)))

    async def complete(self, language: str) -> str:
        return self.shortcoming and f"{language}: {self.shortcoming}"

    def load(self) -> TranslationLoad:
        return self.figures
