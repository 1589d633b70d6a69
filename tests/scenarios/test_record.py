"""What lies on the disk: everything that was said, or nothing of it, as the host wants it."""

import asyncio
import json
import logging
import signal
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime
from pathlib import Path

import pytest

from captioner.commands.purge import run_purge
from captioner.domain import MeetingId
from captioner.errors import StoreError
from captioner.store.recorder import Recorder
from tests.fakes.fake_devices import WORDS, as_json
from tests.fakes.open_house import House, house_settings, open_house
from tests.fakes.recording_viewer import fetch
from tests.scenarios.test_nothing_leaves import clean_environment
from tests.scenarios.test_service import PROGRAM, ROOT

SECRET = ("budget", "agenda", "decision", "morning", "everybody")
"""What is said here; no name of a device, a setting or a column is one of them."""


def leaks(folder: Path) -> list[str]:
    """Files in which a word is that was said, in any of the ways in which text is kept."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            ways = [word.encode(code) for word in SECRET for code in ("utf-8", "utf-16-le")]
            found += [path.name for way in ways if way in content][:1]
    return found


async def say(house: House, *sentences: str, channel: int = 1) -> None:
    for sentence in sentences:
        house.source(channel).say(sentence)
        house.source(channel).be_silent()
    running = house.meetings.meetings()[0]
    await house.heard(running)  # type: ignore[arg-type]


async def ids(house: House, meeting: str) -> dict[str, str]:
    """The utterances of a meeting, by what they say."""
    answer = await house.host(f"/api/meetings/{meeting}/transcript.json")
    return {each["text"]: each["utterance"] for each in answer.json["utterances"]}


@pytest.mark.parametrize("ending", ["killed", "ended"])
async def test_captions_only_leaves_no_word_in_any_file(tmp_path: Path, ending: str) -> None:
    """A process of its own, in which every folder that anybody writes to is one of ours."""
    assert set(SECRET) <= set(WORDS)
    here = tmp_path / "here"
    here.mkdir()
    talk = PROGRAM.replace("one two three", " ".join(SECRET))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", talk, str(tmp_path / "data"), "pause"),
        cwd=here,
        env=clean_environment(tmp_path) | {"CAPTIONER_KEEP": "captions"},
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout is not None
    said = ""
    while "Ctrl-C" not in said:
        said += (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    port, key = said.split("Host: ")[1].split("/?key=")
    bearer = {"Authorization": f"Bearer {key.split()[0]}"}
    host = int(port.rsplit(":", 1)[1])
    body = as_json(["mic-1"], keep="captions")
    card = (await fetch(host, "/api/meetings", "POST", body, bearer)).json
    assert card["keep"] == "captions"
    path = f"/api/meetings/{card['id']}/transcript.txt"
    async with asyncio.timeout(10):
        # It is a process of its own.
        while "everybody" not in (await fetch(host, path, headers=bearer)).text:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert (tmp_path / "data" / "record.sqlite").is_file()
    assert leaks(tmp_path) == []
    process.send_signal(signal.SIGKILL if ending == "killed" else signal.SIGTERM)
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert leaks(tmp_path) == []
    assert not any(word.encode() in errors for word in SECRET)
    if ending == "ended":
        assert card["id"].encode() not in (tmp_path / "data" / "record.sqlite").read_bytes()
        assert not (tmp_path / "data" / "meetings").exists()
    assert ROOT.is_dir()


async def test_the_search_would_find_a_word_that_was_kept(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin()
        await say(house, " ".join(SECRET))
        assert leaks(tmp_path) == ["record.sqlite-wal"]
        await running.end()
        assert "transcript.txt" in leaks(tmp_path)


async def test_a_deleted_line_is_in_no_file_and_reaches_nobody(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin()
        meeting = running.meeting.spec.id
        steady = await house.viewer(running.meeting.spec.code)
        await say(house, "budget agenda", "one two")
        target = (await ids(house, meeting))["budget agenda"]
        path = f"/api/meetings/{meeting}/utterances/{target}"
        assert (await house.host(path, "DELETE")).status == 204
        assert leaks(tmp_path) == []
        await steady.until_type("caption", state="deleted")
        late = await house.viewer(running.meeting.spec.code, since=0)
        await late.until_type("caption", state="deleted")
        assert "budget" not in json.dumps(late.events)
        assert (await house.host(path, "DELETE")).status == 409  # once is enough
        await running.end()
        assert leaks(tmp_path) == []
        told = (await house.host("/api/record")).json["deletions"]
        assert [(each["meeting"], each["what"]) for each in told] == [(meeting, "utterance")]


async def test_a_line_can_be_corrected_and_deleted_after_the_end(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin()
        meeting = running.meeting.spec.id
        await say(house, "budget agenda", "decision", "one two")
        await running.end()
        found = await ids(house, meeting)
        path = f"/api/meetings/{meeting}/utterances"
        edited = f"{path}/{found['budget agenda']}"
        assert (await house.host(edited, "PATCH", {"text": "by hand"})).status == 204
        assert (await house.host(f"{path}/{found['decision']}", "DELETE")).status == 204
        assert (await house.host(edited, "PATCH", {})).status == 400
        assert leaks(tmp_path) == []
        left = (tmp_path / "meetings" / meeting / "transcript.txt").read_text()
        assert "by hand (edited)" in left
        assert "one two" in left


async def test_an_earlier_meeting_is_corrected_and_deleted_after_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin()
        meeting = running.meeting.spec.id
        await say(house, "budget agenda", "one two")
        await running.end()
    async with open_house(tmp_path) as house:
        (card,) = (await house.host("/api/record")).json["meetings"]
        assert (card["id"], card["title"], card["ended"]) == (meeting, "Monday", True)
        assert (await house.host("/api/meetings")).json["meetings"] == []
        target = (await ids(house, meeting))["budget agenda"]
        path = f"/api/meetings/{meeting}/utterances/{target}"
        assert (await house.host(path, "DELETE")).status == 204
        assert leaks(tmp_path) == []
        reader = await house.viewer(running.meeting.spec.code)
        await reader.until_type("status", state="ended")
        assert [text for _, text in reader.shown] == ["one two"]
        assert (await house.host(f"/api/meetings/{meeting}", "DELETE")).status == 204
        assert (await house.host("/api/record")).json["meetings"] == []
        assert not (tmp_path / "meetings" / meeting).exists()
        assert (await house.host(f"/api/meetings/{meeting}")).status == 404


async def test_all_that_a_speaker_said_is_deleted_and_the_others_stay(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin()
        meeting = running.meeting.spec.id
        await say(house, "budget", "agenda", "decision")
        await say(house, "one two", channel=2)
        path = f"/api/meetings/{meeting}/channels/1/utterances"
        assert (await house.host(path, "DELETE")).json == {"deleted": 3}
        assert leaks(tmp_path) == []
        assert list(await ids(house, meeting)) == ["one two"]
        wrong = await house.host(f"/api/meetings/{meeting}/channels/9/utterances", "DELETE")
        assert wrong.status == 404


async def test_purge_deletes_by_age_by_name_and_everything(tmp_path: Path) -> None:
    settings = house_settings(tmp_path)
    async with open_house(tmp_path) as house:
        names = []
        for _ in range(2):
            running = await house.begin()
            await say(house, "budget agenda")
            await running.end()
            names.append(str(running.meeting.spec.id))
            house.source(1).vanish()
        with pytest.raises(StoreError) as raised:
            run_purge(settings, None, None, sys.stdout)
        assert raised.value.code == "record_in_use"
    old = tmp_path / "meetings" / "20010101-120000-abcdef"
    old.mkdir()
    (old / "transcript.txt").write_text("budget")
    run_purge(settings, None, None, sys.stdout)
    assert not old.exists()
    run_purge(settings, None, names[0], sys.stdout)
    assert [path.name for path in (tmp_path / "meetings").iterdir()] == names[1:]
    run_purge(settings, 0, None, sys.stdout)
    assert leaks(tmp_path) == []


async def test_what_is_too_old_goes_when_the_service_starts_and_while_it_runs(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin()
        await say(house, "budget agenda")
        await running.end()
        assert await house.meetings.purge() == []
        records = house.meetings.records
        assert records is not None
        later = datetime(2199, 1, 1, tzinfo=UTC)
        records._clock.wall_time = lambda: later  # type: ignore[method-assign]
        going = await house.begin()
        assert await house.meetings.purge() == [running.meeting.spec.id]
        assert leaks(tmp_path) == []
        assert house.meetings.by_id(MeetingId(going.meeting.spec.id)) is going


async def test_a_log_never_holds_what_was_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A whole meeting in which much goes wrong: a log can be sent with a report of a fault."""
    caplog.set_level(logging.INFO)
    async with open_house(tmp_path) as house:
        running = await house.begin()
        viewer = await house.viewer(running.meeting.spec.code)
        await say(house, "budget agenda", "decision")
        house.hearing.engine.failures = 5
        await say(house, "morning everybody", channel=2)
        house.source(2).say("budget")
        house.source(2).vanish()
        await viewer.drop()
        target = next(iter((await ids(house, running.meeting.spec.id)).values()))
        await house.host(f"/api/meetings/{running.meeting.spec.id}/utterances/{target}", "DELETE")
        await running.end()
    assert caplog.records, "nothing was logged, so this proves nothing"
    assert not [word for word in SECRET if word in caplog.text.lower()]


async def test_a_full_disk_is_told_to_everybody_and_captions_go_on(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin()
        viewer = await house.viewer(running.meeting.spec.code)
        await say(house, "one two")
        records = house.meetings.records
        assert records is not None
        database = records.journal._db
        assert database is not None
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages}")
        numbers = 0
        while records.problem is None and numbers < 400:
            numbers += 1
            await say(house, "red orange yellow green blue pink")
        told = await viewer.until(lambda event: "No space" in str(event.get("message")))
        assert (told["type"], told["state"]) == ("status", "live")
        assert (await house.host("/api/record")).json["problem"]["code"] == "disk_full"
        await say(house, "thank you")
        await viewer.until_type("caption", text="thank you")
        database.execute("PRAGMA max_page_count = 1000000")
        recorder = records._recorders[running.meeting.spec.id]
        assert isinstance(recorder, Recorder)
        recorder._tried_at_s = 0.0  # a second has passed
        await say(house, "three")
        await viewer.until(lambda event: event["type"] == "status" and event["seq"] > told["seq"])
        assert records.problem is None
        texts = [getattr(e, "text", "") for e in records.journal.events(running.meeting.spec.id)]
        for text in ("one two", "thank you", "three"):
            assert texts.count(text) == 1
