"""The usual method at work: 30 s windows, one channel after the other, in real time.

Every channel has its voice detector and its growing buffer. In turns, each is decoded again when it
has a second of new speech, and once more when its voice has ended.
"""

import itertools
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from captioner.asr.engine import Engine, GenerateOptions
from captioner.audio.channel import Channel
from captioner.audio.endpoint import SegmentChange
from captioner.audio.frame import (
    FRAME_SAMPLES,
    AudioFrame,
    Samples,
    samples_to_seconds,
    seconds_to_samples,
)
from captioner.audio.vad import SpeechDetector
from captioner.bench.figures import RunFigures, Work, count_run
from captioner.bench.machine import (
    cpu_seconds,
    forget_peak_memory,
    load_average,
    peak_memory_bytes,
)
from captioner.bench.material import Material
from captioner.bench.usual import LocalAgreement
from captioner.domain import ChannelId, SamplePos, Segment
from captioner.settings import AudioSettings

WINDOW_S = 30.0
AGAIN_S = 1.0
"""New speech before the next decode."""


@dataclass(slots=True)
class _Utterance:
    name: str
    agreement: LocalAgreement
    segment: Segment
    decoded_to: int = 0
    rev: int = 0
    has_ended: bool = False


@dataclass(slots=True)
class _Ear:
    channel: ChannelId
    sound: Samples
    voice: Channel
    detector: SpeechDetector
    heard: int = 0
    """Samples that have been given to the detector."""
    utterances: "deque[_Utterance]" = field(default_factory=deque)
    """In their order; only the last may still be open."""


class OneByOne:
    """One run. `now_s` counts from its start; `sleep` waits for more sound."""

    def __init__(
        self,
        material: Material,
        engine: Engine,
        new_detector: Callable[[], SpeechDetector],
        now_s: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._engine = engine
        self._now_s = now_s
        self._sleep = sleep
        self._names = itertools.count(1)
        self._seq = itertools.count(1)
        self.events: list[Mapping[str, Any]] = []
        self.decodes = 0
        self._ears = [
            _Ear(channel, sound, Channel(channel, AudioSettings(), SamplePos(0)), new_detector())
            for channel, sound in material.sounds.items()
        ]

    def run(self, longest_s: float) -> None:
        """Until everything is final, or `longest_s` have passed."""
        turns: deque[_Ear] = deque(self._ears)
        while self._now_s() < longest_s:
            for ear in self._ears:
                self._listen(ear)
            due = next((ear for ear in turns if self._is_due(ear)), None)
            if due is not None:
                turns.remove(due)
                turns.append(due)
                self._decode(due, due.utterances[0])
            elif all(ear.heard >= len(ear.sound) for ear in self._ears):
                return
            else:
                self._sleep(samples_to_seconds(FRAME_SAMPLES))

    def _listen(self, ear: _Ear) -> None:
        """Take in all sound that there is by now."""
        until = min(seconds_to_samples(self._now_s()), len(ear.sound))
        while ear.heard + FRAME_SAMPLES <= until:
            samples = ear.sound[ear.heard : ear.heard + FRAME_SAMPLES]
            probability = ear.detector.speech_probability(samples)
            frame = AudioFrame(SamplePos(ear.heard), samples)
            for event in ear.voice.accept_frame(frame, probability):
                self._accept_change(ear, event.change, event.segment)
            ear.heard += FRAME_SAMPLES
            if ear.voice.open_segment is not None:
                ear.utterances[-1].segment = ear.voice.open_segment
        if ear.heard + FRAME_SAMPLES > len(ear.sound):
            ear.heard = len(ear.sound)
            for event in ear.voice.flush():
                self._accept_change(ear, event.change, event.segment)

    def _accept_change(self, ear: _Ear, change: SegmentChange, segment: Segment) -> None:
        if change is SegmentChange.OPENED:
            agreement = LocalAgreement(samples_to_seconds(segment.audio_start))
            utterance = _Utterance(f"usual-{next(self._names)}", agreement, segment)
            utterance.decoded_to = segment.start
            ear.utterances.append(utterance)
        else:
            ear.utterances[-1].segment = segment
            ear.utterances[-1].has_ended = True

    def _is_due(self, ear: _Ear) -> bool:
        if not ear.utterances:
            return False
        first = ear.utterances[0]
        new = first.segment.end - first.decoded_to
        return first.has_ended or new >= seconds_to_samples(AGAIN_S)

    def _decode(self, ear: _Ear, utterance: _Utterance) -> None:
        segment, agreement = utterance.segment, utterance.agreement
        utterance.decoded_to = segment.end
        is_final = utterance.has_ended
        samples = ear.sound[seconds_to_samples(agreement.buffer_start_s) : segment.audio_end]
        row = self._engine.encode(samples, WINDOW_S)
        options = GenerateOptions(longest_s=samples_to_seconds(len(samples)))
        text = self._engine.generate([row], ["en"], options)[0].text
        self.decodes += 1
        if is_final:
            ear.utterances.popleft()
            agreement.committed = agreement.finish(text).split()
        else:
            agreement.accept(text, samples_to_seconds(segment.audio_end))
        self._tell(utterance, is_final=is_final)

    def _tell(self, utterance: _Utterance, *, is_final: bool) -> None:
        utterance.rev += 1
        segment, agreement = utterance.segment, utterance.agreement
        text = agreement.stable if is_final else agreement.text
        self.events.append(
            {
                "type": "caption",
                "seq": next(self._seq),
                "at": self._now_s(),
                "utterance": utterance.name,
                "rev": utterance.rev,
                "channel": segment.channel,
                "state": "final" if is_final else "partial",
                "text": text,
                "stable": len(agreement.stable),
                "start": samples_to_seconds(segment.start),
                "end": samples_to_seconds(segment.end),
            }
        )


def run_one_by_one(
    material: Material,
    engine: Engine,
    new_detector: Callable[[], SpeechDetector],
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> RunFigures:
    """Play the material and count; a run that is half as long again as its sound is given up."""
    began_s, cpu_s = clock(), cpu_seconds()
    forget_peak_memory()
    usual = OneByOne(material, engine, new_detector, lambda: clock() - began_s, sleep)
    usual.run(1.5 * material.duration_s)
    work = Work(
        wall_s=clock() - began_s,
        cpu_s=cpu_seconds() - cpu_s,
        peak_memory_bytes=peak_memory_bytes(),
        batches=usual.decodes,
        rows=usual.decodes,
        load=load_average(),
    )
    return count_run(len(material.channels), material.script, usual.events, work)
