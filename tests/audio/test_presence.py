from captioner.audio.frame import SAMPLE_RATE
from captioner.audio.presence import GUARD_S, Presence, Presented

GUARD = round(GUARD_S * SAMPLE_RATE)
AS_IT_IS = Presented(0, begins_anew=False)


def test_sound_that_follows_on_is_heard_as_it_is() -> None:
    presence = Presence()
    assert [presence.accept(1000, is_muted=False) for _ in range(3)] == [AS_IT_IS] * 3


def test_muted_sound_goes_nowhere_and_what_comes_after_begins_anew() -> None:
    presence = Presence()
    presence.accept(1000, is_muted=False)
    for _ in range(8):
        assert presence.accept(1000, is_muted=True) == Presented(1000, begins_anew=False)
    assert presence.accept(10_000, is_muted=False) == Presented(GUARD, begins_anew=True)
    assert presence.accept(10, is_muted=False) == AS_IT_IS


def test_what_was_on_its_way_when_a_channel_was_unmuted_is_not_heard() -> None:
    """A block that a device made before the click comes after it."""
    presence = Presence()
    presence.accept(1000, is_muted=True)
    assert presence.accept(GUARD - 1, is_muted=False).skipped == GUARD - 1
    assert presence.accept(100, is_muted=False) == Presented(1, begins_anew=True)


def test_muting_again_during_the_guard_begins_it_anew() -> None:
    presence = Presence()
    presence.accept(10, is_muted=True)
    presence.accept(GUARD - 1, is_muted=False)
    presence.accept(10, is_muted=True)
    assert presence.accept(GUARD, is_muted=False) == Presented(GUARD, begins_anew=False)
