import os
import subprocess
import sys
from pathlib import Path

import pytest

from captioner import __version__
from captioner.cli import build_parser, main, read_settings
from captioner.errors import SettingsError
from captioner.settings import Origin, setting_fields

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No captioner.toml and no variables of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    for name in os.environ:
        if name.startswith("CAPTIONER_"):
            monkeypatch.delenv(name)


def shown(capsys: pytest.CaptureFixture[str], *flags: str) -> str:
    assert main(["config", "show", *flags]) == 0
    return capsys.readouterr().out


def captioner(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(
        [sys.executable, "-m", "captioner", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"captioner {__version__}\n"


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["sevre"],
        ["serve", "--no-such-setting", "1"],
        ["config"],
        ["models"],
        ["models", "burn"],
        ["models", "pull"],
        ["replay"],
        ["replay", "x", "--speed", "0"],
        ["replay", "x", "--speed", "nan"],
        ["replay", "x", "--speed", "-1"],
        ["replay", "x", "--speed", "fast"],
        ["devices", "--seconds", "soon"],
    ],
)
def test_what_is_no_command_is_told_with_the_usage(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: captioner")


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--voice-end-ms", "soon"], "--voice-end-ms must be a whole number: 'soon'."),
        (["--voice-end-ms", "99"], "--voice-end-ms must lie between 100 and 3000: 99."),
        (["--stall-s", "nan"], "--stall-s must lie between 0.5 and 30: nan."),
        (["--viewer-port", "70000"], "--viewer-port must lie between 0 and 65535: 70000."),
        (["--device", "tpu"], "device must be auto, cpu or cuda: tpu."),
        (["--viewer-transcript", "maybe"], "--viewer-transcript must be true or false: 'maybe'."),
    ],
)
def test_a_bad_value_is_one_sentence_and_exit_1(
    flags: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "show", *flags]) == 1
    captured = capsys.readouterr()
    assert captured.err == f"{says}\n"
    assert captured.out == ""


def test_a_misspelt_variable_is_told_with_the_right_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAPTIONER_VIEWER_PROT", "80")
    assert main(["config", "show"]) == 1
    assert "Did you mean CAPTIONER_VIEWER_PORT?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("voice_end_msec = 5", "Did you mean voice_end_ms?"),
        ("voice_end_ms = ", "captioner.toml cannot be read"),
        ("voice_end_ms = true", "must be a whole number"),
        ("[audio]\nvoice_end_ms = 500", "audio"),
    ],
)
def test_a_settings_file_that_is_wrong_is_one_sentence(
    text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "captioner.toml").write_text(text, encoding="utf-8")
    assert main(["config", "show"]) == 1
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_a_settings_file_that_is_no_text_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "captioner.toml").write_bytes(b"\xff\xfe\x00")
    assert main(["config", "show"]) == 1
    assert "captioner.toml cannot be read" in capsys.readouterr().err


def test_a_flag_beats_a_variable_beats_a_file_beats_the_default(tmp_path: Path) -> None:
    (tmp_path / "captioner.toml").write_text("voice_end_ms = 600\nhost_port = 1\nbeam_size = 2\n")
    env = {"CAPTIONER_HOST_PORT": "2", "CAPTIONER_BEAM_SIZE": "3", "PATH": "x"}
    loaded = read_settings({"setting_beam_size": "4", "run": None, "folder": "x"}, env)
    assert loaded.settings.audio.voice_end_ms == 600
    assert (loaded.settings.server.host_port, loaded.settings.asr.beam_size) == (2, 4)
    origins = loaded.origins
    assert origins["voice_end_ms"] is Origin.FILE
    assert (origins["host_port"], origins["beam_size"]) == (Origin.VARIABLE, Origin.FLAG)
    assert origins["stall_s"] is Origin.DEFAULT


def test_the_file_of_the_current_folder_comes_before_that_of_the_data_folder(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "captioner.toml").write_text("voice_end_ms = 700\n")
    flags = {"setting_data": str(data)}
    assert read_settings(flags, {}).settings.audio.voice_end_ms == 700
    assert read_settings({}, {"CAPTIONER_DATA": str(data)}).settings.audio.voice_end_ms == 700
    assert read_settings({}, {}).settings.audio.voice_end_ms == 500
    (tmp_path / "captioner.toml").write_text("voice_end_ms = 800\n")
    assert read_settings(flags, {}).settings.audio.voice_end_ms == 800
    (data / "captioner.toml").write_text("nonsense = 1\n")
    (tmp_path / "captioner.toml").unlink()
    with pytest.raises(SettingsError):
        read_settings(flags, {})


@pytest.mark.parametrize(
    "command",
    [
        ["serve"],
        ["demo"],
        ["replay", "x"],
        ["devices"],
        ["doctor"],
        ["models", "list"],
        ["models", "pull", "tiny"],
        ["config", "show"],
    ],
)
def test_every_setting_is_a_flag_of_every_command(command: list[str]) -> None:
    flags = [part for key in setting_fields() for part in (f"--{key.replace('_', '-')}", "1")]
    options = vars(build_parser().parse_args([*command, *flags]))
    assert {
        name.removeprefix("setting_") for name in options if name.startswith("setting_")
    } == set(setting_fields())
    assert callable(options["run"])


def test_help_is_complete_and_needs_nothing() -> None:
    done = captioner("replay", "--help", PATH="")
    assert done.returncode == 0
    assert "--voice-end-ms VALUE" in done.stdout
    assert done.stderr == ""


def test_whoever_reads_only_the_first_line_is_not_an_error() -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m captioner config show | head -1; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""


def test_a_recording_that_is_not_there_is_one_sentence_and_exit_1(tmp_path: Path) -> None:
    done = captioner("replay", str(tmp_path / "nowhere"), "--model", "demo")
    assert done.returncode == 1
    assert done.stderr.endswith("is not a folder: give the folder of a recorded meeting.\n")
    assert done.stderr.count("\n") == 1


def test_a_setting_is_shown_with_its_origin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAPTIONER_HOST_PORT", "9000")
    out = shown(capsys, "--viewer-port", "9001")
    assert "host_port = 9000  # variable; CAPTIONER_HOST_PORT" in out
    assert "viewer_port = 9001  # flag; CAPTIONER_VIEWER_PORT" in out
