"""What is there again when a service starts, and what cannot be."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from captioner.captions.roster import ChannelSpec
from captioner.clock import SystemClock
from captioner.domain import ChannelId, MeetingId, MeetingState, Muting
from captioner.errors import AudioError, MeetingError, StoreError
from captioner.server.new_meeting import NewChannel
from captioner.service.records import HOUR_S, Records, every
from captioner.service.running import RunningMeeting
from captioner.store.journal import NAME
from tests.fakes.open_house import House, open_house
from tests.fakes.recording_viewer import until

ONE, TWO = ChannelId(1), ChannelId(2)


async def crash(house: House) -> None:
    """Leave the disk as a kill leaves it: what follows is not written down."""
    records = house.meetings.records
    assert records is not None
    records.journal.close()
    records.journal.open = lambda: None  # type: ignore[method-assign]


async def broken(data: Path) -> tuple[str, str]:
    """A meeting in which something was said, broken off; its id and code."""
    async with open_house(data) as house:
        running = await house.begin(1)
        house.source(1).say("one two")
        house.source(1).be_silent()
        await house.heard(running)
        for words in ("three four five", "six seven", "eight nine"):  # until some of it is shown
            house.source(1).say(words)
            await house.heard(running)
        await crash(house)
        return str(running.meeting.spec.id), running.meeting.spec.code


async def resumed(house: House, meeting: MeetingId) -> RunningMeeting:
    """The meeting, going on as its host wants it to."""
    answer = await house.host(f"/api/meetings/{meeting}/resume", "POST")
    assert answer.status == 200, answer.text
    going = house.meetings.held(meeting)
    assert isinstance(going, RunningMeeting)
    return going


async def test_a_meeting_that_broke_off_waits_for_its_host(tmp_path: Path) -> None:
    meeting, code = await broken(tmp_path)
    async with open_house(tmp_path) as house:
        (card,) = (await house.host("/api/meetings")).json["meetings"]
        assert (card["id"], card["code"], card["state"]) == (meeting, code, "paused")
        assert (await house.host("/api/meetings", "POST", _another())).status == 409
        reader = await house.viewer(code)
        await reader.until_type("status", state="paused")
        assert [text for _, text in reader.shown] == ["one two", "[cut off]"]
        held = house.meetings.held(MeetingId(meeting))
        assert held.now_s >= reader.events[-1]["at"]
        muted = await house.host(f"/api/meetings/{meeting}/channels/1", "PATCH", {"muted": True})
        assert muted.status == 409
        assert not house.source(1).is_open


async def test_it_goes_on_with_its_microphones_and_its_readers(tmp_path: Path) -> None:
    meeting, code = await broken(tmp_path)
    async with open_house(tmp_path) as house:
        reader = await house.viewer(code)
        answer = await house.host(f"/api/meetings/{meeting}/resume", "POST")
        assert (answer.json["state"], answer.json["channels"][0]["source"]) == (
            "live",
            "Microphone mic-1",
        )
        assert await reader.until_closed() == 1001
        await reader.come_back()
        house.source(1).say("six")
        house.source(1).be_silent()
        await reader.until_type("caption", text="six", state="final")
        starts = [start for start, _ in reader.shown]
        assert starts == sorted(starts)
        ids = [each["utterance"] for each in reader.numbered if each.get("state") == "final"]
        assert len(ids) == len(set(ids)) == 3
        assert (await house.host(f"/api/meetings/{meeting}/resume", "POST")).status == 409


async def test_it_can_be_ended_instead_and_leaves_its_transcript(tmp_path: Path) -> None:
    meeting, code = await broken(tmp_path)
    async with open_house(tmp_path) as house:
        assert (await house.host(f"/api/meetings/{meeting}/end", "POST")).json["state"] == "ended"
        text = (tmp_path / "meetings" / meeting / "transcript.txt").read_text()
        assert "one two" in text
        assert "[cut off]" in text
        assert house.meetings.held(MeetingId(meeting)).is_over
        assert (await house.viewers(f"/m/{code}/transcript.txt")).status == 200
    async with open_house(tmp_path) as house:
        assert (await house.host("/api/meetings")).json["meetings"] == []


async def test_a_host_who_decides_nothing_is_asked_again(tmp_path: Path) -> None:
    meeting, _ = await broken(tmp_path)
    for _ in range(2):
        async with open_house(tmp_path) as house:
            assert house.meetings.held(MeetingId(meeting)).meeting.state is MeetingState.PAUSED


async def test_while_no_microphone_opens_it_stays_paused(tmp_path: Path) -> None:
    meeting, _ = await broken(tmp_path)
    async with open_house(tmp_path) as house:
        house.devices.breaks("mic-1")
        with pytest.raises(AudioError):
            await house.meetings.resume(MeetingId(meeting))
        assert house.meetings.held(MeetingId(meeting)).meeting.state is MeetingState.PAUSED
        house.devices.sources["mic-1"] = type(house.source(2))("Microphone mic-1")
        await house.meetings.resume(MeetingId(meeting))
        assert house.source(1).is_open


async def test_a_host_who_ends_it_while_it_is_being_taken_up_is_believed(tmp_path: Path) -> None:
    meeting, _ = await broken(tmp_path)
    async with open_house(tmp_path) as house:
        house.hearing.may_load.clear()
        resuming = asyncio.create_task(house.meetings.resume(MeetingId(meeting)))
        await until(lambda: house.hearing.loads)
        await house.meetings.delete(MeetingId(meeting))
        house.hearing.may_load.set()
        with pytest.raises(MeetingError):
            await resuming
        assert house.meetings.meetings() == []
        assert not house.source(1).is_open


async def test_what_a_meeting_that_is_taken_up_hears_by_is_not_taken_away(tmp_path: Path) -> None:
    """Its weights are there before its microphones are open: it hears only after both."""
    meeting, _ = await broken(tmp_path)
    async with open_house(tmp_path) as house:
        opening, may_open, opens = asyncio.Event(), asyncio.Event(), house.source(1).open

        async def open_slowly() -> None:
            opening.set()
            await may_open.wait()
            await opens()

        house.source(1).open = open_slowly  # type: ignore[method-assign]
        resuming = asyncio.create_task(house.meetings.resume(MeetingId(meeting)))
        await opening.wait()
        for refused in (
            await house.host("/api/check/engine", "POST", {"weights": "demo"}),
            await house.host("/api/models/mine", "DELETE"),
        ):
            assert refused.status == 409
            assert "A meeting is going on" in refused.json["message"]
        may_open.set()
        await resuming


async def test_captions_only_everybody_sits_where_they_sat_and_private_stays_private(
    tmp_path: Path,
) -> None:
    """The record had what the meeting began with: after a crash who had gone private was heard
    again, under somebody else's name."""
    async with open_house(tmp_path) as house:
        running = await house.begin(2, keep="captions")
        meeting = running.meeting.spec.id
        house.meetings.conduct.swap(meeting, ONE, TWO)
        running.publish(lambda at: running.meeting.rename(TWO, "Ada", at))
        running.mute_channel(ONE, Muting.PRIVATE)
        seats = running.meeting.roster.entries
        await crash(house)
    async with open_house(tmp_path) as house:
        held = house.meetings.held(meeting)
        assert held.meeting.roster.entries == seats
        assert [(each.name, each.muting) for each in seats] == [
            ("Bram", Muting.PRIVATE),
            ("Ada", Muting.HEARD),
        ]
        going = await resumed(house, meeting)
        await house.say(going, 1, "budget")
        await house.say(going, 2, "one two")
        assert [each.text for each in going.meeting.timeline.captions()] == ["one two"]


