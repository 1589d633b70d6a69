import asyncio
import json
import socket
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from captioner.server.access import RateLimit
from captioner.server.listener import LARGEST_MESSAGE_BYTES
from captioner.server.wire import LARGEST_BODY_BYTES
from captioner.service.running import RunningMeeting
from tests.fakes.open_house import House, house_settings, open_house
from tests.fakes.recording_viewer import RecordingViewer, sse, until


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def say(house: House, running: RunningMeeting, channel: int, text: str) -> None:
    """Say it, and wait until it has its final."""
    house.source(channel).say(text)
    house.source(channel).be_silent()
    await house.heard(running)


async def test_hello_then_the_replay_in_order_then_what_happens_now(house: House) -> None:
    running = await house.begin()
    await say(house, running, 1, "one two")
    await say(house, running, 2, "three")
    viewer = await house.viewer(running.meeting.spec.code)
    await viewer.until_type("caption", text="three")
    await say(house, running, 1, "four")
    await viewer.until_type("caption", text="four")
    assert [event["type"] for event in viewer.events][:2] == ["hello", "status"]
    assert [event["text"] for event in viewer.events[2:]] == ["one two", "three", "four"]
    numbers = [event["seq"] for event in viewer.numbered]
    assert numbers == sorted(set(numbers))
    hello = viewer.events[0]
    assert [(each["channel"], each["name"]) for each in hello["channels"]] == [
        *((1, "Anna"), (2, "Bram"))
    ]
    assert hello["meeting"]["demo_weights"] is True


async def test_a_viewer_who_knows_something_gets_only_the_rest(house: House) -> None:
    running = await house.begin()
    await say(house, running, 1, "one")
    first = await house.viewer(running.meeting.spec.code)
    await first.until_type("caption", text="one")
    known = first.seq
    await say(house, running, 1, "two")
    second = await house.viewer(running.meeting.spec.code, since=known, epoch=first.epoch)
    await second.until_type("caption", text="two")
    assert [event["seq"] for event in second.numbered] == [known + 1]
    other = await house.viewer(running.meeting.spec.code, since=known, epoch="another")
    await other.until_type("caption", text="two")
    assert other.numbered[0]["seq"] == 1
    beyond = await house.viewer(running.meeting.spec.code, since=10_000)
    await beyond.until_type("caption", text="two")
    assert beyond.numbered[0]["seq"] == 1


async def test_a_code_may_be_typed_any_way(house: House) -> None:
    running = await house.begin()
    right = running.meeting.spec.code
    for code in (right.lower(), f"{right[:3]}-{right[3:]}"):
        viewer = await house.viewer(code)
        await viewer.until_type("hello")
        async with sse(house.viewer_port, f"/m/{code}/events") as stream:
            assert (await stream.next())[1]["type"] == "hello"
        page = await house.viewers(f"/m/{code}?size=3")
        assert (page.status, page.headers["location"]) == (303, f"/m/{right}?size=3")
        join = await house.viewers(f"/?code={code}")
        assert (join.status, join.headers["location"]) == (303, f"/m/{right}")


async def test_the_page_to_type_a_code_comes_again_for_one_that_nobody_knows(house: House) -> None:
    for path in ("/", "/?code=", "/?code=ZZZZZZ", "/?code=%00"):
        assert (await house.viewers(path)).status == 200


async def test_an_unknown_code_is_told_in_words_and_closed(house: House) -> None:
    viewer = await house.viewer("ZZZZZZ", since=5, epoch="gone")
    assert await viewer.until_closed() == 4404
    (event,) = viewer.events
    assert (event["type"], event["code"]) == ("error", "unknown_meeting")
    assert "ZZZZZZ" in event["message"]
    for path, method in (("events", "GET"), ("signals", "POST"), ("transcript.txt", "GET")):
        answer = await house.viewers(f"/m/ZZZZZZ/{path}", method, {"signal": "slower"})
        assert answer.status == 404
        assert answer.json == event


