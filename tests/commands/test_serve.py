import asyncio
import io
import os
import shutil
import signal
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from captioner import resources
from captioner.asr.speed import remember_speed
from captioner.commands.serve import run_serve
from captioner.errors import SettingsError, WeightsError
from captioner.service.live_export import LiveExportOptions
from captioner.service.meetings import Meetings
from captioner.settings import Settings
from captioner.store.journal import NAME, Journal
from captioner.store.rows import Setup
from tests.fakes.fake_devices import FakeDevices, ToneHearing
from tests.fakes.open_house import house_settings
from tests.fakes.recording_viewer import until
from tests.fakes.sample_meeting import spec


class Screen(io.StringIO):
    """Keeps what is printed, and lets a test wait for it."""

    async def shows(self, text: str) -> None:
        await until(lambda: text in self.getvalue())


async def serve_and_stop(settings: Settings, hearing: ToneHearing, until: str) -> str:
    out = Screen()
    meetings = Meetings(settings, FakeDevices(), load_hearing=hearing)
    serving = asyncio.create_task(run_serve(settings, out, meetings))
    await out.shows(until)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await asyncio.wait_for(serving, 10) == 0
    return out.getvalue()


async def test_it_tells_where_to_go_warms_up_and_stops_when_told(tmp_path: Path) -> None:
    hearing = ToneHearing()
    told = await serve_and_stop(house_settings(tmp_path), hearing, "Ctrl-C")
    assert "Host:    http://127.0.0.1:" in told
    assert told.rstrip().endswith("Stopping: what was said is being finished.")
    assert hearing.loads in ([], ["demo"])


async def test_weights_that_this_computer_cannot_hold_are_told_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    folder = shutil.copytree(resources.demo_weights_folder(), tmp_path / "models" / "small")
    (folder / "captioner.json").unlink()
    remember_speed(tmp_path, 0.12)
    settings = house_settings(tmp_path)
    settings = replace(settings, asr=replace(settings.asr, model="small"))
    told = await serve_and_stop(settings, ToneHearing(), "Take base.")
    assert "The weights small are too large for this computer" in told


async def test_without_weights_it_says_what_to_do_and_serves_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    settings = house_settings(tmp_path)
    settings = replace(settings, asr=replace(settings.asr, model=""))
    hearing = ToneHearing()
    told = await serve_and_stop(settings, hearing, "No weights are installed")
    assert "captioner models pull small" in told
    assert hearing.loads == []


async def test_weights_that_do_not_load_are_told_and_it_serves_all_the_same(
    tmp_path: Path,
) -> None:
    class Broken(ToneHearing):
        async def __call__(self, *_: object) -> None:  # type: ignore[override]
            raise WeightsError("bad_weights", "They are broken.")

    told = await serve_and_stop(house_settings(tmp_path), Broken(), "They are broken.")
    assert "Traceback" not in told


async def test_an_address_that_is_none_is_refused_before_anything_listens(tmp_path: Path) -> None:
    meetings = Meetings(house_settings(tmp_path), FakeDevices(), load_hearing=ToneHearing())
    with pytest.raises(SettingsError, match="begins with http"):
        await run_serve(
            house_settings(tmp_path), io.StringIO(), meetings, LiveExportOptions(zoom="zoom")
        )


async def test_a_meeting_that_broke_off_and_a_damaged_record_are_told(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.open()
    today = datetime.now(UTC)
    journal.begin(replace(spec("Anna", title="Budget"), started=today), Setup({1: "mic-1"}))
    journal.close()
    told = await serve_and_stop(house_settings(tmp_path), ToneHearing(), "Ctrl-C")
    assert "The meeting “Budget” broke off" in told
    (tmp_path / NAME).write_bytes(b"nonsense" * 1000)
    told = await serve_and_stop(house_settings(tmp_path), ToneHearing(), "Ctrl-C")
    assert "set aside" in told
    assert "broke off" not in told