@pytest.mark.parametrize("keep", ["captions", "transcript"])
async def test_microphones_that_came_and_went_are_as_they_were_after_a_crash(
    tmp_path: Path, keep: str
) -> None:
    """Captions only: what had come was opened for a channel that was not there, nobody listened to
    it, and it could not be added again; a phone broke the going on itself."""
    async with open_house(tmp_path) as house:
        running = await house.begin(2, keep=keep)
        meeting, conduct = running.meeting.spec.id, house.meetings.conduct
        for device, name in (("mic-3", "Chen"), ("phone:1", "Dora")):
            await conduct.add_microphone(meeting, NewChannel(device, ChannelSpec(ONE, name)))
        await conduct.remove_microphone(meeting, TWO)
        await crash(house)
    async with open_house(tmp_path) as house:
        going = await resumed(house, meeting)
        assert [each.name for each in going.meeting.roster.present] == ["Anna", "Chen", "Dora"]
        assert [house.source(number).is_open for number in (1, 2, 3)] == [True, False, True]
        assert list(house.meetings.phones(meeting)) == [ChannelId(4)]
        house.source(3).say("one two")
        house.source(3).be_silent()
        await house.heard(going)
        (caption,) = going.meeting.timeline.captions()
        assert (caption.text, caption.channel) == ("one two", ChannelId(3))


async def test_a_microphone_that_belongs_to_no_channel_is_not_opened(tmp_path: Path) -> None:
    """The disk may have taken it in and refused the event of its channel."""
    meeting, _ = await broken(tmp_path)
    with sqlite3.connect(tmp_path / NAME) as db:
        db.execute("""UPDATE meetings SET row = replace(row, '"1": "mic-1"',
            '"1": "mic-1", "3": "mic-3"')""")
    db.close()
    async with open_house(tmp_path) as house:
        going = await resumed(house, MeetingId(meeting))
        assert [house.source(number).is_open for number in (1, 3)] == [True, False]
        new = NewChannel("mic-3", ChannelSpec(ONE, "Chen"))
        await house.meetings.conduct.add_microphone(going.meeting.spec.id, new)
        assert house.source(3).is_open