async def test_sse_carries_the_same_events_with_their_place(house: House) -> None:
    running = await house.begin()
    code = running.meeting.spec.code
    for text in ("one", "two", "three"):
        await say(house, running, 1, text)
    viewer = await house.viewer(code)
    await viewer.until_type("caption", text="three")
    async with sse(house.viewer_port, f"/m/{code}/events") as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        got = [await stream.next() for _ in viewer.events]
    assert [event | {"at": 0} for _, event in got] == [event | {"at": 0} for event in viewer.events]
    epoch = viewer.epoch
    assert [number for number, _ in got] == ["", *(f"{epoch}:{n}" for n in (1, 2, 3, 4))]


async def test_a_browser_that_comes_back_by_sse_goes_on_where_it_was(house: House) -> None:
    running = await house.begin()
    spec = running.meeting.spec
    for text in ("one", "two", "three"):
        await say(house, running, 1, text)
    places = {f"{spec.epoch}:3": "three", "3": "three", "other:3": "one", "x": "one"}
    for place, first in places.items():
        async with sse(house.viewer_port, f"/m/{spec.code}/events", place) as stream:
            seen = [(await stream.next())[1] for _ in range(3 if first == "one" else 2)]
        assert seen[0]["type"] == "hello"
        assert seen[-1]["text"] == first, place


async def test_sse_by_chunks_is_what_a_browser_gets(house: House) -> None:
    running = await house.begin()
    reader, writer = await asyncio.open_connection("127.0.0.1", house.viewer_port)
    path = f"/m/{running.meeting.spec.code}/events"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    assert b"transfer-encoding: chunked" in head.lower()
    assert b"retry: " in await asyncio.wait_for(reader.readuntil(b"\n\n"), 5)
    writer.close()
    await writer.wait_closed()


async def test_heartbeats_come_on_both_and_have_no_number(tmp_path: Path) -> None:
    async with open_house(tmp_path, settings=house_settings(tmp_path, heartbeat_s=0.1)) as house:
        running = await house.begin()
        viewer = await house.viewer(running.meeting.spec.code)
        beat = await viewer.until_type("heartbeat")
        assert beat.keys() == {"type", "at"}
        async with sse(house.viewer_port, f"/m/{running.meeting.spec.code}/events") as stream:
            await stream.next()
            assert await stream.next() == ("", {"type": "heartbeat", "at": 0.0})


async def test_viewers_are_counted_while_they_are_there(house: House) -> None:
    running = await house.begin()
    code = running.meeting.spec.code
    host = await house.host_socket(running.meeting.spec.id)
    await host.until_type("viewers", count=0)
    viewer = await house.viewer(code)
    await host.until_type("viewers", count=1)
    async with sse(house.viewer_port, f"/m/{code}/events") as stream:
        await stream.next()
        await host.until_type("viewers", count=2)
    host.events.clear()
    await viewer.leave()
    await host.until_type("viewers", count=0)


async def test_nobody_is_remembered_who_has_gone(house: House) -> None:
    running = await house.begin()
    code = running.meeting.spec.code
    viewers = [await house.viewer(code) for _ in range(5)]
    for number, viewer in enumerate(viewers):
        await viewer.until_type("hello")
        await (viewer.drop() if number % 2 else viewer.leave())
    async with sse(house.viewer_port, f"/m/{code}/events") as stream:
        await stream.next()
    await until(lambda: not (running.viewers or running.feed._waiting))


async def test_a_viewer_who_stops_reading_slows_nobody(house: House) -> None:
    """A raw socket that asks for everything and never reads, with as small a window as can be."""
    running = await house.begin()
    code = running.meeting.spec.code
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    stuck.connect(("127.0.0.1", house.viewer_port))
    stuck.sendall(f"GET /m/{code}/events HTTP/1.0\r\n\r\n".encode())
    with stuck:
        viewer = await house.viewer(code)
        await viewer.until_type("hello")
        await say(house, running, 1, "one")
        for number in range(3000):
            text = f"{number} " + "x" * 400
            running.publish(partial(running.meeting.type_message, "Anna", text))
            if number % 100 == 99:
                await viewer.until_type("message", text=text)
        await say(house, running, 1, "two")
        await viewer.until_type("caption", text="two")
        assert len(viewer.numbered) == 3003
        # The stuck one is still there, and still held up: nobody waited until it was given up.
        assert running.viewers == 2


