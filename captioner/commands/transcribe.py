"""`captioner transcribe`: recorded tracks become a transcript, as fast as they can be heard."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from captioner.app import stop_signals
from captioner.asr.weights import find_weights
from captioner.audio.sources.tracks import open_tracks
from captioner.clock import SimulatedClock
from captioner.commands.replay import channel_specs, finish_or_stop, read_glossary
from captioner.errors import AudioError
from captioner.service.meetings import Meetings
from captioner.service.microphones import NoDevices
from captioner.service.replay import play_simulated
from captioner.settings import LoadedSettings
from captioner.store.export import FORMATS, check_formats, render_transcript
from captioner.store.files import write_files
from captioner.store.transcript import clock_time, transcript_of

BAR = 30
TOLD_EVERY = 10
"""Per cent after which progress is told where lines cannot be overwritten."""


@dataclass(frozen=True, slots=True)
class TranscribeOptions:
    """What `transcribe` was asked for."""

    files: tuple[Path, ...]
    out: Path
    formats: tuple[str, ...] = ()
    title: str = ""
    glossary: Path | None = None


async def run_transcribe(loaded: LoadedSettings, options: TranscribeOptions, out: TextIO) -> int:
    """Hear it all, write the transcript, say where it is. Raises CaptionerError.

    Ctrl-C ends the meeting where it is; what was heard until then is written.
    """
    check_formats(options.formats)
    settings = loaded.settings
    recording = open_tracks(options.files)
    weights = find_weights(settings.asr.model, settings.store.folder)
    specs = channel_specs(recording, loaded, weights)
    glossary = read_glossary(options.glossary) if options.glossary else ()
    clock = SimulatedClock()
    meetings = Meetings(settings, NoDevices(), clock=clock)
    title = options.title or recording.title
    print("Speakers: " + ", ".join(spec.name for spec in specs), file=out, flush=True)
    line = ProgressLine(recording.duration_s, out, time.monotonic)
    try:
        running = await meetings.prepare(weights, title, specs, glossary=glossary, epoch="file")
        running.folder = None
        with stop_signals() as stop:
            playing = asyncio.create_task(play_simulated(recording, running.live, clock, line.tell))
            await finish_or_stop(playing, stop)
            await running.end()
        line.close()
        transcript = transcript_of(running.meeting)
        files = {
            f"transcript.{ending}": render_transcript(transcript, ending)
            for ending in options.formats or tuple(FORMATS)
        }
        for written in write_files(options.out, files):
            print(written, file=out)
    finally:
        line.close()
        await meetings.close()
    problems: list[AudioError] = list(recording.problems.values())
    for problem in problems:
        print(problem.message, file=out)
    return 0


class ProgressLine:
    """How far it is: a bar that overwrites itself, or a line now and then in a file."""

    def __init__(self, duration_s: float, out: TextIO, now: Callable[[], float]) -> None:
        """`now`: seconds on a clock that never goes back."""
        self._duration_s = max(duration_s, 0.001)
        self._out = out
        self._now = now
        self._began_at = now()
        self._told = -1
        self._is_open = False

    def tell(self, played_s: float) -> None:
        """So many seconds have been heard."""
        per_cent = min(100, int(100 * played_s / self._duration_s))
        is_terminal = self._out.isatty()
        step = per_cent if is_terminal else per_cent - per_cent % TOLD_EVERY
        if step == self._told:
            return
        self._told = step
        speed = played_s / max(self._now() - self._began_at, 0.001)
        full = BAR * per_cent // 100
        text = (
            f"[{'#' * full}{'.' * (BAR - full)}] {per_cent:3} %"
            f"  {clock_time(played_s)} of {clock_time(self._duration_s)}  {speed:.1f} x"
        )
        print(f"\r{text}" if is_terminal else text, end="" if is_terminal else "\n", file=self._out)
        self._out.flush()
        self._is_open = is_terminal

    def close(self) -> None:
        """Leave the line; may be called twice."""
        if self._is_open:
            print(file=self._out)
        self._is_open = False
