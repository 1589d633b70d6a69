"""An engine whose calls take time on a clock of its own."""

from collections.abc import Sequence

from captioner.asr.engine import Encoded, GenerateOptions
from captioner.audio.frame import Samples
from captioner.domain import Hypothesis
from tests.fakes.fake_clock import FakeClock
from tests.fakes.scripted_engine import ScriptedEngine


class TimedEngine(ScriptedEngine):
    """The first row of an encoder call costs so much, each further one so much; a decoder call so
    much, however many rows it has."""

    def __init__(self, encode_s: float, extra_row_s: float, call_s: float) -> None:
        super().__init__(lambda _: "noise")
        self.clock = FakeClock(0.0)
        self._encode_s, self._extra_row_s, self._call_s = encode_s, extra_row_s, call_s

    def encode(self, samples: Samples, window_s: float) -> Encoded:
        self.clock.advance(self._encode_s)
        return super().encode(samples, window_s)

    def encode_together(self, stretches: Sequence[Samples], window_s: float) -> list[Encoded]:
        self.clock.advance(self._encode_s + self._extra_row_s * (len(stretches) - 1))
        return super().encode_together(stretches, window_s)

    def generate(
        self, rows: Sequence[Encoded], languages: Sequence[str], options: GenerateOptions
    ) -> list[Hypothesis]:
        self.clock.advance(self._call_s)
        return super().generate(rows, languages, options)
