from collections.abc import Sequence

from captioner.audio.bleed.gate import (
    ECHO_FRAMES,
    GOES_ON_FRAMES,
    OWNS,
    SHARED_FRAMES,
    SHORTEST_TOLD_FRAMES,
    BleedGate,
    Suppressed,
)
from captioner.audio.bleed.owners import Ownership
from captioner.audio.frame import FRAME_SAMPLES
from captioner.domain import ChannelId, SamplePos
from tests.fakes.room_sound import judgement

ME, OTHER, THIRD = ChannelId(1), ChannelId(2), ChannelId(3)
VOICE = 0.9


class Followed:
    """A gate of the first channel, frame by frame, with all that it told."""

    def __init__(self) -> None:
        self.gate = BleedGate(ME)
        self.frame = 0
        self.told: list[Suppressed] = []

    def hear(self, frames: int, *owners: ChannelId, voice: float = VOICE) -> list[bool]:
        """Whether each of so many frames passed while these speak."""
        chances = {each: 1.0 if each in owners else 0.0 for each in (ME, OTHER, THIRD)}
        return [self.decide(voice, judgement(self.frame, chances)) for _ in range(frames)]

    def decide(self, voice: float, ownership: Ownership | None) -> bool:
        counted, told = self.gate.decide(self.frame, voice, ownership)
        self.frame += 1
        self.told += [] if told is None else [told]
        assert counted in (0.0, voice)
        return counted == voice


def passed(frames: Sequence[bool]) -> int:
    return sum(frames)


def test_ones_own_voice_passes_from_its_first_frame() -> None:
    assert all(Followed().hear(50, ME))


def test_a_voice_that_nobody_owns_passes() -> None:
    """Rather an echo shown than a speaker lost whom nobody knows yet."""
    assert all(Followed().hear(50))


def test_what_was_not_judged_passes() -> None:
    gate = Followed()
    assert all(gate.decide(VOICE, None) for _ in range(50))


def test_somebody_elses_voice_does_not() -> None:
    gate = Followed()
    assert not any(gate.hear(50, OTHER))
    assert gate.gate.suppressed_frames == 50


def test_what_echoes_after_somebody_else_does_not_pass_but_what_comes_later_does() -> None:
    gate = Followed()
    gate.hear(20, OTHER)
    frames = gate.hear(ECHO_FRAMES + 5)
    assert not any(frames[: ECHO_FRAMES - 1])
    assert all(frames[ECHO_FRAMES:])


def test_an_answer_in_the_echo_of_the_question_passes_at_once() -> None:
    gate = Followed()
    gate.hear(20, OTHER)
    assert all(gate.hear(20, ME))


def test_who_begins_while_another_speaks_is_believed_after_a_moment() -> None:
    gate = Followed()
    gate.hear(20, OTHER)
    frames = gate.hear(20, ME, OTHER)
    assert not any(frames[: SHARED_FRAMES - 1])
    assert all(frames[SHARED_FRAMES:])


def test_an_echo_taken_for_a_second_speaker_for_a_syllable_does_not_pass() -> None:
    gate = Followed()
    for _ in range(10):
        assert not any(gate.hear(SHARED_FRAMES - 1, ME, OTHER))
        assert not any(gate.hear(3 * SHARED_FRAMES, OTHER))


def test_who_speaks_already_is_not_asked_for_proof_when_another_joins() -> None:
    gate = Followed()
    gate.hear(20, ME)
    assert all(gate.hear(50, ME, OTHER))


def test_nor_after_a_short_pause_for_breath() -> None:
    gate = Followed()
    gate.hear(20, ME)
    gate.hear(GOES_ON_FRAMES - 2, OTHER)
    assert all(gate.hear(20, ME, OTHER))


def test_to_have_spoken_alone_long_ago_is_no_proof() -> None:
    gate = Followed()
    gate.hear(50, ME)
    gate.hear(GOES_ON_FRAMES + 2, OTHER)
    assert not any(gate.hear(SHARED_FRAMES - 1, ME, OTHER))


def test_a_stretch_left_out_is_told_with_its_owner_and_its_place() -> None:
    gate = Followed()
    gate.hear(10)
    gate.hear(30, OTHER)
    gate.hear(40, ME)
    (told,) = gate.told
    assert told == Suppressed(
        ME, OTHER, SamplePos(10 * FRAME_SAMPLES), SamplePos(40 * FRAME_SAMPLES)
    )


def test_too_short_a_stretch_is_not_worth_telling() -> None:
    gate = Followed()
    gate.hear(SHORTEST_TOLD_FRAMES - 1, OTHER)
    gate.hear(40, ME)
    assert gate.told == []
    assert gate.gate.suppressed_frames == SHORTEST_TOLD_FRAMES - 1, "but it is counted"


def test_silence_while_somebody_else_speaks_is_not_told() -> None:
    """A microphone at the other end of the room hears nothing of them: nothing is left out."""
    gate = Followed()
    gate.hear(100, OTHER, voice=0.1)
    gate.hear(40, ME)
    assert gate.told == []
    assert gate.gate.suppressed_frames == 0


def test_the_end_of_the_sound_tells_what_was_being_left_out() -> None:
    gate = Followed()
    gate.hear(50, THIRD)
    told = gate.gate.flush(gate.frame)
    assert told == Suppressed(ME, THIRD, SamplePos(0), SamplePos(50 * FRAME_SAMPLES))
    assert gate.gate.flush(gate.frame) is None


def test_of_two_others_the_surer_is_named() -> None:
    gate = Followed()
    chances = {ME: 0.0, OTHER: OWNS, THIRD: 1.0}
    for frame in range(20):
        gate.decide(VOICE, judgement(frame, chances))
    told = gate.gate.flush(20)
    assert told is not None
    assert told.owner == THIRD


def test_a_voice_that_only_other_microphones_can_hear_counts_for_its_sure_speaker() -> None:
    gate = BleedGate(ChannelId(1))
    sure = Ownership(0, {ChannelId(1): 0.97, ChannelId(2): 0.0}, {}, {}, voice=0.9)
    unsure = Ownership(1, {ChannelId(1): 0.6, ChannelId(2): 0.0}, {}, {}, voice=0.9)
    assert gate.decide(0, 0.2, sure) == (0.9, None)
    assert gate.decide(1, 0.2, unsure) == (0.2, None)
