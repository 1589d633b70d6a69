import numpy as np

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.presence import GUARD_S, Presence
from captioner.domain import SamplePos

GUARD = round(GUARD_S * SAMPLE_RATE)
NEVER = SamplePos(10**9)
"""A clock that must not be looked at."""


def numbered(start: int, count: int) -> Samples:
    return np.arange(start, start + count, dtype=np.float32)


def test_sound_that_follows_on_is_heard_as_it_is() -> None:
    presence = Presence(SamplePos(0))
    for start in (0, 1000, 2000):
        heard, restart = presence.accept(numbered(start, 1000), NEVER, False)
        assert (len(heard), restart) == (1000, None)


def test_muted_sound_goes_nowhere_and_time_counts_on() -> None:
    presence = Presence(SamplePos(500))
    presence.accept(numbered(500, 1000), NEVER, False)
    for start in range(1500, 9500, 1000):
        assert not len(presence.accept(numbered(start, 1000), NEVER, True)[0])
    heard, restart = presence.accept(numbered(9500, 10_000), NEVER, False)
    assert restart == 9500 + GUARD
    assert heard[0] == restart, "the sample says where it belongs"
    heard, restart = presence.accept(numbered(19_500, 10), NEVER, False)
    assert (len(heard), restart) == (10, None)


def test_what_was_on_its_way_when_a_channel_was_unmuted_is_not_heard() -> None:
    """A block that a device made before the click comes after it."""
    presence = Presence(SamplePos(0))
    presence.accept(numbered(0, 1000), NEVER, True)
    assert not len(presence.accept(numbered(1000, GUARD - 1), NEVER, False)[0])
    heard, restart = presence.accept(numbered(1000 + GUARD - 1, 100), NEVER, False)
    assert (len(heard), restart) == (99, 1000 + GUARD)


def test_muting_again_during_the_guard_begins_it_anew() -> None:
    presence = Presence(SamplePos(0))
    presence.accept(numbered(0, 10), NEVER, True)
    presence.accept(numbered(10, GUARD - 1), NEVER, False)
    presence.accept(numbered(0, 10), NEVER, True)
    assert not len(presence.accept(numbered(0, GUARD), NEVER, False)[0])


def test_a_microphone_that_was_away_goes_on_at_the_meetings_time() -> None:
    presence = Presence(SamplePos(0))
    presence.accept(numbered(0, 1000), SamplePos(1000), False)
    presence.leave()
    heard, restart = presence.accept(numbered(0, 500), SamplePos(80_000), False)
    assert (len(heard), restart) == (500, 79_500)
    assert presence.accept(numbered(0, 500), SamplePos(99_000), False)[1] is None


def test_time_never_goes_back_for_a_microphone_that_comes_back_at_once() -> None:
    presence = Presence(SamplePos(0))
    presence.accept(numbered(0, 9000), NEVER, False)
    presence.leave()
    restart = presence.accept(numbered(0, 500), SamplePos(9100), False)[1]
    assert restart == 9000 + FRAME_SAMPLES, "half a frame was filled up when it went"


def test_a_microphone_that_comes_back_muted_is_not_heard_and_keeps_the_time() -> None:
    presence = Presence(SamplePos(0))
    presence.leave()
    assert not len(presence.accept(numbered(0, 500), SamplePos(80_000), True)[0])
    heard, restart = presence.accept(numbered(0, GUARD + 1), NEVER, False)
    assert (len(heard), restart) == (1, 80_000 + GUARD)
