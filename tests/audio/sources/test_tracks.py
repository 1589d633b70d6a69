from pathlib import Path

import numpy as np
import pytest
import soundfile

from captioner.audio.sources.recording import RecordedMeeting
from captioner.audio.sources.tracks import open_tracks
from captioner.errors import AudioError
from tests.fakes.recorded import record


def wav(
    path: Path, seconds: float, rate: int = 16_000, inputs: int = 1, level: float = 0.1
) -> Path:
    levels = np.arange(1, inputs + 1, dtype=np.float32) * level
    soundfile.write(path, np.tile(levels, (int(seconds * rate), 1)), rate, subtype="FLOAT")
    return path


def heard(meeting: RecordedMeeting) -> dict[int, np.ndarray]:
    steps = list(meeting.steps())
    return {
        channel.channel: np.concatenate([step[channel.channel] for step in steps])
        for channel in meeting.channels
    }


def test_each_file_is_a_person_at_any_rate_and_the_shorter_end_earlier(tmp_path: Path) -> None:
    files = [wav(tmp_path / "anna.wav", 2, 48_000), wav(tmp_path / "bram.wav", 1, 8_000)]
    meeting = open_tracks(files)
    assert [each.speaker for each in meeting.channels] == ["Anna", "Bram"]
    assert meeting.duration_s == 2
    sounds = heard(meeting)
    assert len(sounds[1]) == len(sounds[2]) >= 2 * 16_000
    assert np.allclose(sounds[1][16_500:31_000], 0.1, atol=0.01)
    assert not sounds[2][17_000:].any()


def test_one_file_with_many_inputs_has_a_person_at_each(tmp_path: Path) -> None:
    meeting = open_tracks([wav(tmp_path / "table.wav", 1, inputs=3)])
    assert [each.speaker for each in meeting.channels] == ["Speaker 1", "Speaker 2", "Speaker 3"]
    levels = {number: float(np.median(sound)) for number, sound in heard(meeting).items()}
    assert levels == pytest.approx({1: 0.1, 2: 0.2, 3: 0.3}, abs=0.001)
    assert meeting.title == "table"


def test_stereo_files_of_several_people_are_mixed_each(tmp_path: Path) -> None:
    files = [wav(tmp_path / f"{name}.wav", 1, inputs=2) for name in ("anna", "bram")]
    sounds = heard(open_tracks(files))
    assert {round(float(np.median(each)), 3) for each in sounds.values()} == {0.15}


def test_a_folder_stands_for_its_sound_files(tmp_path: Path) -> None:
    wav(tmp_path / "bram.wav", 1)
    wav(tmp_path / "anna.wav", 1)
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "._anna.wav").write_text("what a Mac leaves on a stick")
    meeting = open_tracks([tmp_path])
    assert [each.speaker for each in meeting.channels] == ["Anna", "Bram"]
    assert meeting.title == tmp_path.name


def test_a_recorded_meeting_is_taken_as_what_it_is(tmp_path: Path) -> None:
    record(tmp_path, [np.zeros(16_000, np.float32)])
    assert open_tracks([tmp_path]).title == "Tones"


def test_what_cannot_be_read_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "call.m4a").write_bytes(b"\x00\x00\x00\x20ftypM4A ")
    with pytest.raises(AudioError, match="convert what is there to WAV"):
        open_tracks([tmp_path])
    with pytest.raises(AudioError, match="is not a sound file that can be read"):
        open_tracks([tmp_path / "call.m4a"])
    with pytest.raises(AudioError, match="is missing"):
        open_tracks([tmp_path / "none.wav", tmp_path / "call.m4a"])
