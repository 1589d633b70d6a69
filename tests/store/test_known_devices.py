import json
from pathlib import Path

import pytest

from captioner.domain import KnownDevice
from captioner.store.known_devices import FILE, load_known, remember

ANNA = KnownDevice("Anna", "blue", "nl", True, 1)
BRAM = KnownDevice("Bram ☃", "red", "en", True, 2)


def test_what_was_chosen_is_there_next_time(tmp_path: Path) -> None:
    remember(tmp_path, {"Pulse: jabra": ANNA, "ALSA: table": BRAM})
    assert load_known(tmp_path) == {"Pulse: jabra": ANNA, "ALSA: table": BRAM}


def test_a_device_that_was_left_out_is_remembered_and_no_longer_chosen(tmp_path: Path) -> None:
    remember(tmp_path, {"a": ANNA, "b": BRAM})
    remember(tmp_path, {"b": BRAM})
    assert load_known(tmp_path) == {"a": KnownDevice("Anna", "blue", "nl", False, 1), "b": BRAM}


def test_the_devices_longest_unused_are_forgotten(tmp_path: Path) -> None:
    for number in range(210):
        remember(tmp_path, {f"mic {number}": ANNA})
    known = load_known(tmp_path)
    assert len(known) == 200
    assert "mic 9" not in known
    assert "mic 209" in known


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"devices": []}', '{"devices": {"a": {"name": "Anna"}}}', "\x00"]
)
def test_a_broken_file_is_forgotten_and_said_once(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_text(text)
    assert load_known(tmp_path) == {}
    assert len(caplog.records) == 1
    remember(tmp_path, {"a": ANNA})
    assert load_known(tmp_path) == {"a": ANNA}


def test_the_first_time_is_no_fault(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert load_known(tmp_path / "none") == {}
    assert not caplog.records


def test_a_disk_that_refuses_costs_no_meeting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    remember(tmp_path / "file", {"a": ANNA})
    assert "not remembered" in caplog.text


def test_the_file_is_whole_or_not_there(tmp_path: Path) -> None:
    remember(tmp_path, {"a": ANNA})
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert json.loads((tmp_path / FILE).read_text(encoding="utf-8"))["devices"]["a"]["chosen"]
