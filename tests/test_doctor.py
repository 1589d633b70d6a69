"""The doctor finds what is wrong and says how to mend it."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from captioner.doctor import run_checks
from captioner.server.readiness import Check
from captioner.settings import load_settings
from captioner.store.certificates import FOLDER, CertificateStore
from tests.fakes.word_package import DUTCH, install


async def outcomes(tmp_path: Path, **flags: object) -> dict[str, Check]:
    """Every check by name, with free ports and a data folder of its own."""
    chosen = {"data": str(tmp_path / "data"), "viewer_port": 0, "host_port": 0, **flags}
    checks = await run_checks(load_settings({}, {}, chosen).settings)
    return {check.name: check for check in checks}


async def test_without_weights_it_names_the_command_that_fetches_some(tmp_path: Path) -> None:
    check = (await outcomes(tmp_path))["weights"]
    assert not check.ok
    assert "captioner models pull" in check.fix


@pytest.mark.weights
async def test_the_weights_are_checked_by_a_real_decode(tmp_path: Path) -> None:
    checks = await outcomes(tmp_path, model="demo")
    assert checks["weights"].ok, checks["weights"]
    assert "words of" in checks["weights"].detail
    assert "decodes up to" in checks["weights"].detail
    assert checks["voice detector"].ok


async def test_a_broken_folder_of_weights_is_a_finding_and_the_rest_is_checked(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"rubbish")
    checks = await outcomes(tmp_path, model=str(folder))
    assert not checks["weights"].ok
    assert checks["weights"].fix
    assert checks["pages"].ok
    assert checks["data folder"].ok


async def test_a_taken_port_is_found(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        checks = await outcomes(tmp_path, host_port=other.getsockname()[1])
    assert not checks["host port"].ok
    assert "taken" in checks["host port"].fix
    assert checks["viewer port"].ok


async def test_the_port_for_phones_is_tried_once_there_is_a_certificate(tmp_path: Path) -> None:
    """It used not to be looked at: `serve` then refused to start on the day of the meeting."""
    before = (await outcomes(tmp_path))["phones as microphones"]
    assert before.ok
    assert "captioner cert init" in before.detail
    CertificateStore(tmp_path / "data" / FOLDER).make_authority("here", datetime.now(UTC))
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        checks = await outcomes(tmp_path, tls_port=other.getsockname()[1])
    assert not checks["phones as microphones"].ok
    assert "taken" in checks["phones as microphones"].fix


async def test_a_named_certificate_that_is_none_is_found(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("rubbish")
    named = {"tls_cert": str(tmp_path / "cert.pem"), "tls_key": str(tmp_path / "cert.pem")}
    check = (await outcomes(tmp_path, **named))["phones as microphones"]
    assert not check.ok
    assert "PEM" in check.fix


async def test_a_data_folder_that_cannot_be_made_is_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    checks = await outcomes(tmp_path, data="/proc/nowhere")
    assert not checks["data folder"].ok
    assert "--data" in checks["data folder"].fix


async def test_every_finding_says_what_to_do_and_nothing_is_changed(tmp_path: Path) -> None:
    checks = await outcomes(tmp_path)
    assert all(check.fix for check in checks.values() if not check.ok)
    assert not (tmp_path / "data").exists()


async def test_it_says_what_can_be_translated_and_that_none_is_needed(tmp_path: Path) -> None:
    assert "no packages" in (await outcomes(tmp_path))["translation"].detail
    install(tmp_path, "en", "nl", DUTCH)
    found = (await outcomes(tmp_path, data=str(tmp_path)))["translation"]
    assert (found.ok, found.detail) == (True, "en → nl")
