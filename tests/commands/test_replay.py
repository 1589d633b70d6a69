import asyncio
import io
import json
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from captioner.asr.weights import find_weights
from captioner.audio.sources.recording import RecordedMeeting
from captioner.commands.replay import (
    ReplayOptions,
    channel_specs,
    event_paths,
    read_glossary,
    run_replay,
)
from captioner.errors import (
    AddressError,
    AudioError,
    CaptionerError,
    MeetingError,
    SettingsError,
    StoreError,
)
from captioner.service.live_export import LiveExportOptions
from captioner.settings import LoadedSettings, load_settings
from tests.fakes.caption_input import caption_input
from tests.fakes.noises import noise
from tests.fakes.recording_viewer import fetch, until
from tests.fakes.word_package import install
from tests.scenarios.test_nothing_leaves import a_clip, finals_of


def a_recording(folder: Path, languages: tuple[str | None, ...] = ("en", None)) -> Path:
    """Two channels on which nobody speaks: weights have nothing to do."""
    folder.mkdir(parents=True, exist_ok=True)
    channels: list[dict[str, Any]] = []
    for number, language in enumerate(languages, 1):
        soundfile.write(folder / f"{number}.wav", np.zeros(16_000, np.float32), 16_000)
        channels.append({"channel": number, "speaker": f"Person {number}", "file": f"{number}.wav"})
        if language:
            channels[-1]["language"] = language
    (folder / "meeting.json").write_text(json.dumps({"title": "Quiet", "channels": channels}))
    return folder


def loaded(data: Path, **flags: str) -> LoadedSettings:
    given = {"data": str(data), "model": "demo", "viewer_port": "0", "host_port": "0"}
    given["viewer_address"] = "127.0.0.1"
    return load_settings({}, {}, given | flags)


def everything_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def options(folder: Path, **more: Any) -> ReplayOptions:
    values: dict[str, Any] = {"speed": None, "events": None, "out": None, "serve": False}
    return ReplayOptions(folder, **(values | more))


async def test_a_run_leaves_events_transcript_and_reference_and_ends(tmp_path: Path) -> None:
    folder, out = a_recording(tmp_path / "quiet"), tmp_path / "out"
    events = tmp_path / "own.jsonl"
    status = await run_replay(
        loaded(tmp_path / "data"), options(folder, out=out, events=events), io.StringIO()
    )
    assert status == 0
    assert {path.name for path in out.iterdir()} == {
        *("events.jsonl", "meeting.json", "transcript.json", "transcript.txt")
    }
    assert events.read_text() == (out / "events.jsonl").read_text()
    states = [json.loads(line)["state"] for line in events.read_text().splitlines()]
    assert states == ["live", "ended"]
    assert (out / "meeting.json").read_text() == (folder / "meeting.json").read_text()
    assert not (tmp_path / "data").exists()


async def test_without_anything_asked_for_it_leaves_nothing(tmp_path: Path) -> None:
    folder = a_recording(tmp_path / "quiet")
    before = everything_in(tmp_path)
    assert await run_replay(loaded(tmp_path / "data"), options(folder), io.StringIO()) == 0
    assert everything_in(tmp_path) == before


async def test_a_run_is_the_same_to_the_letter(tmp_path: Path) -> None:
    folder = a_clip(tmp_path / "clip")
    texts = []
    for name in ("one", "two"):
        events = tmp_path / name
        await run_replay(loaded(tmp_path), options(folder, events=events), io.StringIO())
        texts.append(events.read_text())
    assert '"state":"final"' in texts[0]
    assert texts[0] == texts[1]


async def test_it_is_served_if_that_is_asked_for_and_can_be_stopped(tmp_path: Path) -> None:
    folder, out = a_recording(tmp_path / "quiet"), io.StringIO()
    soundfile.write(folder / "1.wav", np.zeros(16_000 * 60, np.float32), 16_000)
    playing = asyncio.create_task(
        run_replay(loaded(tmp_path), options(folder, speed=1.0, serve=True), out)
    )
    await until(lambda: "Viewers: http://127.0.0.1:" in out.getvalue())
    port = int(out.getvalue().split("127.0.0.1:")[1].split("/")[0])
    assert (await fetch(port, "/")).status == 200
    os.kill(os.getpid(), signal.SIGINT)
    assert await asyncio.wait_for(playing, 10) == 0


