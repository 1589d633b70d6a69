from pathlib import Path

import pytest

from captioner.asr.worker import DecodeWorker
from captioner.audio.sources.recording import RecordedMeeting
from captioner.captions.meeting import Meeting
from captioner.clock import MeetingClock, SimulatedClock
from captioner.domain import UtteranceId
from captioner.service.live import LiveMeeting
from captioner.service.replay import STEP_S, play, play_simulated
from tests.fakes.fake_clock import FakeClock
from tests.fakes.live_run import SETTINGS, LiveRun
from tests.fakes.recorded import cut_off, record
from tests.fakes.sample_meeting import spec
from tests.fakes.scripted_engine import PromptWorker, ScriptedEngine
from tests.fakes.tone_source import ToneDetector, silence, spoken

ANNA = (spoken(1, 10), silence(20), spoken(2, 10), silence(20))
BRAM = (silence(20), spoken(3, 20), silence(4))
STEPS = 60
"""Frames of the longer of the two."""


@pytest.mark.parametrize("speed", [1.0, 4.0])
async def test_every_step_is_heard_when_its_last_sample_has_been_said(
    tmp_path: Path, speed: float
) -> None:
    clock = FakeClock(speed=speed)
    heard_at: list[float] = []
    run = LiveRun(clock=clock, watch=lambda: heard_at.append(run.live.now_s))
    await play(record(tmp_path, ANNA, BRAM), run.live, speed, clock.sleep)
    assert len(heard_at) == 2 * STEPS
    for number, moment in enumerate(heard_at[::2], 1):
        assert moment == pytest.approx(number * STEP_S, abs=1e-6)
    assert sum(clock.sleeps) == pytest.approx(STEPS * STEP_S / speed)
    assert run.texts(1) == ["w1", "w2"]
    assert run.texts(2) == ["w3"]
    assert run.statuses == ["live", "ended"]


async def test_a_loop_that_was_late_catches_up_and_drops_no_sound(tmp_path: Path) -> None:
    clock = FakeClock()
    run = LiveRun(clock=clock)
    hold_ups = iter([0.0] * 12 + [0.7])

    async def sleep(seconds: float) -> None:
        await clock.sleep(seconds)
        clock.advance(next(hold_ups, 0.0))

    await play(record(tmp_path, ANNA, BRAM), run.live, 1.0, sleep)
    assert run.texts(1) == ["w1", "w2"]
    assert [final.start for final in run.finals if final.channel == 1] == [0.0, 0.96]
    assert clock.sleeps.count(0) >= 2, "others get their turn while it catches up"
    assert run.live.now_s == pytest.approx(STEPS * STEP_S)


async def simulated(recording: RecordedMeeting) -> list[str]:
    """The lines of a run on simulated time."""
    clock = SimulatedClock()
    lines: list[str] = []
    numbers = iter(range(1, 1000))
    worker: DecodeWorker = PromptWorker(ScriptedEngine())
    names = [channel.speaker for channel in recording.channels]
    live = LiveMeeting(
        Meeting(spec(*names)),
        worker,
        ToneDetector,
        SETTINGS,
        MeetingClock(clock),
        lambda: UtteranceId(f"u{next(numbers)}"),
        lambda entry: lines.append(entry.line),
    )
    await play_simulated(recording, live, clock)
    return lines


async def test_a_run_on_simulated_time_can_be_repeated_to_the_letter(tmp_path: Path) -> None:
    recording = record(tmp_path, ANNA, BRAM)
    first = await simulated(recording)
    assert first == await simulated(recording)
    assert sum('"final"' in line for line in first) == 3
    assert '"partial"' in "".join(first), "partials keep their cadence"


async def test_decoding_takes_no_time_on_the_simulated_clock(tmp_path: Path) -> None:
    """A final goes out with the frame in which the pause was long enough."""
    lines = await simulated(record(tmp_path, ANNA))
    final = next(line for line in lines if '"final"' in line)
    assert f'"at":{15 * STEP_S}' in final


@pytest.mark.parametrize(
    ("frames", "reason"), [(36, "others go on behind it"), (1, "found at the very end")]
)
async def test_a_file_that_breaks_off_is_told_once_and_the_others_go_on(
    tmp_path: Path, frames: int, reason: str
) -> None:
    """A break in the longest file is found when nothing is left to read: the meeting once ended
    without having told anybody."""
    recording = record(tmp_path, ANNA, BRAM)
    cut_off(tmp_path / "channel-1.wav", frames)
    lines = await simulated(recording)
    lost = [line for line in lines if '"change":"lost"' in line]
    assert len(lost) == 1, reason
    assert "breaks off" in lost[0]
    assert any('"w3"' in line and '"final"' in line for line in lines)
    assert any('"w1"' in line and '"final"' in line for line in lines)
    assert '"ended"' in lines[-1]


async def test_a_break_is_told_in_real_time_too(tmp_path: Path) -> None:
    clock = FakeClock()
    run = LiveRun(clock=clock)
    recording = record(tmp_path, ANNA, BRAM)
    cut_off(tmp_path / "channel-1.wav", 1)
    await play(recording, run.live, 1.0, clock.sleep)
    assert [change.change for change in run.changes] == ["lost"]
    assert run.statuses[-1] == "ended"
