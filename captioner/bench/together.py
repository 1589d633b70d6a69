"""Everybody speaks at once, through the very meeting that `serve` runs, in real time."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from captioner.asr.decoder import Outcome
from captioner.asr.engine import DecodeKind, DecodeRequest, Engine
from captioner.asr.weights import Weights
from captioner.asr.worker import DecodeWorker
from captioner.audio.vad import SileroModel
from captioner.bench.figures import RunFigures, Work, count_run
from captioner.bench.machine import (
    cpu_seconds,
    forget_peak_memory,
    load_average,
    peak_memory_bytes,
)
from captioner.bench.material import Material
from captioner.bench.scripted import ScriptedWhisper
from captioner.captions.roster import ChannelSpec
from captioner.captions.timeline import Entry
from captioner.clock import Clock, SystemClock
from captioner.service.meetings import Meetings
from captioner.service.microphones import NoDevices
from captioner.service.replay import play
from captioner.service.running import Hearing
from captioner.settings import Settings

FALLBACK_EVERY = 20
"""One final in so many costs a second decode in 30 s where the words are scripted: about what
guards refuse of clear speech."""


class CountingWorker(DecodeWorker):
    """A worker that counts its batches, and charges fallbacks to a scripted engine."""

    def __init__(self, engine: Engine, beam_size: int) -> None:
        super().__init__(engine, beam_size)
        self.batches = 0
        self.rows = 0
        self._finals = 0

    def submit(self, batch: Sequence[DecodeRequest], done: Callable[[list[Outcome]], None]) -> None:
        self.batches += 1
        self.rows += len(batch)
        self._finals += sum(request.kind is DecodeKind.FINAL for request in batch)
        if isinstance(self.engine, ScriptedWhisper):
            self.engine.fallbacks_due = self._finals // FALLBACK_EVERY
        super().submit(batch, done)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What stays the same over the runs of one comparison."""

    weights: Weights
    settings: Settings
    silero: SileroModel = field(default_factory=SileroModel)
    clock: Clock = field(default_factory=SystemClock)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """On the loop, by `clock`."""
    wait: Callable[[float], None] = time.sleep
    """On a thread, by `clock`."""
    languages: tuple[str, ...] = ()
    """In which it is read, besides what is spoken."""
    watch: Callable[[Entry], None] = lambda _: None
    """Told of every entry."""


async def run_together(material: Material, engine: Engine, conditions: Conditions) -> RunFigures:
    """Play the material and count. The engine may be loaded already; loading is not counted."""
    worker = CountingWorker(engine, conditions.settings.asr.beam_size)

    async def load_hearing(*_: object) -> Hearing:
        conditions.silero.load()
        await worker.load()
        return Hearing(worker, conditions.silero)

    clock = conditions.clock
    entries: list[Entry] = []
    # The material is no room: clips of one meeting stand on all channels, each by itself.
    settings = replace(conditions.settings, audio=replace(conditions.settings.audio, bleed=False))
    meetings = Meetings(settings, NoDevices(), clock=clock, load_hearing=load_hearing)
    specs = [ChannelSpec(each.channel, each.speaker) for each in material.channels]
    try:
        running = await meetings.prepare(
            conditions.weights,
            material.title,
            specs,
            epoch="bench",
            sinks=[entries.append, conditions.watch],
        )
        forget_peak_memory()
        began_s, cpu_s = clock.monotonic_s(), cpu_seconds()
        with running.translations.follow(conditions.languages):
            await play(material, running.live, 1.0, conditions.sleep)
            await running.translations.settle()
        work = Work(
            wall_s=clock.monotonic_s() - began_s,
            cpu_s=cpu_seconds() - cpu_s,
            peak_memory_bytes=peak_memory_bytes(),
            batches=worker.batches,
            rows=worker.rows,
            shed=running.live.load().shed,
            load=load_average(),
        )
    finally:
        await meetings.close()
    events = [json.loads(entry.line) for entry in entries]
    return count_run(len(material.channels), material.script, events, work)
