"""Mute, and a microphone that is pulled out, in the service as a host uses it."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from captioner.scoring import split_words, word_distance
from tests.sound.conftest import SoundServer
from tests.sound.test_two_voices import Host

pytestmark = [pytest.mark.sound, pytest.mark.weights, pytest.mark.timeout(180)]

TOP = str(Path(__file__).parents[2])
OPENLY = "We need to check the contract and then move the invoice."
SECRETLY = "Could you speak a little slower, Anna?"


@contextmanager
def service(server: SoundServer) -> Iterator[Host]:
    command = [
        *(sys.executable, "-m", "captioner", "serve", "--model", "demo"),
        *("--viewer-port", "0", "--host-port", "0", "--data", str(server.folder / "data")),
    ]
    environment = {**server.environment, "PYTHONPATH": TOP}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            found = (re.match(r"Host:\s+(\S+)", line) for line in process.stdout)
            yield Host(next(match[1] for match in found if match))
        finally:
            process.terminate()
            process.wait(20)


def until(is_so: Callable[[], bool], within_s: float) -> float:
    """Seconds until it is so."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < within_s
        time.sleep(0.05)
    return time.monotonic() - began


def say(server: SoundServer, number: int, text: str) -> None:
    """Until it has been said, and the pause after it."""
    path = server.folder / "said.wav"
    subprocess.run(["espeak-ng", "-v", "en-us+m3", "-s", "150", "-w", str(path), text], check=True)
    server.start("paplay", "-d", f"mic{number}", str(path)).wait(20)
    time.sleep(1)


def test_muted_words_are_nowhere_and_a_microphone_comes_back_on_its_own_channel(
    sound_server: SoundServer,
) -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("needs espeak-ng")
    with service(sound_server) as host:
        offers = {each["id"]: each for each in host.call("/api/devices")["devices"]}
        ids = [f"Pulse: mic{number}.monitor" for number in (1, 2)]
        assert all(offers[each]["monitor"] for each in ids), "what a computer plays can be chosen"
        channels = [
            {"device": device, "name": name, "language": "en"}
            for device, name in zip(ids, ("Anna", "Bram"), strict=True)
        ]
        meeting = host.call("/api/meetings", "POST", {"title": "Two", "channels": channels})
        path = f"/api/meetings/{meeting['id']}"
        until(lambda: host.call(path)["state"] == "live", 15)

        host.call(f"{path}/channels/2", "PATCH", {"muted": True})
        say(sound_server, 2, SECRETLY)
        host.call(f"{path}/channels/2", "PATCH", {"muted": False})
        time.sleep(0.5)

        sound_server.unplug(2)
        told_s = until(lambda: host.call(path)["channels"][1]["state"] == "lost", 5)
        assert host.call(path)["channels"][0]["state"] == "live"
        time.sleep(2)
        sound_server.plug(2)
        back_s = until(lambda: host.call(path)["channels"][1]["state"] == "live", 20)
        say(sound_server, 2, OPENLY)
        print(f"told after {told_s:.2f} s, back after {back_s:.2f} s")  # noqa: T201
        host.call(f"{path}/end", "POST")
        said = host.call(f"{path}/transcript.json")["utterances"]
        assert {each["speaker"] for each in said} == {"Bram"}
        heard = split_words(" ".join(each["text"] for each in said))
        assert word_distance(split_words(OPENLY), heard) <= 1, heard
        known = {each["id"]: each["known"] for each in host.call("/api/devices")["devices"]}
        assert known[ids[1]][ids[1]]["name"] == "Bram"
