import asyncio
import threading

import pytest

from captioner.errors import TranslateError
from captioner.translate.engine import Outcome, Pair, TranslateRequest
from captioner.translate.worker import MOST_STUCK, TranslateWorker
from tests.fakes.scripted_translator import ScriptedTranslator

EN_NL = ("en", "nl")


def ask(text: str) -> list[TranslateRequest]:
    return [TranslateRequest("en", "nl", text)]


async def translated(worker: TranslateWorker, text: str) -> list[Outcome]:
    done: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
    worker.submit(ask(text), done.set_result)
    return await asyncio.wait_for(done, 10)


async def test_a_batch_comes_back_on_the_loop_from_a_thread_of_its_own() -> None:
    threads: list[str] = []

    def says(_: Pair, sentence: str) -> str:
        threads.append(threading.current_thread().name)
        return sentence.upper()

    worker = TranslateWorker(lambda: ScriptedTranslator(EN_NL, says=says))
    assert await translated(worker, "hello") == ["HELLO"]
    assert threads == ["captioner-translate"]
    await worker.close()


async def test_a_translator_that_raises_stops_nothing_and_says_nothing_of_the_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    translator = ScriptedTranslator(EN_NL)
    translator.fails = lambda *_: RuntimeError("cannot translate: my secret")
    worker = TranslateWorker(lambda: translator)
    (outcome,) = await translated(worker, "my secret")
    assert isinstance(outcome, TranslateError)
    assert "secret" not in caplog.text
    translator.fails = lambda *_: None
    assert await translated(worker, "hello") == ["nl:hello"]
    await worker.close()


async def test_a_translator_that_hangs_is_left_behind_and_another_goes_on() -> None:
    stuck, well = ScriptedTranslator(EN_NL), ScriptedTranslator(EN_NL)
    stuck.may_translate.clear()
    made = iter([stuck, well])
    worker = TranslateWorker(lambda: next(made), patience_s=0.05)
    first = asyncio.create_task(translated(worker, "one"))
    second = asyncio.create_task(translated(worker, "two"))
    (lost,) = await first
    assert isinstance(lost, TranslateError)
    assert await second == ["nl:two"]
    assert worker.stuck == 1
    stuck.may_translate.set()  # what comes back too late is thrown away
    assert await translated(worker, "three") == ["nl:three"]
    await worker.close()


async def test_a_translator_that_hangs_again_and_again_is_not_asked_any_more() -> None:
    made: list[ScriptedTranslator] = []

    def stuck() -> ScriptedTranslator:
        made.append(ScriptedTranslator(EN_NL))
        made[-1].may_translate.clear()
        return made[-1]

    worker = TranslateWorker(stuck, patience_s=0.01)
    outcomes = await asyncio.gather(*(translated(worker, str(n)) for n in range(MOST_STUCK + 2)))
    assert all(isinstance(each[0], TranslateError) for each in outcomes)
    assert worker.has_given_up
    assert len(made) == MOST_STUCK
    for each in made:
        each.may_translate.set()
    await worker.close()


async def test_closing_waits_for_nothing_that_is_stuck() -> None:
    translator = ScriptedTranslator(EN_NL)
    worker = TranslateWorker(lambda: translator)
    before = set(threading.enumerate())
    await translated(worker, "one")
    begun = [each for each in set(threading.enumerate()) - before if "translate" in each.name]
    await worker.close()
    await worker.close()
    assert [each.is_alive() for each in begun] == [False]
