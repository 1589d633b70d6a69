"""How long a window a stretch of sound is encoded in.

Whisper was trained on windows of 30 s, and stock faster-whisper fills everything up to that. The
encoder's cost grows faster than its window: with weights of the shape of Whisper tiny, 10 s cost a
fifth of 30 s and 5 s a ninth. What shorter windows do to the words differs from weights to weights:
public ones are reported to make errors the more the tighter the window is around the speech, the
demo weights make fewer. `captioner bench windows` measures both for given weights, and a
`captioner.json` beside them holds what came out (docs/benchmarks.md).

For weights that nobody has measured the floors are cautious: reports on public Whisper weights
agree that a floor of 10 s and a margin behind the speech cost no words, and none reaches lower. A
partial may be a little worse: it is shown only where two of them agree, and its final comes at
once.
"""

from captioner.asr.engine import CAUTIOUS, DecodeKind, WindowFloors

BUCKETS_S = (5.0, 7.0, 10.0, 15.0, 20.0, 25.0, 30.0)
"""Windows in use: few, so that rows of a batch share one."""

LONGEST_S = BUCKETS_S[-1]


def choose_window_s(
    length_s: float, kind: DecodeKind = DecodeKind.FINAL, floors: WindowFloors = CAUTIOUS
) -> float:
    """The shortest bucket that holds `length_s` seconds and the margin; the longest for more."""
    floor_s = floors.partial_s if kind is DecodeKind.PARTIAL else floors.final_s
    needed = max(length_s + floors.margin_s, floor_s)
    return next((bucket for bucket in BUCKETS_S if needed <= bucket), LONGEST_S)
