import io
import json
from pathlib import Path
from typing import Any

import pytest

from captioner.bench.tables import render_report
from captioner.cli import build_parser
from captioner.commands.bench import BenchOptions, BenchPart, charts, parts, run_bench
from captioner.errors import AudioError
from captioner.settings import AsrSettings, Settings, StoreSettings


def settings(folder: Path) -> Settings:
    return Settings(asr=AsrSettings(model="demo"), store=StoreSettings(data=str(folder)))


def test_everything_is_several_parts_and_anything_else_is_itself() -> None:
    one = BenchOptions(part=BenchPart.WINDOWS)
    assert parts(one) == [(BenchPart.WINDOWS, one)]
    every = parts(BenchOptions(part=BenchPart.ALL))
    assert {part for part, _ in every} == {*BenchPart} - {BenchPart.ALL}
    measured = [(each.shape, each.channels) for _, each in every]
    assert ("tiny", (1, 2, 4, 8)) in measured
    assert (None, (1, 2, 4, 8)) in measured
    assert all(each.seconds for _, each in every)


def test_the_length_of_every_run_can_be_chosen() -> None:
    every = parts(BenchOptions(part=BenchPart.ALL, seconds=7.0))
    assert {each.seconds for _, each in every} == {7.0}


def test_what_is_drawn_is_what_was_measured() -> None:
    ratio = {"channels": 2, "live": 0.1, "floor": 0.2, "usual": None}
    ratio |= {"final_p95": 0.9, "usual_final_p95": None}
    cost, lag = charts({"together": [{"weights": "tiny", "ratios": [ratio]}]})
    assert cost.groups == ["2"]
    assert [list(row) for row in cost.series.values()] == [[0.1], [0.2], [None]]
    assert [list(row) for row in lag.series.values()] == [[0.9], [None]]
    assert charts({}) == []


async def test_a_meeting_without_a_reference_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(AudioError):
        await run_bench(settings(tmp_path), BenchOptions(meetings=(tmp_path,)), io.StringIO())


@pytest.mark.parametrize(
    "wrong", [["--channels", "0"], ["--channels", "a"], ["--seconds", "1"], ["--shape", "huge"]]
)
def test_what_makes_no_sense_is_refused(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["bench", *wrong])
    assert wrong[0] in capsys.readouterr().err


class _Paper:
    """A terminal that keeps what is printed."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """At once anyway."""


@pytest.mark.weights
@pytest.mark.slow
async def test_figures_go_to_the_terminal_and_to_files(tmp_path: Path) -> None:
    paper: Any = _Paper()
    options = BenchOptions(
        channels=(1,),
        seconds=6.0,
        with_usual=False,
        json_file=tmp_path / "out.json",
        svg_file=tmp_path / "out.svg",
    )
    assert await run_bench(settings(tmp_path), options, paper) == 0
    report = json.loads((tmp_path / "out.json").read_text())
    assert render_report(report) in paper.text
    [live] = report["together"][0]["live"]
    assert live["missed"] == 0
    assert (tmp_path / "out.svg").read_text().startswith("<svg")
