#!/usr/bin/env python3
"""Make the meeting of `captioner demo`: three synthetic voices in a simulated room.

Needs espeak-ng, and `pip install captioner[simulate]`. The script, the room and the voices stand
below; `--seed` moves only the noise. The same seed gives the same sound on the same version of
espeak-ng; `--check` makes it again and compares it with what lies in the folder.

    python tools/make_demo_meeting.py captioner/demo_meeting
    python tools/make_demo_meeting.py captioner/demo_meeting --check
    python tools/make_demo_meeting.py captioner/demo_meeting --hear models/demo-en-nl
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyroomacoustics
import soundfile
import soxr
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from captioner.scoring import split_words, word_distance

Sound = NDArray[np.float64]

RATE = 16_000
ROOM_M = (6.0, 5.0, 2.8)
RT60_S = 0.3
VOICE_DBFS = -23.0
FIRST_START_S = 0.8
TAIL_S = 1.5
VORBIS_LEVEL = 0.5
"""libsndfile's scale, 0 best to 1 smallest."""


@dataclass(frozen=True)
class Speaker:
    """Somebody at the table."""

    name: str
    voice: str
    words_per_minute: int
    pitch: int
    mouth_m: tuple[float, float, float]
    mic_offset_m: tuple[float, float, float]
    """From the mouth to the microphone."""
    gain_db: float
    snr_db: float
    language: str = "en"


@dataclass(frozen=True)
class Line:
    """Something said: by whom, what, and how long after everybody else had stopped."""

    speaker: int
    text: str
    pause_s: float
    """Negative: it begins while somebody else still talks."""


@dataclass(frozen=True)
class Spoken:
    """A line as it sounded."""

    line: Line
    start: int
    sound: Sound

    @property
    def end(self) -> int:
        return self.start + len(self.sound)


SPEAKERS = (
    Speaker("Anna", "en-gb+f2", 150, 55, (3.0, 3.5, 1.2), (0.0, -0.1, -0.18), 0.0, 34.0),
    Speaker("Bram", "nl+m3", 155, 45, (2.0, 2.1, 1.2), (0.09, 0.06, -0.2), -3.0, 31.0, "nl"),
    Speaker("Chen", "en-gb-scotland+m1", 160, 50, (4.0, 2.1, 1.2), (-0.1, 0.06, -0.2), 3.0, 33.0),
)
ANNA, BRAM, CHEN = range(3)

SCRIPT = (
    Line(ANNA, "Good morning everyone, thank you for coming.", 0.0),
    Line(BRAM, "Goedemorgen Anna, laten we starten.", 0.7),
    Line(ANNA, "We have three open questions about the budget.", 0.8),
    Line(CHEN, "Last March we spent twelve thousand euros on the training.", 0.9),
    Line(BRAM, "Kun je iets langzamer praten, Chen?", 0.6),
    Line(CHEN, "Okay, I agree. I will share the invoice with everyone.", 0.8),
    Line(ANNA, "Who will review the contract?", 0.9),
    Line(BRAM, "Ik zal het contract met de financiële afdeling beoordelen.", 0.7),
    Line(CHEN, "We need to check the invoice and then approve the budget.", -1.6),
    Line(ANNA, "Could you wait a moment, Chen?", 0.6),
    Line(ANNA, "The next meeting is on Thursday at two o'clock.", 5.0),
    Line(CHEN, "Anna, can you send the transcript before Friday?", 0.8),
    Line(ANNA, "I will finish the transcript with the interpreter.", 0.6),
    Line(BRAM, "Fatima zei dat de ringleiding bijna klaar is.", 0.9),
    Line(CHEN, "Well, that is a good idea.", -0.5),
    Line(ANNA, "Let us discuss that with the board in May.", 0.8),
)


def speak(line: Line, speaker: Speaker) -> Sound:
    """The line from espeak-ng, without the silence around it, at 16 kHz and 0 dBFS rms."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "line.wav"
        style = ["-s", str(speaker.words_per_minute), "-p", str(speaker.pitch)]
        command = ["espeak-ng", "-v", speaker.voice, *style, "-w", str(file), line.text]
        subprocess.run(command, check=True)
        raw, rate = soundfile.read(file, dtype="float64")
    # soxr filters before it drops samples: a plain interpolation would fold everything above
    # 8 kHz back into the voice.
    sound: Sound = soxr.resample(raw, rate, RATE, quality="VHQ")
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    margin = RATE // 100
    sound = sound[max(0, loud[0] - margin) : loud[-1] + margin]
    return sound / rms(sound)


def rms(sound: Sound) -> float:
    return float(np.sqrt(np.mean(sound**2)))


def ratio(db: float) -> float:
    return float(10 ** (db / 20))


def perform() -> list[Spoken]:
    """Every line of the script with its place in time."""
    spoken: list[Spoken] = []
    for line in SCRIPT:
        last = max((each.end for each in spoken), default=0)
        start = last + round((line.pause_s if spoken else FIRST_START_S) * RATE)
        spoken.append(Spoken(line, start, speak(line, SPEAKERS[line.speaker])))
    return spoken


def impulse_responses() -> list[list[Sound]]:
    """Of the room, by microphone and then by speaker, without the simulator's own delay."""
    absorption, order = pyroomacoustics.inverse_sabine(RT60_S, ROOM_M)
    room = pyroomacoustics.ShoeBox(
        ROOM_M, fs=RATE, materials=pyroomacoustics.Material(absorption), max_order=min(order, 20)
    )
    for speaker in SPEAKERS:
        room.add_source(speaker.mouth_m)
    mouths = np.array([speaker.mouth_m for speaker in SPEAKERS])
    room.add_microphone_array((mouths + [s.mic_offset_m for s in SPEAKERS]).T)
    room.compute_rir()
    delay = pyroomacoustics.constants.get("frac_delay_length") // 2
    return [[response[delay:] for response in microphone] for microphone in room.rir]


