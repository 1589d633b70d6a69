"""A batch of requests through an engine: windows, groups, and one failure that stays alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from captioner.asr.engine import DecodeKind, DecodeRequest, Encoded, Engine, GenerateOptions
from captioner.asr.window import choose_window_s
from captioner.domain import Hypothesis
from captioner.errors import DecodeError


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decode that came back."""

    hypothesis: Hypothesis
    rejection: str | None = None
    """Why the text is not to be believed; None: it is. The hypothesis is then as it was heard."""


Outcome = Decoded | DecodeError
"""What became of one request."""


def decode_batch(
    engine: Engine, requests: Sequence[DecodeRequest], beam_size: int
) -> list[Outcome]:
    """Decode the requests, in order; a request that fails gives its error and harms no other.

    Rows of one window length are generated together. When such a group fails, each of its rows is
    tried alone. Finals use `beam_size` beams, partials one. Whatever an engine throws becomes a
    DecodeError of the rows it was thrown for.
    """
    outcomes: dict[int, Outcome] = {}
    groups: dict[tuple[float, int], list[int]] = {}
    for index, request in enumerate(requests):
        beams = beam_size if request.kind is DecodeKind.FINAL else 1
        groups.setdefault((choose_window_s(request.length_s), beams), []).append(index)
    for (window_s, beams), rows in groups.items():
        encoded: dict[int, Encoded] = {}
        for index in rows:
            try:
                encoded[index] = engine.encode(requests[index].samples, window_s)
            except Exception as error:
                outcomes[index] = _explain(error)
        outcomes |= _generate(engine, requests, encoded, beams)
    return [outcomes[index] for index in range(len(requests))]


def _generate(
    engine: Engine, requests: Sequence[DecodeRequest], encoded: dict[int, Encoded], beams: int
) -> dict[int, Outcome]:
    if not encoded:
        return {}
    rows = [requests[index] for index in encoded]
    try:
        hypotheses = engine.generate(
            list(encoded.values()),
            [row.language for row in rows],
            GenerateOptions(longest_s=max(row.length_s for row in rows), beam_size=beams),
        )
        outcomes = [Decoded(hypothesis) for hypothesis in hypotheses]
        return dict(zip(encoded, outcomes, strict=True))
    except Exception as error:
        if len(encoded) == 1:
            return dict.fromkeys(encoded, _explain(error))
        alone: dict[int, Outcome] = {}
        for index, row in encoded.items():
            alone |= _generate(engine, requests, {index: row}, beams)
        return alone


def _explain(error: Exception) -> DecodeError:
    if isinstance(error, DecodeError):
        return error
    return DecodeError("decode_failed", f"The engine failed ({type(error).__name__}): {error}.")
