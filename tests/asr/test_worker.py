import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from captioner.asr.decoder import Decoded, Outcome
from captioner.asr.engine import DecodeRequest
from captioner.asr.inference import GaveWay
from captioner.asr.patience import LOADING_S, MOST_HANGS
from captioner.asr.upkeep import GIVEN_UP, ON_THE_CPU, STARTED_ANEW, Upkeep
from captioner.asr.worker import DecodeWorker
from captioner.errors import DecodeError, WeightsError
from tests.fakes.held_threads import FakeTimer, HeldHouse
from tests.fakes.sample_requests import request
from tests.fakes.scripted_engine import ScriptedEngine, gpu_failed


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


def ask(house: HeldHouse, *batch: DecodeRequest) -> "asyncio.Future[list[Outcome]]":
    answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
    house.worker.submit(batch, answer.set_result)
    return answer


async def turn() -> None:
    """Whatever is due on the loop."""
    for _ in range(4):
        await asyncio.sleep(0)


async def loaded_house(**options: Any) -> HeldHouse:
    house = HeldHouse(**options)
    loading = asyncio.create_task(house.worker.load())
    await turn()
    house.thread.finish()
    await loading
    return house


def texts(outcomes: Sequence[Outcome]) -> list[str]:
    return [
        each.hypothesis.text if isinstance(each, Decoded) else f"! {each.code}" for each in outcomes
    ]


async def test_a_decode_that_does_not_come_back_fails_and_a_new_engine_takes_over() -> None:
    house = await loaded_house()
    stuck = ask(house, request(1, word=1), request(2, word=2))
    house.timer.advance(59.9)
    await turn()
    assert not stuck.done(), "20 s, and 4 s for each second of two windows"
    house.timer.advance(0.2)
    assert texts(await stuck) == ["! decode_failed"] * 2
    assert house.worker.problem == STARTED_ANEW
    assert len(house.threads) == 2
    assert (house.new_engines, house.thread.may_measure) == (1, False)
    again = ask(house, request(1, word=1))
    await turn()
    assert house.thread.held == [], "it loads"
    house.thread.finish()
    await turn()
    house.thread.finish()
    assert texts(await again) == ["w1"]


async def test_loading_that_nobody_waits_for_any_more_leaves_no_thread_behind() -> None:
    """Ctrl-C while the weights are being read."""
    house = HeldHouse()
    loading = asyncio.create_task(house.worker.load())
    await turn()
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    assert house.thread.is_stopped
    house.thread.finish()
    await turn()
    assert texts(await ask(house, request())) == ["! decode_failed"]


async def test_what_an_abandoned_thread_brings_after_all_is_ignored() -> None:
    house = await loaded_house()
    first = house.thread
    stuck = ask(house, request(word=1))
    house.timer.advance(100)
    assert texts(await stuck) == ["! decode_failed"]
    assert first.is_stopped
    assert not first.is_joined
    waiting = ask(house, request(word=2))
    house.thread.finish()  # loads
    await turn()
    first.finish()
    await turn()
    assert not waiting.done(), "nor taken for the answer to something else"
    house.thread.finish()
    assert texts(await waiting) == ["w2"]


async def test_after_a_hang_requests_are_decoded_alone_until_one_comes_back() -> None:
    """Else one sound that nobody can decode takes the same neighbours with it three times."""
    house = await loaded_house()
    stuck = ask(house, request(1, word=1), request(2, word=2))
    house.timer.advance(100)
    await stuck
    again = ask(house, request(1, word=1), request(2, word=2), request(3, word=3))
    house.thread.finish()
    await turn()
    assert [len(requests) for requests, _ in house.thread.held] == [1]
    house.timer.advance(100)
    await turn()
    house.thread.finish()  # loads
    await turn()
    house.thread.finish()
    await turn()
    house.thread.finish()
    assert texts(await again) == ["! decode_failed", "w2", "w3"]
    together = ask(house, request(1), request(2))
    assert [len(requests) for requests, _ in house.thread.held] == [2]
    house.thread.finish()
    await together


