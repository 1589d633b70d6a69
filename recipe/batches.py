"""Training examples as arrays of one size."""

from dataclasses import dataclass

import numpy as np

from recipe.examples import ENCODER_FRAMES_A_SECOND, IGNORED, Example
from recipe.tokens import TEXT_TOKENS


@dataclass(slots=True)
class Batch:
    """Examples as arrays of one size."""

    window_s: float
    features: np.ndarray
    tokens: np.ndarray
    targets: np.ndarray
    untimed: np.ndarray
    """Rows with text of which no times are known."""
    text: np.ndarray
    """Theirs, one after another."""
    text_lengths: np.ndarray
    spans: np.ndarray
    """(row, position, first frame, frame after the last)."""
    frames: np.ndarray
    """For each row and encoder frame the text token that is said there, TEXT_TOKENS where none is,
    IGNORED where that is not known."""


def batch_of(window_s: float, examples: list[Example], filler: int) -> Batch:
    longest = max(len(each.tokens) for each in examples) - 1
    tokens = np.full((len(examples), longest), filler, np.int64)
    targets = np.full((len(examples), longest), IGNORED, np.int64)
    spans: list[tuple[int, int, int, int]] = []
    frames = round(window_s * ENCODER_FRAMES_A_SECOND)
    said = np.full((len(examples), frames), IGNORED, np.int64)
    for row, each in enumerate(examples):
        tokens[row, : len(each.tokens) - 1] = each.tokens[:-1]
        targets[row, : len(each.targets)] = each.targets
        if each.spans or not each.text:
            said[row] = TEXT_TOKENS
        for position, start_s, end_s in each.spans:
            first = min(frames - 1, round(start_s * ENCODER_FRAMES_A_SECOND))
            after = min(frames, max(first + 1, round(end_s * ENCODER_FRAMES_A_SECOND)))
            spans.append((row, position, first, after))
            if each.tokens[position + 1] < TEXT_TOKENS:
                said[row, first:after] = each.tokens[position + 1]
    untimed = [row for row, each in enumerate(examples) if each.text and not each.spans]
    return Batch(
        window_s,
        np.stack([each.features for each in examples]),
        tokens,
        targets,
        np.array(untimed, np.int64),
        np.array([token for row in untimed for token in examples[row].text], np.int64),
        np.array([len(examples[row].text) for row in untimed], np.int64),
        np.array(spans, np.int64).reshape(-1, 4),
        said,
    )
