"""When an unfinished sentence is translated, and how much of that is shown: what readers have seen
should stay.

A longer beginning of a sentence often has another translation: Dutch and German put their verbs at
the end. So the first translation is shown without its last words, after it only what two in a row
have in common (agreement, as for the captions themselves), and never less than before; the final
has the last word. Measured against showing more and less: docs/decisions/013.
"""

from dataclasses import dataclass
from itertools import pairwise

from captioner.asr.signs import UNSPACED_LANGUAGES, signs_a_word, split_parts
from captioner.captions.events import CaptionRevised
from captioner.captions.pace import words_in
from captioner.translate.engine import Pair

FEWEST_WORDS = 3
"""With less a translation is a guess."""

NEW_WORDS = 1
"""So many more than the last time make another one worth its cost."""

HELD_BACK = 2
"""Words at the end of a first translation that are not shown yet: they are the likeliest to go."""

_PUNCTUATION = ".,!?…。，、！？"


@dataclass(frozen=True, slots=True)
class Shown:
    """How far one utterance has come in one language."""

    asked: int = 0
    """Words that were sent to be translated last."""
    last: tuple[str, ...] = ()
    """What came back for them, each with the blank before it."""
    text: str = ""
    """What readers see."""


def choose_stable(caption: CaptionRevised, shown: Shown) -> str:
    """The stable words of a partial if it is time to translate them; else nothing."""
    text, rest = caption.text[: caption.stable], caption.text[caption.stable :]
    if rest and not rest[0].isspace() and caption.language not in UNSPACED_LANGUAGES:
        text = text.rpartition(" ")[0]  # half a word
    is_time = words_in(text, caption.language) >= max(FEWEST_WORDS, shown.asked + NEW_WORDS)
    return " ".join(text.split()) if is_time else ""


def accept(shown: Shown, pair: Pair, asked: str, translated: str) -> Shown:
    """What is known and shown once `asked` has come back as `translated`; `pair`: from and to."""
    source, target = pair
    words = tuple(split_parts(translated, target))
    agreed = 0
    for before, now in zip(shown.last, words, strict=False):
        if before.rstrip(_PUNCTUATION) != now.rstrip(_PUNCTUATION):
            break
        agreed += 1
    held_back = HELD_BACK * signs_a_word(target)
    sure = words[: agreed if shown.last else max(len(words) - held_back, 0)]
    seen = split_parts(shown.text, target)
    goes_on = len(sure) > len(seen) and list(sure[: len(seen)]) == seen
    text = "".join(sure) if goes_on else shown.text
    return Shown(words_in(asked, source), words, text)


def erased(versions: list[str]) -> int:
    """Words that were shown and taken back again, over all versions of a text."""
    count = 0
    for before, after in pairwise(versions):
        old, new = before.split(), after.split()
        same = next(
            (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
            min(len(old), len(new)),
        )
        count += len(old) - same
    return count
