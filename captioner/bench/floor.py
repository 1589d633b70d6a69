"""The floor: stock faster-whisper decodes each utterance once, offline, one after another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from captioner.bench.held import HeldWhisper
from captioner.bench.machine import cpu_seconds
from captioner.bench.material import Clip
from captioner.bench.script import count_tokens
from captioner.scoring import split_words, word_distance

FEWEST_CLIPS = 3


@dataclass(frozen=True, slots=True)
class FloorFigures:
    """What stock faster-whisper needed."""

    clips: int
    speech_s: float
    cpu_s: float
    words: int
    errors: int

    @property
    def cpu_per_speech(self) -> float:
        """Processor seconds for a second of speech."""
        return self.cpu_s / max(self.speech_s, 1e-9)


def run_floor(
    engine: HeldWhisper,
    clips: Sequence[Clip],
    *,
    is_held: bool,
    most_cpu_s: float = 12.0,
    cpu: Callable[[], float] = cpu_seconds,
) -> FloorFigures:
    """Transcribe the clips until they are all done or `most_cpu_s` are used (three at least).

    `is_held`: random weights, so each text gets the length that it should have.
    """
    done = words = errors = 0
    began_s, speech_s = cpu(), 0.0
    for clip in clips:
        if done >= FEWEST_CLIPS and cpu() - began_s > most_cpu_s:
            break
        engine.hold([count_tokens(clip.text)] if is_held else ())
        segments, _ = engine.stock.transcribe(
            clip.samples,
            language="en",
            beam_size=1,
            temperature=0.0,
            without_timestamps=True,
            condition_on_previous_text=False,
            no_speech_threshold=None,
            log_prob_threshold=None,
            compression_ratio_threshold=None,
        )
        text = " ".join(segment.text for segment in segments)
        said = split_words(clip.text)
        errors += 0 if is_held else word_distance(said, split_words(text))
        words, done, speech_s = words + len(said), done + 1, speech_s + clip.speech_s
    engine.hold(())
    return FloorFigures(done, round(speech_s, 1), cpu() - began_s, words, errors)