def simulate(spoken: list[Spoken], seed: int) -> list[Sound]:
    """What each microphone hears: its own speaker, the others as bleed, and noise."""
    total = max(each.end for each in spoken) + round(TAIL_S * RATE)
    dry = [np.zeros(total) for _ in SPEAKERS]
    for each in spoken:
        dry[each.line.speaker][each.start : each.end] += each.sound
    random = np.random.default_rng(seed)
    microphones = []
    rooms = zip(SPEAKERS, impulse_responses(), strict=True)
    for number, (speaker, responses) in enumerate(rooms):
        voices = [
            fftconvolve(sound, response)[:total]
            for sound, response in zip(dry, responses, strict=True)
        ]
        own = rms(voices[number][dry[number] != 0])
        noise = room_noise(random, total) * own * ratio(-speaker.snr_db)
        heard = (sum(voices) + noise) / own * ratio(VOICE_DBFS + speaker.gain_db)
        microphones.append(np.clip(heard, -1, 1))
    return microphones


def room_noise(random: np.random.Generator, length: int) -> Sound:
    """Half hiss, half hum of a ventilator; 0 dBFS rms."""
    hiss = random.standard_normal(length)
    spectrum = np.fft.rfft(random.standard_normal(length))
    spectrum /= np.maximum(np.fft.rfftfreq(length, 1 / RATE), 50.0)
    hum = np.fft.irfft(spectrum, length)
    noise = hiss / rms(hiss) + hum / rms(hum)
    return noise / rms(noise)


def write(folder: Path, spoken: list[Spoken], microphones: list[Sound]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    channels = []
    for number, (speaker, sound) in enumerate(zip(SPEAKERS, microphones, strict=True), 1):
        file = f"{speaker.name.lower()}.ogg"
        (folder / file).write_bytes(as_vorbis(sound))
        channels.append(
            {
                "channel": number,
                "speaker": speaker.name,
                "language": speaker.language,
                "file": file,
            }
        )
    utterances = [
        {
            "channel": each.line.speaker + 1,
            "start": round(each.start / RATE, 3),
            "end": round(each.end / RATE, 3),
            "text": each.line.text,
        }
        for each in sorted(spoken, key=lambda each: each.start)
    ]
    meeting = {"title": "A short meeting", "channels": channels, "utterances": utterances}
    text = json.dumps(meeting, indent=1, ensure_ascii=False)
    (folder / "meeting.json").write_text(text + "\n", encoding="utf-8")


def as_vorbis(sound: Sound) -> bytes:
    stream = io.BytesIO()
    with soundfile.SoundFile(
        stream, "w", RATE, 1, format="OGG", subtype="VORBIS", compression_level=VORBIS_LEVEL
    ) as file:
        # Given a minute at once, libvorbis overruns its stack.
        for at in range(0, len(sound), RATE):
            file.write(sound[at : at + RATE].astype(np.float32))
    return stream.getvalue()


def differences(folder: Path, spoken: list[Spoken], microphones: list[Sound]) -> list[str]:
    """The files that sound or say something else.

    Their bytes always differ: Ogg gives every stream a number of its own.
    """
    with tempfile.TemporaryDirectory() as again_name:
        again = Path(again_name)
        write(again, spoken, microphones)
        changed = [
            file.name
            for file in sorted(again.glob("*.ogg"))
            if not np.array_equal(soundfile.read(file)[0], soundfile.read(folder / file.name)[0])
        ]
        old, new = (path / "meeting.json" for path in (folder, again))
        return changed + (["meeting.json"] if old.read_bytes() != new.read_bytes() else [])


def hear(folder: Path, weights: str) -> str:
    """Decode each reference utterance by itself with stock faster-whisper; words wrong of all."""
    from faster_whisper import WhisperModel

    model = WhisperModel(weights, device="cpu", compute_type="int8")
    meeting = json.loads((folder / "meeting.json").read_text(encoding="utf-8"))
    channels = {channel["channel"]: channel for channel in meeting["channels"]}
    wrong = total = 0
    for each in meeting["utterances"]:
        channel = channels[each["channel"]]
        sound, _ = soundfile.read(folder / channel["file"], dtype="float32")
        stretch = sound[int((each["start"] - 0.2) * RATE) : int((each["end"] + 0.3) * RATE)]
        segments, _ = model.transcribe(
            stretch, language=channel["language"], beam_size=1, temperature=0
        )
        heard = " ".join(segment.text.strip() for segment in segments)
        said = split_words(each["text"])
        errors = word_distance(said, split_words(heard))
        wrong, total = wrong + errors, total + len(said)
        print(f"{each['start']:6.2f} {errors} {each['text']} | {heard}")
    return f"{wrong} of {total} words wrong"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1, help="moves the noise")
    parser.add_argument("--check", action="store_true", help="make it again and only compare")
    parser.add_argument("--hear", metavar="WEIGHTS", help="only decode what lies in the folder")
    chosen = parser.parse_args()
    if chosen.hear:
        print(hear(chosen.folder, chosen.hear))
        return 0
    spoken = perform()
    microphones = simulate(spoken, chosen.seed)
    if chosen.check:
        changed = differences(chosen.folder, spoken, microphones)
        print("Different: " + ", ".join(changed) if changed else "The same sound.")
        return 1 if changed else 0
    write(chosen.folder, spoken, microphones)
    size = sum(file.stat().st_size for file in chosen.folder.iterdir())
    print(f"{len(microphones[0]) / RATE:.1f} s, {len(spoken)} utterances, {size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
