"""A viewer whose line is cut, and one whose server dies."""

import signal
from pathlib import Path

import pytest

from tests.fakes.fake_devices import WORDS
from tests.fakes.open_house import open_house
from tests.fakes.recording_viewer import fetch, sse
from tests.scenarios.test_service import program


@pytest.mark.parametrize("cuts", [1, 7])
async def test_a_line_that_is_cut_loses_nothing_and_doubles_nothing(
    tmp_path: Path, cuts: int
) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin()
        cut_off = await house.viewer(running.meeting.spec.code)
        steady = await house.viewer(running.meeting.spec.code)
        words = WORDS[:11]
        for number, word in enumerate(words):
            house.source(1).say(f"{word} {word}")
            if number % (len(words) // cuts) == 0:  # in the middle of a sentence
                await house.heard(running)
                await cut_off.drop()
            house.source(1).be_silent()
            await house.heard(running)
            if cut_off.close_code is not None and number % 2:
                await cut_off.come_back()
        if cut_off.close_code is not None:
            await cut_off.come_back()
        await running.end()
        for viewer in (cut_off, steady):
            await viewer.until_type("status", state="ended")
            assert [text for _, text in viewer.shown] == [f"{word} {word}" for word in words]
        for viewer in (cut_off, steady):
            finals = [each["utterance"] for each in viewer.numbered if each.get("state") == "final"]
            assert len(finals) == len(set(finals)) == len(words)
            numbers = [each["seq"] for each in viewer.numbered]
            assert numbers == sorted(set(numbers))
        assert cut_off.captions == steady.captions


async def test_an_sse_line_that_is_cut_goes_on_where_it_was(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin()
        path = f"/m/{running.meeting.spec.code}/events"
        words, last = ["one", "two", "three", "four"], ""
        got: list[str] = []
        for word in words:
            house.source(1).say(word)
            house.source(1).be_silent()
            await house.heard(running)
            async with sse(house.viewer_port, path, last) as stream:
                assert (await stream.next())[1]["type"] == "hello"
                while not got or got[-1] != word:
                    last, event = await stream.next()
                    got += [event["text"]] if event["type"] == "caption" else []
        assert got == words


async def test_who_comes_back_to_a_server_that_was_killed_reads_on(tmp_path: Path) -> None:
    """Meetings once died with their process: whoever came back was told that it is gone."""
    async with program(tmp_path, "pause") as first:
        card = await first.begin()
        viewer = await first.viewer(card["code"]).join()
        await viewer.until_type("caption", text="one two three", state="final")
        first.process.send_signal(signal.SIGKILL)
        await first.process.wait()
        assert await viewer.until_closed() == 1006
    async with program(tmp_path, "pause") as second:
        again = second.viewer(card["code"])
        await again.join(since=viewer.seq, epoch=viewer.epoch)
        told = await again.until_type("status", state="paused")
        assert "broke off" in told["message"]
        assert [event for event in again.events if event["type"] == "caption"] == []
        bearer = {"Authorization": f"Bearer {second.key}"}
        path = f"/api/meetings/{card['id']}"
        assert (await fetch(second.host_port, path, headers=bearer)).json["state"] == "paused"
        answer = await fetch(second.host_port, f"{path}/resume", "POST", None, bearer)
        assert (answer.status, answer.json["state"]) == (200, "live")
        assert await again.until_closed() == 1001  # to come back to the meeting that hears
        await again.come_back()
        await again.until_type("caption", text="one two three")  # it says so once more
        assert again.epoch == viewer.epoch
        newcomer = await second.viewer(card["code"]).join()
        await newcomer.until_type("caption", text="one two three", seq=again.seq)
        texts = [each["text"] for each in newcomer.numbered if each.get("state") == "final"]
        assert texts == ["one two three"] * 2
        for reader in (again, newcomer):
            await reader.leave()
