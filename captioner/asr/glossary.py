"""Names and terms of a meeting: put right where they were misheard, and never anywhere else.

Precision comes first: a reader takes a name in the captions for a name that was said. So a term
takes the place only of what sounds like it and is spelled nearly like it, and of no word that
people use every day.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from captioner.asr.ordinary import ordinary_words
from captioner.asr.sounding import VOWELS, edit_distance, fold, key_of, likeness, sound_of
from captioner.domain import Hypothesis
from captioner.errors import MeetingError

MOST_TERMS = 200
LONGEST_TERM = 60
MOST_WORDS = 3
"""Words that one term may have been heard as; more if it is written in more."""

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_OF_SOMEBODY = re.compile(r"['’]s$")
_ENDS_A_SENTENCE = re.compile(r"[.?!…:]")


@dataclass(frozen=True, slots=True)
class Term:
    """A name as it is to be written."""

    written: str
    heard_as: tuple[str, ...] = ()
    """Other ways in which it comes out, as a person has listed them."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was heard, and what stands in its place."""

    heard: str
    written: str


@dataclass(frozen=True, slots=True)
class CorrectedText:
    """A text with its terms put right."""

    text: str
    corrections: tuple[Correction, ...] = ()


def parse_glossary(text: str) -> tuple[Term, ...]:
    """One term a line, or several with commas or semicolons between them.

    `Term: heard as, or as` lists misspellings; commas behind a colon belong to its term. A term
    that comes twice counts once. Raises MeetingError for one that is too long, or too many.
    """
    terms: dict[str, Term] = {}
    for part in re.split(r"[;\n\r]", text):
        written, colon, others = part.partition(":")
        found = [written] if colon else part.split(",")
        heard_as = [_clean(each) for each in others.split(",")]
        for each in map(_clean, found):
            if fold(each):
                term = Term(each, tuple(other for other in heard_as if fold(other)))
                terms.setdefault(each.casefold(), term)
    if len(terms) > MOST_TERMS:
        raise MeetingError(
            "bad_meeting",
            f"A glossary has at most {MOST_TERMS} terms: leave {len(terms) - MOST_TERMS} out.",
        )
    return tuple(terms.values())


def choose_hotwords(terms: Iterable[Term], token_budget: int, count: Callable[[str], int]) -> str:
    """As many terms as fit, from the first on, for weights that profit from a prompt.

    `count` says how many tokens a text has.
    """
    chosen = ""
    for term in terms:
        longer = f"{chosen}, {term.written}" if chosen else term.written
        if count(longer) > token_budget:
            break
        chosen = longer
    return chosen


