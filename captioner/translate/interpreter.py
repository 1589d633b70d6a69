"""Texts through a translator: sentence by sentence, step by step, nothing twice, nothing lost."""

from collections import OrderedDict
from collections.abc import Sequence

from captioner.captions.pace import words_in
from captioner.errors import TranslateError
from captioner.translate.engine import Outcome, Pair, TranslateRequest, Translator
from captioner.translate.keeping import (
    Keeper,
    core_of,
    cut,
    find_keepers,
    fit,
    invents_numbers,
    is_kept,
    put_right,
)
from captioner.translate.routes import choose_route, describe_pairs
from captioner.translate.sentences import join_sentences, split_sentences

MOST_REMEMBERED = 4000
"""Sentences whose translation is kept: a partial has most of the sentences of the one before, and
of two languages behind English the way there is the same."""

LONGEST_GROWTH = 3
"""A translation with more than so many words for each that was said, and eight, is none: small
models repeat themselves without an end. No pair of languages differs as much."""

Route = tuple[Pair, ...]


class Interpreter:
    """Used from the thread that owns the translator."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self._memory: OrderedDict[tuple[Pair, str], str] = OrderedDict()

    def translate(self, requests: Sequence[TranslateRequest]) -> list[Outcome]:
        """An outcome for every request. What goes the same way shares its batches."""
        pairs = self._translator.pairs()
        self._forget_all_but(pairs)
        outcomes: dict[int, Outcome] = {}
        together: dict[Route, list[int]] = {}
        for number, request in enumerate(requests):
            route = choose_route(pairs, request.source, request.target)
            if route:
                together.setdefault(route, []).append(number)
            else:
                outcomes[number] = no_route(pairs, request)
            if route and not request.text:
                outcomes[number] = self._prepare(route)
                together[route].remove(number)
        for route, numbers in together.items():
            group = [requests[number] for number in numbers]
            outcomes.update(zip(numbers, self._along(route, group), strict=True))
        return [outcomes[number] for number in range(len(requests))]

    def _prepare(self, route: Route) -> Outcome:
        try:
            for pair in route:
                self._translator.prepare(pair)
        except TranslateError as error:
            return error
        return ""

    def _along(self, route: Route, requests: Sequence[TranslateRequest]) -> list[Outcome]:
        split = [split_sentences(request.text) for request in requests]
        sentences = [
            (sentence, find_keepers(sentence, request.names))
            for request, group in zip(requests, split, strict=True)
            for sentence in group
        ]
        try:
            made = iter(self._whole(route, sentences))
        except TranslateError as error:
            if len(requests) == 1:
                return [error]
            # One sentence that a package cannot take must not cost the others theirs.
            return [self._along(route, [request])[0] for request in requests]
        outcomes: list[Outcome] = []
        for request, group in zip(requests, split, strict=True):
            text = join_sentences([next(made) for _ in group])
            outcomes.append(text if is_believable(request, text) else _unbelievable())
        return outcomes

    def _whole(self, route: Route, sentences: Sequence[tuple[str, list[Keeper]]]) -> list[str]:
        """Each sentence as one; those that lost something once more, in pieces around it. Where a
        number was invented on the way the sentence stays as it was spoken."""
        made = self._steps(route, [sentence for sentence, _ in sentences])
        made = [
            each if is_kept(keepers, each) else put_right(keepers, each)
            for each, (_, keepers) in zip(made, sentences, strict=True)
        ]
        broken = [
            number
            for number, (_, keepers) in enumerate(sentences)
            if not is_kept(keepers, made[number])
        ]
        pieces = [cut(*sentences[number]) for number in broken]
        mended = self._in_pieces(route, pieces)
        for number, text in zip(broken, mended, strict=True):
            sentence, keepers = sentences[number]
            made[number] = sentence if invents_numbers(keepers, text) else text
        return made

    def _in_pieces(self, route: Route, cuts: Sequence[list[str]]) -> list[str]:
        """The pieces between the keepers, translated in one batch and put together again."""
        wanted = [core for pieces in cuts for piece in pieces[::2] if (core := core_of(piece))]
        known = dict(zip(wanted, self._steps(route, wanted), strict=True))
        return [
            "".join(
                fit(piece, known[core_of(piece)]) if number % 2 == 0 and core_of(piece) else piece
                for number, piece in enumerate(pieces)
            )
            for pieces in cuts
        ]

    def _steps(self, route: Route, texts: Sequence[str]) -> list[str]:
        made = list(texts)
        for pair in route:
            made = self._step(pair, made)
        return made

    def _step(self, pair: Pair, texts: Sequence[str]) -> list[str]:
        """One step, in one batch of what is not remembered. Raises TranslateError."""
        made = {text: self._memory[pair, text] for text in texts if (pair, text) in self._memory}
        fresh = [text for text in dict.fromkeys(texts) if text not in made]
        if fresh:
            made |= zip(fresh, self._translator.translate(pair, fresh), strict=True)
        for text, translated in made.items():
            self._memory[pair, text] = translated
            self._memory.move_to_end((pair, text))
        while len(self._memory) > MOST_REMEMBERED:
            self._memory.popitem(last=False)
        return [made[text] for text in texts]

    def _forget_all_but(self, pairs: frozenset[Pair]) -> None:
        """A package that is put in the place of another has words of its own."""
        for key in [key for key in self._memory if key[0] not in pairs]:
            del self._memory[key]


def no_route(pairs: frozenset[Pair], request: TranslateRequest) -> TranslateError:
    """What can be done instead."""
    return TranslateError(
        "no_package",
        f"Nothing here translates from {request.source} into {request.target};"
        f" there are: {describe_pairs(pairs)}.",
    )


def is_believable(request: TranslateRequest, translated: str) -> bool:
    """Whether this can be a translation of the text: there is one, and it does not go on and on."""
    words, made = words_in(request.text, request.source), words_in(translated, request.target)
    return bool(translated.strip()) and made <= LONGEST_GROWTH * words + 8


def _unbelievable() -> TranslateError:
    return TranslateError("not_translated", "What came out is no translation.")
