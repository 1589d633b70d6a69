"""A batch of requests through an engine: gates, windows, groups, a way back, and one failure alone.

Text that was said before is never given to an engine as a prompt: an invented line would then ask
for the next one. Only hotwords are, which people wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from captioner.asr.engine import DecodeKind, DecodeRequest, Encoded, Engine, GenerateOptions
from captioner.asr.filters import AHEAD, SLIPS, figures_of, judge_sound, judge_text
from captioner.asr.grouping import USUAL_BATCHING, Batching
from captioner.asr.sound import Sound, measure_sound
from captioner.asr.window import choose_window_s
from captioner.audio.frame import SAMPLE_RATE
from captioner.domain import Decision, Hypothesis
from captioner.errors import DecodeError

WHOLE_WINDOW_S = 30.0
"""What Whisper was trained on, so what a text that looks bad is heard again in."""

SECOND_TEMPERATURE = 0.4
"""Of the one step up the ladder: enough to leave a loop (Whisper's own ladder goes on from 0.2 in
steps of 0.2 to 1.0, six decodes: too late for a live caption, and the top of it makes words up)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decode that came back."""

    hypothesis: Hypothesis
    rejection: str | None = None
    """Why the text is not to be believed; None: it is. The hypothesis is then as it was heard."""
    fallbacks: int = 0
    """Decodes beyond the first that it took."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What a rejection was founded on."""


Outcome = Decoded | DecodeError
"""What became of one request."""


def decode_batch(
    engine: Engine,
    requests: Sequence[DecodeRequest],
    beam_size: int,
    hotwords: str = "",
    batching: Batching = USUAL_BATCHING,
) -> list[Outcome]:
    """Decode the requests, in order; a request that fails gives its error and harms no other.

    Sound in which nobody can be heard is not decoded. Rows of one window length are encoded and
    generated together as `batching` says. When such a group fails, each of its rows is tried alone,
    unless it was the GPU that failed: then all that is left fails at once. Finals use `beam_size`
    beams, partials one. Whatever an engine throws becomes a DecodeError of the rows it was thrown
    for.

    Finals whose text looks bad are decoded again, those alone and together: in a whole window,
    then, where the decoder slipped, with a draw at SECOND_TEMPERATURE. What looks good first is
    taken; a final that never does is rejected as it was at first. Partials are not worth it: the
    next one is on its way.
    """
    batch = _Batch(engine, requests, beam_size, hotwords, batching)
    batch.decode_all()
    batch.decode_again()
    return [batch.outcomes[index] for index in range(len(requests))]


def rejection_of(request: DecodeRequest, outcome: Outcome) -> Decision | None:
    """What there is to tell of a text that is not believed; None: it is, or there is none."""
    if isinstance(outcome, DecodeError) or outcome.rejection is None:
        return None
    return Decision(
        what="rejected",
        kind=request.kind,
        channel=request.channel,
        start=request.start,
        end=request.end,
        reason=outcome.rejection,
        heard=outcome.hypothesis.text,
        figures=outcome.figures,
    )


