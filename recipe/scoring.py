"""How far one text is from another."""

import re
from collections import Counter
from collections.abc import Sequence


def words_of(text: str) -> list[str]:
    """In small letters, without sentence marks."""
    return re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'")).split()


def distance(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Words to put in, take out or change."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(reference, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (word != other))
    return row[-1]


def word_errors(reference: str, heard: str) -> tuple[int, int]:
    """Words wrong, and words in the reference."""
    said = words_of(reference)
    return distance(said, words_of(heard)), len(said)


def chrf(reference: str, translated: str, longest: int = 6, weight: float = 2.0) -> float:
    """Character n-gram F-score of Popović 2015, spaces left out, 0 to 1."""
    one, two = reference.replace(" ", ""), translated.replace(" ", "")
    precisions: list[float] = []
    recalls: list[float] = []
    for n in range(1, longest + 1):
        wanted = Counter(one[i : i + n] for i in range(len(one) - n + 1))
        given = Counter(two[i : i + n] for i in range(len(two) - n + 1))
        if not wanted or not given:
            continue
        same = sum((wanted & given).values())
        precisions.append(same / sum(given.values()))
        recalls.append(same / sum(wanted.values()))
    if not precisions:
        return float(one == two)
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    if precision + recall == 0:
        return 0.0
    return (1 + weight**2) * precision * recall / (weight**2 * precision + recall)
