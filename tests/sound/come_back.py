"""Run by a test, with the server's environment: three microphones of a meeting, for some time.

Arguments: the folder for the sound, the seconds to listen once all have begun, the ids of the
devices. Each channel's samples are kept as CHANNEL-RUN.npy, a run being what follows on without a
gap. On standard output: `listening` as soon as all have begun, what happens to a channel as JSON,
and at the end a report.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from captioner.audio.frame import SAMPLE_RATE, Samples
from captioner.audio.intake import Intake, Placed
from captioner.audio.sources.device import SoundSystem
from captioner.clock import MeetingClock, SystemClock
from captioner.domain import ChannelId
from captioner.errors import CaptionerError
from captioner.service.listener import Listener
from captioner.settings import Settings


class Notebook:
    """Stands where the live meeting does and writes down what it is given. It decodes nothing."""

    def __init__(self) -> None:
        self.clock = MeetingClock(SystemClock())
        self.intake = Intake(self.clock)
        self.runs: dict[int, list[tuple[int, list[Samples]]]] = {}
        self.lost: set[int] = set()

    @property
    def now(self) -> int:
        return round(self.clock.now_s() * SAMPLE_RATE)

    def accept_block(
        self,
        channel: ChannelId,
        samples: Samples,
        arrived_s: float | None = None,  # noqa: ARG002
    ) -> None:
        # By count alone: every sample as the device gave it, before drift is smoothed away.
        self._keep(channel, self.intake.accept(channel, samples, None))

    def lose_channel(self, channel: ChannelId, error: CaptionerError) -> None:
        if channel not in self.lost:
            self.lost.add(channel)
            self._keep(channel, self.intake.leave(channel))
            self._tell("lost", channel, error.code)

    def _keep(self, channel: ChannelId, placed: Placed) -> None:
        if len(placed.samples):
            runs = self.runs.setdefault(channel, [])
            if placed.is_new or not runs:
                runs.append((placed.start, []))
            runs[-1][1].append(placed.samples)

    def regain_channel(self, channel: ChannelId) -> None:
        if channel in self.lost:
            self.lost.remove(channel)
            self._tell("back", channel, "")

    def _tell(self, what: str, channel: int, code: str) -> None:
        print(json.dumps({"what": what, "channel": channel, "code": code, "at": time.time()}))  # noqa: T201
        sys.stdout.flush()


async def main(folder: Path, seconds: float, devices: list[str]) -> None:
    system, notebook = SoundSystem(), Notebook()
    live: Any = notebook
    sources = [system.device(device, Settings()) for device in devices]
    for source in sources:
        await source.open()
    listeners = [
        Listener(ChannelId(number), source, live) for number, source in enumerate(sources, 1)
    ]
    tasks = [asyncio.create_task(listener.run()) for listener in listeners]
    while len(notebook.runs) < len(devices):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    print("listening", flush=True)  # noqa: T201
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    report: dict[str, Any] = {
        "now": notebook.now,
        "runs": {},
        "dropped": [each.dropped_frames for each in sources],
    }
    for channel, runs in notebook.runs.items():
        for number, (_, blocks) in enumerate(runs):
            np.save(folder / f"{channel}-{number}.npy", np.concatenate(blocks))
        report["runs"][channel] = [start for start, _ in runs]
    print(json.dumps(report))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
