"""Run by the tests, with the server's environment: listens, and tells what it heard as JSON.

Arguments: the folder for the sound, kept there as NAME.npy; the seconds to listen once all have
begun; the names of the devices. On standard output: `listening` as soon as all microphones have
sent a block, then one JSON object.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import numpy as np

from captioner.audio.frame import SAMPLE_RATE
from captioner.audio.sources.device import SoundSystem
from captioner.errors import AudioError
from captioner.settings import Settings


class Microphone:
    """What one microphone did."""

    def __init__(self, name: str, system: SoundSystem) -> None:
        self.name = name
        self.source = system.device(f"ALSA: {name}", Settings())
        self.blocks: list[tuple[float, np.ndarray]] = []
        self.begun = asyncio.Event()
        self.error: AudioError | None = None
        self.lost_at: float | None = None

    async def listen(self) -> None:
        try:
            async for block in self.source.blocks():
                self.blocks.append((time.time(), block))
                self.begun.set()
        except AudioError as error:
            self.error, self.lost_at = error, time.time()
        finally:
            await self.source.close()

    def _gained_s(self) -> float:
        """Seconds of sound more than have passed, between the first and the last second.

        Of each second the block that was least late counts: a busy machine delays, and loses not.
        """
        came = np.cumsum([len(block) for _, block in self.blocks]) / SAMPLE_RATE
        at = np.array([at for at, _ in self.blocks])
        ahead = came - at
        return float(np.max(ahead[at > at[-1] - 1]) - np.max(ahead[at < at[0] + 1]))

    def report(self, folder: Path) -> dict[str, object]:
        sound = np.concatenate([block for _, block in self.blocks])
        np.save(folder / f"{self.name}.npy", sound)
        return {
            "gained_s": self._gained_s(),
            "first_at": self.blocks[0][0],
            "last_at": self.blocks[-1][0],
            "code": self.error.code if self.error else "",
            "message": self.error.message if self.error else "",
            "lost_at": self.lost_at,
        }


async def main(folder: Path, seconds: float, names: list[str]) -> None:
    system = SoundSystem()
    listed = [card.label for card in await system.devices()]
    microphones = [Microphone(name, system) for name in names]
    for microphone in microphones:
        await microphone.source.open()
    tasks = [asyncio.create_task(microphone.listen()) for microphone in microphones]
    for microphone in microphones:
        await microphone.begun.wait()
    print("listening", flush=True)  # noqa: T201
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    reports = {microphone.name: microphone.report(folder) for microphone in microphones}
    print(json.dumps({"listed": listed, "heard": reports}))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
