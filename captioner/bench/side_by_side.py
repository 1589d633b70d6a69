"""One kind of weights at several channel counts: live path, floor and usual method in turns."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from captioner.asr.engine import Engine
from captioner.audio.vad import SileroDetector
from captioner.bench.figures import RunFigures
from captioner.bench.floor import FloorFigures, run_floor
from captioner.bench.held import HeldWhisper
from captioner.bench.material import Clip, Material, lay_out
from captioner.bench.one_by_one import run_one_by_one
from captioner.bench.scripted import Places, ScriptedWhisper
from captioner.bench.together import Conditions, run_together

HOPELESS_S = 5.0
"""The usual method is not tried with more channels once its finals come so late at the 95th
percentile."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run with one kind of weights."""

    counts: Sequence[int]
    seconds: float
    is_shape: bool
    """Random weights: the words come from the script and texts are held at their length."""
    with_usual: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One channel count; the floor was measured just before and just after the live run."""

    live: RunFigures
    floor: FloorFigures
    usual: RunFigures | None

    def ratios(self) -> dict[str, float | int | None]:
        """On the same machine within minutes: what can be compared on another one."""
        live, floor = self.live.cpu_per_speech, self.floor.cpu_per_speech
        usual = self.usual.cpu_per_speech if self.usual else None
        return {
            "channels": self.live.channels,
            "live": live,
            "floor": floor,
            "live_to_floor": live / floor if floor else None,
            "usual": usual,
            "live_to_usual": live / usual if usual else None,
            "final_p95": self.live.final_p95,
            "usual_final_p95": self.usual.final_p95 if self.usual else None,
        }


async def measure_side_by_side(
    inner: HeldWhisper,
    conditions: Conditions,
    clips: Sequence[Clip],
    plan: Plan,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """All counts of the plan. `tell` gets a line before each run. Raises WeightsError."""
    inner.load()
    conditions.silero.load()
    name = conditions.weights.name
    rows: list[Row] = []
    notes: list[str] = []
    hopeless = not plan.with_usual
    for count in plan.counts:
        material = lay_out(clips, count, plan.seconds)
        tell(f"{name}, channels: {count}")
        before = run_floor(inner, clips, is_held=plan.is_shape)
        live = await run_together(material, _ear(inner, material, plan), conditions)
        after = run_floor(inner, clips, is_held=plan.is_shape)
        usual = None
        if not hopeless:
            tell(f"{name}, channels: {count}, the usual method")
            usual = await _run_usual(material, _ear(inner, material, plan), conditions)
            if (usual.final_p95 or HOPELESS_S) >= HOPELESS_S:
                hopeless = True
                notes.append(
                    f"The usual method was {usual.final_p95 or 0:.1f} s late with {count} channels"
                    " (p95) and was not tried with more."
                )
        rows.append(Row(live, sum_floors(before, after), usual))
    return {
        "weights": name,
        "seconds": plan.seconds,
        "live": [asdict(row.live) for row in rows],
        "floor": [asdict(row.floor) for row in rows],
        "usual": [asdict(row.usual) for row in rows if row.usual],
        "ratios": [row.ratios() for row in rows],
        "notes": notes,
    }


def sum_floors(one: FloorFigures, other: FloorFigures) -> FloorFigures:
    """Both measurements as one."""
    return FloorFigures(
        one.clips + other.clips,
        one.speech_s + other.speech_s,
        one.cpu_s + other.cpu_s,
        one.words + other.words,
        one.errors + other.errors,
    )


async def _run_usual(material: Material, engine: Engine, conditions: Conditions) -> RunFigures:
    return await asyncio.to_thread(
        run_one_by_one,
        material,
        engine,
        lambda: SileroDetector(conditions.silero),
        conditions.clock.monotonic_s,
        conditions.wait,
    )


def _ear(inner: HeldWhisper, material: Material, plan: Plan) -> Engine:
    """The weights themselves, or the script's words in the time of the weights."""
    if not plan.is_shape:
        return inner
    return ScriptedWhisper(inner, material.script, Places(material.sounds))
