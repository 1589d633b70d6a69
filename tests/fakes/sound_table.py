"""A table with four microphones on a sound server of its own, and people who speak at it.

Unrealistic: each microphone hears nobody but its own speaker, and the same noise for ever.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tests.sound.conftest import SoundServer

MICROPHONES = (1, 2, 3, 4)
NOISE_DB = -70.0
_RATE = 48_000
_NOISE_RATE = 16_000
_NOISE_S = 600


class SoundTable(SoundServer):
    """Sources usb1 to usb4, "USB PnP 1" to 4; what is played into air1 is heard by usb1."""

    def lay(self) -> None:
        """Start the server, and the noise of every microphone."""
        air = [
            f"--load=module-null-sink sink_name=air{number} rate={_RATE} channels=1"
            for number in MICROPHONES
        ]
        self.start(
            "pulseaudio",
            *("--daemonize=no", "--exit-idle-time=-1", "-n", "--use-pid-file=no"),
            f"--load=module-native-protocol-unix socket={self.folder}/socket auth-anonymous=1",
            *air,
        )
        self.until(("list", "short", "sources"), ".monitor", len(MICROPHONES))
        for number in MICROPHONES:
            self.add(f"usb{number}", number, f"USB-PnP-{number}")
            self._hiss(number)
        self.until(("list", "short", "sink-inputs"), "s16le", len(MICROPHONES))

    def add(self, name: str, number: int, label: str) -> None:
        """Another microphone that hears what `number` hears."""
        self.pactl(
            *("load-module", "module-remap-source", f"source_name={name}"),
            *(f"master=air{number}.monitor", f"source_properties=device.description={label}"),
        )

    def remove(self, name: str) -> None:
        """Unplug a microphone."""
        for line in self.pactl("list", "short", "modules").splitlines():
            if f"source_name={name} " in line:
                self.pactl("unload-module", line.split()[0])

    def mute(self, name: str, muted: bool) -> None:
        """As somebody does in the sound settings of the computer."""
        self.pactl("set-source-mute", name, str(int(muted)))

    def say(self, number: int, text: str) -> "subprocess.Popen[bytes]":
        """Somebody speaks into a microphone, in the background."""
        path = self.folder / f"said{number}.wav"
        subprocess.run(["espeak-ng", "-v", "en-us+m3", "-s", "150", "-w", path, text], check=True)
        return self.start("paplay", "-d", f"air{number}", str(path))

    def _hiss(self, number: int) -> None:
        values = np.random.default_rng(number).standard_normal(_NOISE_RATE * 20)
        block = (values * 10 ** (NOISE_DB / 20) * 32767).astype("<i2").tobytes()
        path = self.folder / f"noise{number}.raw"
        path.write_bytes(block * (_NOISE_S // 20))
        format_ = ("--raw", f"--rate={_NOISE_RATE}", "--channels=1", "--format=s16le")
        self.start("paplay", *format_, "-d", f"air{number}", str(path))


@contextmanager
def laid_table(folder: Path) -> Iterator[SoundTable]:
    """A table for as long as the context lasts."""
    folder.mkdir(mode=0o700)
    table = SoundTable(folder)
    try:
        table.lay()
        yield table
    finally:
        table.stop()
