"""What is wrong with a meeting.json is said in one sentence that names the file."""

import json
from pathlib import Path

import pytest

from captioner.audio.sources.meeting_file import read_meeting_file
from captioner.errors import AudioError


def entry(number: object = 1, **changes: object) -> dict[str, object]:
    fields = {"channel": number, "speaker": "Anna", "language": "en", "file": f"ch{number}.wav"}
    return {**fields, **changes}


def written(folder: Path, meeting: object) -> Path:
    (folder / "meeting.json").write_text(json.dumps(meeting), "utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(AudioError) as caught:
        read_meeting_file(folder)
    assert caught.value.code == "bad_recording"
    message = caught.value.message
    assert "\n" not in message
    assert message.endswith(".")
    assert str(folder) in message
    return message


def test_channels_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        {"title": "Board", "channels": [entry(3, speaker=" Zoë "), entry(1, language="nl")]},
    )
    title, channels = read_meeting_file(folder)
    assert title == "Board"
    assert [(c.channel, c.speaker, c.language) for c in channels] == [
        (3, "Zoë", "en"),
        (1, "Anna", "nl"),
    ]
    assert channels[0].file == folder / "ch3.wav"


def test_a_meeting_without_a_title_is_called_like_its_folder(tmp_path: Path) -> None:
    assert read_meeting_file(written(tmp_path, {"channels": [entry()]}))[0] == tmp_path.name


def test_a_language_may_be_left_open(tmp_path: Path) -> None:
    channel = entry()
    del channel["language"]
    assert read_meeting_file(written(tmp_path, {"channels": [channel]}))[1][0].language is None


def test_the_reference_is_never_looked_at(tmp_path: Path) -> None:
    nonsense = {"channels": [entry()], "utterances": [7, {"channel": "?"}]}
    with_reference = read_meeting_file(written(tmp_path, nonsense))
    assert read_meeting_file(written(tmp_path, {"channels": [entry()]})) == with_reference


def test_a_byte_order_mark_of_a_windows_editor_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "meeting.json").write_text(json.dumps({"channels": [entry()]}), "utf-8-sig")
    assert len(read_meeting_file(tmp_path)[1]) == 1


def test_a_file_in_a_folder_below_is_fine(tmp_path: Path) -> None:
    meeting = {"channels": [entry(file="sound/anna.wav")]}
    assert read_meeting_file(written(tmp_path, meeting))[1][0].file.name == "anna.wav"


def test_no_folder(tmp_path: Path) -> None:
    assert "is not a folder" in refusal(tmp_path / "nowhere")


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "meeting").write_text("")
    assert "is not a folder" in refusal(tmp_path / "meeting")


def test_no_meeting_json(tmp_path: Path) -> None:
    assert "meeting.json is missing" in refusal(tmp_path)


def test_a_folder_in_place_of_meeting_json(tmp_path: Path) -> None:
    (tmp_path / "meeting.json").mkdir()
    assert "cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b'{"title": "x",\n "channels": [}', "mend line 2"),
        (b"", "mend line 1"),
        (b"\xff\xfe\x00broken", "write it as UTF-8"),
        (b"[" * 100_000, "write it as UTF-8"),
    ],
)
def test_broken_json(tmp_path: Path, text: bytes, told: str) -> None:
    (tmp_path / "meeting.json").write_bytes(text)
    message = refusal(tmp_path)
    assert "is not JSON" in message
    assert told in message


@pytest.mark.parametrize(
    ("meeting", "told"),
    [
        ([1, 2], "is not a meeting"),
        ({}, "lists no channels"),
        ({"channels": []}, "lists no channels"),
        ({"channels": {"1": entry()}}, "lists no channels"),
        ({"channels": ["ch1.wav"]}, "channel entry 1"),
        ({"channels": [entry(), entry(1)]}, "channel 1 twice"),
        ({"channels": [entry(0)]}, "whole number"),
        ({"channels": [entry(True)]}, "whole number"),
        ({"channels": [entry("1")]}, "whole number"),
        ({"channels": [entry(1.0)]}, "whole number"),
        ({"channels": [entry(speaker="")]}, "speaker"),
        ({"channels": [entry(speaker=None)]}, "speaker"),
        ({"channels": [entry(language=3)]}, "language"),
        ({"channels": [entry(file="")]}, "sound file"),
        ({"channels": [entry(file=None)]}, "sound file"),
        ({"channels": [entry(file="a\0b")]}, "no file name"),
        ({"channels": [entry(file="\udc80.wav")]}, "sound file"),
        ({"channels": [entry(speaker="half \ud83d")]}, "speaker"),
        ({"channels": [entry(), entry(2, file="../other/ch2.wav")]}, "lies outside"),
        ({"channels": [entry(file="/etc/passwd")]}, "lies outside"),
    ],
)
def test_a_meeting_that_is_described_wrongly(tmp_path: Path, meeting: object, told: str) -> None:
    assert told in refusal(written(tmp_path, meeting))


def test_a_link_that_leads_out_of_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "meeting"
    inside.mkdir()
    (tmp_path / "secret.wav").write_bytes(b"x")
    (inside / "ch1.wav").symlink_to(tmp_path / "secret.wav")
    assert "lies outside" in refusal(written(inside, {"channels": [entry()]}))
