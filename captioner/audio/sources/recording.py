"""A recorded meeting: one sound file per channel, read in lockstep, never whole."""

import math
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples, mix_to_mono
from captioner.audio.resample import Resampler, is_usable_rate
from captioner.audio.sources.meeting_file import RecordedChannel, bad_recording, read_meeting_file
from captioner.domain import ChannelId
from captioner.errors import AudioError

_BLOCK_S = 0.25
"""How much of a file is read at a time."""

_LONGEST_S = 7 * 24 * 3600
"""A header that claims more is one that does not know: a FLAC written to a pipe says 2**63."""

_UNKNOWN_WAV_BYTES = 0x7FFF_0000
"""WAV written to a pipe claims about this much or more; that is no broken file."""


@dataclass(frozen=True, slots=True)
class _Header:
    rate: int
    frames: int
    is_cut_off: bool

    @property
    def duration_s(self) -> float:
        return self.frames / self.rate


class RecordedMeeting:
    """A folder that has been checked: every file is there and is sound."""

    def __init__(
        self, title: str, channels: tuple[RecordedChannel, ...], duration_s: float
    ) -> None:
        self.title = title
        self.channels = channels
        """In the order of meeting.json, at least one."""
        self.duration_s = duration_s
        """Of the longest file, by its header."""
        self.problems: dict[ChannelId, AudioError] = {}
        """What went wrong while reading: the channel is silent from there on, the others go on.

        Grows while `steps` is read, so that all that was said before the damage is captioned.
        """

    @classmethod
    def open(cls, folder: Path) -> "RecordedMeeting":
        """Check the folder and the headers of all its files. Raises AudioError."""
        title, channels = read_meeting_file(folder)
        return cls.of_tracks(title, channels)

    @classmethod
    def of_tracks(cls, title: str, channels: tuple[RecordedChannel, ...]) -> "RecordedMeeting":
        """Files that no meeting.json describes; their headers are checked. Raises AudioError."""
        headers = [_read_header(channel.file) for channel in channels]
        return cls(title, channels, max(header.duration_s for header in headers))

    def steps(self) -> Iterator[dict[ChannelId, Samples]]:
        """The next 512 samples at 16 kHz of every channel, until the longest file has ended.

        A channel that has ended earlier is silent. Each call begins at the beginning.
        """
        self.problems.clear()
        with ExitStack() as stack:
            readers = {channel.channel: self._frames(channel, stack) for channel in self.channels}
            silence = np.zeros(FRAME_SAMPLES, np.float32)
            while True:
                step = {number: next(reader, None) for number, reader in readers.items()}
                if all(samples is None for samples in step.values()):
                    return
                yield {
                    number: silence.copy() if samples is None else samples
                    for number, samples in step.items()
                }

    def beginning(self, channel: ChannelId, seconds: float) -> Samples:
        """The first seconds of a channel, to the frame."""
        count = math.ceil(seconds * SAMPLE_RATE / FRAME_SAMPLES)
        return np.concatenate([step[channel] for step in islice(self.steps(), count)])

    def _frames(self, channel: RecordedChannel, stack: ExitStack) -> Iterator[Samples]:
        """The channel in frames, the last one filled up with silence."""
        rest: Samples = np.zeros(0, np.float32)
        for block in self._resampled(channel, stack):
            rest = np.concatenate((rest, block))
            whole = len(rest) // FRAME_SAMPLES * FRAME_SAMPLES
            for offset in range(0, whole, FRAME_SAMPLES):
                yield rest[offset : offset + FRAME_SAMPLES]
            rest = rest[whole:]
        if len(rest):
            yield np.concatenate((rest, np.zeros(FRAME_SAMPLES - len(rest), np.float32)))

    def _resampled(self, channel: RecordedChannel, stack: ExitStack) -> Iterator[Samples]:
        try:
            header = _read_header(channel.file)
            file = stack.enter_context(_opened(channel.file))
        except AudioError as error:  # it was there when the meeting was opened
            self.problems[channel.channel] = error
            return
        resampler = Resampler(header.rate)
        read = 0
        try:
            for block in _blocks(file, int(header.rate * _BLOCK_S), channel.input):
                read += len(block)
                yield resampler.accept(block)
        except _BrokenOffError as broken:
            read += len(broken.rest)
            yield resampler.accept(broken.rest)
        yield resampler.flush()
        if read < header.frames or header.is_cut_off:
            self.problems[channel.channel] = _broken_off(channel.file, read / header.rate)