def estimate_tokens(text: str) -> int:
    """Tokens of a text in names, rather too many than too few: two letters and a half each."""
    return -(-len(text) * 2 // 5)


class Glossary:
    """The terms of one meeting. `known` are names that are right as they are: the speakers'."""

    def __init__(self, terms: Sequence[Term] = (), known: Iterable[str] = ()) -> None:
        self.terms = tuple(terms)
        self._by_key: dict[str, list[_Form]] = {}
        self._by_spelling: dict[str, Term] = {}
        texts = [*(term.written for term in terms), *known]
        self._right = {fold(word) for text in texts for word in _WORD.findall(text)}
        self._whole = {fold(text) for text in texts}
        longest = max((len(_WORD.findall(text)) for text in texts), default=1)
        self._most_words = max(MOST_WORDS, longest)
        for term in terms:
            for spelling in (term.written, *term.heard_as):
                form = _Form(term, fold(spelling), sound_of(spelling))
                self._by_key.setdefault(key_of(form.sound), []).append(form)
            if term.written.isalnum() and not term.written[1:].islower():
                self._by_spelling[fold(term.written)] = term  # its capitals are a part of it
            for spelling in term.heard_as:
                self._by_spelling.setdefault(fold(spelling), term)

    def correct(self, text: str, language: str) -> CorrectedText:
        """The text with its terms as they are written; all else as it was."""
        if not self.terms:
            return CorrectedText(text)
        words = list(_words(text))
        found = sorted(
            self._candidates(text, words, ordinary_words(language)),
            key=lambda each: (-each.likeness, each.first),
        )
        taken: set[int] = set()
        chosen = []
        for each in found:
            place = set(range(each.first, each.last + 1))
            if not place & taken:
                taken |= place
                chosen.append(each)
        return _replaced(text, words, sorted(chosen, key=lambda each: each.first))

    def correct_hypothesis(self, heard: Hypothesis) -> Hypothesis:
        """The same for what an engine made of a stretch."""
        return replace(heard, text=self.correct(heard.text, heard.language).text)

    def _candidates(
        self, text: str, words: Sequence["_Word"], ordinary: Collection[str]
    ) -> Iterator["_Candidate"]:
        for first in range(len(words)):
            for last in range(first, min(first + self._most_words, len(words))):
                run = words[first : last + 1]
                if last > first and text[words[last - 1].end : words[last].start].strip(" "):
                    break  # nobody says a name across a comma
                match = self._match(run, ordinary)
                if match is not None:
                    yield _Candidate(first, last, *match)

    def _match(
        self, run: Sequence["_Word"], ordinary: Collection[str]
    ) -> tuple[Term | None, float] | None:
        """The term that this run of words is, and how much it is like it; no term: let it be."""
        folded = "".join(word.folded for word in run)
        are_ordinary = [word.text.casefold() in ordinary for word in run]
        if are_ordinary == [True]:
            return None
        if (listed := self._by_spelling.get(folded)) is not None:
            return listed, 2.0
        if folded in self._whole:
            return None, 2.0
        if len(run) == 1 and folded in self._right:
            return None
        if all(are_ordinary) or any(word.folded in self._whole for word in run):
            return None
        return self._nearest(run, folded)

    def _nearest(self, run: Sequence["_Word"], folded: str) -> tuple[Term, float] | None:
        sound = sound_of(folded)
        key = key_of(sound)
        looks_like_a_name = any(word.is_capital and not word.is_first for word in run)
        near = [
            (form.term, form.likeness(folded, sound))
            for form in self._forms(key, looks_like_a_name and len(run) == 1)
            if form.may_be(folded, sound, key, run, looks_like_a_name)
        ]
        if not near:
            return None
        best = max(score for _, score in near)
        terms = {term for term, score in near if score == best}
        return (terms.pop(), best) if len(terms) == 1 else None

    def _forms(self, key: str, is_lenient: bool) -> Iterator["_Form"]:
        yield from self._by_key.get(key, ())
        if is_lenient and len(key) >= 4:
            for other, forms in self._by_key.items():
                if other != key and len(other) >= 4 and edit_distance(key, other) == 1:
                    yield from forms


@dataclass(frozen=True, slots=True)
class _Form:
    """One spelling of a term."""

    term: Term
    folded: str
    sound: str

    def likeness(self, folded: str, sound: str) -> float:
        """By sound first, by spelling where two sound the same; below 1."""
        return (2 * likeness(self.sound, sound) + likeness(self.folded, folded)) / 3

    def may_be(
        self,
        folded: str,
        sound: str,
        key: str,
        run: Sequence["_Word"],
        looks_like_a_name: bool,
    ) -> bool:
        """Whether what was heard is near enough, given what speaks for a name at all."""
        is_same_key = key == key_of(self.sound)
        alike = likeness(self.sound, sound)
        if (self.sound[-1:] in VOWELS) != (sound[-1:] in VOWELS):
            return False  # Martina is not Martin
        if not looks_like_a_name:
            # A word in small letters is a word; at the beginning of a sentence it may be either.
            is_long = len(key) >= 3 and len(folded) >= 6
            may_be_one = run[0].is_capital or not self.term.written[:1].isupper()
            return is_same_key and is_long and may_be_one and alike >= 0.8
        if len(run) > 1:
            return is_same_key and len(key) >= 3 and alike >= 0.8
        if len(key) <= 2:
            is_one_letter = edit_distance(self.folded, folded) <= 1 and len(folded) >= 4
            return is_same_key and alike == 1 and is_one_letter
        return alike >= (0.7 if is_same_key else 0.75)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text, without a final 's."""

    text: str
    folded: str
    start: int
    end: int
    is_first: bool
    """Of its sentence, where a capital means nothing."""

    @property
    def is_capital(self) -> bool:
        return self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A run of words, from `first` to `last`, that is a term."""

    first: int
    last: int
    term: Term | None
    likeness: float


def _words(text: str) -> Iterator[_Word]:
    end = 0
    for match in _WORD.finditer(text):
        is_first = end == 0 or _ENDS_A_SENTENCE.search(text, end, match.start()) is not None
        word = _OF_SOMEBODY.sub("", match[0])
        yield _Word(word, fold(word), match.start(), match.start() + len(word), is_first)
        end = match.end()


def _replaced(text: str, words: Sequence[_Word], chosen: Sequence[_Candidate]) -> CorrectedText:
    parts: list[str] = []
    corrections = []
    end = 0
    for each in chosen:
        if each.term is None:
            continue
        start, stop = words[each.first].start, words[each.last].end
        written = each.term.written
        if words[each.first].is_first and words[each.first].is_capital:
            written = written[:1].upper() + written[1:]
        if written != text[start:stop]:
            corrections.append(Correction(text[start:stop], written))
        parts += [text[end:start], written]
        end = stop
    return CorrectedText("".join([*parts, text[end:]]), tuple(corrections))


def _clean(text: str) -> str:
    term = " ".join(text.split())
    if len(term) > LONGEST_TERM:
        raise MeetingError(
            "bad_meeting", f"A term has at most {LONGEST_TERM} characters: {term[:20]}…"
        )
    return term
