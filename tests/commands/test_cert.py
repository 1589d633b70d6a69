import asyncio
import io
import json
import os
import re
import signal
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from captioner.commands.cert import named_tls, own_tls, run_cert_init, run_cert_show, trust_offer
from captioner.commands.serve import run_serve
from captioner.errors import CertificateError
from captioner.service.meetings import Meetings
from captioner.settings import Settings
from tests.fakes.fake_devices import FakeDevices, ToneHearing, as_json
from tests.fakes.open_house import house_settings
from tests.fakes.recording_viewer import fetch, until

NOW = datetime.now(UTC)


def settings_of(data: Path, **server: object) -> Settings:
    settings = house_settings(data)
    changed = replace(settings.server, tls_address="127.0.0.1", tls_port=0, **server)  # type: ignore[arg-type]
    return replace(settings, server=changed)


def test_init_makes_an_authority_once_and_again_only_when_asked(tmp_path: Path) -> None:
    settings, out = settings_of(tmp_path), io.StringIO()
    assert own_tls(settings, NOW) is None
    with pytest.raises(CertificateError, match="cert init"):
        run_cert_show(settings, out)
    assert run_cert_init(settings, out) == 0
    first = trust_offer(settings).fingerprint
    assert first in out.getvalue()
    run_cert_init(settings, out)
    assert trust_offer(settings).fingerprint == first
    assert "already" in out.getvalue()
    run_cert_init(settings, out, again=True)
    assert trust_offer(settings).fingerprint != first
    shown = io.StringIO()
    assert run_cert_show(settings, shown) == 0
    assert trust_offer(settings).fingerprint in shown.getvalue()
    assert own_tls(settings, NOW) is not None


def test_files_that_were_named_are_checked(tmp_path: Path) -> None:
    run_cert_init(settings_of(tmp_path), io.StringIO())
    folder = tmp_path / "tls"
    good = settings_of(
        tmp_path, tls_cert=str(folder / "certificate.pem"), tls_key=str(folder / "certificate.key")
    )
    assert named_tls(good).key == folder / "certificate.key"
    wrong = settings_of(
        tmp_path, tls_cert=str(folder / "certificate.pem"), tls_key=str(folder / "authority.key")
    )
    with pytest.raises(CertificateError, match="do not belong together"):
        named_tls(wrong)


async def test_a_phone_is_a_microphone_over_tls(tmp_path: Path) -> None:
    """The secure listener, its certificate and its sockets, for a client that trusts only us."""
    settings = settings_of(tmp_path)
    run_cert_init(settings, io.StringIO())
    trusting = ssl.create_default_context(cadata=trust_offer(settings).der)
    out = io.StringIO()
    meetings = Meetings(settings, FakeDevices(), load_hearing=ToneHearing())
    serving = asyncio.create_task(run_serve(settings, out, meetings))
    await until(lambda: "Ctrl-C" in out.getvalue())
    secure = re.search(r"Host elsewhere: https://127\.0\.0\.1:(\d+)/\?key=(\S+)", out.getvalue())
    plain = re.search(r"Host:    http://127\.0\.0\.1:(\d+)/", out.getvalue())
    assert secure is not None
    assert plain is not None
    port, key = int(secure[1]), secure[2]
    assert trust_offer(settings).fingerprint in out.getvalue()
    bearer = {"Authorization": f"Bearer {key}"}

    def ask(path: str) -> tuple[int, str, str]:
        line = HTTPSConnection("127.0.0.1", port, context=trusting, timeout=10)
        line.request("GET", path)
        answer = line.getresponse()
        try:
            return answer.status, answer.headers.get("set-cookie", ""), answer.read().decode()
        finally:
            line.close()

    assert (await asyncio.to_thread(ask, "/"))[0] == 401, "the host page is for who has the key"
    led = await asyncio.to_thread(ask, f"/?key={key}")
    assert led[0] == 303
    assert "secure" in led[1].lower()
    started = await fetch(int(plain[1]), "/api/meetings", "POST", as_json(["phone:1"]), bearer)
    (link,) = started.json["channels"][0]["phone"]["links"]
    assert link["url"].startswith(f"https://127.0.0.1:{port}/mic/")
    token = link["url"].rpartition("/")[2]
    assert "mic.js" in (await asyncio.to_thread(ask, f"/mic/{token}"))[2]
    audio = f"wss://127.0.0.1:{port}/api/meetings/{started.json['id']}/channels/1/audio"
    async with connect(audio, ssl=trusting, proxy=None) as socket:
        await socket.send(json.dumps({"rate": 16000, "format": "s16le", "token": token}))
        assert json.loads(await asyncio.wait_for(socket.recv(), 5)) == {"type": "ready", "next": 0}
    os.kill(os.getpid(), signal.SIGTERM)
    assert await asyncio.wait_for(serving, 15) == 0


async def test_an_authority_that_has_ended_is_told_and_the_service_runs(tmp_path: Path) -> None:
    settings, out = settings_of(tmp_path), io.StringIO()
    run_cert_init(settings, io.StringIO(), now=NOW - timedelta(days=800))
    meetings = Meetings(settings, FakeDevices(), load_hearing=ToneHearing())
    serving = asyncio.create_task(run_serve(settings, out, meetings))
    await until(lambda: "Ctrl-C" in out.getvalue())
    assert "cert init --again" in out.getvalue()
    assert "https" not in out.getvalue()
    os.kill(os.getpid(), signal.SIGTERM)
    assert await asyncio.wait_for(serving, 15) == 0
