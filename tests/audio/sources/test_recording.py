"""A recorded meeting is read in lockstep, and damage is told without losing what came before."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import soundfile

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.sources.recording import RecordedMeeting
from captioner.domain import ChannelId
from captioner.errors import AudioError


def tone(frequency: float, rate: int, seconds: float) -> Samples:
    return (0.5 * np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate)).astype(
        np.float32
    )


def noise(seconds: float, seed: int = 0) -> Samples:
    """Not compressible, so that a byte offset in a FLAC is about a time."""
    random = np.random.default_rng(seed)
    return (0.1 * random.standard_normal(int(seconds * SAMPLE_RATE))).astype(np.float32)


def meeting(folder: Path, *files: str) -> Path:
    channels = [
        {"channel": number, "speaker": f"S{number}", "language": "en", "file": name}
        for number, name in enumerate(files, start=1)
    ]
    (folder / "meeting.json").write_text(json.dumps({"title": "T", "channels": channels}))
    return folder


def heard(recorded: RecordedMeeting) -> dict[ChannelId, Samples]:
    """Everything, per channel."""
    steps = list(recorded.steps())
    assert all(len(samples) == FRAME_SAMPLES for step in steps for samples in step.values())
    assert all(samples.dtype == np.float32 for step in steps for samples in step.values())
    return {
        channel.channel: np.concatenate([step[channel.channel] for step in steps])
        for channel in recorded.channels
    }


def refusal(folder: Path) -> str:
    with pytest.raises(AudioError) as caught:
        RecordedMeeting.open(folder)
    assert caught.value.code == "bad_recording"
    assert "\n" not in caught.value.message
    assert caught.value.message.endswith(".")
    return caught.value.message


def damaged(path: Path, keep: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])


def strength(sound: Samples, frequency: float) -> float:
    """Amplitude of the tone in it."""
    t = np.arange(len(sound)) / SAMPLE_RATE
    return float(2 * np.abs(np.mean(sound * np.exp(-2j * np.pi * frequency * t))))


@pytest.mark.parametrize(
    ("name", "rate", "columns", "options"),
    [
        ("a.wav", 16_000, 1, {}),
        ("a.wav", 44_100, 2, {"subtype": "PCM_24"}),
        ("a.wav", 8_000, 1, {"subtype": "ULAW"}),
        ("a.wav", 48_000, 1, {"subtype": "FLOAT"}),
        ("a.flac", 48_000, 6, {}),
        ("a.flac", 22_050, 1, {}),
        ("a.ogg", 48_000, 1, {"format": "OGG", "subtype": "OPUS"}),
        ("a.ogg", 44_100, 2, {"subtype": "VORBIS"}),
    ],
)
def test_any_common_file_becomes_16_khz_mono(
    tmp_path: Path, name: str, rate: int, columns: int, options: dict[str, Any]
) -> None:
    sound = np.repeat(tone(440, rate, 1.5)[:, None], columns, axis=1)
    soundfile.write(tmp_path / name, sound, rate, **options)
    recorded = RecordedMeeting.open(meeting(tmp_path, name))
    sound_heard = heard(recorded)[ChannelId(1)]
    assert recorded.duration_s == pytest.approx(1.5, abs=0.02)
    assert abs(len(sound_heard) - 1.5 * SAMPLE_RATE) <= FRAME_SAMPLES
    assert strength(sound_heard[:SAMPLE_RATE], 440) == pytest.approx(0.5, abs=0.03)
    assert not recorded.problems


def test_all_channels_go_in_lockstep_until_the_longest_has_ended(tmp_path: Path) -> None:
    for number, (frequency, rate, seconds) in enumerate(
        [(300, 16_000, 1.0), (500, 48_000, 2.5), (700, 44_100, 0.5)], start=1
    ):
        soundfile.write(tmp_path / f"{number}.wav", tone(frequency, rate, seconds), rate)
    recorded = RecordedMeeting.open(meeting(tmp_path, "1.wav", "2.wav", "3.wav"))
    sound = heard(recorded)
    assert recorded.duration_s == 2.5
    assert next(list(step) for step in recorded.steps()) == [1, 2, 3]
    assert {len(samples) for samples in sound.values()} == {79 * FRAME_SAMPLES}
    assert strength(sound[ChannelId(1)][:SAMPLE_RATE], 300) == pytest.approx(0.5, abs=0.01)
    assert strength(sound[ChannelId(2)][:SAMPLE_RATE], 500) == pytest.approx(0.5, abs=0.01)
    assert not np.any(sound[ChannelId(1)][SAMPLE_RATE:])
    assert not np.any(sound[ChannelId(3)][SAMPLE_RATE // 2 + 1 :])


def test_a_16_khz_file_comes_out_sample_by_sample(tmp_path: Path) -> None:
    sound = noise(1.0)
    soundfile.write(tmp_path / "a.wav", sound, SAMPLE_RATE, subtype="FLOAT")
    out = heard(RecordedMeeting.open(meeting(tmp_path, "a.wav")))[ChannelId(1)]
    np.testing.assert_array_equal(out[: len(sound)], sound)
    assert not np.any(out[len(sound) :])


def test_the_right_channel_alone_is_still_heard(tmp_path: Path) -> None:
    silent = np.zeros(SAMPLE_RATE, np.float32)
    soundfile.write(tmp_path / "a.wav", np.stack([silent, tone(440, 16_000, 1)], 1), SAMPLE_RATE)
    out = heard(RecordedMeeting.open(meeting(tmp_path, "a.wav")))[ChannelId(1)]
    assert strength(out[:SAMPLE_RATE], 440) == pytest.approx(0.25, abs=0.01)


def test_a_meeting_can_be_read_twice(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", noise(0.5), SAMPLE_RATE)
    recorded = RecordedMeeting.open(meeting(tmp_path, "a.wav"))
    np.testing.assert_array_equal(heard(recorded)[ChannelId(1)], heard(recorded)[ChannelId(1)])


def test_whoever_stops_early_leaves_no_file_open(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", noise(0.5), SAMPLE_RATE)
    recorded = RecordedMeeting.open(meeting(tmp_path, "a.wav"))
    before = psutil.Process().num_fds()
    steps = recorded.steps()
    next(steps)
    assert psutil.Process().num_fds() > before
    steps.close()  # type: ignore[attr-defined]
    assert psutil.Process().num_fds() == before


def test_a_long_meeting_is_read_bit_by_bit(tmp_path: Path) -> None:
    with soundfile.SoundFile(tmp_path / "a.wav", "w", 48_000, 1, "PCM_16") as file:
        for _ in range(60):
            file.write(np.zeros(48_000 * 10, np.float32))
    recorded = RecordedMeeting.open(meeting(tmp_path, "a.wav"))
    assert recorded.duration_s == 600
    before = psutil.Process().memory_info().rss
    most = 0
    for number, _step in enumerate(recorded.steps()):
        if number % 1000 == 0:
            most = max(most, psutil.Process().memory_info().rss)
    assert most - before < 20 * 1024 * 1024  # all of it would be 115 MB


def test_a_flac_that_breaks_off_gives_all_that_is_there_and_then_says_so(tmp_path: Path) -> None:
    sound = noise(4.0)
    soundfile.write(tmp_path / "1.flac", sound, SAMPLE_RATE)
    soundfile.write(tmp_path / "2.flac", noise(4.0, seed=1), SAMPLE_RATE)
    damaged(tmp_path / "1.flac", 0.6)
    recorded = RecordedMeeting.open(meeting(tmp_path, "1.flac", "2.flac"))
    assert not recorded.problems
    out = heard(recorded)
    broken = out[ChannelId(1)]
    there = int(np.flatnonzero(broken)[-1]) + 1
    # FLAC comes in frames of 4096 samples: every whole one is heard.
    assert there % 4096 == 0
    assert there >= 0.6 * len(sound) - 2 * 4096
    np.testing.assert_allclose(broken[:there], sound[:there], atol=1e-4)
    assert not np.any(broken[there:])
    assert np.any(out[ChannelId(2)][-4096:])
    assert list(recorded.problems) == [1]
    problem = recorded.problems[ChannelId(1)]
    assert problem.code == "bad_recording"
    assert f"{tmp_path / '1.flac'} breaks off at 0:02" in problem.message


def test_a_flac_damaged_in_the_middle_ends_there(tmp_path: Path) -> None:
    sound = noise(4.0)
    soundfile.write(tmp_path / "1.flac", sound, SAMPLE_RATE)
    content = bytearray((tmp_path / "1.flac").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = bytes(3000)
    (tmp_path / "1.flac").write_bytes(content)
    recorded = RecordedMeeting.open(meeting(tmp_path, "1.flac"))
    out = heard(recorded)[ChannelId(1)]
    np.testing.assert_allclose(out[:24_000], sound[:24_000], atol=1e-4)
    assert "breaks off at 0:01" in recorded.problems[ChannelId(1)].message


def test_a_wav_that_breaks_off_gives_all_that_is_there_and_then_says_so(tmp_path: Path) -> None:
    sound = noise(4.0)
    soundfile.write(tmp_path / "1.wav", sound, SAMPLE_RATE)
    damaged(tmp_path / "1.wav", 0.5)
    recorded = RecordedMeeting.open(meeting(tmp_path, "1.wav"))
    out = heard(recorded)[ChannelId(1)]
    np.testing.assert_allclose(out[:31_900], sound[:31_900], atol=1e-4)
    assert "breaks off at 0:01" in recorded.problems[ChannelId(1)].message


def test_a_wav_written_to_a_pipe_is_no_broken_file(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "1.wav", noise(1.0), SAMPLE_RATE)
    content = bytearray((tmp_path / "1.wav").read_bytes())
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    (tmp_path / "1.wav").write_bytes(content)
    recorded = RecordedMeeting.open(meeting(tmp_path, "1.wav"))
    assert len(heard(recorded)[ChannelId(1)]) == 32 * FRAME_SAMPLES
    assert not recorded.problems


def test_a_file_that_vanishes_after_the_check_silences_its_own_channel_only(tmp_path: Path) -> None:
    for number in (1, 2):
        soundfile.write(tmp_path / f"{number}.wav", noise(1.0), SAMPLE_RATE)
    recorded = RecordedMeeting.open(meeting(tmp_path, "1.wav", "2.wav"))
    (tmp_path / "1.wav").unlink()
    out = heard(recorded)
    assert not np.any(out[ChannelId(1)])
    assert np.any(out[ChannelId(2)])
    assert "1.wav is missing" in recorded.problems[ChannelId(1)].message


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("1.wav", b"", "is empty"),
        ("1.wav", b"<html>not found</html>" * 20, "is not a sound file"),
        ("1.flac", b"fLaC" + bytes(300), "is not a sound file"),
        ("1.ogg", b"OggS" + bytes(300), "is not a sound file"),
        ("1.raw", bytes(1000), "is not a sound file"),
        ("1.txt", b"hello", "is not a sound file"),
    ],
)
def test_a_file_that_is_no_sound(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    message = refusal(meeting(tmp_path, name))
    assert told in message
    assert str(tmp_path / name) in message


def test_a_missing_file(tmp_path: Path) -> None:
    assert f"{tmp_path / 'ch1.wav'} is missing" in refusal(meeting(tmp_path, "ch1.wav"))


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "ch1.wav").mkdir()
    assert "ch1.wav is missing" in refusal(meeting(tmp_path, "ch1.wav"))


def test_a_file_without_a_single_sample(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "1.wav", np.zeros(0, np.float32), SAMPLE_RATE)
    assert "holds no sound" in refusal(meeting(tmp_path, "1.wav"))


@pytest.mark.parametrize("rate", [4_000, 384_000])
def test_a_rate_nobody_speaks_at(tmp_path: Path, rate: int) -> None:
    soundfile.write(tmp_path / "1.wav", np.zeros(1000, np.float32), rate)
    assert f"{rate} samples a second" in refusal(meeting(tmp_path, "1.wav"))


def test_a_flac_that_does_not_know_its_length(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "1.flac", noise(1.0), SAMPLE_RATE)
    content = bytearray((tmp_path / "1.flac").read_bytes())
    content[21] &= 0xF0  # the 36 bits of the total number of samples
    content[22:26] = bytes(4)
    (tmp_path / "1.flac").write_bytes(content)
    assert "does not say how long" in refusal(meeting(tmp_path, "1.flac"))
