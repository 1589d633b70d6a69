"""A caption as sentences: packages have learnt to translate one at a time."""

import re
from collections.abc import Iterable

_END = re.compile(
    r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[^\s\d.,;:!?]|\d)"
    r"|(?<=[。！？])[\"'”’」』）)\]]*\s*(?=[^\s\"'”’」』）)\].,;:!?…。，、！？])"
)
"""Where one sentence has ended and another begins; behind the signs of Chinese and Japanese without
a blank."""

_ENDS_FULL = re.compile(r"[。！？][”’」』）]*$")

_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|No|Nr|vs|etc|e\.g|i\.e|approx|dhr|mevr|mw|drs|ir|ing"
    r"|bv|bijv|o\.a|d\.w\.z|z\.B|bzw|M|Mme|ca)\.$"
)
"""What ends with a full stop that ends no sentence."""


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, without what stands between them; none of an empty text."""
    sentences: list[str] = []
    start = 0
    for match in _END.finditer(text):
        piece = text[start : match.end()].strip()
        if _ABBREVIATION.search(piece) or not any(letter.isalnum() for letter in piece):
            continue
        sentences.append(piece)
        start = match.end()
    rest = text[start:].strip()
    return [*sentences, rest] if rest else sentences


def join_sentences(sentences: Iterable[str]) -> str:
    """Sentences as one text, with a blank between two of them where their signs need one."""
    text = ""
    for sentence in sentences:
        is_close = not text or _ENDS_FULL.search(text)
        text += sentence if is_close else f" {sentence}"
    return text
