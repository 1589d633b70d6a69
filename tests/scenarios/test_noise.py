"""Rooms in which nobody speaks, through the whole live path: nothing may be captioned.

Invented text is the worst fault: to a deaf reader it is a quote. The demo weights hear synthetic
voices only, but they were taught to write something for most sounds that they get.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from captioner.audio.frame import SAMPLE_RATE, Samples
from captioner.commands.replay import ReplayOptions, run_replay
from captioner.settings import load_settings
from tests.fakes.noises import NOISES, noise


async def replayed(
    folder: Path, channels: Sequence[Samples], **flags: str
) -> tuple[list[str], list[dict[str, Any]]]:
    """The captions with text, as they were sent, and the decisions."""
    described = []
    for number, samples in enumerate(channels, 1):
        soundfile.write(folder / f"{number}.wav", samples, SAMPLE_RATE, subtype="FLOAT")
        described.append(
            {"channel": number, "speaker": f"Nobody {number}", "file": f"{number}.wav"}
        )
    (folder / "meeting.json").write_text(json.dumps({"title": "Empty", "channels": described}))
    events, decisions = folder / "events.jsonl", folder / "decisions.jsonl"
    settings = load_settings({}, {}, {"data": str(folder), "model": "demo", **flags})
    options = ReplayOptions(folder, None, events, None, serve=False, explain=decisions)
    with (folder / "out.txt").open("w") as out:
        assert await run_replay(settings, options, out) == 0
    shown = [line for line in events.read_text().splitlines() if json.loads(line).get("text")]
    return shown, [json.loads(line) for line in decisions.read_text().splitlines()]


@pytest.mark.weights
async def test_a_minute_of_the_worst_noises_gets_no_caption(tmp_path: Path) -> None:
    """One microphone each: people behind a wall, coughs, music, doors."""
    worst = [noise(name, 15.0) for name in ("babble", "coughs", "music", "slams")]
    shown, _ = await replayed(tmp_path, worst)
    assert shown == []


@pytest.mark.weights
async def test_most_noise_that_fools_the_voice_gate_is_rejected_after_its_decode(
    tmp_path: Path,
) -> None:
    """With a gate that trusts ten times as much, the demo weights hear names and dates in coughs
    and doors, with 90 % of confidence: nobody says so many words in so short a time. What is left
    has an ordinary pace; only the voice gate can keep that out."""
    loud = [noise(name, 30.0, seed) for name in ("coughs", "slams") for seed in (3, 7, 11)]
    trusting = {"voice_threshold": "0.05", "voice_end_threshold": "0.03"}
    shown, decisions = await replayed(tmp_path, loud, **trusting)
    believed = [line for line in shown if json.loads(line)["state"] == "final"]
    rejected = [each for each in decisions if each["kind"] == "final" and each["heard"]]
    assert len(rejected) >= 10
    assert len(rejected) >= 2 * len(believed), "without the guards all of them were shown"


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_ten_minutes_of_noise_get_no_caption(tmp_path: Path) -> None:
    """Every noise for 100 s, at its own level."""
    each_s = 600.0 / len(NOISES)
    night = np.concatenate([noise(name, each_s, seed) for seed, name in enumerate(NOISES, 7)])
    shown, _ = await replayed(tmp_path, [night])
    assert shown == []