async def test_whatever_a_viewer_sends_is_thrown_away(house: House) -> None:
    running = await house.begin()
    code = running.meeting.spec.code
    quiet, noisy = await house.viewer(code), await house.viewer(code)
    for garbage in ("", "{", '{"type":"hello"}', "x" * 10_000, b"", b"\x00\xff" * 1000):
        await noisy.send(garbage)
    await say(house, running, 1, "one")
    await noisy.until_type("caption", text="one")
    await noisy.send(b"\0" * (LARGEST_MESSAGE_BYTES + 1))
    assert await noisy.until_closed() == 1009
    await say(house, running, 1, "two")
    await quiet.until_type("caption", text="two")


async def test_bytes_that_are_no_web_socket_at_all_harm_nobody(house: House) -> None:
    running = await house.begin()
    code = running.meeting.spec.code
    viewer = await house.viewer(code)
    reader, writer = await asyncio.open_connection("127.0.0.1", house.viewer_port)
    head = (
        f"GET /m/{code}/events HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    writer.write(head.encode())
    assert b"101" in await asyncio.wait_for(reader.readline(), 5)
    writer.write(b"\xff\xff\xff\xff not masked, no opcode, no length\r\n" * 100)
    await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    await say(house, running, 1, "one")
    await viewer.until_type("caption", text="one")


async def test_a_signal_reaches_everybody_and_cannot_be_hammered(house: House) -> None:
    running = await house.begin()
    code = running.meeting.spec.code
    await say(house, running, 1, "one")
    viewer = await house.viewer(code)
    first = await house.viewers(f"/m/{code}/signals", "POST", {"signal": "slower"})
    assert (first.status, first.body) == (202, b"")
    event = await viewer.until_type("signal")
    assert "name" not in event
    second = await house.viewers(f"/m/{code}/signals", "POST", {"signal": "wait"})
    assert (second.status, second.json["code"]) == (429, "too_many")
    assert sum(each["type"] == "signal" for each in viewer.events) == 1


async def test_a_message_is_shown_with_its_author(house: House) -> None:
    running = await house.begin()
    code = running.meeting.spec.code
    await say(house, running, 1, "one")
    viewer = await house.viewer(code)
    body = {"name": " Anna\n", "text": "What  was\tthat? 😀"}
    assert (await house.viewers(f"/m/{code}/messages", "POST", body)).status == 202
    event = await viewer.until_type("message")
    assert (event["name"], event["text"]) == ("Anna", "What was that? 😀")
    again = await house.viewers(f"/m/{code}/messages", "POST", body)
    assert again.status == 429


async def test_a_message_that_is_sent_again_after_a_cut_is_said_once(house: House) -> None:
    """The first answer was lost on its way: the sender can only send it again."""
    running = await house.begin()
    code = running.meeting.spec.code
    await say(house, running, 1, "one")
    body = {"name": "Eva", "text": "Which date?", "id": "evas-first", "language": "en"}
    for _ in range(3):  # not held up by the limit either
        assert (await house.viewers(f"/m/{code}/messages", "POST", body)).status == 202
    typed = running.meeting.timeline.messages()
    assert [(each.message, each.text, each.language) for each in typed] == [
        ("evas-first", "Which date?", "en")
    ]
    other = await house.viewers(f"/m/{code}/messages", "POST", body | {"id": "evas-second"})
    assert (other.status, other.headers["retry-after"]) == (429, "1")
    assert "a second" in other.json["message"]


REFUSED: tuple[tuple[str, object, int, str], ...] = (
    ("signals", b"garbage", 400, "bad_message"),
    ("signals", b"", 400, "bad_message"),
    ("signals", {"signal": "dance"}, 400, "bad_meeting"),
    ("signals", {"signal": 3}, 400, "bad_message"),
    ("signals", {"signal": "wait", "name": "x" * 500}, 400, "bad_meeting"),
    ("messages", {"name": "", "text": "Hi"}, 400, "bad_meeting"),
    ("messages", {"name": "Anna", "text": " \n"}, 400, "bad_meeting"),
    ("messages", {"name": "Anna", "text": "x" * 501}, 400, "bad_meeting"),
    ("messages", {"name": "Anna", "text": "\ud800"}, 400, "bad_message"),
    ("messages", b" " * (LARGEST_BODY_BYTES + 1), 413, "too_large"),
)


async def test_what_is_wrong_is_refused_and_nobody_hears_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RateLimit, "allow", lambda *_: True)  # else each waits for the last
    running = await house.begin()
    await say(house, running, 1, "one")
    seq = running.meeting.timeline.seq
    for call, body, status, code in REFUSED:
        answer = await house.viewers(f"/m/{running.meeting.spec.code}/{call}", "POST", body)
        assert (answer.status, answer.json["code"]) == (status, code), body
        assert answer.json["message"]
    assert running.meeting.timeline.seq == seq