class _Batch:
    """Requests by their index, and what is known of each so far."""

    def __init__(
        self,
        engine: Engine,
        requests: Sequence[DecodeRequest],
        beam_size: int,
        hotwords: str,
        batching: Batching,
    ) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self._engine = engine
        self._requests = requests
        self._beam_size = beam_size
        self._hotwords = hotwords
        self._batching = batching
        self._sounds = [
            measure_sound(request.samples, (request.end - request.start) / SAMPLE_RATE)
            for request in requests
        ]
        self._whole: dict[int, Encoded] = {}
        """Rows that were encoded in a whole window: no need to do it twice."""

    def decode_all(self) -> None:
        """An outcome for every row: its first."""
        groups: dict[tuple[float, int], list[int]] = {}
        for index, (request, sound) in enumerate(zip(self._requests, self._sounds, strict=True)):
            if (reason := judge_sound(sound)) is not None:
                nothing = Hypothesis("", request.language, 0.0, 0.0)
                self.outcomes[index] = _rejected(nothing, reason, sound)
                continue
            beams = self._beam_size if request.kind is DecodeKind.FINAL else 1
            window_s = choose_window_s(request.length_s, request.kind, self._engine.floors)
            groups.setdefault((window_s, beams), []).append(index)
        for (window_s, beams), rows in groups.items():
            encoded, failed = self._encode(rows, window_s)
            self.outcomes |= failed | self._generate(encoded, beams, 0.0)
            if window_s == WHOLE_WINDOW_S:
                self._whole |= encoded

    def decode_again(self) -> None:
        """A better outcome for finals that look bad, if there is one."""
        in_short = [index for index in self._bad_finals() if index not in self._whole]
        encoded, failed = self._encode(in_short, WHOLE_WINDOW_S)
        self.outcomes |= {i: outcome for i, outcome in failed.items() if is_gpu_failure(outcome)}
        self._whole |= encoded
        self._retry(encoded, self._beam_size, 0.0)
        slipped = {
            index: self._whole[index]
            for index, rejection in self._bad_finals().items()
            if rejection in SLIPS and index in self._whole
        }
        self._retry(slipped, 1, SECOND_TEMPERATURE)

    def _bad_finals(self) -> dict[int, str]:
        """Rows that were decoded and rejected, with the reason."""
        return {
            index: outcome.rejection
            for index, outcome in self.outcomes.items()
            if isinstance(outcome, Decoded)
            and outcome.rejection is not None
            and outcome.hypothesis.text
            and self._requests[index].kind is DecodeKind.FINAL
        }

    def _retry(self, encoded: Mapping[int, Encoded], beams: int, temperature: float) -> None:
        for index, retried in self._generate(encoded, beams, temperature).items():
            first = self.outcomes[index]
            assert isinstance(first, Decoded)
            if is_gpu_failure(retried):  # to be heard on the CPU from the beginning
                self.outcomes[index] = retried
                continue
            fallbacks = first.fallbacks + 1
            is_better = (
                isinstance(retried, Decoded)
                and retried.rejection is None
                # Words at first and none now: the words are still in doubt.
                and retried.hypothesis.text
            )
            better = retried if isinstance(retried, Decoded) and is_better else first
            self.outcomes[index] = replace(better, fallbacks=fallbacks)

    def _encode(
        self, rows: Iterable[int], window_s: float
    ) -> tuple[dict[int, Encoded], dict[int, Outcome]]:
        """Those that could be encoded, and the errors of those that could not."""
        rows = list(rows)
        if self._batching.encodes_together and len(rows) > 1:
            try:
                samples = [self._requests[index].samples for index in rows]
                together = self._engine.encode_together(samples, window_s)
                return dict(zip(rows, together, strict=True)), {}
            except Exception as error:
                if is_gpu_failure(error):
                    return {}, dict.fromkeys(rows, _explain(error))
        encoded: dict[int, Encoded] = {}
        failed: dict[int, Outcome] = {}
        for index in rows:
            try:
                encoded[index] = self._engine.encode(self._requests[index].samples, window_s)
            except Exception as error:
                failed[index] = _explain(error)
        return encoded, failed

    def _generate(
        self, encoded: Mapping[int, Encoded], beams: int, temperature: float
    ) -> dict[int, Outcome]:
        if not encoded:
            return {}
        if len(encoded) > (most := self._batching.largest_batch):
            outcomes: dict[int, Outcome] = {}
            rows_of_it = list(encoded.items())
            for at in range(0, len(rows_of_it), most):
                outcomes |= self._generate(dict(rows_of_it[at : at + most]), beams, temperature)
            return outcomes
        rows = [self._requests[index] for index in encoded]
        options = GenerateOptions(
            longest_s=max(row.length_s for row in rows),
            beam_size=beams,
            temperature=temperature,
            hotwords=self._hotwords,
        )
        try:
            hypotheses = self._engine.generate(
                list(encoded.values()), [row.language for row in rows], options
            )
            pairs = list(zip(encoded, hypotheses, strict=True))
        except Exception as error:
            if len(encoded) == 1 or is_gpu_failure(error):
                return dict.fromkeys(encoded, _explain(error))
            alone: dict[int, Outcome] = {}
            for index, row in encoded.items():
                alone |= self._generate({index: row}, beams, temperature)
            return alone
        return {index: self._judged(index, hypothesis) for index, hypothesis in pairs}

    def _judged(self, index: int, hypothesis: Hypothesis) -> Decoded:
        sound = self._sounds[index]
        reason = judge_text(hypothesis, sound, self._hotwords)
        is_partial = self._requests[index].kind is DecodeKind.PARTIAL
        if reason is None or (is_partial and reason in AHEAD):
            return Decoded(hypothesis)
        return _rejected(hypothesis, reason, sound)


def _rejected(hypothesis: Hypothesis, reason: str, sound: Sound) -> Decoded:
    return Decoded(hypothesis, str(reason), figures=figures_of(hypothesis, sound))


def is_gpu_failure(outcome: object) -> bool:
    """Whether it is an error that the CPU would not have had."""
    return isinstance(outcome, DecodeError) and outcome.code == "gpu_failed"


def _explain(error: Exception) -> DecodeError:
    if isinstance(error, DecodeError):
        return error
    return DecodeError("decode_failed", f"The engine failed ({type(error).__name__}): {error}.")
