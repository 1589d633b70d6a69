"""How long a decode may take before it counts as stuck."""

from collections import deque
from collections.abc import Sequence

TIMES_THE_SLOWEST = 20
"""A final that is heard again in a whole window takes some six times as long as one that is not."""

UNKNOWN_PACE = 4.0
"""Seconds that a second of sound may take before anything is known of the weights: slower ones
are of no use to a meeting."""

REMEMBERED = 50
"""Batches whose pace is known."""

LOADING_S = 120.0
"""What loading weights may take in the middle of a meeting."""

MOST_HANGS = 3
"""So many times in a row a new engine takes over: as often as a final is tried. What hangs after
that is not the sound."""


ROW_S = 5.0
"""A row costs as much as the shortest window, however short it is."""


class Patience:
    """Learns the pace of an engine. Generous: a decode that is abandoned goes on working."""

    def __init__(self, least_s: float) -> None:
        self._least_s = least_s
        self._paces: deque[float] = deque(maxlen=REMEMBERED)

    def accept(self, rows_s: Sequence[float], took_s: float) -> None:
        """A batch of rows with so many seconds of sound took so long."""
        self._paces.append(took_s / _weight_s(rows_s))

    def forget(self) -> None:
        """Another engine decodes from here on."""
        self._paces.clear()

    def bound_s(self, rows_s: Sequence[float]) -> float:
        """After so many seconds a batch of such rows is stuck."""
        if not self._paces:
            return self._least_s + UNKNOWN_PACE * _weight_s(rows_s)
        return max(self._least_s, TIMES_THE_SLOWEST * max(self._paces) * _weight_s(rows_s))


def _weight_s(rows_s: Sequence[float]) -> float:
    return sum(max(ROW_S, row_s) for row_s in rows_s)