async def test_what_hangs_again_and_again_is_given_up_for_good() -> None:
    house = await loaded_house()
    for hang in range(MOST_HANGS + 1):
        assert not house.worker.has_given_up, hang
        stuck = ask(house, request())
        await turn()
        if house.thread.is_loading:
            house.thread.finish()
        await turn()
        house.timer.advance(50)
        assert texts(await stuck) == ["! decode_failed"]
    assert house.worker.has_given_up
    assert house.worker.problem == GIVEN_UP
    assert house.new_engines == MOST_HANGS
    assert texts(await ask(house, request(1), request(2))) == ["! decode_failed"] * 2
    await house.worker.close()


async def test_an_engine_that_does_not_load_anew_in_time_or_at_all_is_given_up() -> None:
    for way in ("late", "fails"):
        house = await loaded_house()
        stuck = ask(house, request())
        house.timer.advance(100)
        await stuck
        waiting = ask(house, request())
        if way == "late":
            house.timer.advance(LOADING_S + 1)
        else:
            house.engine.load_fails = WeightsError("bad_weights", "No room.")
            house.thread.finish()
        assert texts(await waiting) == ["! decode_failed"]
        assert house.worker.has_given_up, way


async def test_quick_weights_are_waited_for_as_long_as_the_setting_says() -> None:
    house = await loaded_house(least_s=5.0)
    quick = ask(house, request())
    house.timer.advance(0.1)
    house.thread.finish()
    await quick
    stuck = ask(house, request())
    house.timer.advance(5.1)
    assert texts(await stuck) == ["! decode_failed"]


async def test_a_laptop_that_slept_through_a_decode_gives_it_time_to_come_back() -> None:
    """Its clock jumps by an hour, and all that was due in it is due at once."""
    house = await loaded_house()
    answer = ask(house, request(word=1))
    first_beat, house.timer.moment_s = house.timer.due[0], 3600.0
    house.timer.advance(0.0)
    await turn()
    assert first_beat not in house.timer.due
    assert not answer.done()
    house.thread.finish()
    assert texts(await answer) == ["w1"]
    assert house.worker.problem == ""


async def test_a_host_reads_of_a_hang_until_all_has_been_well_for_a_minute() -> None:
    house = await loaded_house()
    stuck = ask(house, request())
    house.timer.advance(40)
    await stuck
    house.thread.finish()
    await turn()
    for wait_s, problem in ((30, STARTED_ANEW), (31, "")):
        answer = ask(house, request())
        house.thread.finish()
        await answer
        house.timer.advance(wait_s)
        answer = ask(house, request())
        house.thread.finish()
        await answer
        assert house.worker.problem == problem


async def test_a_gpu_that_fails_is_told_and_its_requests_have_time_to_move() -> None:
    engine = ScriptedEngine()
    engine.runs_on_gpu = True
    engine.generate_fails = lambda _: gpu_failed() if engine.runs_on_gpu else None
    house = await loaded_house(engine=engine)
    answer = ask(house, request(word=1))
    house.thread.finish()
    assert texts(await answer) == ["w1"]
    assert house.worker.problem == ON_THE_CPU
    assert house.new_engines == 0


async def test_loading_on_the_cpu_is_not_taken_for_a_hang() -> None:
    house = await loaded_house()
    answer = ask(house, request(word=1))
    house.thread.report(GaveWay("CUDA failed"))
    await turn()
    house.timer.advance(100.0)
    await turn()
    assert not answer.done()
    house.thread.finish()
    assert texts(await answer) == ["w1"]
    stuck = ask(house, request(word=2))
    house.thread.report(GaveWay("CUDA failed"))
    await turn()
    house.timer.advance(LOADING_S + 100)
    assert texts(await stuck) == ["! decode_failed"], "but not for ever"


