"""How long a window a stretch of sound is encoded in.

Whisper was trained on windows of 30 s, and stock faster-whisper fills everything up to that. The
encoder's cost grows faster than its window: with weights of the shape of Whisper tiny, 10 s cost a
fifth of 30 s and 5 s a ninth. On shorter windows trained weights make an error or two more, the
more the tighter the window is around the speech. `captioner bench windows` measures both for given
weights; the demo weights lose nothing down to the speech and one second (docs/benchmarks.md).

For weights that nobody has measured the floors are cautious: reports on public Whisper weights
agree that a floor of 10 s and a margin behind the speech cost no words. A partial may be a little
worse: it is shown only where two of them agree, and its final comes at once.
"""

from captioner.asr.engine import DecodeKind

BUCKETS_S = (5.0, 7.0, 10.0, 15.0, 20.0, 25.0, 30.0)
"""Windows in use: few, so that rows of a batch share one."""

FLOOR_S = {DecodeKind.PARTIAL: 5.0, DecodeKind.FINAL: 10.0}
"""The shortest window of each kind of decode."""

MARGIN_S = 1.0
"""Silence that must fit behind the speech; without it the last word suffers."""


def choose_window_s(length_s: float, kind: DecodeKind = DecodeKind.FINAL) -> float:
    """The shortest bucket that holds `length_s` seconds and the margin; the longest for more."""
    needed = max(length_s + MARGIN_S, FLOOR_S[kind])
    return next((bucket for bucket in BUCKETS_S if needed <= bucket), BUCKETS_S[-1])