async def test_it_opens_no_port_unless_asked(tmp_path: Path) -> None:
    taken = loaded(tmp_path, viewer_address="192.0.2.1")  # would be refused
    folder = a_recording(tmp_path / "quiet")
    assert await run_replay(taken, options(folder), io.StringIO()) == 0
    with pytest.raises(AddressError):
        await run_replay(taken, options(folder, serve=True, out=tmp_path / "out"), io.StringIO())


async def test_a_folder_that_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    folder = a_recording(tmp_path / "quiet")
    (tmp_path / "file").write_text("in the way")
    for more in ({"out": tmp_path / "file"}, {"events": tmp_path / "file" / "events"}):
        with pytest.raises(StoreError):
            await run_replay(loaded(tmp_path), options(folder, **more), io.StringIO())


async def test_weights_that_are_nowhere_are_one_error_before_anything_is_written(
    tmp_path: Path,
) -> None:
    folder, out = a_recording(tmp_path / "quiet"), tmp_path / "out"
    with pytest.raises(CaptionerError) as refused:
        await run_replay(loaded(tmp_path, model="nowhere"), options(folder, out=out), io.StringIO())
    assert refused.value.code == "unknown_weights"
    assert not out.exists()


async def test_a_file_that_breaks_off_is_told_at_the_end(tmp_path: Path) -> None:
    folder, out = a_recording(tmp_path / "quiet"), io.StringIO()
    whole = (folder / "2.wav").read_bytes()
    (folder / "2.wav").write_bytes(whole[: len(whole) // 2])
    events = tmp_path / "events"
    await run_replay(loaded(tmp_path), options(folder, events=events), out)
    assert "2.wav breaks off" in out.getvalue()
    assert '"change":"lost"' in events.read_text()


async def test_what_was_heard_and_not_shown_is_explained_if_that_is_asked_for(
    tmp_path: Path,
) -> None:
    explained = tmp_path / "decisions.jsonl"
    folder = a_recording(tmp_path / "doors")
    soundfile.write(folder / "1.wav", noise("slams", 20.0, 3), 16_000, subtype="FLOAT")
    trusting = loaded(tmp_path, voice_threshold="0.05", voice_end_threshold="0.03")
    out = tmp_path / "out"
    assert (
        await run_replay(trusting, options(folder, explain=explained, out=out), io.StringIO()) == 0
    )
    decisions = [json.loads(line) for line in explained.read_text().splitlines()]
    assert decisions
    for each in decisions:
        assert list(each) == [
            *(
                "meeting",
                "decision",
                "kind",
                "channel",
                "start",
                "end",
                "reason",
                "heard",
                "figures",
            )
        ]
        assert (each["decision"], each["channel"]) == ("rejected", 1)
        assert 0.0 <= each["start"] < each["end"] <= 21.0
        assert each["figures"]["level_db"] < 0.0
    heard = next(each["heard"] for each in decisions if each["heard"])
    assert heard not in "".join(path.read_text() for path in out.iterdir())


async def test_an_explanation_that_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    folder = a_recording(tmp_path / "quiet")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError):
        await run_replay(
            loaded(tmp_path), options(folder, explain=tmp_path / "file" / "x"), io.StringIO()
        )


@pytest.mark.parametrize(
    ("languages", "flags", "found"),
    [
        (("en", None), {}, ["en", "en"]),
        (("en", "en"), {"language": "en"}, ["en", "en"]),
        ((None, None), {"language": "en, en"}, ["en", "en"]),
    ],
)
def test_the_language_of_a_channel(
    tmp_path: Path, languages: tuple[str | None, ...], flags: dict[str, str], found: list[str]
) -> None:
    recording = RecordedMeeting.open(a_recording(tmp_path / "quiet", languages))
    specs = channel_specs(recording, loaded(tmp_path, **flags), find_weights("demo", tmp_path))
    assert [spec.language for spec in specs] == found
    assert [spec.name for spec in specs] == ["Person 1", "Person 2"]


def test_a_language_that_is_not_heard_or_does_not_fit_is_refused(tmp_path: Path) -> None:
    demo = find_weights("demo", tmp_path)
    recording = RecordedMeeting.open(a_recording(tmp_path / "quiet", ("nl", None)))
    with pytest.raises(MeetingError, match="do not hear the language 'nl'"):
        channel_specs(recording, loaded(tmp_path), demo)
    with pytest.raises(SettingsError, match="one for each of 2 channels"):
        channel_specs(recording, loaded(tmp_path, language="en,en,en"), demo)
    assert channel_specs(recording, loaded(tmp_path, language="en"), demo)


def test_where_events_go(tmp_path: Path) -> None:
    assert event_paths(None, None) == []
    assert event_paths(tmp_path / "a", tmp_path) == [tmp_path / "a", tmp_path / "events.jsonl"]


def test_a_glossary_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("\ufeffSiobhan: Shivon\nOverdijk\n", encoding="utf-8")
    assert [term.written for term in read_glossary(file)] == ["Siobhan", "Overdijk"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff", b"x" * 61])
def test_a_glossary_that_cannot_be_read_is_told_by_name(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "names.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(MeetingError) as refused:
        read_glossary(file)
    assert refused.value.code == "bad_meeting"


@pytest.mark.weights
async def test_a_glossary_puts_names_right_in_a_replay(tmp_path: Path) -> None:
    """The clip says good morning to everyone; a host who wants it spelled so may have it so."""
    folder = a_clip(tmp_path / "clip")
    (tmp_path / "names.txt").write_text("GoodMorning: good morning")
    events = tmp_path / "events.jsonl"
    chosen = options(folder, events=events, glossary=tmp_path / "names.txt")
    await run_replay(loaded(tmp_path / "data"), chosen, io.StringIO())
    assert "GoodMorning everyone" in events.read_text()


async def test_other_programs_get_what_is_said_and_only_if_they_were_named(tmp_path: Path) -> None:
    folder, events = a_clip(tmp_path / "clip"), tmp_path / "events.jsonl"
    with caption_input() as hook, caption_input() as nobody:
        live = LiveExportOptions(tmp_path / "captions.txt", webhook=hook.url)
        asked = options(folder, events=events, live=live)
        assert await run_replay(loaded(tmp_path), asked, io.StringIO()) == 0
        assert nobody.came == []
        sent = [json.loads(body) for _, body in hook.came]
    finals = [text for text in finals_of(events) if text]
    assert finals
    assert [body["text"] for body in sent] == finals
    assert [body["sequence"] for body in sent] == list(range(1, len(finals) + 1))
    lines = (tmp_path / "captions.txt").read_text(encoding="utf-8").splitlines()
    assert [line.partition(": ")[2] for line in lines] == finals


async def test_an_old_transcript_is_no_recording_and_the_sentence_says_what_shows_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "transcript.json").write_text("{}")
    with pytest.raises(AudioError, match="captioner export FILE --show"):
        await run_replay(loaded(tmp_path), options(tmp_path / "transcript.json"), io.StringIO())


class Reader:
    """What a replay says, and the translations in its file."""

    def __init__(self, tmp_path: Path) -> None:
        self.events = tmp_path / "events.jsonl"
        self.out = io.StringIO()

    def found(self) -> list[dict[str, Any]]:
        lines = self.events.read_text(encoding="utf-8").splitlines()
        return [each for each in map(json.loads, lines) if each["type"] == "translation"]


async def test_a_replay_asks_for_languages_as_a_viewer_would(tmp_path: Path) -> None:
    """Every final has its translation by the end, and the transcript is in both languages."""
    data, out = tmp_path / "data", tmp_path / "out"
    install(data, "en", "nl", {"the": "de", "The": "De"})
    reader = Reader(tmp_path)
    given = options(
        a_clip(tmp_path / "clip"), speed=None, out=out, events=reader.events, translate=("nl",)
    )
    assert await run_replay(loaded(data), given, reader.out) == 0
    finals = [each for each in reader.found() if each["state"] == "final"]
    said = [text for text in finals_of(reader.events) if text]
    assert len(finals) == len(said) > 0
    body = json.loads((out / "transcript.json").read_text(encoding="utf-8"))
    assert all(each["translations"]["nl"] for each in body["utterances"])
    assert reader.out.getvalue() == ""


async def test_a_language_that_cannot_be_had_is_told_and_stops_no_captions(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    given = options(
        a_clip(tmp_path / "clip"), speed=None, events=reader.events, translate=("th", "en")
    )
    assert await run_replay(loaded(tmp_path / "data"), given, reader.out) == 0
    assert (
        reader.out.getvalue() == "No package here translates English into Thai; there are: none.\n"
    )
    assert reader.found() == []
    assert finals_of(reader.events)
