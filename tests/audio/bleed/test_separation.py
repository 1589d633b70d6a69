from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from captioner.audio.bleed.mask import BandGains
from captioner.audio.bleed.separation import CHANGED_FRAMES, Own, Separation
from captioner.audio.bleed.spectrum import BANDS
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.ring import SampleRing
from captioner.domain import ChannelId, SamplePos
from tests.fakes.room_sound import Turn, judgement, room

ONE, TWO, THREE = ChannelId(1), ChannelId(2), ChannelId(3)
EVERYONE = (ONE, TWO, THREE)
CAPACITY = 1000
LEARNING: Sequence[Turn] = ((0, 0.0, 4.0), (1, 4.0, 8.0))
"""Both speak alone; then both at once."""
BOTH: Sequence[Turn] = ((0, 8.0, 11.0), (1, 8.0, 11.0))
ONLY_TWO: Sequence[Turn] = ((1, 8.0, 11.0),)
SECONDS = 11.0


class Meeting:
    """A separation that is told the truth about who speaks."""

    def __init__(self, exact: Sequence[ChannelId] = EVERYONE) -> None:
        self.separation = Separation(CAPACITY)
        self.rings = {each: SampleRing(CAPACITY * FRAME_SAMPLES, SamplePos(0)) for each in EVERYONE}
        for channel, ring in self.rings.items():
            self.separation.open(channel, ring, is_exact=channel in exact)

    def hear(
        self,
        turns: Sequence[Turn],
        seconds: float = SECONDS,
        *,
        without: Mapping[ChannelId, float] | None = None,
        claimed: Sequence[Turn] = (),
        broken: float = 0.0,
    ) -> list[Samples]:
        """`without`: from when a channel delivers nothing; `claimed`: turns that were not;
        `broken`: a sample of everybody's that is no sound."""
        sounds = room(3).hear(turns, seconds)
        for sound in sounds if broken else ():
            sound[2 * SAMPLE_RATE : 6 * SAMPLE_RATE : 1999] = broken
        for channel, sound in zip(EVERYONE, sounds, strict=True):
            self.rings[channel].append(sound)
        for frame in range(round(seconds * SAMPLE_RATE) // FRAME_SAMPLES):
            at_s = frame * FRAME_SAMPLES / SAMPLE_RATE
            chances = {
                each: float(any(w + 1 == each and a <= at_s < b for w, a, b in (*turns, *claimed)))
                for each in EVERYONE
                if at_s < (without or {}).get(each, seconds)
            }
            shares = {each: np.ones(BANDS) for each in chances}
            ownership = replace(judgement(frame, chances), shares=shares)
            self.separation.put(ownership)
            self.separation.learn(ownership)
        return sounds

    def own(
        self, channel: ChannelId, start_s: float = 8.0, end_s: float = 11.0, gain: float = 1.0
    ) -> Own | None:
        """`gain`: of the mask, in all bands."""
        start, end = (SamplePos(round(s * SAMPLE_RATE)) for s in (start_s, end_s))
        gains = BandGains(CAPACITY)
        for frame in range(round(SECONDS * SAMPLE_RATE) // FRAME_SAMPLES):
            gains.put(frame, np.full(BANDS, gain**2))
        return self.separation.apply(channel, start, end, gains)


def under_db(wanted: Samples, heard: Samples) -> float:
    """By how much what does not belong there is below what does."""
    return float(10 * np.log10(np.sum(wanted**2) / np.sum((heard - wanted) ** 2)))


def dry(who: int) -> Samples:
    """What the own microphone hears of one of BOTH, from 8 s on."""
    turns = [turn for turn in BOTH if turn[0] == who]
    number = [turn[0] for turn in (*LEARNING, *BOTH)].index(who, len(LEARNING))
    alone = room(3).hear([(2, 0.0, 0.01)] * number + turns, SECONDS)[who]
    return alone[8 * SAMPLE_RATE :]


@pytest.mark.parametrize("who", [0, 1])
def test_of_two_who_speak_at_once_each_is_heard_alone(who: int) -> None:
    meeting = Meeting()
    heard = meeting.hear((*LEARNING, *BOTH))[who][8 * SAMPLE_RATE :]

    own = meeting.own(EVERYONE[who])

    assert own is not None
    assert len(own.samples) == len(heard)
    assert under_db(dry(who), own.samples) > under_db(dry(who), heard) + 4.0
    assert not own.is_bleed


def test_of_somebody_elses_voice_hardly_anything_is_left() -> None:
    meeting = Meeting()
    meeting.hear((*LEARNING, *ONLY_TWO))

    own = meeting.own(ONE)

    assert own is not None
    assert own.is_bleed


def test_while_nobody_else_speaks_nothing_is_done() -> None:
    meeting = Meeting()
    meeting.hear((*LEARNING, (0, 8.0, 11.0)))

    assert meeting.own(ONE, 8.3) is None


def test_who_was_never_alone_is_not_filtered_out() -> None:
    meeting = Meeting()
    meeting.hear((LEARNING[0], *BOTH))

    assert meeting.own(ONE) is None


@pytest.mark.parametrize(("third", "loud"), [((), 1.0), (((2, 8.0, 11.0),), 0.5)])
def test_the_mask_is_for_those_who_are_not_known(third: Sequence[Turn], loud: float) -> None:
    meeting = Meeting()
    meeting.hear((*LEARNING, *BOTH, *third))

    masked, whole = meeting.own(ONE, 8.3, 10.7, gain=0.5), meeting.own(ONE, 8.3, 10.7)

    assert masked is not None
    assert whole is not None
    assert np.std(masked.samples) == pytest.approx(loud * np.std(whole.samples), rel=0.05)


def test_microphones_of_other_clocks_are_left_as_they_are() -> None:
    meeting = Meeting(exact=(ONE, THREE))
    meeting.hear((*LEARNING, *BOTH))

    assert meeting.own(ONE) is None
    assert meeting.own(TWO) is None


def test_a_stranger_to_the_clock_who_speaks_teaches_nothing_of_others() -> None:
    meeting = Meeting(exact=(ONE, THREE))
    meeting.hear(((1, 0.0, 8.0), (0, 8.0, 11.0)), claimed=((2, 0.0, 8.0), (2, 8.0, 11.0)))

    assert meeting.own(ONE) is None


def test_a_profile_that_was_somebody_elses_is_forgotten() -> None:
    meeting = Meeting()
    meeting.hear((*LEARNING, *BOTH))
    doubted = replace(judgement(343, {each: 0.0 for each in EVERYONE}), doubted=(TWO,))

    meeting.separation.learn(doubted)

    assert meeting.own(ONE) is None


def test_when_a_microphone_goes_for_good_it_is_learnt_without_it() -> None:
    meeting = Meeting()
    away_s = 4.0 - 2 * CHANGED_FRAMES * FRAME_SAMPLES / SAMPLE_RATE
    heard = meeting.hear((*LEARNING, *BOTH), without={THREE: away_s})[0][8 * SAMPLE_RATE :]

    own = meeting.own(ONE)

    assert own is not None
    assert under_db(dry(0), own.samples) > under_db(dry(0), heard) + 3.0
    assert meeting.own(THREE) is None


def test_a_channel_that_is_dropped_is_not_listened_to_any_more() -> None:
    meeting = Meeting()
    meeting.hear((*LEARNING, *BOTH))

    meeting.separation.drop(TWO)

    assert meeting.own(TWO) is None
    assert meeting.own(ONE) is None


def test_what_is_no_longer_held_is_left_out() -> None:
    meeting = Meeting()
    meeting.hear((*LEARNING, *BOTH))

    own = meeting.own(ONE, 10.5, 13.0)

    assert own is not None
    assert len(own.samples) == round(0.5 * SAMPLE_RATE)


def test_digital_silence_is_no_voice_and_no_error() -> None:
    meeting = Meeting()
    for ring in meeting.rings.values():
        ring.append(np.zeros(400 * FRAME_SAMPLES, np.float32))
    for frame in range(400):
        chances = {each: float(each == TWO or frame > 350) for each in EVERYONE}
        shares = {each: np.ones(BANDS) for each in EVERYONE}
        ownership = replace(judgement(frame, chances), shares=shares)
        meeting.separation.put(ownership)
        meeting.separation.learn(ownership)

    own = meeting.own(ONE, 8.0, 12.0)

    assert own is not None
    assert not own.samples.any()


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf, 3e38])
def test_samples_that_are_no_numbers_spoil_nothing(broken: float) -> None:
    meeting = Meeting()
    heard = meeting.hear((*LEARNING, *BOTH), broken=broken)[0][8 * SAMPLE_RATE :]

    own = meeting.own(ONE)

    assert own is not None
    assert under_db(dry(0), own.samples) > under_db(dry(0), heard)
