import asyncio

import pytest

from captioner.server.feed import Feed


async def test_everybody_who_waits_is_woken_and_everybody_once() -> None:
    feed = Feed()
    with feed.subscribe() as first, feed.subscribe() as second:
        waits = [asyncio.create_task(each.wait(60)) for each in (first, second)]
        await asyncio.sleep(0)
        feed.announce()
        await asyncio.wait_for(asyncio.gather(*waits), 5)
        again = asyncio.create_task(first.wait(60))
        await asyncio.sleep(0)
        assert not again.done()
        feed.announce()
        await asyncio.wait_for(again, 5)


async def test_what_came_between_two_waits_is_not_missed() -> None:
    feed = Feed()
    with feed.subscribe() as subscription:
        feed.announce()
        await asyncio.wait_for(subscription.wait(60), 5)


async def test_a_wait_ends_by_itself_when_nothing_comes() -> None:
    with Feed().subscribe() as subscription:
        await subscription.wait(0.001)
        await subscription.wait(-1)


async def test_closing_wakes_everybody_and_is_remembered() -> None:
    feed = Feed()
    with feed.subscribe() as subscription:
        waiting = asyncio.create_task(subscription.wait(60))
        await asyncio.sleep(0)
        feed.close()
        await asyncio.wait_for(waiting, 5)
    assert feed.is_closed


async def test_nobody_is_kept_who_has_gone() -> None:
    feed = Feed()
    with feed.subscribe():
        assert len(feed._waiting) == 1
    with feed.subscribe() as subscription:
        waiting = asyncio.create_task(subscription.wait(60))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert not feed._waiting


@pytest.mark.parametrize("turns", range(4))
async def test_who_is_cancelled_at_the_very_moment_of_news_goes_all_the_same(turns: int) -> None:
    """asyncio.wait_for of Python 3.11 returns instead, and the cancellation is lost.

    Readers who had left lingered until the next heartbeat, and were counted as viewers for as long.
    """
    feed = Feed()
    with feed.subscribe() as subscription:
        waiting = asyncio.create_task(subscription.wait(60))
        await asyncio.sleep(0)
        feed.announce()
        for _ in range(turns):
            await asyncio.sleep(0)
        if waiting.cancel():  # else it had returned before
            with pytest.raises(asyncio.CancelledError):
                await waiting
