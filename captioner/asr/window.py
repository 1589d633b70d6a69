"""How long a window a stretch of sound is encoded in.

The encoder's cost grows faster than its window: 30 s cost about five times 15 s. Whisper was
trained on 30 s, and on shorter windows an error or two more appears, the more the tighter the
window is. Measured with the demo weights over 38 utterances of 2 to 8 s: 30 s 0.75 % of words
wrong, 15 s 0.50 %, 10 s 2.0 % and more. So 15 s is the floor.
"""

BUCKETS_S = (15.0, 20.0, 25.0, 30.0)
"""Windows in use: few, so that rows of a batch share one."""

MARGIN_S = 1.0
"""Silence that must fit behind the speech; without it the last word suffers."""


def choose_window_s(length_s: float) -> float:
    """The shortest bucket that holds `length_s` seconds and the margin; the longest for more."""
    return next((bucket for bucket in BUCKETS_S if length_s + MARGIN_S <= bucket), BUCKETS_S[-1])