async def test_captions_only_leaves_nothing_of_a_meeting_that_was_taken_up_and_ended(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin(1, keep="captions")
        meeting = running.meeting.spec.id
        await crash(house)
    async with open_house(tmp_path) as house:
        going = await resumed(house, meeting)
        await going.end()
        going.publish(lambda at: going.meeting.rename(ONE, "Ada", at))
    async with open_house(tmp_path) as house:
        assert house.meetings.meetings() == []
        assert meeting.encode() not in (tmp_path / NAME).read_bytes()


async def test_a_meeting_whose_events_make_no_sense_does_not_stop_the_service(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    meeting, _ = await broken(tmp_path)
    with sqlite3.connect(tmp_path / NAME) as db:
        db.execute("UPDATE meetings SET row = replace(row, '\"channel\": 1', '\"channel\": 9')")
        db.execute(
            "INSERT INTO events SELECT n, 50000, NULL, ? FROM meetings",
            (
                '{"type":"channel","seq":50000,"at":9,"channel":1,"change":"lost","name":"A",'
                '"letter":"A","colour":"blue","language":"en","state":"lost"}',
            ),
        )
    db.close()
    async with open_house(tmp_path) as house:
        assert house.meetings.meetings() == []
        await house.begin(1)
    assert f"the meeting {meeting} cannot be taken up" in caplog.text


async def test_a_meeting_that_did_not_begin_is_not_there_after_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.devices.breaks("mic-1")
        answer = await house.host("/api/meetings", "POST", _another())
        assert answer.status == 400
        assert (await house.host("/api/record")).json["meetings"] == []


async def test_a_second_service_on_the_folder_captions_without_a_record(tmp_path: Path) -> None:
    async with open_house(tmp_path), open_house(tmp_path) as second:
        problem = (await second.host("/api/record")).json["problem"]
        assert problem["code"] == "record_in_use"
        running = await second.begin(1)
        viewer = await second.viewer(running.meeting.spec.code)
        second.source(1).say("one")
        second.source(1).be_silent()
        await viewer.until_type("caption", text="one", state="final")
        told = await viewer.until(lambda event: "Another captioner" in str(event.get("message")))
        assert told["state"] in ("live", "lobby")


async def test_a_damaged_record_is_set_aside_and_said(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"nonsense" * 1000)
    async with open_house(tmp_path) as house:
        records = house.meetings.records
        assert records is not None
        assert "set aside" in records.journal.note
        await house.begin(1)


async def test_a_card_knows_what_only_files_are_left_of(tmp_path: Path) -> None:
    left = tmp_path / "meetings" / "21250304-090000-abcdef"
    left.mkdir(parents=True)
    async with open_house(tmp_path) as house:
        (card,) = (await house.host("/api/record")).json["meetings"]
        assert (card["id"], card["readable"]) == (left.name, False)
        records = house.meetings.records
        assert records is not None
        records.forget(MeetingId(left.name))
        assert not left.exists()
        with pytest.raises(MeetingError):
            records.forget(MeetingId(left.name))


async def test_captions_only_who_went_private_on_a_full_disk_is_private_after_a_crash(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin(1, keep="captions")
        records = house.meetings.records
        assert records is not None
        records.journal.begin = _refuse  # type: ignore[method-assign,assignment]
        running.mute_channel(ONE, Muting.PRIVATE)
        del records.journal.begin
        assert records.problem_of(running.meeting.spec.id) is None  # no word waits for the disk
        records.try_again()
        await crash(house)
    async with open_house(tmp_path) as house:
        (entry,) = house.meetings.held(running.meeting.spec.id).meeting.roster.entries
        assert entry.muting is Muting.PRIVATE


def test_a_record_that_never_opened_has_nothing_in_it(tmp_path: Path) -> None:
    records = Records(tmp_path, 7, SystemClock())
    assert (records.rows(), records.cards(), records.broken_off(), records.deletions()) == (
        *([], []),
        *([], []),
    )
    records.close()


async def test_what_is_kept_is_looked_after_again_and_again_whatever_happens() -> None:
    waits: list[float] = []
    purges = 0

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    async def purge() -> None:
        nonlocal purges
        purges += 1
        if purges == 1:
            raise RuntimeError("not now")

    tidying = asyncio.create_task(every(HOUR_S, purge, wait))
    await until(lambda: purges >= 3)
    tidying.cancel()
    await asyncio.gather(tidying, return_exceptions=True)
    assert set(waits) == {HOUR_S}


def _refuse(*_: object) -> None:
    raise StoreError("disk_full", "No space.")


def _another() -> dict[str, object]:
    channels = [{"device": "mic-1", "name": "Anna", "language": "en"}]
    return {"title": "Another", "weights": "demo", "channels": channels}
