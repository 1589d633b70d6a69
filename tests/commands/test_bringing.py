"""What was carried in; the ways it comes are in tests/commands/test_models.py, end to end."""

import io
import os
import tarfile
from pathlib import Path

import pytest

from captioner.commands.bringing import bring
from captioner.commands.telling import TerminalTeller
from captioner.errors import CaptionerError

TELL = TerminalTeller(io.StringIO())


def test_an_archive_that_leads_elsewhere_leaves_nothing(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        item = tarfile.TarInfo("../escape")
        archive.addfile(item, io.BytesIO())
    with pytest.raises(CaptionerError, match="unsafe name"):
        bring(tmp_path / "x.tar", "", tmp_path / "data", TELL)
    assert list((tmp_path / "data").iterdir()) == []
    assert not (tmp_path / "escape").exists()


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w"):
        pass
    (tmp_path / "data").write_text("")
    with pytest.raises(CaptionerError) as raised:
        bring(tmp_path / "x.tar", "", tmp_path / "data", TELL)
    assert raised.value.code == "cannot_write"


@pytest.mark.skipif(os.name != "posix", reason="~ means something here")
def test_the_users_home_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(CaptionerError, match=f"nothing at {tmp_path}/stick"):
        bring(Path("~/stick"), "", tmp_path / "data", TELL)
