"""When an unfinished sentence is translated, and how much of that is shown: what readers have seen
should stay.

A longer beginning of a sentence often has another translation: Dutch and German put their verbs at
the end. So the first translation is shown without its last words, after it only what two in a row
have in common (agreement, as for the captions themselves), and never less than before; the final
has the last word. Measured against showing more and less: docs/decisions/013.
"""

from dataclasses import dataclass
from itertools import pairwise

from captioner.captions.events import CaptionRevised

FEWEST_WORDS = 3
"""With less a translation is a guess."""

NEW_WORDS = 1
"""So many more than the last time make another one worth its cost."""

HELD_BACK = 2
"""Words at the end of a first translation that are not shown yet: they are the likeliest to go."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How far one utterance has come in one language."""

    asked: int = 0
    """Words that were sent to be translated last."""
    last: tuple[str, ...] = ()
    """What came back for them."""
    text: str = ""
    """What readers see."""


def choose_stable(caption: CaptionRevised, shown: Shown) -> str:
    """The stable words of a partial if it is time to translate them; else nothing."""
    text = caption.text[: caption.stable]
    if caption.stable < len(caption.text) and not caption.text[caption.stable].isspace():
        text = text.rpartition(" ")[0]  # half a word
    words = text.split()
    is_time = len(words) >= max(FEWEST_WORDS, shown.asked + NEW_WORDS)
    return " ".join(words) if is_time else ""


def accept(shown: Shown, asked: str, translated: str) -> Shown:
    """What is known and shown once `asked` has come back as `translated`."""
    words = tuple(translated.split())
    agreed = 0
    for before, now in zip(shown.last, words, strict=False):
        if before.rstrip(".,!?…") != now.rstrip(".,!?…"):
            break
        agreed += 1
    sure = words[: agreed if shown.last else max(len(words) - HELD_BACK, 0)]
    seen = shown.text.split()
    goes_on = len(sure) > len(seen) and list(sure[: len(seen)]) == seen
    text = " ".join(sure) if goes_on else shown.text
    return Shown(len(asked.split()), words, text)


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
