import io
from pathlib import Path

import pytest

from captioner.cli import main
from captioner.commands.export import ExportOptions, run_export, translate_transcript
from captioner.errors import StoreError, TranslateError
from captioner.settings import Settings, StoreSettings
from captioner.store.export import FORMATS, render_transcript
from captioner.store.layout import View
from tests.fakes.scripted_translator import ScriptedTranslator
from tests.fakes.transcripts import line, transcript
from tests.fakes.word_package import install

MEETING = "20250304-090000-abc123"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one meeting."""
    folder = tmp_path / "data" / "meetings" / MEETING
    folder.mkdir(parents=True)
    made = transcript(line("Yes.", 1, translations={"nl": "Ja."}))
    (folder / "transcript.json").write_bytes(render_transcript(made, "json"))
    return tmp_path / "data"


def export(data: Path, source: str, *formats: str, language: str = "", out: str = "out") -> str:
    settings = Settings(store=StoreSettings(data=str(data)))
    said = io.StringIO()
    options = ExportOptions(source, formats, View(language), data.parent / out)
    assert run_export(settings, options, said) == 0
    return said.getvalue()


def test_a_kept_meeting_is_written_in_every_format(data: Path) -> None:
    said = export(data, MEETING)
    names = {path.name for path in (data.parent / "out").iterdir()}
    assert names == {f"{MEETING}.{ending}" for ending in FORMATS}
    assert len(said.splitlines()) == len(FORMATS)


def test_a_folder_or_a_file_is_taken_as_well_as_a_meeting(data: Path) -> None:
    folder = data / "meetings" / MEETING
    copied = data.parent / "copy of it.json"
    copied.write_bytes((folder / "transcript.json").read_bytes())
    export(data, str(folder), "txt")
    export(data, str(folder / "transcript.json"), "md")
    export(data, str(copied), "srt")
    names = {path.name for path in (data.parent / "out").iterdir()}
    assert names == {f"{MEETING}.txt", f"{MEETING}.md", "copy of it.srt"}


def test_a_translation_is_written_where_it_was_asked_for(data: Path) -> None:
    export(data, MEETING, "txt", language="nl")
    assert "Anna: Ja." in (data.parent / "out" / f"{MEETING}.txt").read_text(encoding="utf-8")
    with pytest.raises(TranslateError, match=r"from en into fr; there are: none\."):
        export(data, MEETING, "txt", language="fr")


def test_what_a_transcript_lacks_is_translated_first(data: Path) -> None:
    """The real packages: as many as are installed at that moment."""
    install(data, "en", "de", {"Yes.": "Ja!"})
    export(data, MEETING, "txt", language="de")
    path = data.parent / "out" / f"{MEETING}.txt"
    assert "Anna: Ja!" in path.read_text(encoding="utf-8")


def test_what_cannot_be_translated_stands_as_it_was_spoken_and_is_told() -> None:
    made = transcript(line("Yes.", 1), line("Nee.", 2, language="nl"))
    translator = ScriptedTranslator(("en", "de"))
    completed = translate_transcript(made, "de", translator)
    assert [dict(each.translations) for each in completed.lines] == [{"de": "de:Yes."}, {}]
    assert completed.notices[-1].startswith("1 captions could not be translated into German")


def test_the_language_of_the_command_line_is_the_one_to_read(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is heard here, so that the setting of that name cannot be meant."""
    assert main(["export", MEETING, "--data", str(data), "--language", "nl", "--show"]) == 0
    assert "Anna: Ja." in capsys.readouterr().out
    assert main(["export", MEETING, "--data", str(data), "--show"]) == 0
    assert "Anna: Yes." in capsys.readouterr().out


def test_an_unknown_meeting_gets_the_known_ones(data: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=rf"no transcript x: .* there are: {MEETING}\."):
        export(data, "x")
    with pytest.raises(StoreError, match="none are kept"):
        export(tmp_path / "elsewhere", "x")


def test_a_broken_file_leaves_nothing(data: Path) -> None:
    bad = data.parent / "bad.json"
    bad.write_text("{")
    with pytest.raises(StoreError, match="not JSON"):
        export(data, str(bad))
    assert not (data.parent / "out").exists()


def test_the_file_that_is_read_is_never_written_over(data: Path) -> None:
    copied = data.parent / "mine.json"
    copied.write_bytes((data / "meetings" / MEETING / "transcript.json").read_bytes())
    with pytest.raises(StoreError, match="itself"):
        export(data, str(copied), "json", out=".")


def test_it_can_be_shown_and_nothing_is_written(data: Path) -> None:
    settings = Settings(store=StoreSettings(data=str(data)))
    said, out = io.StringIO(), data.parent / "out"
    assert run_export(settings, ExportOptions(MEETING, (), View(), out, show=True), said) == 0
    assert said.getvalue().endswith("[00:00:01] Anna: Yes.\n")
    assert not out.exists()
