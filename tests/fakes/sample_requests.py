"""Requests to decode, with as little said as a test needs."""

import numpy as np

from captioner.asr.engine import DecodeKind, DecodeRequest
from captioner.audio.frame import SAMPLE_RATE
from captioner.domain import ChannelId, SamplePos, UtteranceId


def request(
    channel: int = 1,
    utterance: str = "u1",
    kind: DecodeKind = DecodeKind.FINAL,
    *,
    word: int = 1,
    length_s: float = 1.0,
    language: str = "en",
    attempt: int = 1,
) -> DecodeRequest:
    """A request for `length_s` seconds of one word of `tone_source`."""
    samples = np.full(round(length_s * SAMPLE_RATE), word / 1024, np.float32)
    return DecodeRequest(
        channel=ChannelId(channel),
        utterance=UtteranceId(utterance),
        kind=kind,
        start=SamplePos(0),
        end=SamplePos(len(samples)),
        samples=samples,
        language=language,
        attempt=attempt,
    )
