"""A microphone is pulled out and plugged in again while three are listened to.

`CAPTIONER_SOUND_S=600 scripts/test -m sound tests/sound/test_come_back.py` takes ten minutes
instead of forty seconds.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from captioner.audio.frame import SAMPLE_RATE
from tests.sound.conftest import NUMBERS, SoundServer

SECONDS = float(os.environ.get("CAPTIONER_SOUND_S", "40"))
pytestmark = [pytest.mark.sound, pytest.mark.timeout(SECONDS + 120)]

TOP = Path(__file__).parents[2]
TONES = {1: 449.0625, 2: 886.5625, 3: 1761.5625}
"""A block of 32 ms more or less turns each of them by a third of a period."""

WINDOW = 320
AWAY = 2
"""The channel whose microphone is pulled out."""

Sound = npt.NDArray[np.float32]
Kept = dict[int, list[tuple[int, Sound]]]
"""By channel: where each run without a gap begins, and its samples."""


@contextmanager
def a_meeting(server: SoundServer, ids: list[str]) -> Iterator["subprocess.Popen[str]"]:
    command = [
        *(sys.executable, str(TOP / "tests/sound/come_back.py"), str(server.folder)),
        *(str(SECONDS), *ids),
    ]
    environment = {**server.environment, "PYTHONPATH": str(TOP)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        try:
            yield process
        finally:
            process.kill()


def phasors(sound: Sound, frequency: float) -> npt.NDArray[np.complex128]:
    """Amplitude and phase of the tone in each 20 ms, against one that goes through all of it."""
    whole = len(sound) // WINDOW * WINDOW
    wave = np.exp(-2j * np.pi * frequency * np.arange(whole) / SAMPLE_RATE)
    products = sound[:whole] * wave
    found: npt.NDArray[np.complex128] = 2 * products.reshape(-1, WINDOW).mean(axis=1)
    return found


def whole_of(sound: Sound, own: float) -> tuple[int, int]:
    """Windows of 20 ms in which the tone is missing, and jumps of its phase."""
    turns = phasors(sound, own)
    there = np.abs(turns) > 0.15
    steps = np.angle(turns[1:] * np.conj(turns[:-1]))[there[1:] & there[:-1]]
    return int(np.count_nonzero(~there)), int(np.count_nonzero(np.abs(steps) > 0.3))


def loudest_foreign(sound: Sound, others: list[float]) -> float:
    """Amplitude of another microphone's tone in any 20 ms."""
    smooth = np.hanning(WINDOW) * 2
    whole = len(sound) // WINDOW * WINDOW
    times = np.arange(whole) / SAMPLE_RATE
    found = 0.0
    for frequency in others:
        products = sound[:whole] * np.exp(-2j * np.pi * frequency * times)
        found = max(found, float(np.abs(2 * (products.reshape(-1, WINDOW) * smooth).mean(1)).max()))
    return found


def pull_out_and_plug_in(server: SoundServer) -> tuple[list[dict[str, Any]], Kept, dict[str, Any]]:
    """A meeting on three microphones; the second is away for five seconds in the middle of it."""
    playing = {number: server.play(number, TONES[number], SECONDS + 60) for number in TONES}
    server.until(("list", "short", "sink-inputs"), "s16le", len(TONES))
    with a_meeting(server, [f"Pulse: mic{number}.monitor" for number in NUMBERS]) as process:
        time.sleep(SECONDS * 0.4)
        playing[AWAY].kill()  # or the server plays it into another microphone
        playing[AWAY].wait()
        marks = [{"what": "unplugged", "at": time.time()}]
        server.unplug(AWAY)
        time.sleep(5)
        marks.append({"what": "plugged", "at": time.time()})
        server.plug(AWAY)
        server.play(AWAY, TONES[AWAY], SECONDS + 60)
        assert process.stdout is not None
        lines = [json.loads(line) for line in process.stdout]
        assert process.wait(20) == 0
    report = lines.pop()
    kept = {
        int(channel): [
            (start, np.load(server.folder / f"{channel}-{number}.npy"))
            for number, start in enumerate(starts)
        ]
        for channel, starts in report["runs"].items()
    }
    return sorted([*marks, *lines], key=lambda each: each["at"]), kept, report


def test_a_microphone_that_was_pulled_out_goes_on_by_itself_and_no_sample_is_unaccounted_for(
    sound_server: SoundServer,
) -> None:
    told, kept, report = pull_out_and_plug_in(sound_server)
    assert [each["what"] for each in told] == ["unplugged", "lost", "plugged", "back"]
    assert {each["channel"] for each in told if "channel" in each} == {AWAY}
    unplugged, lost, plugged, back = (each["at"] for each in told)
    figures: dict[str, Any] = {
        "told_after_s": round(lost - unplugged, 2),
        "back_after_s": round(back - plugged, 2),
        "dropped": report["dropped"],
    }
    for channel, runs in kept.items():
        own = TONES[channel]
        sound = [samples for _, samples in runs]
        ends = [start + len(samples) for start, samples in runs]
        others = [tone for number, tone in TONES.items() if number != channel]
        missing, jumps = np.sum([whole_of(samples[1600:], own) for samples in sound], axis=0)
        figures[f"channel {channel}"] = {
            "heard_s": round(sum(map(len, sound)) / SAMPLE_RATE, 2),
            "gaps_s": [
                round((start - end) / SAMPLE_RATE, 2)
                for end, (start, _) in zip(ends, runs[1:], strict=False)
            ],
            "unaccounted_s": round((report["now"] - ends[-1]) / SAMPLE_RATE, 3),
            "missing_windows": int(missing),
            "jumps": int(jumps),
            "foreign": round(max(loudest_foreign(samples, others) for samples in sound), 4),
        }
    print(json.dumps(figures))  # noqa: T201
    assert lost - unplugged < 5
    assert back - plugged < 5
    assert report["dropped"] == [0, 0, 0]
    for channel in kept:
        shown = figures[f"channel {channel}"]
        assert shown["foreign"] < 0.02, "another microphone's sound under its name"
        assert abs(shown["unaccounted_s"]) < 0.5, "what it heard and its gaps fill the meeting"
        assert len(shown["gaps_s"]) == (1 if channel == AWAY else 0)
        if channel != AWAY:
            assert (shown["missing_windows"], shown["jumps"]) == (0, 0)
    (gap_s,) = figures[f"channel {AWAY}"]["gaps_s"]
    assert gap_s == pytest.approx(back - unplugged, abs=1.0)
