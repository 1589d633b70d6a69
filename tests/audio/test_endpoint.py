"""Scripted probabilities, one a frame of 32 ms; positions below are in frames."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from captioner.audio.endpoint import Endpointer, SegmentChange, SegmentEvent
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE
from captioner.domain import ChannelId, SamplePos, Segment
from captioner.settings import AudioSettings

SETTINGS = AudioSettings(
    voice_start_ms=96,  # 3 frames
    voice_end_ms=320,  # 10 frames
    pre_roll_ms=128,  # 4 frames
    post_roll_ms=64,  # 2 frames
)
VOICE, UNSURE, QUIET = 0.9, 0.4, 0.0


def hear(
    probabilities: Iterable[float], settings: AudioSettings = SETTINGS, start: int = 0
) -> tuple[list[SegmentEvent], Endpointer]:
    endpointer = Endpointer(ChannelId(1), settings, SamplePos(start))
    events = []
    for number, probability in enumerate(probabilities):
        at = SamplePos(start + number * FRAME_SAMPLES)
        events += endpointer.accept(at, probability, loudness(probability))
    return events, endpointer


def loudness(probability: float) -> float:
    """dBFS of a frame: what is less of a voice is less loud."""
    return 40 * probability - 60


def closed(probabilities: Iterable[float], settings: AudioSettings = SETTINGS) -> list[Segment]:
    events, endpointer = hear(probabilities, settings)
    events += endpointer.flush()
    return [event.segment for event in events if event.change is SegmentChange.CLOSED]


def frames(position: int) -> float:
    return position / FRAME_SAMPLES


def test_a_short_click_opens_nothing() -> None:
    events, endpointer = hear([*[QUIET] * 10, VOICE, VOICE, *[QUIET] * 30])
    assert events == []
    assert endpointer.open_segment is None
    assert endpointer.flush() == []


def test_clicks_with_silence_between_do_not_add_up_to_a_voice() -> None:
    assert hear([VOICE, VOICE, QUIET] * 20)[0] == []


def test_a_voice_opens_where_it_began_not_where_it_was_certain() -> None:
    events, _ = hear([*[QUIET] * 10, *[VOICE] * 3])
    (opened,) = events
    assert opened.change is SegmentChange.OPENED
    assert frames(opened.segment.start) == 10
    assert frames(opened.segment.end) == 13


def test_an_unsure_frame_does_not_break_a_voice_that_begins() -> None:
    events, _ = hear([*[QUIET] * 4, VOICE, UNSURE, VOICE, UNSURE, VOICE])
    assert [frames(event.segment.start) for event in events] == [4]


def test_what_goes_before_a_voice_is_decoded_with_it() -> None:
    (event,), _ = hear([*[QUIET] * 10, *[VOICE] * 3])
    assert frames(event.segment.audio_start) == 6


def test_nothing_is_decoded_from_before_the_first_sample() -> None:
    events, _ = hear([QUIET, *[VOICE] * 3], start=5 * FRAME_SAMPLES)
    assert frames(events[0].segment.audio_start) == 5


def test_a_pause_shorter_than_voice_end_does_not_split() -> None:
    events, endpointer = hear([*[VOICE] * 5, *[QUIET] * 9, *[VOICE] * 5])
    assert [event.change for event in events] == [SegmentChange.OPENED]
    assert endpointer.open_segment is not None
    assert frames(endpointer.open_segment.end) == 19


def test_an_unsure_frame_keeps_a_voice_going() -> None:
    assert len(closed([*[VOICE] * 5, *[QUIET] * 9, UNSURE, *[QUIET] * 9, *[VOICE] * 5])) == 1


def test_a_long_enough_pause_closes_at_the_last_voiced_frame() -> None:
    events, endpointer = hear([*[VOICE] * 5, *[QUIET] * 10])
    assert [event.change for event in events] == [SegmentChange.OPENED, SegmentChange.CLOSED]
    assert frames(events[1].segment.end) == 5
    assert frames(events[1].segment.audio_end) == 7, "and a little of the silence behind it"
    assert endpointer.open_segment is None


def test_the_end_of_the_sound_closes_what_is_open() -> None:
    events, endpointer = hear([*[VOICE] * 5, QUIET])
    (last,) = endpointer.flush()
    assert last.change is SegmentChange.CLOSED
    assert frames(last.segment.end) == 5
    assert frames(last.segment.audio_end) == 6
    assert endpointer.flush() == []
    assert len(events) == 1


def test_the_next_voice_does_not_hear_the_last_ones_stretch_again() -> None:
    """Pre-roll and post-roll over one short pause would otherwise decode its sound twice."""
    settings = replace(SETTINGS, voice_end_ms=128, pre_roll_ms=320, post_roll_ms=128)
    first, second = closed([*[VOICE] * 5, *[QUIET] * 4, *[VOICE] * 5], settings)
    assert frames(first.audio_end) == 9
    assert frames(second.audio_start) == 9


LONG = replace(SETTINGS, longest_utterance_s=5.0, pre_roll_ms=0)
LONG_FRAMES = 157
"""The frame with which five seconds are full."""


def test_a_very_long_utterance_is_cut_in_its_quietest_frame_and_goes_on_right_there() -> None:
    probabilities = [VOICE] * 400
    probabilities[100] = 0.6
    events, endpointer = hear(probabilities[: LONG_FRAMES + 1], LONG)
    assert [event.change for event in events] == [
        SegmentChange.OPENED,
        SegmentChange.CLOSED,
        SegmentChange.OPENED,
    ]
    cut, following = events[1].segment, events[2].segment
    assert frames(cut.end) == frames(cut.audio_end) == 100.5
    assert frames(following.start) == frames(following.audio_start) == 100.5
    assert endpointer.open_segment is not None


def test_the_quietest_frame_is_looked_for_only_near_the_end() -> None:
    probabilities = [VOICE] * 400
    probabilities[10] = 0.4
    probabilities[120] = 0.6
    events, _ = hear(probabilities[: LONG_FRAMES + 1], LONG)
    assert frames(events[1].segment.end) == 120.5


def test_a_cut_inside_a_pause_leaves_nothing_open_until_the_voice_is_back() -> None:
    probabilities = [*[VOICE] * (LONG_FRAMES - 5), *[QUIET] * 8, *[VOICE] * 10]
    events, _ = hear(probabilities, LONG)
    changes = [event.change for event in events]
    assert changes == [SegmentChange.OPENED, SegmentChange.CLOSED, SegmentChange.OPENED]
    assert frames(events[1].segment.end) == LONG_FRAMES - 5
    assert frames(events[2].segment.start) == LONG_FRAMES + 3


def test_after_a_cut_the_next_segment_still_ends_with_its_last_voiced_frame() -> None:
    """The segment opened by a cut once took the silence up to the cut for voice."""
    probabilities = [VOICE] * LONG_FRAMES
    probabilities[118:123] = [0.1] * 5
    probabilities[LONG_FRAMES - 4 :] = [0.2] * 4
    second = closed([*probabilities, *[0.2] * 30], LONG)[1]
    assert frames(second.start) == 121.5
    assert frames(second.end) == LONG_FRAMES - 4


def test_a_murmur_before_a_voice_does_not_make_it_begin_in_the_far_past() -> None:
    """One loud frame and a minute of murmur once opened a segment of a minute: longer than any
    window and than what is kept of the sound, so that its first words were lost."""
    events, _ = hear([VOICE, *[UNSURE] * 1800, *[VOICE] * 3])
    (opened,) = events
    assert frames(opened.segment.start) == 1801


def test_a_loud_voice_is_not_given_up_for_the_murmur_before_it() -> None:
    slow_to_believe = replace(SETTINGS, voice_start_ms=1000)
    events, _ = hear([VOICE, *[UNSURE] * 28, *[VOICE] * 32], slow_to_believe)
    assert [frames(event.segment.start) for event in events] == [0]


LEVELS = st.sampled_from([VOICE, VOICE, 0.6, UNSURE, 0.2, QUIET, QUIET])
RUNS = st.lists(st.tuples(LEVELS, st.integers(1, 60)), max_size=25)
SHAPES = st.builds(
    AudioSettings,
    voice_start_ms=st.sampled_from([32, 96, 1000]),
    voice_end_ms=st.sampled_from([100, 320, 1000, 3000]),
    pre_roll_ms=st.sampled_from([0, 300, 2000]),
    post_roll_ms=st.sampled_from([0, 300, 2000]),
    longest_utterance_s=st.sampled_from([5.0, 7.0, 28.0]),
)


@given(runs=RUNS, settings=SHAPES)
def test_consecutive_stretches_never_overlap_and_each_holds_its_voice(
    runs: list[tuple[float, int]], settings: AudioSettings
) -> None:
    segments = closed([level for level, count in runs for _ in range(count)], settings)
    before = 0
    for segment in segments:
        assert before <= segment.audio_start <= segment.start < segment.end <= segment.audio_end
        before = segment.audio_end
    longest = settings.longest_utterance_s * SAMPLE_RATE + FRAME_SAMPLES
    assert all(segment.audio_end - segment.audio_start <= longest for segment in segments)


@given(runs=RUNS, settings=SHAPES)
def test_every_frame_of_a_confirmed_voice_lies_in_exactly_one_segment(
    runs: list[tuple[float, int]], settings: AudioSettings
) -> None:
    """A run of loud frames that is long enough by itself is a voice: whatever goes before, each of
    its samples is between `start` and `end` of exactly one segment."""
    probabilities = [level for level, count in runs for _ in range(count)]
    segments = closed(probabilities, settings)
    needed = -(-settings.voice_start_ms * SAMPLE_RATE // 1000 // FRAME_SAMPLES)
    for first, last in loud_runs(probabilities):
        if last - first < needed:
            continue
        covered = 0
        for segment in segments:
            start = max(segment.start, first * FRAME_SAMPLES)
            covered += max(0, min(segment.end, last * FRAME_SAMPLES) - start)
        assert covered == (last - first) * FRAME_SAMPLES


@given(runs=RUNS, settings=SHAPES)
def test_opened_and_closed_take_turns(
    runs: list[tuple[float, int]], settings: AudioSettings
) -> None:
    events, endpointer = hear([level for level, count in runs for _ in range(count)], settings)
    events += endpointer.flush()
    changes = [event.change for event in events]
    turns = [SegmentChange.OPENED, SegmentChange.CLOSED]
    assert changes == turns * (len(changes) // 2)
    for opened, closing in zip(events[::2], events[1::2], strict=True):
        assert opened.segment.start == closing.segment.start
        assert opened.segment.audio_start == closing.segment.audio_start


def loud_runs(probabilities: list[float]) -> list[tuple[int, int]]:
    """First frame and frame after the last of every run at or above the threshold."""
    runs = []
    begun: int | None = None
    for number, probability in enumerate([*probabilities, 0.0]):
        if probability >= SETTINGS.voice_threshold:
            begun = number if begun is None else begun
        elif begun is not None:
            runs.append((begun, number))
            begun = None
    return runs


def test_once_an_utterance_is_long_a_shorter_pause_ends_it() -> None:
    """Readers wait less for its final, and its partials stay cheap."""
    settings = replace(SETTINGS, long_utterance_s=2.0, long_voice_end_ms=160)  # 63 and 5 frames
    short = [*[VOICE] * 50, *[QUIET] * 5, *[VOICE] * 5]
    assert len(closed(short, settings)) == 1
    long = [*[VOICE] * 70, *[QUIET] * 5, *[VOICE] * 5]
    first, second = closed(long, settings)
    assert (frames(first.end), frames(second.start)) == (70, 75)
    assert first.audio_end <= second.audio_start


def test_a_cut_prefers_a_quiet_place_to_a_quiet_frame() -> None:
    probabilities = [VOICE] * 400
    probabilities[90] = 0.55
    probabilities[110:113] = [0.6, 0.6, 0.6]
    events, _ = hear(probabilities[: LONG_FRAMES + 1], LONG)
    assert frames(events[1].segment.end) == 111.5


def heard_again(
    endpointer: Endpointer, probabilities: Iterable[float], first: int = 0
) -> list[SegmentEvent]:
    return endpointer.hear_again(
        (SamplePos((first + at) * FRAME_SAMPLES), each, loudness(each))
        for at, each in enumerate(probabilities)
    )


def test_a_voice_that_turns_out_to_have_begun_earlier_begins_there() -> None:
    _, endpointer = hear([*[QUIET] * 30, *[VOICE] * 10])
    assert heard_again(endpointer, [*[QUIET] * 12, *[VOICE] * 28]) == []
    segment = endpointer.open_segment
    assert segment is not None
    assert (frames(segment.start), frames(segment.audio_start)) == (12, 8)
    assert frames(segment.end) == 40


def test_a_voice_before_a_pause_that_would_have_ended_it_is_another() -> None:
    _, endpointer = hear([*[QUIET] * 30, *[VOICE] * 10])
    heard_again(endpointer, [*[VOICE] * 10, *[QUIET] * 20, *[VOICE] * 10])
    segment = endpointer.open_segment
    assert segment is not None
    assert frames(segment.start) == 30


def test_a_begin_is_never_moved_into_what_an_earlier_segment_has() -> None:
    _, endpointer = hear([*[VOICE] * 10, *[QUIET] * 20, *[VOICE] * 10])
    heard_again(endpointer, [VOICE] * 40)
    segment = endpointer.open_segment
    assert segment is not None
    assert frames(segment.start) == frames(segment.audio_start) == 12


def test_a_voice_that_was_not_heard_at_all_opens_late_and_closes() -> None:
    events, endpointer = hear([QUIET] * 40)
    assert not events
    opened, ended = heard_again(endpointer, [*[QUIET] * 5, *[VOICE] * 10, *[QUIET] * 25])
    assert (opened.change, ended.change) == (SegmentChange.OPENED, SegmentChange.CLOSED)
    assert (frames(ended.segment.start), frames(ended.segment.end)) == (5, 15)
    assert frames(ended.segment.audio_end) == 17


def test_hearing_the_same_again_changes_nothing() -> None:
    for said in ([*[QUIET] * 20, *[VOICE] * 20], [*[VOICE] * 20, *[QUIET] * 20], [QUIET] * 40):
        _, endpointer = hear(said)
        before = endpointer.open_segment
        assert heard_again(endpointer, said) == []
        assert endpointer.open_segment == before
