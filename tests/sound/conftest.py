"""A sound server of our own, with three microphones that play what they are told."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from ctypes.util import find_library
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

NUMBERS = (1, 2, 3)
_RATE = 48_000


def missing() -> str:
    """What this machine lacks, or nothing."""
    for program in ("pulseaudio", "pactl", "parec", "paplay"):
        if shutil.which(program) is None:
            return program
    if find_library("portaudio") is None:
        return "libportaudio2"
    plugins = [Path("/usr/lib64/alsa-lib"), *Path("/usr/lib").glob("*/alsa-lib")]
    if not any((folder / "libasound_module_pcm_pulse.so").exists() for folder in plugins):
        return "the pulse plugin of ALSA (libasound2-plugins)"
    return ""


@dataclass
class SoundServer:
    """PulseAudio with the sinks mic1 to mic3; what is played into one is heard by its monitor."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """For every program that is to use this server and no other."""
        changes = {
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "PULSE_SERVER": f"unix:{self.folder}/socket",
        }
        return {**os.environ, **changes}

    def start(self, *command: str, stdin: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environment,
        )
        self.processes.append(process)
        return process

    def pactl(self, *arguments: str) -> str:
        done = subprocess.run(
            ["pactl", *arguments], capture_output=True, text=True, env=self.environment, check=False
        )
        return done.stdout

    def until(self, command: Sequence[str], wanted: str, times: int) -> None:
        """Wait until pactl says it so often."""
        deadline = time.monotonic() + 20
        while self.pactl(*command).count(wanted) < times:
            if time.monotonic() > deadline:
                raise TimeoutError(f"pactl {command} does not say {wanted}")
            time.sleep(0.05)

    def play(self, number: int, frequency: float, seconds: float = 60) -> "subprocess.Popen[bytes]":
        """A tone of -13 dB into a microphone, in the background."""
        t = np.arange(int(_RATE * seconds)) / _RATE
        path = self.folder / f"tone{number}.raw"
        path.write_bytes(
            ((0.3 * np.sin(2 * np.pi * frequency * t)) * 32767).astype("<i2").tobytes()
        )
        format_ = ("--raw", f"--rate={_RATE}", "--channels=1", "--format=s16le")
        return self.start("paplay", *format_, "-d", f"mic{number}", str(path))

    def unplug(self, number: int) -> None:
        """Take a microphone away while it is in use."""
        for line in self.pactl("list", "short", "modules").splitlines():
            if f"sink_name=mic{number} " in line:
                self.pactl("unload-module", line.split()[0])

    def plug(self, number: int) -> None:
        """Bring it back, with a reader as at the start."""
        self.pactl("load-module", "module-null-sink", f"sink_name=mic{number}", f"rate={_RATE}")
        self.start("parec", "-d", f"mic{number}.monitor", "--latency-msec=20")

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            if process.poll() is None:
                process.kill()
                process.wait()


@pytest.fixture
def sound_server(tmp_path: Path) -> Iterator[SoundServer]:
    if lacking := missing():
        pytest.skip(f"needs {lacking}")
    tmp_path.chmod(0o700)
    server = SoundServer(tmp_path)
    names = [
        f'pcm.table_mic_{number} {{ type pulse device "mic{number}.monitor"'
        f' hint {{ show on description "Table mic {number}" }} }}\n'
        for number in NUMBERS
    ]
    (tmp_path / ".asoundrc").write_text("".join(names))
    sinks = [f"--load=module-null-sink sink_name=mic{number} rate={_RATE}" for number in NUMBERS]
    try:
        server.start(
            "pulseaudio",
            *("--daemonize=no", "--exit-idle-time=-1", "-n", "--use-pid-file=no"),
            f"--load=module-native-protocol-unix socket={tmp_path}/socket auth-anonymous=1",
            *sinks,
        )
        server.until(("list", "short", "sources"), ".monitor", len(NUMBERS))
        # Without a reader an idle sink renders 2 s at once, and sound before a block is lost.
        for number in NUMBERS:
            server.start("parec", "-d", f"mic{number}.monitor", "--latency-msec=20")
        server.until(("list", "short", "sources"), "RUNNING", len(NUMBERS))
        yield server
    finally:
        server.stop()
