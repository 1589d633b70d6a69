"""`captioner devices`: the microphones of this machine, each with its level."""

import asyncio
import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO

from captioner.audio.level import FLOOR_DB, SILENCE, Level, LevelMeter
from captioner.audio.sources.device import DeviceSource, SoundSystem
from captioner.audio.sources.portaudio import DeviceCard
from captioner.errors import AudioError
from captioner.settings import Settings

_CELLS = 8
_QUIETEST_DB = -60.0
"""Where the bar begins: a quiet room."""

_REDRAW_S = 0.2
_LISTEN_S = 1.0
_PATIENCE_S = 3.0
"""How long an idle sound server may take for the first block."""


_PLAIN = str.maketrans("▮▯−", "#.-")


@dataclass(slots=True)
class _Row:
    """One device on the screen."""

    card: DeviceCard
    source: DeviceSource
    meter: LevelMeter = field(default_factory=LevelMeter)
    loudest: Level = SILENCE
    problem: str = ""
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at its first sound, or when there will be none."""

    async def listen(self) -> None:
        """Follow the device's level until cancelled; whatever happens stays in this row."""
        try:
            await self.source.open()
            async for samples in self.source.blocks():
                level = self.meter.accept(samples)
                self.loudest = max(self.loudest, level, key=lambda each: each.rms_db)
                self.heard.set()
        except AudioError as error:
            self.problem = error.message
        finally:
            self.heard.set()
            await self.source.close()


async def run_devices(
    settings: Settings, seconds: float | None, out: TextIO, system: SoundSystem | None = None
) -> int:
    """Show the microphones on `out`; return the exit code, 1 where none can be heard.

    On a terminal the levels move for `seconds`, None: until cancelled. Elsewhere they are printed
    once, the loudest of `seconds`, None: of one second.
    """
    system = system or SoundSystem()
    try:
        cards = await system.devices()
    except AudioError as error:
        print(error.message, file=out)
        return 1
    if not cards:
        print("No microphone is there: plug one in, and run `captioner devices` again.", file=out)
        return 1
    rows = [_Row(card, system.device(card.id, settings)) for card in cards]
    listeners = [asyncio.create_task(row.listen()) for row in rows]
    try:
        if out.isatty():
            await _show_live(rows, seconds, out)
        else:
            await _show_once(rows, seconds, out)
    finally:
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)
    return 1 if all(row.problem for row in rows) else 0


async def _show_once(rows: Sequence[_Row], seconds: float | None, out: TextIO) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            for row in rows:
                await row.heard.wait()
    await asyncio.sleep(_LISTEN_S if seconds is None else seconds)
    _print_lines(render_rows([(row.card, row.loudest, _trouble(row)) for row in rows]), out)


async def _show_live(rows: Sequence[_Row], seconds: float | None, out: TextIO) -> None:
    drawn = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                lines = render_rows([(row.card, row.meter.level, _trouble(row)) for row in rows])
                out.write(f"\x1b[{drawn}F\x1b[J" if drawn else "")
                _print_lines(lines, out)
                out.flush()
                columns = shutil.get_terminal_size().columns  # a sentence may need several lines
                drawn = sum(-(-len(line) // columns) for line in lines)
                await asyncio.sleep(_REDRAW_S)


def _print_lines(lines: Sequence[str], out: TextIO) -> None:
    try:
        "▮▯−".encode(out.encoding or "utf-8")
    except UnicodeEncodeError:  # an old Windows terminal
        lines = [line.translate(_PLAIN) for line in lines]
    for line in lines:
        print(line, file=out)


def _trouble(row: _Row) -> str:
    if row.problem:
        return row.problem
    return "" if row.heard.is_set() else "no sound yet"


def render_rows(rows: Sequence[tuple[DeviceCard, Level, str]]) -> list[str]:
    """One line per device: number, name, bar, level, rate, inputs; or what is wrong with it."""
    width = max(len(card.label) for card, _, _ in rows)
    lines = []
    for number, (card, level, trouble) in enumerate(rows, start=1):
        told = trouble or f"{render_bar(level)}  {_in_words(level):>7}   {_kind(card)}"
        lines.append(f"{number:>3}  {card.label:<{width}}   {told}")
    return lines


def render_bar(level: Level) -> str:
    """Eight cells from -60 dB, all filled at 0 dB."""
    share = (level.rms_db - _QUIETEST_DB) / -_QUIETEST_DB
    filled = round(min(1.0, max(0.0, share)) * _CELLS)
    return "▮" * filled + "▯" * (_CELLS - filled)


def _in_words(level: Level) -> str:
    if level.rms_db <= FLOOR_DB:
        return "silent"
    return f"−{abs(level.rms_db):.0f} dB"


def _kind(card: DeviceCard) -> str:
    inputs = "1 channel" if card.channels == 1 else f"{card.channels} channels"
    default = ", default" if card.is_default else ""
    own = ", what this computer plays" if card.is_monitor else ""
    return f"{card.rate / 1000:g} kHz, {inputs}{default}{own}"
