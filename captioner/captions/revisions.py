"""An utterance as a channel made it, as the wire says it."""

from captioner.captions.events import CaptionRevised
from captioner.domain import SamplePos, Utterance

SAMPLES_A_SECOND = 16_000


def caption_of(utterance: Utterance, seq: int, at: float) -> CaptionRevised:
    """What everybody is told of an utterance as it is now."""
    return CaptionRevised(
        seq=seq,
        at=at,
        utterance=utterance.id,
        rev=utterance.rev,
        channel=utterance.channel,
        state=utterance.state,
        text=utterance.text,
        stable=utterance.stable,
        start=_seconds(utterance.start),
        end=_seconds(utterance.end),
        language=utterance.language,
        reason=utterance.reason,
    )


def _seconds(position: SamplePos) -> float:
    return round(position / SAMPLES_A_SECOND, 3)
