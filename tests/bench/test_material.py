import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE
from captioner.bench.material import (
    EDGE_S,
    LONGEST_PAUSE_S,
    NOISE,
    SHORTEST_PAUSE_S,
    Clip,
    lay_out,
    read_clips,
)
from captioner.domain import ChannelId
from captioner.errors import AudioError
from captioner.resources import demo_meeting_folder
from tests.fakes.recorded import record
from tests.fakes.tone_source import silence, spoken


def clips(*lengths_s: float) -> list[Clip]:
    return [
        Clip(np.full(round((each + 2 * EDGE_S) * SAMPLE_RATE), 0.5, np.float32), f"number {index}")
        for index, each in enumerate(lengths_s)
    ]


def test_utterances_are_cut_by_the_reference_and_nothing_else_is_kept(tmp_path: Path) -> None:
    record(tmp_path, [spoken(100, 30), spoken(300, 30)], [silence(10), spoken(500, 50)])
    meeting = json.loads((tmp_path / "meeting.json").read_text())
    frame_s = FRAME_SAMPLES / SAMPLE_RATE
    meeting["utterances"] = [
        {"channel": 1, "start": 32 * frame_s, "end": 50 * frame_s, "text": "three hundred"},
        {"channel": 2, "start": 0.0, "end": 0.2, "text": "nothing"},
    ]
    (tmp_path / "meeting.json").write_text(json.dumps(meeting))
    first, second = read_clips(tmp_path)
    assert first.text == "three hundred"
    assert first.speech_s == pytest.approx(18 * frame_s)
    assert set(np.round(first.samples[1000:-1000] * 1024)) == {300}
    assert abs(first.samples[0]) < 0.01  # it is faded in
    assert second.samples.max() == 0.0


def test_a_meeting_without_a_reference_is_refused(tmp_path: Path) -> None:
    record(tmp_path, [spoken(1, 5)])
    with pytest.raises(AudioError, match="choose a meeting with a reference"):
        read_clips(tmp_path)


def test_what_is_english_in_the_bundled_meeting_can_be_spoken() -> None:
    clips = read_clips(demo_meeting_folder())
    assert len(clips) == 12
    assert not any("ringleiding" in clip.text for clip in clips)


def test_everybody_speaks_with_short_pauses_and_in_an_order_of_their_own() -> None:
    material = lay_out(clips(1.0, 1.5, 2.0, 2.5), 2, 30.0)
    for channel in (1, 2):
        lines = [line for line in material.script.lines if line.channel == channel]
        assert lines[-1].end_s < 30.0
        pauses = [b.start_s - a.end_s for a, b in itertools.pairwise(lines)]
        assert SHORTEST_PAUSE_S <= min(pauses) <= max(pauses) <= LONGEST_PAUSE_S
        assert {line.text for line in lines[:4]} == {f"number {n}" for n in range(4)}
    orders = [
        [line.text for line in material.script.lines if line.channel == channel]
        for channel in (1, 2)
    ]
    assert orders[0] != orders[1]


def test_sound_lies_where_the_script_says() -> None:
    material = lay_out(clips(1.0, 1.5), 1, 10.0)
    sound = material.sounds[ChannelId(1)]
    loud = np.abs(sound) > 10 * NOISE
    line = material.script.lines[1]
    first, last = round(line.start_s * SAMPLE_RATE), round(line.end_s * SAMPLE_RATE)
    assert loud[first:last].all()
    assert not loud[last + round(EDGE_S * SAMPLE_RATE) + 1 :][:3000].any()


def test_a_channel_is_the_same_whoever_else_speaks_and_no_two_are_alike() -> None:
    few, many = lay_out(clips(1.0), 1, 8.0), lay_out(clips(1.0), 3, 8.0)
    assert np.array_equal(few.sounds[ChannelId(1)], many.sounds[ChannelId(1)])
    noise = [sound[:3000] for sound in many.sounds.values()]
    assert len({part.tobytes() for part in noise}) == 3


def test_it_is_read_like_a_recording() -> None:
    material = lay_out(clips(1.0), 2, 6.0)
    steps = list(material.steps())
    assert {len(samples) for step in steps for samples in step.values()} == {FRAME_SAMPLES}
    joined = np.concatenate([step[ChannelId(2)] for step in steps])
    assert np.array_equal(joined, material.sounds[ChannelId(2)])
    assert [channel.channel for channel in material.channels] == [1, 2]
    assert material.duration_s == pytest.approx(7.0, abs=0.04)
