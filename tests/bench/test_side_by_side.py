from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from captioner.bench.figures import RunFigures, Work, count_run
from captioner.bench.floor import FloorFigures
from captioner.bench.material import read_clips
from captioner.bench.script import Script
from captioner.bench.side_by_side import Plan, Row, measure_side_by_side, sum_floors
from captioner.bench.together import Conditions
from captioner.resources import demo_meeting_folder
from captioner.settings import Settings, StoreSettings
from tests.fakes.fake_clock import FakeClock
from tests.fakes.held_engine import NOWHERE, HeldFake, LoudModel


class WithStock(HeldFake):
    """Stock says nothing and takes no time."""

    @property
    def stock(self) -> Any:
        return SimpleNamespace(transcribe=lambda *_, **__: ([], None))


def figures(cpu_per_speech: float, final_p95: float | None = 1.0) -> RunFigures:
    nothing = count_run(4, Script([]), [], Work(0.0, 0.0))
    return replace(nothing, cpu_per_speech=cpu_per_speech, final_p95=final_p95)


def test_costs_are_compared_by_the_second_of_speech() -> None:
    floor = FloorFigures(4, 10.0, 2.0, 0, 0)
    ratios = Row(figures(0.1), floor, figures(0.5, 3.0)).ratios()
    assert ratios == {
        "channels": 4,
        "live": 0.1,
        "floor": 0.2,
        "live_to_floor": pytest.approx(0.5),
        "usual": 0.5,
        "live_to_usual": pytest.approx(0.2),
        "final_p95": 1.0,
        "usual_final_p95": 3.0,
    }


def test_what_was_not_run_is_not_compared() -> None:
    ratios = Row(figures(0.1), FloorFigures(0, 0.0, 0.0, 0, 0), None).ratios()
    assert ratios["live_to_floor"] is ratios["live_to_usual"] is ratios["usual"] is None


def test_floors_before_and_after_are_one() -> None:
    both = sum_floors(FloorFigures(1, 2.0, 3.0, 4, 5), FloorFigures(1, 4.0, 1.0, 4, 1))
    assert both == FloorFigures(2, 6.0, 4.0, 8, 6)


@pytest.mark.parametrize(("decode_s", "runs"), [(0.0, 2), (3.0, 1)])
async def test_the_usual_method_is_not_tried_again_once_it_is_hopeless(
    tmp_path: Path, decode_s: float, runs: int
) -> None:
    clock, told = FakeClock(), list[str]()
    engine = WithStock()
    engine.works = lambda window_s: clock.advance(decode_s if window_s == 30.0 else 0.0)
    settings = Settings(store=StoreSettings(data=str(tmp_path)))
    conditions = Conditions(NOWHERE, settings, LoudModel(), clock, clock.sleep, clock.advance)
    plan = Plan((2, 3), 12.0, is_shape=True)
    clips = read_clips(demo_meeting_folder())
    report = await measure_side_by_side(engine, conditions, clips, plan, told.append)
    assert [row["channels"] for row in report["live"]] == [2, 3]
    assert [row["word_error_rate"] for row in report["live"]] == [0, 0]
    assert len(report["usual"]) == runs
    assert len(report["notes"]) == 2 - runs
    assert len(told) == 2 + runs
