import asyncio
from collections.abc import Callable

from captioner.asr.decoder import Decoded, Outcome
from captioner.asr.dispatch import Dispatcher
from captioner.asr.engine import DecodeKind, DecodeRequest
from captioner.errors import DecodeError
from tests.fakes.sample_requests import request
from tests.fakes.scripted_engine import HeldWorker, ScriptedEngine, refused


class Desk:
    """A dispatcher with a worker that decodes when it is told to, and what came back."""

    def __init__(self) -> None:
        self.engine = ScriptedEngine()
        self.worker = HeldWorker(self.engine)
        self.now_s = 0.0
        self.outcomes: list[tuple[DecodeRequest, Outcome]] = []
        self.instead: Callable[[DecodeRequest], DecodeRequest | None] = lambda _: None
        self.turns = 0
        self.dispatcher = Dispatcher(self.worker, lambda: self.now_s, self._accept, self._turn)

    def _accept(self, asked: DecodeRequest, outcome: Outcome) -> DecodeRequest | None:
        self.outcomes.append((asked, outcome))
        return self.instead(asked) if isinstance(outcome, DecodeError) else None

    def _turn(self) -> None:
        self.turns += 1

    @property
    def texts(self) -> list[str]:
        return [each.hypothesis.text for _, each in self.outcomes if isinstance(each, Decoded)]


async def test_what_comes_in_one_turn_of_the_loop_shares_a_batch() -> None:
    desk = Desk()
    desk.dispatcher.accept(request(1, word=1))
    desk.dispatcher.accept(request(2, "u2", word=2))
    await asyncio.sleep(0)
    assert [len(batch) for batch, _ in desk.worker.held] == [2]
    desk.worker.finish()
    assert desk.texts == ["w1", "w2"]
    assert desk.turns == 1


async def test_the_next_batch_waits_for_the_one_in_hand() -> None:
    desk = Desk()
    desk.dispatcher.accept(request(1, word=1))
    await asyncio.sleep(0)
    desk.dispatcher.accept(request(1, "u2", word=2))
    desk.dispatcher.accept(request(2, "u3", word=3))
    await asyncio.sleep(0)
    assert [len(batch) for batch, _ in desk.worker.held] == [1]
    desk.worker.finish()
    assert [len(batch) for batch, _ in desk.worker.held] == [2]


async def test_settle_waits_until_the_last_has_come_back() -> None:
    desk = Desk()
    desk.dispatcher.accept(request())
    waiting = asyncio.create_task(desk.dispatcher.settle())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not waiting.done()
    desk.worker.finish()
    await asyncio.wait_for(waiting, 1)


async def test_a_failure_is_tried_again_with_what_it_gets_instead() -> None:
    desk = Desk()
    failures = iter([refused()])
    desk.engine.encode_fails = lambda _: next(failures, None)
    desk.instead = lambda asked: request(1, asked.utterance, word=4, attempt=2)
    desk.dispatcher.accept(request(1, word=4))
    await asyncio.sleep(0)
    desk.worker.finish()
    desk.worker.finish()
    assert desk.texts == ["w4"]
    load = desk.dispatcher.load()
    assert (load.failed, load.finals) == (1, 1)


async def test_a_listener_that_fails_takes_nothing_from_the_other_rows() -> None:
    desk = Desk()
    told: list[DecodeKind] = []

    def fail_once(asked: DecodeRequest, _: Outcome) -> None:
        told.append(asked.kind)
        if len(told) == 1:
            raise RuntimeError("a listener failed")

    dispatcher = Dispatcher(desk.worker, lambda: 0.0, fail_once, lambda: None)
    dispatcher.accept(request(1))
    dispatcher.accept(request(2, "u2"))
    await asyncio.sleep(0)
    desk.worker.finish()
    assert len(told) == 2
    assert dispatcher.load().finals == 2
    await asyncio.wait_for(dispatcher.settle(), 1)


async def test_sound_waits_from_when_it_was_asked_for() -> None:
    desk = Desk()
    desk.now_s = 10.0
    desk.dispatcher.accept(request())
    await asyncio.sleep(0)
    desk.now_s = 12.5
    assert desk.dispatcher.lag_s == 2.5
    desk.worker.finish()
    assert desk.dispatcher.lag_s == 0.0


async def test_what_is_dropped_leaves_nothing_waiting_and_no_lag() -> None:
    desk = Desk()
    desk.dispatcher.accept(request(1, word=1))
    await asyncio.sleep(0)
    desk.dispatcher.accept(request(2, "u2", word=2))
    desk.dispatcher.drop()
    desk.now_s = 5.0
    desk.worker.finish()  # what was in hand comes back all the same
    await desk.dispatcher.settle()
    assert desk.texts == ["w1"]
    assert (desk.worker.held, desk.dispatcher.lag_s) == ([], 0.0)
