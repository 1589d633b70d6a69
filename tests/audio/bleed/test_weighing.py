from dataclasses import replace

import numpy as np

from captioner.audio.bleed.lags import Nearness
from captioner.audio.bleed.profiles import Profiles
from captioner.audio.bleed.speaker_sets import SpeakerSets
from captioner.audio.bleed.spectrum import BANDS
from captioner.audio.bleed.weighing import HeardFrame, weigh_sets
from captioner.domain import ChannelId

BOTH = (ChannelId(1), ChannelId(2))
NOBODY, FIRST, SECOND, PAIR = range(4)


def known() -> Profiles:
    """Two speakers, each 10 dB softer in the other's microphone."""
    profiles = Profiles()
    for speaker in range(2):
        profiles.add()
        del speaker
    for speaker in range(2):
        for _ in range(100):
            profiles.learn(speaker, powers(*(10.0 if at == speaker else 1.0 for at in range(2))))
    return profiles


def powers(first: float, second: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.outer([first, second], np.ones(BANDS))


def frame(first: float, second: float) -> HeardFrame:
    quiet, none = powers(0.01, 0.01), Nearness(np.zeros(2), None)
    return HeardFrame(0, BOTH, np.ones(2), powers(first, second) + quiet, quiet, np.ones(2), none)


def likeliest(heard: HeardFrame) -> int:
    weighed, _ = weigh_sets(SpeakerSets(2), known(), heard)
    return int(weighed.argmax())


def test_loudness_in_both_microphones_says_who_speaks() -> None:
    assert likeliest(frame(0.0, 0.0)) == NOBODY
    assert likeliest(frame(10.0, 1.0)) == FIRST
    assert likeliest(frame(1.0, 10.0)) == SECOND
    assert likeliest(frame(11.0, 11.0)) == PAIR


def test_a_detector_that_hears_nothing_in_an_insensitive_microphone_does_not_silence_it() -> None:
    heard = replace(frame(10.0, 1.0), voices=np.array([0.1, 0.9]))
    assert likeliest(heard) == FIRST


def test_lags_decide_where_loudness_does_not() -> None:
    even = frame(4.0, 4.0)
    for nearest, scores in ((FIRST, [0.0, -8.0]), (SECOND, [-8.0, 0.0])):
        weighed, _ = weigh_sets(
            SpeakerSets(2), known(), replace(even, nearness=Nearness(np.array(scores), nearest - 1))
        )
        assert weighed[nearest] > weighed[SECOND if nearest == FIRST else FIRST]


def test_nobody_speaks_into_a_microphone_that_is_away() -> None:
    away = replace(frame(1.0, 10.0), channels=BOTH[:1], present=np.array([1.0, 0.0]))
    assert likeliest(away) in (NOBODY, FIRST)
