import threading
from collections.abc import Callable, Sequence

import pytest

from captioner.asr.decoder import Decoded
from captioner.asr.engine import Engine
from captioner.asr.grouping import Batching
from captioner.asr.inference import (
    BatchingChooser,
    EngineThread,
    Finished,
    GaveWay,
    Inference,
    Loaded,
    Report,
    choose_usual,
)
from captioner.errors import DecodeError, WeightsError
from tests.fakes.sample_requests import request
from tests.fakes.scripted_engine import ScriptedEngine, gpu_failed


class OnAGpu(ScriptedEngine):
    """Fails with every decode as long as it runs on the GPU; see `when`."""

    def __init__(self, when: Callable[[Sequence[str]], bool] = lambda _: True) -> None:
        super().__init__()
        self.runs_on_gpu = True
        self.generate_fails = lambda texts: (
            gpu_failed() if self.runs_on_gpu and when(texts) else None
        )


def inference_of(
    engine: Engine, reports: list[Report], choose_batching: BatchingChooser = choose_usual
) -> Inference:
    return Inference(engine, 1, choose_batching, reports.append)


def texts(outcomes: Sequence[object]) -> list[str]:
    return [
        each.hypothesis.text if isinstance(each, Decoded) else f"! {getattr(each, 'code', each)}"
        for each in outcomes
    ]


def test_what_a_gpu_fails_at_is_decoded_on_the_cpu_after_the_host_was_told() -> None:
    engine, reports = OnAGpu(), list[Report]()
    inference = inference_of(engine, reports)
    outcomes = inference.decode([request(1, word=1), request(2, word=2)], "")
    assert texts(outcomes) == ["w1", "w2"]
    assert engine.fell_back == 1
    (told,) = reports
    assert isinstance(told, GaveWay)
    assert "out of memory" in told.reason
    assert texts(inference.decode([request(1, word=3)], "")) == ["w3"]
    assert len(reports) == 1, "told once"


def test_only_what_failed_is_decoded_again() -> None:
    engine = OnAGpu(lambda spoken: "w2" in spoken)
    rows = [request(1, word=1, length_s=1.0), request(2, word=2, length_s=20.0)]
    assert texts(inference_of(engine, []).decode(rows, "")) == ["w1", "w2"]
    assert [call.texts for call in engine.generated] == [("w1",), ("w2",), ("w2",)]


def test_a_gpu_that_fails_at_encoding_gives_way_too() -> None:
    engine = OnAGpu(lambda _: False)
    engine.encode_fails = lambda _: gpu_failed() if engine.runs_on_gpu else None
    assert texts(inference_of(engine, []).decode([request(1, word=5)], "")) == ["w5"]


def test_where_the_cpu_cannot_take_over_the_requests_fail_and_the_next_may_try() -> None:
    engine, reports = OnAGpu(), list[Report]()
    engine.load_fails = WeightsError("bad_weights", "No room.")
    inference = inference_of(engine, reports)
    assert texts(inference.decode([request(word=1)], "")) == ["! gpu_failed"]
    engine.load_fails = None
    assert texts(inference.decode([request(word=1)], "")) == ["w1"]


def test_an_engine_without_a_cpu_to_go_to_just_fails() -> None:
    engine = ScriptedEngine()
    engine.generate_fails = lambda _: gpu_failed()
    assert texts(inference_of(engine, []).decode([request()], "")) == ["! gpu_failed"]


def test_how_an_engine_is_fed_is_measured_before_the_meeting_and_never_in_it() -> None:
    asked: list[bool] = []

    def choose(engine: Engine, may_measure: bool) -> Batching:  # noqa: ARG001
        asked.append(may_measure)
        return Batching(encodes_together=len(asked) == 1)

    engine = OnAGpu(lambda spoken: "w9" in spoken)
    inference = inference_of(engine, [], choose)
    inference.load(may_measure=True)
    rows = [request(1, word=1), request(2, word=2)]
    inference.decode(rows, "")
    assert engine.encode_calls == [2], "together, as chosen"
    inference.decode([request(1, word=9)], "")
    inference.decode(rows, "")
    assert engine.encode_calls[-2:] == [1, 1], "as chosen for the CPU"
    assert asked == [True, False]


def test_a_fault_of_our_own_gives_every_row_an_error(caplog: pytest.LogCaptureFixture) -> None:
    broken = request()
    object.__setattr__(broken, "samples", None)
    outcomes = inference_of(ScriptedEngine(), []).decode([broken, request(2)], "")
    assert [type(outcome) for outcome in outcomes] == [DecodeError, DecodeError]
    assert "a decode failed, rows: 2" in caplog.text


def run_thread(engine: ScriptedEngine, *words: int) -> list[Report]:
    """What a thread says from its start to its end."""
    reports: list[Report] = []
    thread = EngineThread(inference_of(engine, reports), reports.append)
    thread.start(may_measure=False)
    for word in words:
        thread.put(([request(word=word)], ""))
    thread.stop()
    thread.join()
    return reports


def test_a_thread_loads_decodes_in_order_and_ends() -> None:
    loaded, *finished = run_thread(ScriptedEngine(), 1, 2)
    assert loaded == Loaded()
    assert [texts(each.outcomes) for each in finished if isinstance(each, Finished)] == [
        ["w1"],
        ["w2"],
    ]


def test_a_thread_whose_weights_do_not_load_says_so_and_ends() -> None:
    engine = ScriptedEngine()
    engine.load_fails = MemoryError("no room")
    assert run_thread(engine, 1) == [Loaded(engine.load_fails)]


def test_a_thread_that_nobody_listens_to_any_more_ends_quietly() -> None:
    def nobody(_: Report) -> None:
        raise RuntimeError("Event loop is closed")

    thread = EngineThread(inference_of(ScriptedEngine(), []), nobody)
    thread.start(may_measure=False)
    thread.join()
    assert "captioner-asr" not in [each.name for each in threading.enumerate()]


def test_an_engine_that_has_its_weights_keeps_them_when_it_is_started_anew() -> None:
    engine, reports = ScriptedEngine(), list[Report]()
    Inference(engine, 1, choose_usual, reports.append, is_loaded=True).load(may_measure=False)
    assert engine.loaded == 0
