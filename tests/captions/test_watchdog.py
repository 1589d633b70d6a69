import itertools

import pytest

from captioner.captions.watchdog import (
    RECENT_S,
    SOUND_S,
    TEXT_S,
    VOICE_S,
    SoundWatch,
    Step,
    TextWatch,
)
from captioner.domain import ChannelId

ONE, TWO = ChannelId(1), ChannelId(2)


class Room:
    """Time passes second by second; what is done is noted with its second."""

    def __init__(self) -> None:
        self.watch = TextWatch()
        self.now_s = 0
        self.steps: list[tuple[int, Step]] = []

    def pass_time(
        self,
        seconds: float,
        *,
        voice_s: float = 0.0,
        text: bool = False,
        nothing_every: int = 0,
        is_decoding: bool = False,
    ) -> None:
        for _ in range(round(seconds)):
            self.now_s += 1
            if voice_s:
                self.watch.accept_voice(voice_s, self.now_s)
            if text:
                self.watch.accept_text()
            if nothing_every and self.now_s % nothing_every == 0:
                self.watch.accept_nothing()
            step = self.watch.choose_step(self.now_s, is_decoding=is_decoding)
            if step is not None:
                self.steps.append((self.now_s, step))


def test_silence_never_alarms() -> None:
    room = Room()
    room.pass_time(3 * 3600)
    assert room.steps == []


def test_speech_that_becomes_text_never_alarms() -> None:
    room = Room()
    room.pass_time(3600, voice_s=1.0, text=True)
    room.pass_time(3600)
    assert room.steps == []


def test_coughs_in_a_silent_room_never_add_up() -> None:
    """VOICE_S of them come together in a while, but not within RECENT_S."""
    room = Room()
    for _ in range(200):
        room.pass_time(1, voice_s=0.9, nothing_every=1)
        room.pass_time(20)
    assert room.steps == []


def test_one_noise_that_no_text_comes_of_is_none_of_our_business() -> None:
    room = Room()
    room.pass_time(VOICE_S + 3, voice_s=1.0)
    room.watch.accept_nothing()
    room.pass_time(40, is_decoding=True)
    assert room.steps == []


def test_an_engine_that_returns_nothing_is_helped_step_by_step() -> None:
    room = Room()
    room.pass_time(300, voice_s=1.0, nothing_every=4)
    assert [step for _, step in room.steps] == [Step.RESTART, Step.RELOAD, Step.TELL]
    moments = [at_s for at_s, _ in room.steps]
    assert moments[0] == pytest.approx(TEXT_S, abs=2)
    assert all(later - earlier >= TEXT_S for earlier, later in itertools.pairwise(moments))


def test_text_after_a_step_ends_it_and_the_next_trouble_begins_at_the_first_step() -> None:
    room = Room()
    room.pass_time(35, voice_s=1.0, nothing_every=4)
    room.pass_time(1, voice_s=1.0, text=True)
    assert [step for _, step in room.steps] == [Step.RESTART, Step.WELL]
    room.pass_time(35, voice_s=1.0, nothing_every=4)
    assert [step for _, step in room.steps][2:] == [Step.RESTART]


def test_silence_after_a_step_takes_no_other() -> None:
    room = Room()
    room.pass_time(35, voice_s=1.0, nothing_every=4)
    room.pass_time(3600)
    assert [step for _, step in room.steps] == [Step.RESTART]


def test_a_decode_that_hangs_is_left_to_patience() -> None:
    room = Room()
    room.pass_time(300, voice_s=1.0, is_decoding=True)
    assert room.steps == []


def test_what_got_lost_on_the_way_is_noticed_when_nothing_is_in_hand() -> None:
    room = Room()
    room.pass_time(70, voice_s=1.0)
    assert [step for _, step in room.steps] == [Step.RESTART]
    assert room.steps[0][0] == pytest.approx(2 * TEXT_S, abs=2)


def test_a_pause_or_a_private_moment_begins_the_count_anew() -> None:
    room = Room()
    room.pass_time(TEXT_S - 2, voice_s=1.0, nothing_every=4)
    room.watch.rest()
    room.pass_time(TEXT_S - 2, voice_s=1.0, nothing_every=4)
    assert room.steps == []
    assert TEXT_S < RECENT_S


def test_a_microphone_from_which_nothing_comes_is_named_once() -> None:
    watch = SoundWatch()
    for second in range(60):
        watch.accept_block(ONE, second)
        if second < 10:
            watch.accept_block(TWO, second)
        silent = watch.take_silent(second)
        assert silent == ([TWO] if second == 9 + SOUND_S else [])


def test_a_microphone_that_never_sent_anything_or_is_muted_is_not_waited_for() -> None:
    watch = SoundWatch()
    assert watch.take_silent(1000) == []
    watch.accept_block(ONE, 1000)
    watch.forget(ONE)
    assert watch.take_silent(2000) == []
