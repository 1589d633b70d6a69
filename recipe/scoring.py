"""How far one text is from another."""

from collections import Counter

from captioner.scoring import split_words, word_distance


def word_errors(reference: str, heard: str) -> tuple[int, int]:
    """Words wrong, and words in the reference."""
    said = split_words(reference)
    return word_distance(said, split_words(heard)), len(said)


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
