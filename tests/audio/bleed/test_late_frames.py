import numpy as np

from captioner.audio.bleed.lags import Nearness
from captioner.audio.bleed.late_frames import KEPT_FRAMES, LateFrames
from captioner.audio.bleed.profiles import Profiles
from captioner.audio.bleed.speaker_sets import SpeakerSets
from captioner.audio.bleed.spectrum import BANDS, Spectrum
from captioner.audio.bleed.weighing import HeardFrame
from captioner.audio.frame import FRAME_SAMPLES
from captioner.domain import ChannelId

ONE, TWO, THREE = ChannelId(1), ChannelId(2), ChannelId(3)


def heard(frame: int) -> HeardFrame:
    """By the first of three channels alone."""
    quiet, there = np.ones((3, BANDS)), np.array([1.0, 0.0, 0.0])
    return HeardFrame(frame, (ONE,), there, quiet, quiet, 0.2 * there, Nearness(0 * there, None))


def loud() -> Spectrum:
    spectrum = Spectrum()
    for _ in range(3):
        spectrum.accept(np.random.default_rng(1).normal(0, 0.1, FRAME_SAMPLES).astype(np.float32))
    return spectrum


def test_a_late_channel_is_added_to_what_the_others_heard() -> None:
    late, spectrum, before = LateFrames(), loud(), heard(7)
    late.keep(before)
    whole = late.add(7, TWO, 1, spectrum, 0.9)
    assert whole is not None
    assert whole.channels == (ONE, TWO)
    assert whole.present.tolist() == [1.0, 1.0, 0.0]
    assert whole.voices.tolist() == [0.2, 0.9, 0.0]
    assert whole.powers[1].tolist() == spectrum.powers.tolist()
    assert whole.floors[1].tolist() == spectrum.floor.tolist()
    assert before.present.tolist() == [1.0, 0.0, 0.0], "others may still look at it"


def test_the_next_late_channel_is_added_to_all_that_came_before() -> None:
    late = LateFrames()
    late.keep(heard(7))
    late.add(7, TWO, 1, loud(), 0.9)
    whole = late.add(7, THREE, 2, loud(), 0.8)
    assert whole is not None
    assert whole.channels == (ONE, TWO, THREE)


def test_only_the_last_seconds_are_kept_and_only_of_the_channels_of_now() -> None:
    late = LateFrames()
    for frame in range(KEPT_FRAMES + 1):
        late.keep(heard(frame))
    assert late.add(0, TWO, 1, loud(), 0.9) is None
    assert late.add(1, TWO, 1, loud(), 0.9) is not None
    late.restart()
    assert late.add(2, TWO, 1, loud(), 0.9) is None


def test_late_frames_that_follow_on_each_other_are_judged_together() -> None:
    """A frame that says nothing keeps the chances of the one before; after a gap they are even."""
    late, sets, profiles = LateFrames(), SpeakerSets(3), Profiles()
    for _ in range(3):
        profiles.add()
    for frame in (7, 8, 20):
        late.keep(heard(frame))
    forwards = []
    for frame in (7, 8, 20):
        whole = late.add(frame, TWO, 1, loud(), 0.9)
        assert whole is not None
        forwards.append(late.judge(TWO, whole, sets, profiles).forward)
    assert forwards[0].tolist() != forwards[1].tolist()
    assert forwards[0].tolist() == forwards[2].tolist()
