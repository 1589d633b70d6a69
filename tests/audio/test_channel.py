import numpy as np

from captioner.audio.bleed.mask import LEAST_GAIN
from captioner.audio.bleed.spectrum import BANDS
from captioner.audio.channel import RING_MARGIN_S, Channel
from captioner.audio.endpoint import SegmentChange
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame
from captioner.audio.level import FLOOR_DB
from captioner.domain import ChannelId, SamplePos
from captioner.settings import AudioSettings
from tests.fakes.tone_source import heard

SETTINGS = AudioSettings(voice_start_ms=64, voice_end_ms=160, pre_roll_ms=32, post_roll_ms=32)


def say(channel: Channel, *levels: int) -> list[SegmentChange]:
    """One frame for each word number; 0 is silence."""
    changes = []
    for level in levels:
        samples = np.full(FRAME_SAMPLES, level / 1024, np.float32)
        frame = AudioFrame(channel.end, samples)
        changes += [event.change for event in channel.accept_frame(frame, float(level > 0))]
    return changes


def test_a_closed_segment_gives_back_the_sound_it_was_opened_for() -> None:
    channel = Channel(ChannelId(3), SETTINGS, SamplePos(0))
    assert say(channel, 0, 0, 5, 5, 6, 6) == [SegmentChange.OPENED]
    segment = channel.open_segment
    assert segment is not None
    assert segment.channel == 3
    assert heard(channel.audio(segment.start, segment.end)) == "w5 w6"
    assert say(channel, *[0] * 5) == [SegmentChange.CLOSED]
    assert channel.open_segment is None


def test_positions_count_from_where_the_channel_joined() -> None:
    joined = SamplePos(7 * FRAME_SAMPLES)
    channel = Channel(ChannelId(1), SETTINGS, joined)
    say(channel, 5, 5)
    assert channel.end == joined + 2 * FRAME_SAMPLES
    assert channel.open_segment is not None
    assert channel.open_segment.start == joined


def test_the_end_of_the_sound_closes_what_is_open() -> None:
    channel = Channel(ChannelId(1), SETTINGS, SamplePos(0))
    say(channel, 5, 5)
    assert [event.change for event in channel.flush()] == [SegmentChange.CLOSED]
    assert channel.flush() == []


def test_the_longest_utterance_is_still_all_there_when_it_is_cut() -> None:
    """The ring must hold more than the longest segment, or the first words of it are lost."""
    settings = AudioSettings(longest_utterance_s=5.0, pre_roll_ms=2000)
    channel = Channel(ChannelId(1), settings, SamplePos(0))
    say(channel, *[0] * 200)
    cuts = 0
    for _ in range(300):
        frame = AudioFrame(channel.end, np.full(FRAME_SAMPLES, 0.5, np.float32))
        for event in channel.accept_frame(frame, 1.0):
            span = event.segment
            held = channel.audio(span.audio_start, span.audio_end)
            assert len(held) == span.audio_end - span.audio_start
            cuts += event.change is SegmentChange.CLOSED
    assert cuts == 2


def test_old_sound_makes_room() -> None:
    settings = AudioSettings(longest_utterance_s=5.0)
    channel = Channel(ChannelId(1), settings, SamplePos(0))
    say(channel, *[0] * 600)
    held = channel.audio(SamplePos(0), channel.end)
    assert len(held) == (5.0 + RING_MARGIN_S) * SAMPLE_RATE


def test_other_peoples_voices_are_made_quieter_where_they_are() -> None:
    """Also when the beginning of what is asked for has made room: what is left begins later."""
    channel = Channel(ChannelId(1), AudioSettings(longest_utterance_s=5.0), SamplePos(0))
    chance = np.random.default_rng(1)
    for number in range(600):
        frame = AudioFrame(channel.end, chance.normal(0, 0.1, FRAME_SAMPLES).astype(np.float32))
        channel.accept_frame(frame, 0.0, np.full(BANDS, float(number < 500)))
    held = channel.audio(SamplePos(0), channel.end)
    levels = held[-300 * FRAME_SAMPLES :].reshape(300, FRAME_SAMPLES).std(axis=1)
    assert np.all(levels[:198] > 0.08)
    assert np.all(levels[202:-1] < 0.08 * 2 * LEAST_GAIN)


def test_the_level_follows_the_sound() -> None:
    channel = Channel(ChannelId(1), SETTINGS, SamplePos(0))
    assert channel.level.rms_db == FLOOR_DB
    say(channel, *[512] * 10)
    assert round(channel.level.rms_db) == -6
    say(channel, *[0] * 10)
    assert channel.level.rms_db == FLOOR_DB
