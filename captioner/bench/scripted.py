"""An engine that takes the time of real weights and hears what the script says.

The work of random weights is real, their words are not: so the words come from the script, and
the guards and the agreement act as they do on good weights. It is a perfect ear: it never hears a
word wrong, so erasure and words wrong are those of the live path alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from captioner.asr.engine import Encoded, GenerateOptions, WindowFloors
from captioner.audio.frame import FRAME_SAMPLES, Samples, samples_to_seconds
from captioner.bench.held import HeldWhisper
from captioner.bench.script import Script, count_tokens
from captioner.domain import ChannelId, Hypothesis

MARK_SAMPLES = 8
"""Samples that tell a place: with each channel's own noise no eight are ever the same."""

SEARCHED_SAMPLES = 4 * FRAME_SAMPLES
"""How far into a stretch a mark is looked for."""

SURE = -0.2
"""Mean log probability of a text that good weights are sure of."""

FALLBACK_WINDOW_S = 30.0


class Places:
    """Where in the material a stretch of sound comes from, by its samples."""

    def __init__(self, sounds: Mapping[ChannelId, Samples]) -> None:
        self._marks: dict[bytes, tuple[ChannelId, int]] = {}
        for channel, sound in sounds.items():
            for at in range(0, len(sound) - MARK_SAMPLES, FRAME_SAMPLES):
                self._marks[sound[at : at + MARK_SAMPLES].tobytes()] = (channel, at)

    def find(self, samples: Samples) -> tuple[ChannelId, int] | None:
        """The channel and the position of the first sample; None of sound from elsewhere."""
        for offset in range(min(SEARCHED_SAMPLES, len(samples) - MARK_SAMPLES)):
            found = self._marks.get(samples[offset : offset + MARK_SAMPLES].tobytes())
            if found is not None:
                return found[0], found[1] - offset
        return None


@dataclass(frozen=True, slots=True, eq=False)
class ScriptedRow:
    """An encoded stretch and the words in it."""

    window_s: float
    encoded: Encoded
    text: str
    samples: Samples


class ScriptedWhisper:
    """`inner` does the work, the script gives the words.

    Used like any engine, from one thread. `fallbacks_due` may be raised from another: each is paid
    with one more decode in 30 s, as a text costs that no guard believes.
    """

    def __init__(self, inner: HeldWhisper, script: Script, places: Places) -> None:
        self._inner = inner
        self._script = script
        self._places = places
        self.fallbacks_due = 0
        self.fallbacks_paid = 0
        self.lost = 0
        """Stretches that were not found in the material: they stay without words."""

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def languages(self) -> tuple[str, ...]:
        return self._inner.languages

    @property
    def conditions(self) -> str:
        return self._inner.conditions

    @property
    def floors(self) -> WindowFloors:
        return self._inner.floors

    def load(self) -> None:
        self._inner.load()

    def fall_back(self) -> bool:
        return self._inner.fall_back()

    def encode(self, samples: Samples, window_s: float) -> Encoded:
        """The real encoder; the stretch is remembered by its place."""
        return self._row(samples, self._inner.encode(samples, window_s))

    def encode_together(self, stretches: Sequence[Samples], window_s: float) -> list[Encoded]:
        encoded = self._inner.encode_together(stretches, window_s)
        return [self._row(*each) for each in zip(stretches, encoded, strict=True)]

    def _row(self, samples: Samples, encoded: Encoded) -> ScriptedRow:
        place = self._places.find(samples)
        text = ""
        if place is None:
            self.lost += 1
        else:
            channel, start = place
            start_s, end_s = (samples_to_seconds(at) for at in (start, start + len(samples)))
            text = self._script.heard(channel, start_s, end_s)
        return ScriptedRow(encoded.window_s, encoded, text, samples)

    def generate(
        self, rows: Sequence[Encoded], languages: Sequence[str], options: GenerateOptions
    ) -> list[Hypothesis]:
        """The real decoder, each row as long as its words are."""
        mine = [row for row in rows if isinstance(row, ScriptedRow)]
        hypotheses = self._decode(mine, languages, options)
        if self.fallbacks_paid < self.fallbacks_due and mine:
            self.fallbacks_paid += 1
            again = self._inner.encode(mine[0].samples, FALLBACK_WINDOW_S)
            row = replace(mine[0], encoded=again, window_s=FALLBACK_WINDOW_S)
            self._decode([row], languages[:1], options)
        return hypotheses

    def _decode(
        self, rows: Sequence[ScriptedRow], languages: Sequence[str], options: GenerateOptions
    ) -> list[Hypothesis]:
        self._inner.hold([max(1, count_tokens(row.text)) for row in rows])
        try:
            heard = self._inner.generate([row.encoded for row in rows], languages, options)
        finally:
            self._inner.hold(())
        return [
            replace(
                hypothesis,
                text=row.text,
                average_log_probability=SURE,
                no_speech_probability=0.0 if row.text else 1.0,
            )
            for hypothesis, row in zip(heard, rows, strict=True)
        ]
