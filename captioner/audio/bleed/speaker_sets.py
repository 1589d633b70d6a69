"""Who may be speaking: nobody, one, or two at once; and how likely one follows on the other."""

import itertools

import numpy as np

from captioner.audio.bleed.spectrum import Numbers

STAY = 0.98
"""From one frame to the next nothing changes: on average for 1.6 s."""

ONE_CHANGES = 0.5
TWO_CHANGE = 0.1
MORE_CHANGE = 1e-6
"""Weights of the rest, by how many speakers start or stop."""


class SpeakerSets:
    """All sets of at most two of n speakers. Three at once are rare, and heard as two of them."""

    def __init__(self, size: int) -> None:
        pairs = list(itertools.combinations(range(size), 2))
        sets: list[tuple[int, ...]] = [(), *((one,) for one in range(size)), *pairs]
        self.members: Numbers = np.zeros((len(sets), size))
        """1 where a speaker (column) is in a set (row): nobody, the single ones, the pairs."""
        for row, speakers in enumerate(sets):
            self.members[row, list(speakers)] = 1.0
        self.counts: Numbers = self.members.sum(1)
        changed = np.abs(self.members[:, None] - self.members[None]).sum(2)
        weights = np.select(
            [changed == 0, changed == 1, changed == 2],
            [STAY, (1 - STAY) * ONE_CHANGES, (1 - STAY) * TWO_CHANGE],
            MORE_CHANGE,
        )
        self.transitions: Numbers = weights / weights.sum(1, keepdims=True)
        """Probability of the column's set after the row's."""

    @property
    def is_pair(self) -> Numbers:
        """1 for sets of two, shape (sets,)."""
        pairs: Numbers = (self.counts == 2).astype(np.float64)
        return pairs

    def forward(self, before: Numbers) -> Numbers:
        """Log-probabilities one frame later, from those before, up to a constant."""
        top = before.max()
        later: Numbers = np.log(np.exp(before - top) @ self.transitions + 1e-300) + top
        return later

    def backward(self, after: Numbers) -> Numbers:
        """Log-likelihood of what came after, seen one frame earlier."""
        top = after.max()
        sooner: Numbers = np.log(self.transitions @ np.exp(after - top) + 1e-300) + top
        return sooner