class _BrokenOffError(Exception):
    """The file cannot be read any further; `rest` is what came before the break."""

    def __init__(self, rest: Samples) -> None:
        super().__init__()
        self.rest = rest


def count_inputs(path: Path) -> int:
    """How many inputs a sound file has side by side. Raises AudioError."""
    _read_header(path)
    with _opened(path) as file:
        return int(file.channels)


def _blocks(file: soundfile.SoundFile, frames: int, wanted: int) -> Iterator[Samples]:
    while True:
        # A read that fails says nothing of how much it got: what is still NaN was not read.
        block = np.full((frames, file.channels), np.nan, np.float32)
        try:
            count = len(file.read(frames, out=block))
        except (soundfile.SoundFileError, OSError):
            got = np.flatnonzero(~np.isnan(block[:, 0]))
            rest = block[: got[-1] + 1 if len(got) else 0]
            raise _BrokenOffError(_one_input(rest, wanted)) from None
        if not count:
            return
        yield _one_input(block[:count], wanted)


def _one_input(block: npt.NDArray[np.float32], wanted: int) -> Samples:
    """The input of this number, from 1; 0: all of them, mixed. Of a file that has fewer, the last.

    A copy: the rest of the block is not held for its sake.
    """
    if not wanted:
        return mix_to_mono(block)
    return block[:, min(wanted, block.shape[1]) - 1].copy()


def _opened(path: Path) -> soundfile.SoundFile:
    try:
        return soundfile.SoundFile(path)
    except PermissionError as error:
        raise bad_recording(f"{path} may not be read: change its permissions.") from error
    # TypeError: by its name it is raw sound, which does not say its own rate.
    except (soundfile.SoundFileError, OSError, TypeError, ValueError) as error:
        raise bad_recording(
            f"{path} is not a sound file that can be read: give a WAV, FLAC or Ogg file."
        ) from error


def _read_header(path: Path) -> _Header:
    if not path.is_file():
        raise bad_recording(
            f"{path} is missing: put it there, or correct its name in meeting.json."
        )
    if not path.stat().st_size:
        raise bad_recording(f"{path} is empty: copy it once more from where it was recorded.")
    with _opened(path) as file:
        rate, frames = file.samplerate, file.frames
        is_cut_off = _is_cut_off(file.extra_info)
    if not is_usable_rate(rate):
        raise bad_recording(
            f"{path} has {rate} samples a second: convert it to 8,000 to 192,000, best 16,000."
        )
    if not frames:
        raise bad_recording(f"{path} holds no sound: copy it once more from where it was recorded.")
    if frames / rate > _LONGEST_S:
        raise bad_recording(f"{path} does not say how long it is: convert it to WAV.")
    return _Header(rate, frames, is_cut_off)


def _is_cut_off(log: str) -> bool:
    """Whether a WAV holds fewer bytes than it says; only libsndfile's log tells."""
    match = re.search(r"^data : (\d+) \(should be (\d+)\)", log, re.MULTILINE)
    if match is None:
        return False
    claimed, held = int(match[1]), int(match[2])
    return held < claimed < _UNKNOWN_WAV_BYTES


def _broken_off(path: Path, at_s: float) -> AudioError:
    minutes, seconds = divmod(int(at_s), 60)
    return bad_recording(
        f"{path} breaks off at {minutes}:{seconds:02} and was taken as silent from there on:"
        " copy it once more from where it was recorded."
    )
