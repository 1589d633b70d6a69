from pathlib import Path

import numpy as np
import pytest

from captioner.asr.engine import DecodeKind, DecodeRequest
from captioner.bench.material import Material, lay_out, read_clips
from captioner.bench.scripted import Places, ScriptedWhisper
from captioner.bench.together import FALLBACK_EVERY, Conditions, CountingWorker, run_together
from captioner.domain import ChannelId, SamplePos, UtteranceId
from captioner.resources import demo_meeting_folder
from captioner.settings import Settings, StoreSettings
from tests.fakes.fake_clock import FakeClock
from tests.fakes.held_engine import NOWHERE, HeldFake, LoudModel
from tests.fakes.scripted_engine import ScriptedEngine


def material(channels: int) -> Material:
    """Real speech: the guards do not take a tone for a voice."""
    return lay_out(read_clips(demo_meeting_folder()), channels, 12.0)


def conditions(folder: Path, clock: FakeClock) -> Conditions:
    return Conditions(
        NOWHERE,
        Settings(store=StoreSettings(data=str(folder))),
        LoudModel(),
        clock,
        clock.sleep,
        clock.advance,
    )


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def scripted(said: Material) -> ScriptedWhisper:
    return ScriptedWhisper(HeldFake(), said.script, Places(said.sounds))


@pytest.mark.parametrize("channels", [1, 3])
async def test_everything_that_was_said_is_captioned_and_counted(
    tmp_path: Path, clock: FakeClock, channels: int
) -> None:
    said = material(channels)
    engine = scripted(said)
    figures = await run_together(said, engine, conditions(tmp_path, clock))
    assert figures.channels == channels
    assert (figures.word_error_rate, figures.missed, figures.unfinished) == (0, 0, 0)
    assert figures.speech_s == pytest.approx(said.script.speech_s, abs=0.1)
    assert figures.rows_a_batch is not None
    assert figures.rows_a_batch >= 1
    assert figures.cpu_per_speech > 0
    assert engine.lost == 0
    assert files_in(tmp_path) == []  # a measurement leaves no transcript


def request(kind: DecodeKind) -> DecodeRequest:
    nothing = np.zeros(0, np.float32)
    ids = ChannelId(1), UtteranceId("u")
    return DecodeRequest(*ids, kind, SamplePos(0), SamplePos(0), nothing, "en")


def test_batches_and_rows_are_counted_and_fallbacks_charged_by_the_finals() -> None:
    engine = scripted(material(1))
    worker = CountingWorker(engine, 1)
    for _ in range(FALLBACK_EVERY):
        worker.submit([request(DecodeKind.FINAL), request(DecodeKind.PARTIAL)], lambda _: None)
    assert (worker.batches, worker.rows) == (FALLBACK_EVERY, 2 * FALLBACK_EVERY)
    assert engine.fallbacks_due == 1


def test_weights_that_hear_for_themselves_are_charged_nothing() -> None:
    worker = CountingWorker(ScriptedEngine(), 1)
    worker.submit([request(DecodeKind.FINAL)] * 100, lambda _: None)
    assert worker.rows == 100
