import asyncio

import pytest

from captioner.asr.upkeep import GIVEN_UP, ON_THE_CPU, STARTED_ANEW, LoopTimer


async def test_the_loops_timer_calls_later_and_can_be_taken_back() -> None:
    timer = LoopTimer()
    called: list[str] = []
    back = asyncio.Event()
    take_back = timer.call_later(0.0, lambda: called.append("taken back"))
    take_back()
    timer.call_later(0.0, back.set)
    began_s = timer.now_s()
    await asyncio.wait_for(back.wait(), 5)
    assert called == []
    assert timer.now_s() >= began_s


@pytest.mark.parametrize("sentence", [ON_THE_CPU, STARTED_ANEW, GIVEN_UP])
def test_a_host_is_told_what_became_of_the_words_and_what_to_do(sentence: str) -> None:
    assert "nothing that was said is lost" in sentence or "keeps what was shown" in sentence
    assert "start" in sentence.lower() or "choose" in sentence
    assert sentence.endswith(".")
