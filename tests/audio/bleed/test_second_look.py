import numpy as np

from captioner.audio.bleed.lags import Nearness
from captioner.audio.bleed.mixing import Explained
from captioner.audio.bleed.second_look import KNOWN_FRAMES, PAST_FRAMES, SecondLook, Seen
from captioner.audio.bleed.spectrum import BANDS
from captioner.audio.bleed.weighing import HeardFrame

NOBODY = np.zeros(2)


def seen(frame: int) -> Seen:
    quiet = np.ones((2, BANDS))
    heard = HeardFrame(frame, (), NOBODY, quiet, quiet, NOBODY, Nearness(NOBODY, None))
    return Seen(heard, NOBODY, NOBODY, Explained(NOBODY, NOBODY, NOBODY, NOBODY))


def looking() -> SecondLook:
    look = SecondLook()
    look.restart(2)
    look.keep(seen(0))
    return look


def test_it_is_worth_a_look_back_each_time_somebody_is_better_known() -> None:
    look = looking()
    assert not look.is_due(np.array([0.0, KNOWN_FRAMES[0] - 1]))
    assert look.is_due(np.array([0.0, KNOWN_FRAMES[0]]))
    assert not look.is_due(np.array([0.0, KNOWN_FRAMES[0] + 1])), "once"
    assert look.is_due(np.array([0.0, KNOWN_FRAMES[1]]))


def test_whoever_was_forgotten_and_is_known_again_is_worth_one_more() -> None:
    look = looking()
    assert look.is_due(np.array([KNOWN_FRAMES[0], 0.0]))
    assert not look.is_due(np.array([0.0, 0.0]))
    assert look.is_due(np.array([KNOWN_FRAMES[0], 0.0]))


def test_only_the_last_seconds_are_kept() -> None:
    look = looking()
    for frame in range(1, 2 * PAST_FRAMES):
        look.keep(seen(frame))
    assert [each.heard.frame for each in look.past] == list(range(PAST_FRAMES, 2 * PAST_FRAMES))


def test_a_new_channel_makes_the_past_incomparable() -> None:
    look = looking()
    look.restart(3)
    assert not look.past
    assert not look.is_due(np.array([0.0, 0.0, KNOWN_FRAMES[0]])), "nothing is there to judge"
