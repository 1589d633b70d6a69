"""Private, pause, microphones that come and go: what is heard, and what is nowhere."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, Decision, MeetingId, MeetingState
from captioner.errors import AudioError, MeetingError
from captioner.service.running import RunningMeeting
from captioner.store.rows import Setup
from tests.fakes.open_house import House, open_house
from tests.fakes.recording_viewer import until


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


def watch(running: RunningMeeting) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []

    def sink(entry: Entry) -> None:
        entries.append(json.loads(entry.line))

    running.add_sink(sink)
    return entries


def id_of(running: RunningMeeting) -> MeetingId:
    return running.meeting.spec.id


async def begin_to_say(house: House, running: RunningMeeting, text: str) -> None:
    """On the first channel, slowly enough for partials, and without an end."""
    for word in text.split():
        house.source(1).say(word)
        await house.heard(running)


async def test_what_is_said_in_private_is_nowhere(house: House, tmp_path: Path) -> None:
    """Said before the press and not finished, said meanwhile, and decoded when it was over."""
    running = await house.begin()
    entries, told = watch(running), list[Decision]()
    running.live.on_decision = told.append
    conduct = house.meetings.conduct
    await house.say(running, 1, "welcome everybody")
    # One is shown in part, one has ended and waits for its final, when the host presses.
    await begin_to_say(house, running, "red orange yellow pink two")
    assert any(each.get("text", "").startswith("red") for each in entries)
    house.hearing.engine.may_decode.clear()
    house.source(2).say("green blue")
    house.source(2).be_silent()
    await house.source(2).taken()
    conduct.make_private(id_of(running), is_on=True)
    pressed = len(entries)
    house.hearing.engine.may_decode.set()
    assert running.levels() == []
    for channel in (1, 2):
        await house.say(running, channel, "pink pink pink")
    assert running.load().queue == 0
    conduct.make_private(id_of(running), is_on=False)
    await house.say(running, 2, "budget agenda")
    await running.end()
    texts = [each["text"] for each in entries[pressed:] if each["type"] == "caption"]
    assert all(text in ("", *["budget", "agenda"], "budget agenda") for text in texts), texts
    assert [caption.text for caption in running.meeting.timeline.captions()] == [
        *("welcome everybody", "budget agenda")
    ]
    kept = all_bytes(tmp_path)
    for word in (b"pink pink", b"green blue", b"red orange"):
        assert word not in kept
    assert not [each for each in told if each.heard]


async def test_of_what_was_shown_in_part_readers_are_told_that_it_is_taken_back(
    house: House,
) -> None:
    """E1 and E2 hold: it began once, and has one final, which is empty."""
    running = await house.begin()
    entries = watch(running)
    await begin_to_say(house, running, "red orange yellow pink two")
    house.meetings.conduct.make_private(id_of(running), is_on=True)
    last = entries[-1]
    assert (last["state"], last["text"], last["reason"]) == ("final", "", "private")
    assert entries[-2]["state"] == "private"
    await running.end()
    finals = [each for each in entries if each.get("state") == "final"]
    assert len(finals) == 1


async def test_nothing_is_decoded_while_the_room_is_private(house: House) -> None:
    running = await house.begin()
    house.meetings.conduct.make_private(id_of(running), is_on=True)
    before = running.load().batches
    await house.say(running, 1, "red orange yellow")
    assert running.load().batches == before
    assert running.meeting.state is MeetingState.PRIVATE


async def test_private_before_the_first_sound_is_private_too(house: House) -> None:
    running = await house.begin()
    conduct = house.meetings.conduct
    conduct.make_private(id_of(running), is_on=True)
    await house.say(running, 1, "red")
    conduct.make_private(id_of(running), is_on=False)
    await house.say(running, 1, "blue")
    assert [caption.text for caption in running.meeting.timeline.captions()] == ["blue"]


async def test_a_short_private_moment_without_any_sound_in_it_breaks_nothing(house: House) -> None:
    """The channels were forgotten, and no block came that would have opened them anew."""
    running = await house.begin()
    await house.say(running, 1, "red")
    conduct = house.meetings.conduct
    conduct.make_private(id_of(running), is_on=True)
    conduct.make_private(id_of(running), is_on=False)
    await house.say(running, 1, "blue")
    assert [caption.text for caption in running.meeting.timeline.captions()] == ["red", "blue"]
    assert not running.is_over


async def test_who_fails_to_be_told_keeps_no_sound_from_being_dropped(house: House) -> None:
    running = await house.begin()
    await begin_to_say(house, running, "red orange yellow pink two")
    heard: list[str] = []

    def sink(entry: Entry) -> None:
        heard.append(entry.line)
        if '"private"' in entry.line:
            raise OSError("the disk is away")

    running.add_sink(sink)
    with pytest.raises(OSError, match="away"):
        house.meetings.conduct.make_private(id_of(running), is_on=True)
    await running.end()
    assert "red" not in str(running.meeting.timeline.captions())


async def test_a_pause_finishes_what_was_said_and_hears_nothing_after_it(house: House) -> None:
    running = await house.begin()
    conduct = house.meetings.conduct
    house.source(1).say("red orange")
    await house.source(1).taken()
    conduct.pause(id_of(running), is_on=True)
    assert running.meeting.state is MeetingState.PAUSED
    await house.say(running, 1, "pink")
    assert running.levels() == []
    conduct.pause(id_of(running), is_on=False)
    await house.say(running, 1, "blue")
    assert [caption.text for caption in running.meeting.timeline.captions()] == [
        *("red orange", "blue")
    ]


async def test_a_meeting_that_was_private_when_it_broke_off_is_there_again(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin()
        await house.say(running, 1, "red")
        await house.meetings.conduct.add_microphone(id_of(running), new_channel("mic-3", "Chen"))
        await house.meetings.conduct.remove_microphone(id_of(running), ChannelId(2))
        house.meetings.conduct.make_private(id_of(running), is_on=True)
        meeting = id_of(running)
        assert house.meetings.records is not None
        house.meetings.records.journal.close()  # nothing of its end is written down
        house.meetings.records.journal.path.rename(tmp_path / "kept")
        (tmp_path / "kept-log").write_bytes(b"")
    (tmp_path / "record.sqlite").unlink(missing_ok=True)
    (tmp_path / "kept").rename(tmp_path / "record.sqlite")
    async with open_house(tmp_path) as house:
        kept = house.meetings.held(meeting)
        assert kept.meeting.state is MeetingState.PAUSED
        assert [entry.name for entry in kept.meeting.roster.present] == ["Anna", "Chen"]
        with pytest.raises(MeetingError, match="hears nothing"):
            house.meetings.conduct.pause(meeting, is_on=False)
        await house.meetings.resume(meeting)
        # The microphones that it had last, not those with which it began.
        assert [house.source(number).is_open for number in (1, 2, 3)] == [True, False, True]


def all_bytes(folder: Path) -> bytes:
    """Of every file in it."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def new_channel(device: str, name: str) -> Any:
    from captioner.captions.roster import ChannelSpec
    from captioner.server.new_meeting import NewChannel

    return NewChannel(device, ChannelSpec(ChannelId(1), name))


