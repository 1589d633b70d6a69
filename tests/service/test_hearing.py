from pathlib import Path

import pytest

from captioner.asr.weights import find_weights
from captioner.audio.vad import SileroModel
from captioner.service.hearing import load_whisper
from tests.fakes.open_house import house_settings


@pytest.mark.weights
async def test_whisper_is_loaded_with_somebody_to_take_over_and_fed_as_was_measured(
    tmp_path: Path,
) -> None:
    settings = house_settings(tmp_path)
    settings.store.folder.mkdir(exist_ok=True)
    hearing = await load_whisper(find_weights("demo", tmp_path), SileroModel(), settings)
    assert (settings.store.folder / "batching.json").is_file()
    upkeep = hearing.worker._upkeep
    assert upkeep.least_s == settings.asr.decode_timeout_s
    assert upkeep.new_engine is not None
    spare = upkeep.new_engine()
    spare.load()
    assert "cpu int8" in spare.conditions
    await hearing.worker.close()


@pytest.mark.weights
async def test_the_voice_detector_is_loaded_with_the_weights(tmp_path: Path) -> None:
    silero = SileroModel()
    hearing = await load_whisper(find_weights("demo", tmp_path), silero, house_settings(tmp_path))
    assert hearing.silero is silero
    silero.load()  # a second call is free: it is there
    await hearing.worker.close()
