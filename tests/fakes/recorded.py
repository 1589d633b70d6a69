"""A recorded meeting in a folder, made of tones."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.sources.recording import RecordedMeeting


def record(folder: Path, *sounds: Sequence[Samples]) -> RecordedMeeting:
    """Each channel's sounds after one another, one file a channel."""
    channels = []
    for number, parts in enumerate(sounds, 1):
        name = f"channel-{number}.wav"
        soundfile.write(folder / name, np.concatenate(list(parts)), SAMPLE_RATE, subtype="FLOAT")
        channels.append(
            {"channel": number, "speaker": f"S{number}", "language": "en", "file": name}
        )
    meeting = {"title": "Tones", "channels": channels, "utterances": []}
    (folder / "meeting.json").write_text(json.dumps(meeting))
    return RecordedMeeting.open(folder)


def cut_off(path: Path, frames: int) -> None:
    """Leave out the last so many frames of a file, as a copy that was interrupted does."""
    path.write_bytes(path.read_bytes()[: -4 * FRAME_SAMPLES * frames])
