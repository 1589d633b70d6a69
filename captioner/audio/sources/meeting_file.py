"""What meeting.json says about a recorded meeting, apart from its reference."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from captioner.domain import ChannelId
from captioner.errors import AudioError

FILE_NAME = "meeting.json"


@dataclass(frozen=True, slots=True)
class RecordedChannel:
    """One channel of a recorded meeting, as meeting.json describes it."""

    channel: ChannelId
    speaker: str
    language: str | None
    """ISO 639-1 code of the spoken language; None where meeting.json does not say."""
    file: Path
    """The sound file, inside the meeting's folder."""
    input: int = 0
    """Which of the file's inputs it is, from 1; 0: all of them, mixed."""


def bad_recording(message: str) -> AudioError:
    """A recorded meeting that cannot be read, for the reason in `message`."""
    return AudioError("bad_recording", message)


def read_meeting_file(folder: Path) -> tuple[str, tuple[RecordedChannel, ...]]:
    """The title and the channels of the meeting in `folder`. Raises AudioError.

    `utterances` is the reference that captions are scored against; it is never looked at.
    """
    if not folder.is_dir():
        raise bad_recording(f"{folder} is not a folder: give the folder of a recorded meeting.")
    path = folder / FILE_NAME
    meeting = _parsed(path)
    entries = meeting.get("channels")
    if not isinstance(entries, list) or not entries:
        raise bad_recording(
            f'{path} lists no channels: give one entry per sound file in "channels".'
        )
    channels = tuple(_channel(path, place, entry) for place, entry in enumerate(entries, start=1))
    _check_numbers(path, channels)
    title = meeting.get("title")
    return (title.strip() if _is_text(title) else folder.resolve().name), channels


def _parsed(path: Path) -> Mapping[str, object]:
    try:
        meeting = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise bad_recording(
            f"{path} is missing: a recorded meeting is a folder with {FILE_NAME}"
            " and one sound file per channel."
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise bad_recording(f"{path} cannot be read ({reason}): change its permissions.") from error
    except json.JSONDecodeError as error:
        raise bad_recording(
            f"{path} is not JSON: mend line {error.lineno} ({error.msg})."
        ) from error
    except (ValueError, RecursionError) as error:
        raise bad_recording(f"{path} is not JSON: write it as UTF-8 text.") from error
    if not isinstance(meeting, dict):
        raise bad_recording(f'{path} is not a meeting: it starts with {{"title", "channels"}}.')
    return meeting


def _channel(path: Path, place: int, entry: object) -> RecordedChannel:
    where = f"{path}, channel entry {place}"
    if not isinstance(entry, dict):
        raise bad_recording(f'{where}: give {{"channel", "speaker", "language", "file"}}.')
    number = entry.get("channel")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise bad_recording(f'{where}: give "channel" a whole number from 1.')
    speaker, language = entry.get("speaker"), entry.get("language")
    if not _is_text(speaker):
        raise bad_recording(f'{where}: give "speaker" a name.')
    if language is not None and not _is_text(language):
        raise bad_recording(f'{where}: give "language" a code such as "en".')
    file = _file(path, where, entry.get("file"))
    return RecordedChannel(ChannelId(number), speaker.strip(), language, file)


def _file(path: Path, where: str, name: object) -> Path:
    if not _is_text(name):
        raise bad_recording(f'{where}: give "file" the name of its sound file.')
    folder = path.parent.resolve()
    try:
        file = (folder / name).resolve()
    except (ValueError, OSError, RuntimeError) as error:  # a name that no file can have
        raise bad_recording(f'{where}: "file" is no file name: {name!a}.') from error
    # A meeting may come from somebody else: it must not have other files of this machine read.
    if not file.is_relative_to(folder):
        raise bad_recording(f"{where}: put the sound file into the folder: {name} lies outside.")
    return path.parent / name


def _is_text(value: object) -> TypeGuard[str]:
    """Whether it is more than blanks, and can be printed: JSON can spell half a character."""
    if not isinstance(value, str) or not value.strip():
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _check_numbers(path: Path, channels: tuple[RecordedChannel, ...]) -> None:
    seen: set[ChannelId] = set()
    for channel in channels:
        if channel.channel in seen:
            raise bad_recording(
                f"{path} has channel {channel.channel} twice: give each its own number."
            )
        seen.add(channel.channel)
