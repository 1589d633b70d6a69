import asyncio
import threading
from collections.abc import Sequence

import pytest

from captioner.asr.decoder import Decoded, Outcome
from captioner.asr.engine import DecodeRequest
from captioner.asr.worker import DecodeWorker
from captioner.errors import DecodeError, WeightsError
from tests.fakes.sample_requests import request
from tests.fakes.scripted_engine import ScriptedEngine


async def decoded(worker: DecodeWorker, *batch: DecodeRequest) -> list[Outcome]:
    """The outcomes of a batch, once they are back on the loop."""
    answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
    worker.submit(batch, answer.set_result)
    return await answer


async def test_outcomes_come_back_on_the_loops_thread_and_decoding_runs_on_another() -> None:
    threads: list[threading.Thread] = []

    class Watched(ScriptedEngine):
        def encode(self, samples, window_s):  # type: ignore[no-untyped-def]
            threads.append(threading.current_thread())
            return super().encode(samples, window_s)

    worker = DecodeWorker(Watched(), beam_size=1)
    await worker.load()
    back: asyncio.Future[threading.Thread] = asyncio.get_running_loop().create_future()
    worker.submit([request(word=4)], lambda _: back.set_result(threading.current_thread()))
    assert await back is threading.current_thread()
    assert [thread.name for thread in threads] == ["captioner-asr"]
    await worker.close()
    assert not threads[0].is_alive()


async def test_batches_are_decoded_in_the_order_in_which_they_came() -> None:
    worker = DecodeWorker(ScriptedEngine(), beam_size=1)
    await worker.load()
    answers = await asyncio.gather(*(decoded(worker, request(word=word)) for word in range(1, 9)))
    words = [outcome.hypothesis.text for (outcome,) in answers if isinstance(outcome, Decoded)]
    assert words == [f"w{word}" for word in range(1, 9)]
    await worker.close()


async def test_decodes_beyond_the_first_are_counted() -> None:
    engine = ScriptedEngine()
    engine.believes = lambda text, window_s, _: (text, -0.1 if window_s == 30.0 else -2.0, 0.0)
    worker = DecodeWorker(engine, beam_size=1)
    await worker.load()
    await decoded(worker, request(1), request(2))
    await decoded(worker, request(3))
    assert worker.fallbacks == 3
    await worker.close()


async def test_an_engine_that_throws_anything_does_not_end_the_thread() -> None:
    engine = ScriptedEngine()
    worker = DecodeWorker(engine, beam_size=1)
    await worker.load()
    errors: Sequence[Exception] = (RuntimeError("out"), MemoryError(), ZeroDivisionError("0"))
    for error in errors:
        engine.generate_fails = lambda _, error=error: error  # type: ignore[misc]
        outcomes = await decoded(worker, request(1), request(2))
        assert [type(outcome) for outcome in outcomes] == [DecodeError, DecodeError]
    engine.generate_fails = lambda _: None
    (outcome,) = await decoded(worker, request(word=7))
    assert isinstance(outcome, Decoded)
    assert outcome.hypothesis.text == "w7"
    await worker.close()


async def test_a_fault_outside_the_engine_gives_every_row_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker = DecodeWorker(ScriptedEngine(), beam_size=1)
    await worker.load()
    broken = request()
    object.__setattr__(broken, "samples", None)
    outcomes = await decoded(worker, broken, request(2))
    assert [type(outcome) for outcome in outcomes] == [DecodeError, DecodeError]
    assert "a decode failed, rows: 2" in caplog.text
    await worker.close()


async def test_closing_finishes_the_batch_in_hand_and_may_be_done_twice() -> None:
    worker = DecodeWorker(ScriptedEngine(), beam_size=1)
    await worker.load()
    answer = asyncio.create_task(decoded(worker, request(word=3)))
    await asyncio.sleep(0)
    await worker.close()
    (outcome,) = await answer
    assert isinstance(outcome, Decoded)
    await worker.close()


async def test_a_worker_that_was_never_loaded_can_be_closed() -> None:
    await DecodeWorker(ScriptedEngine(), beam_size=1).close()


async def test_weights_that_do_not_load_start_no_thread() -> None:
    engine = ScriptedEngine()
    engine.load_fails = WeightsError("bad_weights", "They do not load.")
    worker = DecodeWorker(engine, beam_size=1)
    with pytest.raises(WeightsError):
        await worker.load()
    assert "captioner-asr" not in [thread.name for thread in threading.enumerate()]


def test_a_loop_that_has_ended_ends_the_thread_quietly() -> None:
    """Ctrl-C may close the loop while a batch is in hand: nobody is left to tell."""
    engine = ScriptedEngine()
    release = threading.Event()

    def wait(_: Sequence[str]) -> None:
        release.wait(10)

    engine.generate_fails = wait
    worker = DecodeWorker(engine, beam_size=1)
    told: list[list[Outcome]] = []

    async def begin() -> threading.Thread:
        await worker.load()
        worker.submit([request()], told.append)
        return next(each for each in threading.enumerate() if each.name == "captioner-asr")

    thread = asyncio.run(begin())
    release.set()
    thread.join(10)
    assert not thread.is_alive()
    assert told == []
