"""Recordings that no meeting.json describes: a file for each person, or one with many inputs."""

from collections.abc import Sequence
from pathlib import Path

from captioner.audio.sources.meeting_file import FILE_NAME, RecordedChannel, bad_recording
from captioner.audio.sources.recording import RecordedMeeting, count_inputs
from captioner.audio.sources.track_names import speaker_names
from captioner.domain import ChannelId

SOUND_ENDINGS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif", ".w64", ".caf")


def open_tracks(paths: Sequence[Path]) -> RecordedMeeting:
    """Files, or the folder that holds them, or a recorded meeting. Raises AudioError.

    A single file with several inputs has a person at each; of several files each is a person,
    whatever its inputs.
    """
    title = paths[0].resolve().stem if len(paths) == 1 else paths[0].resolve().parent.name
    if len(paths) == 1 and paths[0].is_dir():
        if (paths[0] / FILE_NAME).is_file():
            return RecordedMeeting.open(paths[0])
        paths, title = sound_files(paths[0]), paths[0].resolve().name
    if len(paths) == 1 and (inputs := count_inputs(paths[0])) > 1:
        channels = [
            RecordedChannel(ChannelId(number), f"Speaker {number}", None, paths[0], number)
            for number in range(1, inputs + 1)
        ]
    else:
        names = speaker_names([path.stem for path in paths])
        channels = [
            RecordedChannel(ChannelId(number), name, None, path)
            for number, (path, name) in enumerate(zip(paths, names, strict=True), 1)
        ]
    return RecordedMeeting.of_tracks(title, tuple(channels))


def sound_files(folder: Path) -> list[Path]:
    """All of a folder, by name. Raises AudioError where there are none."""
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise bad_recording(f"{folder} cannot be read: change its permissions.") from error
    found = [
        path
        for path in inside
        if path.suffix.lower() in SOUND_ENDINGS and not path.name.startswith(".")
    ]
    if not found:
        raise bad_recording(
            f"{folder} holds no sound file that can be read: convert what is there to WAV."
        )
    return found
