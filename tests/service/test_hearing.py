import asyncio
from pathlib import Path

import pytest

from captioner.asr.weights import Weights, find_weights
from captioner.audio.vad import SileroModel
from captioner.errors import MeetingError
from captioner.service.hearing import Hearings, load_whisper
from tests.fakes.fake_devices import ToneHearing
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


async def test_what_a_meeting_has_loaded_stays_whoever_waited_for_the_lock(tmp_path: Path) -> None:
    """A try and a removal may wait from before the meeting begins until it has its weights."""
    demo = find_weights("demo", tmp_path)
    other = Weights("other", tmp_path, demo.is_demo, demo.languages, demo.size_bytes)
    loading, meetings = ToneHearing(), 0
    hearings = Hearings(house_settings(tmp_path), loading, lambda: meetings > 0)
    loading.may_load.clear()
    first = asyncio.create_task(hearings.load(demo))
    trying = asyncio.create_task(hearings.load_to_try(other))
    removing = asyncio.create_task(hearings.let_go(demo.folder))
    await asyncio.sleep(0)  # all three wait
    meetings = 1
    loading.may_load.set()
    hearing = await first
    with pytest.raises(MeetingError):
        await trying
    await removing
    assert await hearings.load(demo) is hearing
    assert loading.loads == ["demo"]
    meetings = 0
    assert await hearings.load_to_try(other) is not hearing
    await hearings.let_go(other.folder)
    await hearings.close()
