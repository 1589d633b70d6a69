"""Whose voice it is, in simulated rooms: the truth is known for every frame."""

import pytest

pytest.importorskip("pyroomacoustics", reason="needs pyroomacoustics")

from dataclasses import replace

from captioner.audio.vad import SileroDetector, SileroModel
from captioner.bench.bleed import FrameFigures
from tests.rooms.dry import babble, has_espeak, speak_sentence
from tests.rooms.listening import Oracle, listen
from tests.rooms.simulator import Condition, Simulated, simulate_room

SHORT = Condition(speakers=3, seconds=18.0)
CONDITIONS = {
    "a quiet room": SHORT,
    "gains 10 dB apart": replace(SHORT, gains_db=10.0),
    "echo, and microphones far away": replace(SHORT, rt60_s=0.6, distance_m=0.5),
}

needs_espeak = pytest.mark.skipif(not has_espeak(), reason="needs espeak-ng")


def judge(meeting: Simulated, *, bleed: bool = True) -> FrameFigures:
    """What becomes of the frames when the detector is never wrong."""

    def new_detector(microphone: int) -> Oracle:
        return Oracle(meeting.truth[microphone])

    return listen(meeting.microphones, new_detector, bleed=bleed).count(meeting.truth)


def test_the_simulated_rooms_bleed_as_rooms_do() -> None:
    """Were there no bleed, all that follows would prove nothing."""
    meeting = simulate_room(SHORT, 1, babble)
    figures = judge(meeting, bleed=False)
    assert figures.lost == 0
    assert figures.leaked == figures.others > figures.own
    assert -16 < meeting.bleed_db < -4


@pytest.mark.parametrize("name", CONDITIONS)
def test_everybody_gets_their_own_voice_and_hardly_anybody_elses(name: str) -> None:
    figures = judge(simulate_room(CONDITIONS[name], 1, babble))
    assert figures.own > 200
    assert figures.leaked < 0.1 * figures.others
    assert figures.lost < 0.15 * figures.own
    assert figures.worst_lost < 0.3


@needs_espeak
def test_the_real_detector_and_real_words_fare_no_worse() -> None:
    silero = SileroModel()
    silero.load()
    meeting = simulate_room(SHORT, 2, speak_sentence)
    watched = listen(meeting.microphones, lambda _: SileroDetector(silero))
    figures = watched.count(meeting.truth)
    assert figures.own > 200
    assert figures.leaked < 0.1 * figures.others
    assert figures.lost < 0.15 * figures.own
    assert figures.worst_lost < 0.3


def test_the_same_seed_is_the_same_meeting() -> None:
    one, again = (simulate_room(replace(SHORT, seconds=5.0), 7, babble) for _ in range(2))
    assert all((a == b).all() for a, b in zip(one.microphones, again.microphones, strict=True))
    assert one.said == again.said


def test_as_much_overlap_as_was_asked_for() -> None:
    dry = replace(SHORT, speakers=2, rt60_s=0.2)
    assert simulate_room(replace(dry, overlap=0.0), 1, babble).overlap == 0
    half = simulate_room(replace(dry, overlap=0.5), 1, babble)
    assert half.overlap == pytest.approx(0.5, abs=0.15)


def test_a_late_channel_is_late_in_its_sound_and_in_its_truth() -> None:
    meeting = simulate_room(replace(SHORT, seconds=6.0, offset_ms=320.0), 1, babble)
    beginnings = sorted(int(microphone.any(0).argmax()) for microphone in meeting.truth)
    assert beginnings[-1] - beginnings[0] == 10  # frames of 32 ms
    assert sum(not sound[:5000].any() for sound in meeting.microphones) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("condition", "worst"),
    [
        (Condition("six speakers", speakers=6), 0.4),
        (Condition("gains 20 dB apart", gains_db=20.0), 0.4),
        (Condition("echo of 0.7 s", rt60_s=0.7), 0.4),
        (Condition("a third of the time two speak", overlap=0.3), 0.4),
        (Condition("one leaves the table", moves="leaves"), 0.4),
    ],
    ids=lambda each: each.name if isinstance(each, Condition) else "",
)
def test_nobody_is_lost_in_harder_rooms(condition: Condition, worst: float) -> None:
    for seed in (1, 2):
        meeting = simulate_room(replace(condition, seconds=25.0), seed, babble)
        figures = judge(meeting)
        assert figures.leaked < 0.2 * figures.others
        assert figures.worst_lost < worst
