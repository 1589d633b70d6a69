"""Every format from both listeners; old meetings opened on the host's."""

import asyncio
import io
import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import docx
import pytest

from captioner.server.transcripts import Writer
from captioner.store.export import FORMATS, render_transcript
from captioner.store.opening import open_transcript
from captioner.store.transcript import Topic
from tests.fakes.open_house import House, open_house
from tests.fakes.recording_viewer import fetch
from tests.fakes.transcripts import line, long_transcript, transcript


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


def everything_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def a_file() -> bytes:
    made = transcript(
        line("Yes, we do.", 1, translations={"nl": "Ja."}),
        line("<b>No</b>", 1.2, channel=2, state="edited"),
        topics=(Topic(0, "Budget"),),
    )
    return render_transcript(made, "json")


@pytest.mark.parametrize("ending", sorted(FORMATS))
async def test_the_host_gets_every_format_while_the_meeting_goes_on(
    house: House, ending: str
) -> None:
    running = await house.begin()
    house.source(1).say("one two three")
    await house.heard(running)
    answer = await house.host(f"/api/meetings/{running.meeting.spec.id}/transcript.{ending}")
    assert answer.status == 200
    assert answer.headers["content-type"] == FORMATS[ending].media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="transcript.{ending}"'


async def test_viewers_get_every_format_after_the_end(house: House) -> None:
    running = await house.begin()
    path = f"/m/{running.meeting.spec.code}"
    assert (await house.viewers(f"{path}/transcript.docx")).status == 403
    await running.end()
    for ending in FORMATS:
        assert (await house.viewers(f"{path}/transcript.{ending}")).status == 200
    missing = await house.viewers(f"{path}/transcript.txt?language=fr")
    assert (missing.status, missing.json["code"]) == (400, "bad_message")
    assert "'fr'" in missing.json["message"]


async def test_an_old_meeting_is_shown(house: House) -> None:
    shown = (await house.host("/api/transcripts", "POST", a_file())).json
    assert (shown["title"], shown["languages"]) == ("Planning", ["en", "nl"])
    topic, first, second = shown["parts"]
    assert topic == {"topic": "Budget"}
    assert first == {
        "channel": 1,
        "name": "Anna",
        "letter": "A",
        "colour": "blue",
        "time": "00:00:01",
        "overlaps": False,
        "columns": [[{"text": "Yes, we do.", "language": "en", "mark": ""}]],
    }
    assert (second["overlaps"], second["columns"][0][0]["mark"]) == (True, "edited")


@pytest.mark.parametrize("ending", sorted(FORMATS))
async def test_an_old_meeting_is_written_in_another_format(house: House, ending: str) -> None:
    path = f"/api/transcripts/transcript.{ending}?language=nl&original=1"
    answer = await house.host(path, "POST", a_file())
    assert answer.status == 200
    assert answer.headers["content-type"] == FORMATS[ending].media_type
    assert len(answer.body) > 10


async def test_a_word_file_arrives_whole(house: House) -> None:
    answer = await house.host("/api/transcripts/transcript.docx", "POST", a_file())
    texts = [each.text for each in docx.Document(io.BytesIO(answer.body)).paragraphs]
    assert "Anna (00:00:01): Yes, we do. " in texts


async def test_a_broken_or_foreign_file_gets_one_sentence(house: House) -> None:
    for content in (b"", b"PK\x03\x04", b'{"format": "other"}', a_file()[:-40]):
        answer = await house.host("/api/transcripts", "POST", content)
        assert (answer.status, answer.json["code"]) == (400, "bad_transcript")
        assert "choose a transcript.json" in answer.json["message"]


async def test_nobody_without_the_key_has_files_converted(house: House) -> None:
    answer = await fetch(house.host_port, "/api/transcripts", "POST", a_file())
    assert answer.status == 401


async def test_an_opened_file_is_not_kept(house: House, tmp_path: Path) -> None:
    before = everything_in(tmp_path)
    await house.host("/api/transcripts", "POST", a_file())
    await house.host("/api/transcripts/transcript.html", "POST", a_file())
    assert everything_in(tmp_path) == before


async def test_three_hours_are_opened_whole(house: House) -> None:
    content = render_transcript(long_transcript(), "json")
    answer = await house.host("/api/transcripts", "POST", content)
    assert len(answer.json["parts"]) > 1000


async def test_what_a_meeting_left_can_be_opened(house: House) -> None:
    running = await house.begin()
    house.source(1).say("one two three")
    await house.heard(running)
    await running.end()
    assert running.folder is not None
    content = (running.folder / "transcript.json").read_bytes()
    assert json.loads(content)["notices"]
    assert open_transcript(content).title == running.meeting.title


async def test_what_many_ask_for_at_once_is_written_once() -> None:
    writer, written = Writer(), []

    def write() -> bytes:
        written.append(1)
        return b"file"

    files = await asyncio.gather(*(writer.run(write, ("m1", 7, "docx")) for _ in range(500)))
    assert files == [b"file"] * 500
    assert len(written) == 1
    await writer.run(write, ("m1", 8, "docx"))  # somebody deleted a line meanwhile
    await writer.run(write)
    await writer.run(write)
    assert len(written) == 4


async def test_a_reader_who_leaves_takes_nobody_elses_file_along() -> None:
    writer, may_write = Writer(), threading.Event()

    def write() -> bytes:
        may_write.wait(5)
        return b"file"

    first = asyncio.create_task(writer.run(write, "key"))
    second = asyncio.create_task(writer.run(write, "key"))
    await asyncio.sleep(0)
    first.cancel()
    may_write.set()
    assert await second == b"file"


async def test_a_line_that_was_deleted_is_not_given_from_what_was_written_before(
    house: House,
) -> None:
    running = await house.begin()
    house.source(1).say("one two three")
    house.source(1).be_silent()
    await house.heard(running)
    path = f"/api/meetings/{running.meeting.spec.id}/transcript.txt"
    assert "one two three" in (await house.host(path)).text
    (caption,) = running.meeting.timeline.captions()
    running.publish(lambda at: running.meeting.delete(caption.utterance, at))
    assert "one two three" not in (await house.host(path)).text
