import asyncio
import io
import json
import os
import signal
from pathlib import Path

import pytest

from captioner.commands.demo import DemoOptions, run_demo
from captioner.errors import AddressError, StoreError
from captioner.settings import LoadedSettings, load_settings
from tests.fakes.recording_viewer import RecordingViewer, fetch, until
from tests.test_app import taken_port


def loaded(data: Path, **flags: str) -> LoadedSettings:
    given = {"data": str(data), "viewer_port": "0", "host_port": "0", "viewer_address": "127.0.0.1"}
    return load_settings({}, {}, given | flags)


async def play(
    out: io.StringIO, loaded: LoadedSettings, folder: Path | None
) -> "tuple[asyncio.Task[int], int, str]":
    """The demo, when it has told its links: its task, the viewers' port and the code."""
    playing = asyncio.create_task(run_demo(loaded, DemoOptions(True, folder), out))
    await until(lambda: "Code:" in out.getvalue() or playing.done())
    assert "Code:" in out.getvalue(), playing.exception()
    told = out.getvalue()
    port = int(told.split("Viewers: http://127.0.0.1:")[1].split("/")[0])
    return playing, port, told.split("Code:")[1].split()[0]


async def stopped(playing: "asyncio.Task[int]") -> int:
    os.kill(os.getpid(), signal.SIGTERM)
    return await asyncio.wait_for(playing, 20)


async def test_the_demo_plays_and_can_be_stopped_with_its_transcript_left(tmp_path: Path) -> None:
    out, folder = io.StringIO(), tmp_path / "out"
    playing, port, code = await play(out, loaded(tmp_path / "data"), folder)
    assert (await fetch(port, f"/m/{code}")).status == 200
    viewer = await RecordingViewer(f"ws://127.0.0.1:{port}/m/{code}/events").join()
    hello = await viewer.until_type("hello")
    assert hello["meeting"]["demo_weights"] is True
    assert [each["name"] for each in hello["channels"]] == ["Anna", "Bram", "Chen"]
    await viewer.until_type("status", state="live")
    assert await stopped(playing) == 0
    assert await viewer.until_closed() == 1001
    assert viewer.events[-1]["state"] == "ended"
    assert f"Its transcript: {folder / 'transcript.txt'}" in out.getvalue()
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert events[-1]["state"] == "ended"
    assert (folder / "meeting.json").is_file()
    assert not (tmp_path / "data").exists()


async def test_it_can_be_read_in_dutch_with_the_packages_that_come_along(tmp_path: Path) -> None:
    playing, port, code = await play(io.StringIO(), loaded(tmp_path / "data"), tmp_path / "out")
    answer = await fetch(port, f"/m/{code}/languages")
    assert ["en", "nl"] in answer.json["pairs"]
    assert answer.json["problem"] is None
    assert await stopped(playing) == 0
    assert not (tmp_path / "data").exists()  # no meeting of people is ever offered them


@pytest.mark.weights
async def test_the_whole_demo_is_left_in_both_languages(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert await run_demo(loaded(tmp_path / "data"), DemoOptions(True, out), io.StringIO()) == 0
    events = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    finals = {
        each["utterance"]: each
        for each in events
        if each["type"] == "caption" and each["state"] == "final" and each["text"]
    }
    translated = {
        each["utterance"]: each
        for each in events
        if each["type"] == "translation" and each["state"] == "final"
    }
    assert translated.keys() == finals.keys()
    other = {"en": "nl", "nl": "en"}
    for name, each in translated.items():
        assert each["language"] == other[finals[name]["language"]]
    late_s = sorted(each["at"] - finals[name]["at"] for name, each in translated.items())
    assert late_s[0] >= 0
    said = {each["text"]: translated[name]["text"] for name, each in finals.items()}
    assert said["Goedemorgen Anna, laten we starten."] == "Good morning Anna, let us start."
    assert said["Who will review the contract?"] == "Wie gaat het contract beoordelen?"


async def test_without_a_folder_the_transcript_is_left_in_the_data_folder(tmp_path: Path) -> None:
    out = io.StringIO()
    playing, _, _ = await play(out, loaded(tmp_path), None)
    assert await stopped(playing) == 0
    assert (tmp_path / "demo" / "transcript.txt").is_file()


async def test_ports_that_are_taken_do_not_keep_anybody_from_the_demo(tmp_path: Path) -> None:
    with taken_port() as viewer, taken_port() as host:
        ports = {
            "viewer_port": str(viewer.getsockname()[1]),
            "host_port": str(host.getsockname()[1]),
        }
        playing, port, _ = await play(io.StringIO(), loaded(tmp_path, **ports), tmp_path / "out")
        assert str(port) != ports["viewer_port"]
        assert await stopped(playing) == 0


async def test_what_cannot_be_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError):
        await run_demo(loaded(tmp_path), DemoOptions(True, tmp_path / "file"), io.StringIO())
    elsewhere = loaded(tmp_path, viewer_address="192.0.2.1")
    with pytest.raises(AddressError):
        await run_demo(elsewhere, DemoOptions(True, tmp_path / "out"), io.StringIO())