async def test_closing_leaves_a_stuck_thread_behind_when_its_time_is_over() -> None:
    house = await loaded_house()
    stuck = ask(house, request())
    closing = asyncio.create_task(house.worker.close())
    await turn()
    assert not closing.done()
    house.timer.advance(100)
    await asyncio.wait_for(closing, 5)
    assert texts(await stuck) == ["! decode_failed"]
    assert not house.thread.is_joined
    assert house.new_engines == 0, "nobody needs another one"
    assert texts(await ask(house, request())) == ["! decode_failed"]


async def test_closing_while_an_engine_loads_anew_waits_for_nobody() -> None:
    house = await loaded_house()
    stuck = ask(house, request())
    house.timer.advance(100)
    await stuck
    waiting = ask(house, request())
    await asyncio.wait_for(house.worker.close(), 5)
    assert texts(await waiting) == ["! decode_failed"]
    assert house.timer.due == [], "nobody is alarmed by a thread that is not waited for"


def test_a_thread_stuck_in_native_code_does_not_keep_the_loop_from_ending() -> None:
    """A real thread: `asyncio.run` waits for the threads of its own executor, and for ever."""
    engine, for_ever, timer = ScriptedEngine(), threading.Event(), FakeTimer()

    def hang(_: Sequence[str]) -> None:
        for_ever.wait(60)

    engine.generate_fails = hang
    upkeep = Upkeep(ScriptedEngine, timer=timer)

    async def meeting() -> list[Outcome]:
        worker = DecodeWorker(engine, 1, upkeep)
        await worker.load()
        answer = asyncio.create_task(decoded(worker, request()))
        await asyncio.sleep(0)
        timer.advance(100)
        outcomes = await answer
        assert texts(await decoded(worker, request(word=8))) == ["w8"]
        await worker.close()
        return outcomes

    assert texts(asyncio.run(meeting())) == ["! decode_failed"]
    stuck = [each for each in threading.enumerate() if each.name == "captioner-asr"]
    assert len(stuck) == 1
    for_ever.set()
    stuck[0].join(10)
    assert not stuck[0].is_alive()


async def test_the_decode_starts_anew_in_its_plainest_way() -> None:
    house = await loaded_house()
    house.worker.hotwords = "Siobhan"
    first = house.thread
    assert house.worker.start_anew(reload=False)
    assert first.is_stopped
    house.thread.finish()  # it has its weights already
    await turn()
    answer = ask(house, request(1, word=3))
    await turn()
    assert house.thread.held[0][1] == ""
    house.thread.finish()
    assert texts(await answer) == ["w3"]
    assert (house.engine.loaded, house.new_engines) == (1, 0)
    await house.worker.close()


async def test_weights_are_read_anew_where_they_were() -> None:
    """A minute of music made do with the CPU for good: the engine that stands by is on the CPU, for
    a GPU on which a decode got stuck."""
    house = await loaded_house()
    engine = house.worker.engine
    assert house.worker.start_anew(reload=True)
    waiting = ask(house, request(1, word=3))  # while they are read
    house.thread.finish()
    await turn()
    house.thread.finish()
    assert texts(await waiting) == ["w3"]
    assert (house.engine.loaded, house.new_engines) == (2, 0)
    assert house.worker.engine is engine
    await house.worker.close()


async def test_a_decode_in_hand_is_left_to_patience() -> None:
    house = await loaded_house()
    stuck = ask(house, request(1, word=1))
    await turn()
    in_hand = [house.worker.is_decoding]
    assert not house.worker.start_anew(reload=True)
    house.thread.finish()
    assert texts(await stuck) == ["w1"]
    assert [*in_hand, house.worker.is_decoding] == [True, False]
    await house.worker.close()
    assert not house.worker.start_anew(reload=False)


async def test_weights_that_cannot_be_read_anew_give_up_in_words() -> None:
    house = await loaded_house()
    house.engine.load_fails = WeightsError("bad_weights", "model.bin is gone.")
    house.worker.start_anew(reload=True)
    house.thread.finish()
    await turn()
    assert (house.worker.has_given_up, house.worker.problem) == (True, GIVEN_UP)
    assert texts(await ask(house, request(1))) == ["! decode_failed"]