async def test_the_language_goes_with_the_speaker(house: House) -> None:
    running = await house.begin()
    running.meeting.roster._entries[ChannelId(2)] = running.meeting.roster.find(ChannelId(2))
    house.meetings.conduct.swap(id_of(running), ChannelId(1), ChannelId(2))
    await house.say(running, 1, "red")
    (caption,) = running.meeting.timeline.captions()
    assert caption.language == "en"
    assert running.meeting.roster.find(caption.channel).name == "Bram"


async def test_a_meeting_that_ends_while_a_microphone_opens_gets_none(house: House) -> None:
    running = await house.begin(2)
    opening, may_open = asyncio.Event(), asyncio.Event()
    source = house.source(3)
    opened = source.open

    async def open_slowly() -> None:
        opening.set()
        await may_open.wait()
        await opened()

    source.open = open_slowly  # type: ignore[method-assign]
    adding = asyncio.create_task(
        house.meetings.conduct.add_microphone(id_of(running), new_channel("mic-3", "Chen"))
    )
    await opening.wait()
    await running.end()
    may_open.set()
    with pytest.raises(MeetingError):
        await adding
    assert not source.is_open


async def test_a_microphone_that_comes_while_the_last_words_are_heard_is_closed(
    house: House,
) -> None:
    running = await house.begin(1)
    house.source(1).say("one two three")
    await house.source(1).taken()
    house.hearing.engine.may_decode.clear()
    ending = asyncio.create_task(running.end())
    await asyncio.sleep(0.1)
    await house.meetings.conduct.add_microphone(id_of(running), new_channel("mic-3", "Chen"))
    assert house.source(3).is_open
    house.hearing.engine.may_decode.set()
    await ending
    assert not house.source(3).is_open


async def test_a_microphone_that_is_pulled_out_right_after_it_came_is_lost_like_any_other(
    house: House,
) -> None:
    running = await house.begin(1)
    await house.meetings.conduct.add_microphone(id_of(running), new_channel("mic-2", "Chen"))
    house.source(2).vanish(AudioError("device_lost", "It was unplugged."))
    await until(lambda: running.meeting.roster.find(ChannelId(2)).state == "lost")
    assert running.setup == Setup({1: "mic-1", 2: "mic-2"})
    await house.meetings.conduct.remove_microphone(id_of(running), ChannelId(2))
    assert running.meeting.roster.find(ChannelId(2)).state == "removed"
    await house.say(running, 1, "red")
    assert [caption.text for caption in running.meeting.timeline.captions()] == ["red"]
