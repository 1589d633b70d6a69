from pathlib import Path

import pytest

from captioner.cli import build_parser, main
from captioner.commands.transcripts import live_options
from captioner.service.live_export import LiveExportOptions
from captioner.store.export import render_transcript
from tests.fakes.transcripts import line, transcript


def test_export_takes_formats_and_a_translation() -> None:
    words = ["export", "x.json", "--format", "docx,srt", "--translation", "nl", "--original"]
    options = build_parser().parse_args(words)
    assert options.format == ("docx", "srt")
    assert (options.translation, options.original, options.out) == ("nl", True, Path())


def test_export_writes_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "old.json", tmp_path / "out"
    source.write_bytes(render_transcript(transcript(line("Yes.", 1)), "json"))
    assert main(["export", str(source), "--format", "txt", "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out / "old.txt")
    assert "Anna: Yes." in (out / "old.txt").read_text(encoding="utf-8")


def test_a_format_that_does_not_exist_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "old.json"
    source.write_bytes(render_transcript(transcript(line("Yes.", 1)), "json"))
    assert main(["export", str(source), "--format", "pdf", "--out", str(tmp_path)]) == 1
    assert "there are: txt, md, docx" in capsys.readouterr().err


def test_nobody_is_sent_captions_unless_an_address_is_given() -> None:
    assert live_options(build_parser().parse_args(["serve"])) == LiveExportOptions()
    given = ["replay", "DIR", "--live-text", "x.txt", "--zoom", "https://z/cc?id=1"]
    found = live_options(build_parser().parse_args(given))
    assert found == LiveExportOptions(Path("x.txt"), zoom="https://z/cc?id=1")


def test_transcribe_takes_tracks() -> None:
    words = ["transcribe", "a.wav", "b.wav", "--out", "out", "--format", "docx"]
    options = build_parser().parse_args(words)
    assert (options.files, options.format) == ([Path("a.wav"), Path("b.wav")], ("docx",))