async def test_a_meeting_that_has_not_begun_takes_no_signals(house: House) -> None:
    running = await house.begin()
    path = f"/m/{running.meeting.spec.code}/signals"
    answer = await house.viewers(path, "POST", {"signal": "slower"})
    assert (answer.status, answer.json["code"]) == (409, "wrong_state")


async def test_the_transcript_is_there_at_the_end_and_not_before(house: House) -> None:
    running = await house.begin()
    path = f"/m/{running.meeting.spec.code}/transcript"
    await say(house, running, 1, "one two")
    early = await house.viewers(f"{path}.txt")
    assert (early.status, early.json["code"]) == (403, "not_allowed")
    await running.end()
    text = await house.viewers(f"{path}.txt")
    assert text.status == 200
    assert "Anna: one two" in text.text
    assert text.headers["content-disposition"] == 'attachment; filename="transcript.txt"'
    found = await house.viewers(f"{path}.json")
    assert [each["text"] for each in found.json["utterances"]] == ["one two"]
    unknown = await house.viewers(f"{path}.exe")
    assert (unknown.status, unknown.json["code"]) == (400, "bad_message")


async def test_a_host_may_keep_the_transcript(tmp_path: Path) -> None:
    settings = house_settings(tmp_path, viewer_transcript=False)
    async with open_house(tmp_path, settings=settings) as house:
        running = await house.begin()
        await running.end()
        answer = await house.viewers(f"/m/{running.meeting.spec.code}/transcript.txt")
        assert (answer.status, answer.json["code"]) == (403, "not_allowed")
        viewer = await house.viewer(running.meeting.spec.code)
        assert (await viewer.until_type("hello"))["meeting"]["transcript"] is False


async def test_a_meeting_that_has_ended_can_still_be_read(house: House) -> None:
    running = await house.begin()
    before = await house.viewer(running.meeting.spec.code)
    await say(house, running, 1, "one")
    await running.end()
    await before.until_type("status", state="ended")
    after = await house.viewer(running.meeting.spec.code)
    await after.until_type("status", state="ended")
    assert after.shown == before.shown
    assert [text for _, text in after.shown] == ["one"]
    assert after.events[0]["meeting"]["state"] == "ended"
    assert before.close_code is None


async def test_everybody_is_told_of_the_end_before_the_service_leaves(tmp_path: Path) -> None:
    guests: list[RecordingViewer] = []
    async with open_house(tmp_path) as house:
        running = await house.begin()
        house.source(1).say("one two")
        await house.source(1).taken()
        code = running.meeting.spec.code
        guests = [await house.viewer(code) for _ in range(20)]
        for guest in guests:
            await guest.until_type("hello")
        async with sse(house.viewer_port, f"/m/{code}/events") as stream:
            await stream.next()
            await house.service.stop()
            assert '"state":"ended"' in (await stream.rest())
    for guest in guests:
        assert await guest.until_closed() == 1001
        assert guest.events[-1]["type"] == "status"
        assert guest.events[-1]["state"] == "ended"
        assert [text for _, text in guest.shown] == ["one two"]


async def test_each_viewer_has_a_limit_of_their_own() -> None:
    limit = RateLimit(3.0)
    assert limit.allow("10.0.0.1", 0.0)
    assert limit.allow("10.0.0.2", 0.0)


def test_the_error_on_a_socket_is_the_same_as_over_http() -> None:
    from captioner.errors import MeetingError
    from captioner.server.pages import error_response
    from captioner.server.wire import render_error

    error = MeetingError("unknown_meeting", "No.")
    assert json.loads(render_error(error)) == json.loads(bytes(error_response(error).body))
