import io
import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
import soundfile

from captioner.commands.transcribe import ProgressLine, TranscribeOptions, run_transcribe
from captioner.errors import WireError
from captioner.settings import LoadedSettings, load_settings
from captioner.store.export import FORMATS
from tests.scenarios.test_nothing_leaves import a_clip


def loaded(data: Path, **flags: str) -> LoadedSettings:
    return load_settings({}, {}, {"data": str(data), "model": "demo"} | flags)


def tracks(folder: Path) -> list[Path]:
    """The first seconds of the bundled meeting, as files that nobody describes."""
    clip = a_clip(folder / "clip")
    (clip / "meeting.json").unlink()
    return sorted(clip.glob("*.wav"))


def texts(out: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in json.loads((out / "transcript.json").read_text(encoding="utf-8"))["utterances"]:
        found.setdefault(each["speaker"], []).append(each["text"])
    return found


async def test_a_file_for_each_person_becomes_a_transcript_in_every_format(tmp_path: Path) -> None:
    said, out = io.StringIO(), tmp_path / "out"
    options = TranscribeOptions(tuple(tracks(tmp_path)), out, title="Planning")
    assert await run_transcribe(loaded(tmp_path / "data"), options, said) == 0
    assert {path.name for path in out.iterdir()} == {f"transcript.{each}" for each in FORMATS}
    assert texts(out)
    assert set(texts(out)) <= {"Anna", "Chen"}
    lines = said.getvalue().splitlines()
    assert lines[0] == "Speakers: Anna, Chen"
    assert any(line.startswith("[") and "100 %" in line for line in lines)
    assert not (tmp_path / "data" / "meetings").exists()


async def test_one_file_with_many_inputs_hears_the_same(tmp_path: Path) -> None:
    """No sound of one person gets into another's channel by the way it was recorded."""
    files = tracks(tmp_path)
    await run_transcribe(
        loaded(tmp_path), TranscribeOptions(tuple(files), tmp_path / "a", ("json",)), io.StringIO()
    )
    sounds = [soundfile.read(path)[0] for path in files]
    together = tmp_path / "together.wav"
    soundfile.write(together, np.stack(sounds, axis=1), 16_000, subtype="FLOAT")
    await run_transcribe(
        loaded(tmp_path), TranscribeOptions((together,), tmp_path / "b", ("json",)), io.StringIO()
    )
    one, other = texts(tmp_path / "a"), texts(tmp_path / "b")
    assert list(one.values()) == list(other.values())


async def test_an_unknown_format_is_refused_before_anything_is_heard(tmp_path: Path) -> None:
    options = TranscribeOptions((tmp_path / "none.wav",), tmp_path, ("pdf",))
    with pytest.raises(WireError, match=r"transcript\.pdf"):
        await run_transcribe(loaded(tmp_path), options, io.StringIO())


async def test_a_file_that_breaks_off_is_told_and_the_rest_is_there(tmp_path: Path) -> None:
    files = tracks(tmp_path)
    files[0].write_bytes(files[0].read_bytes()[:60_000])
    said, out = io.StringIO(), tmp_path / "out"
    options = TranscribeOptions(tuple(files), out, ("json",))
    assert await run_transcribe(loaded(tmp_path), options, said) == 0
    assert "breaks off" in said.getvalue()
    assert (out / "transcript.json").is_file()


async def test_ctrl_c_leaves_what_was_heard_until_then(tmp_path: Path) -> None:
    class Impatient(io.StringIO):
        def write(self, text: str) -> int:
            if "20 %" in text:
                os.kill(os.getpid(), signal.SIGINT)
            return super().write(text)

    said, out = Impatient(), tmp_path / "out"
    options = TranscribeOptions(tuple(tracks(tmp_path)), out, ("txt",))
    assert await run_transcribe(loaded(tmp_path), options, said) == 0
    assert "100 %" not in said.getvalue()
    assert (out / "transcript.txt").is_file()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_bar_overwrites_itself() -> None:
    out, now = Terminal(), iter(range(100))
    line = ProgressLine(120.0, out, lambda: float(next(now)))
    line.tell(0.0)
    line.tell(60.0)
    line.tell(60.1)
    line.close()
    line.close()
    first, second = out.getvalue().rstrip("\n").split("\r")[1:]
    assert first.startswith("[..............................]   0 %")
    assert second == "[###############...............]  50 %  00:01:00 of 00:02:00  30.0 x"
    assert out.getvalue().endswith("x\n")


def test_in_a_file_progress_is_a_line_now_and_then() -> None:
    out = io.StringIO()
    line = ProgressLine(100.0, out, lambda: 0.0)
    for second in range(101):
        line.tell(float(second))
    line.close()
    assert len(out.getvalue().splitlines()) == 11
    assert "\r" not in out.getvalue()
