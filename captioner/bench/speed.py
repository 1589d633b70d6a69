"""How fast this machine is: one stretch with random weights in the shape of Whisper tiny."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from captioner.asr.capacity import STRETCH_S, STRETCH_TOKENS
from captioner.asr.engine import GenerateOptions
from captioner.asr.trial import bundled_speech
from captioner.asr.weights import check_weights
from captioner.audio.frame import SAMPLE_RATE
from captioner.bench.held import HeldWhisper
from captioner.bench.shapes import SHAPES, Shape, build_shape

ROUNDS = 8
"""The fastest counts: whatever else the machine does only adds."""

Clock = Callable[[], float]


def measure_speed(shape: Shape = SHAPES["tiny"], clock: Clock = time.process_time) -> float:
    """Seconds that one stretch takes, encoded and decoded on one thread of the processor.

    Counted in processor time, so that other programs disturb it little; on a machine whose engine
    decodes on more threads it is a little less in truth. Takes about three seconds, most of them
    to make the weights; nothing is left behind.
    """
    with tempfile.TemporaryDirectory() as folder:
        build_shape(shape, Path(folder) / shape.name)
        engine = HeldWhisper(check_weights(Path(folder) / shape.name), "cpu", 1)
        engine.load()
        engine.hold([STRETCH_TOKENS])
        speech = np.concatenate(bundled_speech())[: round(STRETCH_S * SAMPLE_RATE)]
        took = []
        for _ in range(ROUNDS):
            began_s = clock()
            encoded = engine.encode(speech, STRETCH_S)
            engine.generate([encoded], ["en"], GenerateOptions(longest_s=STRETCH_S))
            took.append(clock() - began_s)
    return min(took)
