"""`captioner demo`: the bundled meeting through the whole live path, with captions in a browser."""

import asyncio
import logging
import os
import sys
import tempfile
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from captioner import resources
from captioner.app import Service, stop_signals
from captioner.asr.weights import BILINGUAL_DEMO, find_weights
from captioner.audio.sources.recording import RecordedMeeting
from captioner.clock import SystemClock
from captioner.commands.links import print_links
from captioner.commands.replay import (
    EVENTS_NAME,
    channel_specs,
    finish_or_stop,
    keep_reference,
    play_at,
    read_in,
)
from captioner.errors import CaptionerError
from captioner.service.meetings import Meetings
from captioner.service.microphones import NoDevices
from captioner.service.running import RunningMeeting
from captioner.service.translators import Translators
from captioner.settings import LoadedSettings, Origin
from captioner.store.files import EventFile
from captioner.translate.packages import install_package

logger = logging.getLogger(__name__)

OTHER_LANGUAGES = ("en", "nl")
"""Everything said in another language is read in these too, unless somebody asks for others."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What `demo` was asked for."""

    headless: bool
    """For machines: opens no browser and ends by itself."""
    out: Path | None
    """Where events and transcript are left; None: in the data folder."""
    translate: tuple[str, ...] = ()
    """Languages to read it in, besides what viewers ask for; none: OTHER_LANGUAGES."""


async def run_demo(loaded: LoadedSettings, options: DemoOptions, out: TextIO) -> int:
    """Play the bundled meeting. Raises CaptionerError."""
    with tempfile.TemporaryDirectory(prefix="captioner-demo-") as aside:
        data = loaded.settings.store.folder
        translators = await asyncio.to_thread(_translators, data, Path(aside))
        return await _play(loaded, options, translators, out)


def _translators(data: Path, aside: Path) -> Translators:
    """Those of the data folder; where it has none, those that know the demo's sentences and no
    others: they are unpacked for as long as it lasts, so that no meeting is ever offered them."""
    for file in resources.demo_packages():
        try:
            install_package(file, aside)
        except (CaptionerError, OSError) as error:  # the meeting can be read all the same
            logger.warning("%s cannot be used: %s", file.name, error)
    return Translators.of(data, aside)


async def _play(
    loaded: LoadedSettings, options: DemoOptions, translators: Translators, out: TextIO
) -> int:
    settings = loaded.settings
    folder = resources.demo_meeting_folder()
    recording = RecordedMeeting.open(folder)
    is_chosen = loaded.origins["model"] is Origin.FLAG
    chosen = settings.asr.model if is_chosen else BILINGUAL_DEMO
    weights = find_weights(chosen, settings.store.folder)
    left_in = options.out or settings.store.folder / "demo"
    keep_reference(folder, left_in)
    events = EventFile(left_in / EVENTS_NAME)
    events.open()
    clock = SystemClock()
    meetings = Meetings(settings, NoDevices(), clock=clock, translators=translators)
    service = Service(meetings, settings, free_ports=True)
    with stop_signals(service) as stop:
        try:
            await service.start()
            specs = channel_specs(recording, loaded, weights)
            running = await meetings.prepare(weights, recording.title, specs, sinks=[events.accept])
            running.folder = left_in
            code = running.meeting.spec.code
            print_links(service, code, out)
            if not options.headless and _has_screen():
                webbrowser.open(service.local_viewer_link(code))
            with read_in(running, options.translate or OTHER_LANGUAGES, out):
                playing = asyncio.create_task(play_at(recording, running, clock, 1.0))
                await finish_or_stop(playing, stop)
                await running.end()
            _tell_end(running, left_in, out)
            if not options.headless and sys.stdin.isatty() and not stop.is_set():
                print("The pages stay open until you press Ctrl-C.", file=out, flush=True)
                await stop.wait()
        finally:
            await service.stop()
            events.close()
    return 1 if running.problem or events.problem else 0


def _tell_end(running: RunningMeeting, left_in: Path, out: TextIO) -> None:
    if running.problem is None:
        text = f"The meeting has ended. Its transcript: {left_in / 'transcript.txt'}"
    else:
        text = f"The meeting has ended without a transcript file: {running.problem.message}"
    print(text, file=out, flush=True)


def _has_screen() -> bool:
    """Whether a browser would open a window; a text browser would take the terminal."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
