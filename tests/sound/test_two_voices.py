"""Two people at two microphones of one computer, through the service as a host uses it."""

import json
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from captioner.scoring import split_words, word_distance
from tests.sound.conftest import SoundServer

pytestmark = [pytest.mark.sound, pytest.mark.weights, pytest.mark.timeout(180)]

SAID = {
    1: ("en-us+m3", "We need to check the contract and then move the invoice."),
    2: ("en-gb+f2", "Could you speak a little slower, Anna?"),
}
SPEAKERS = {1: "Anna", 2: "Bram"}


class Host:
    """Somebody with the host's link."""

    def __init__(self, link: str) -> None:
        self._root, _, self._key = link.partition("/?key=")

    def call(self, path: str, method: str = "GET", body: object = None) -> Any:
        """The JSON that comes back."""
        request = urllib.request.Request(
            self._root + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._key}"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def speak(folder: Path, number: int) -> Path:
    voice, text = SAID[number]
    path = folder / f"said{number}.wav"
    command = ["espeak-ng", "-v", voice, "-s", "150", "-w", str(path), text]
    subprocess.run(command, check=True)
    return path


def begin(host: Host) -> str:
    """Start a meeting on both microphones; its id, once sound arrives from both."""
    offers = {each["label"]: each["id"] for each in host.call("/api/devices")["devices"]}
    channels = [
        {"device": offers[f"table_mic_{number}"], "name": SPEAKERS[number], "language": "en"}
        for number in SAID
    ]
    meeting = host.call("/api/meetings", "POST", {"title": "Two voices", "channels": channels})
    deadline = time.monotonic() + 15
    while host.call(f"/api/meetings/{meeting['id']}")["state"] != "live":
        assert time.monotonic() < deadline, "no sound arrives"
        time.sleep(0.1)
    return str(meeting["id"])


def test_each_voice_is_captioned_on_its_own_channel(sound_server: SoundServer) -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("needs espeak-ng")
    folder = sound_server.folder
    said = {number: speak(folder, number) for number in SAID}
    command = [
        *(sys.executable, "-m", "captioner", "serve", "--model", "demo"),
        *("--viewer-port", "0", "--host-port", "0", "--data", str(folder / "data")),
    ]
    top = str(Path(__file__).parents[2])
    environment = {**sound_server.environment, "PYTHONPATH": top}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as service:
        try:
            assert service.stdout is not None
            found = (re.match(r"Host:\s+(\S+)", line) for line in service.stdout)
            host = Host(next(match[1] for match in found if match))
            meeting = begin(host)
            # Not at the same moment: whose voice it is has to be learnt from one at a time.
            for number, path in said.items():
                sound_server.start("paplay", "-d", f"mic{number}", str(path))
                time.sleep(5)
            assert host.call(f"/api/meetings/{meeting}/end", "POST")["state"] == "ended"
            transcript = host.call(f"/api/meetings/{meeting}/transcript.json")
        finally:
            service.terminate()
            status = service.wait(20)
    assert status == 0
    for number, (_, text) in SAID.items():
        mine = [each for each in transcript["utterances"] if each["channel"] == number]
        assert {each["speaker"] for each in mine} == {SPEAKERS[number]}
        heard = split_words(" ".join(each["text"] for each in mine))
        assert word_distance(split_words(text), heard) <= 1, (text, heard)
    kept = folder / "data" / "meetings" / meeting / "transcript.txt"
    assert "Anna: We need" in kept.read_text(encoding="utf-8")
