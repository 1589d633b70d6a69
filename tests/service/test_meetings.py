import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from captioner import resources
from captioner.asr.weights import Weights, find_weights
from captioner.captions.roster import ChannelSpec
from captioner.domain import ChannelId, ChannelState, MeetingId
from captioner.errors import AudioError, MeetingError, WeightsError
from captioner.server.new_meeting import NewChannel, NewMeeting
from captioner.service.meetings import Meetings
from captioner.service.microphones import NoDevices
from captioner.service.running import RunningMeeting
from captioner.settings import Settings
from tests.fakes.fake_devices import FakeDevices, ToneHearing
from tests.fakes.open_house import house_settings, open_house
from tests.fakes.recording_viewer import until


@pytest.fixture(autouse=True)
def _no_weights_of_this_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))


@asynccontextmanager
async def open_meetings(
    data: Path, settings: Settings | None = None, devices: FakeDevices | NoDevices | None = None
) -> AsyncIterator[tuple[Meetings, ToneHearing]]:
    hearing = ToneHearing()
    meetings = Meetings(
        settings or house_settings(data), devices or FakeDevices(), load_hearing=hearing
    )
    try:
        yield meetings, hearing
    finally:
        await meetings.end_meetings()
        await meetings.close()


def wanted(*devices: str, weights: str = "demo", language: str = "en") -> NewMeeting:
    return NewMeeting(
        "Monday",
        weights,
        tuple(
            NewChannel(device, ChannelSpec(ChannelId(number), language=language))
            for number, device in enumerate(devices, 1)
        ),
    )


def without_model(data: Path) -> Settings:
    settings = house_settings(data)
    return replace(settings, asr=replace(settings.asr, model=""))


async def begin(meetings: Meetings, *devices: str) -> RunningMeeting:
    running = await meetings.create(wanted(*devices))
    assert isinstance(running, RunningMeeting)
    return running


async def test_without_weights_there_is_a_sentence_and_never_the_demo_by_itself(
    tmp_path: Path,
) -> None:
    async with open_meetings(tmp_path, without_model(tmp_path)) as (meetings, hearing):
        name, problem = meetings.chosen_weights()
        assert name is None
        assert problem is not None
        assert problem.code == "no_weights"
        assert "captioner models pull small" in problem.message
        assert [(each.name, each.demo) for each in meetings.weights()] == [("demo", True)]
        with pytest.raises(WeightsError) as refused:
            await meetings.create(wanted("mic-1", weights=""))
        assert refused.value.code == "no_weights"
        assert hearing.loads == []
        assert meetings.meetings() == []


async def test_the_demo_hears_when_it_is_asked_for_by_name(tmp_path: Path) -> None:
    async with open_meetings(tmp_path, without_model(tmp_path)) as (meetings, hearing):
        running = await meetings.create(wanted("mic-1", weights="demo"))
        assert running.meeting.spec.demo_weights
        assert hearing.loads == ["demo"]


async def test_installed_weights_are_chosen_before_the_demo(tmp_path: Path) -> None:
    installed = tmp_path / "models" / "small"
    installed.mkdir(parents=True)
    for file in resources.demo_weights_folder().iterdir():
        if file.name != "captioner.json":
            (installed / file.name).symlink_to(file)
    async with open_meetings(tmp_path, without_model(tmp_path)) as (meetings, hearing):
        assert meetings.chosen_weights() == ("small", None)
        running = await meetings.create(wanted("mic-1", weights=""))
        assert not running.meeting.spec.demo_weights
        assert hearing.loads == ["small"]
        assert [each.name for each in meetings.weights()] == ["small", "demo"]
        assert meetings.links(running.meeting.spec.code)[0][0].endswith(running.meeting.spec.code)


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (wanted("mic-1", language="nl"), "do not hear the language 'nl': choose en"),
        (wanted("mic-1", language=""), "language ''"),
        (wanted("mic-1", "mic-1"), "only once"),
    ],
)
async def test_a_meeting_that_makes_no_sense_is_refused_before_anything_is_loaded(
    tmp_path: Path, new: NewMeeting, says: str
) -> None:
    async with open_meetings(tmp_path) as (meetings, hearing):
        with pytest.raises(MeetingError, match=says):
            await meetings.create(new)
        assert hearing.loads == []
        assert meetings.meetings() == []


async def test_one_meeting_at_a_time(tmp_path: Path) -> None:
    async with open_meetings(tmp_path) as (meetings, _):
        first = await begin(meetings, "mic-1")
        with pytest.raises(MeetingError, match="going on"):
            await meetings.create(wanted("mic-2"))
        await first.end()
        second = await begin(meetings, "mic-2")
        assert [each.meeting.spec.id for each in meetings.meetings()] == [
            *(second.meeting.spec.id, first.meeting.spec.id)
        ]
        assert meetings.by_code(first.meeting.spec.code) is first
        assert meetings.by_id(second.meeting.spec.id) is second


async def test_whoever_is_told_of_beginnings_is_told_when_it_is_heard(tmp_path: Path) -> None:
    async with open_meetings(tmp_path) as (meetings, _):
        told: list[RunningMeeting] = []
        meetings.on_started = told.append
        running = await begin(meetings, "mic-1")
        assert told == [running]


async def test_a_microphone_that_does_not_open_is_lost_and_the_other_goes_on(
    tmp_path: Path,
) -> None:
    devices = FakeDevices()
    devices.breaks("mic-1")
    async with open_meetings(tmp_path, devices=devices) as (meetings, _):
        running = await begin(meetings, "mic-1", "mic-2")
        states = [entry.state for entry in running.meeting.roster.entries]
        assert states == [ChannelState.LOST, ChannelState.LIVE]
        (lost,) = running.meeting.timeline.since(0)
        assert "mic-1 does not open" in lost.line
        devices.sources["mic-2"].say("one two")
        devices.sources["mic-2"].be_silent()
        await devices.sources["mic-2"].taken()
        await running.live.settle()
        assert [each.text for each in running.meeting.timeline.captions()] == ["one two"]


async def test_when_no_microphone_opens_there_is_an_error_and_no_meeting(tmp_path: Path) -> None:
    devices = FakeDevices()
    devices.breaks("mic-1")
    devices.breaks("mic-2")
    async with open_meetings(tmp_path, devices=devices) as (meetings, _):
        with pytest.raises(AudioError) as refused:
            await meetings.create(wanted("mic-1", "mic-2"))
        assert refused.value.code == "device_failed"
        assert meetings.meetings() == []
        assert await begin(meetings, "mic-3")


async def test_a_device_that_nobody_has_leaves_no_meeting_behind(tmp_path: Path) -> None:
    """The meeting was there before the device was looked for, and no other could ever begin."""
    async with open_meetings(tmp_path) as (meetings, _):
        with pytest.raises(AudioError) as refused:
            await meetings.create(wanted("mic-1", "mic-9"))
        assert refused.value.code == "no_device"
        assert meetings.meetings() == []
        assert await begin(meetings, "mic-1")


async def test_a_driver_that_breaks_leaves_no_meeting_behind(tmp_path: Path) -> None:
    devices = FakeDevices()
    devices.breaks("mic-1", ZeroDivisionError("a driver"))
    async with open_meetings(tmp_path, devices=devices) as (meetings, _):
        with pytest.raises(AudioError):
            await meetings.create(wanted("mic-1"))
        assert meetings.meetings() == []
        assert await begin(meetings, "mic-2")


@pytest.mark.parametrize("error", [None, ZeroDivisionError("a driver")])
async def test_a_microphone_that_vanishes_is_lost_with_its_last_words_kept(
    tmp_path: Path, error: Exception | None
) -> None:
    devices = FakeDevices()
    async with open_meetings(tmp_path, devices=devices) as (meetings, _):
        running = await begin(meetings, "mic-1", "mic-2")
        first, second = devices.sources["mic-1"], devices.sources["mic-2"]
        first.say("one two three")
        first.vanish(error)
        second.say("four")
        await first.taken()
        await second.taken()
        second.be_silent()
        await second.taken()
        await until(lambda: running.meeting.roster.entries[0].state == ChannelState.LOST)
        await running.live.settle()
        texts = {each.channel: each.text for each in running.meeting.timeline.captions()}
        assert texts == {1: "one two three", 2: "four"}
        assert running.meeting.roster.entries[1].state == ChannelState.LIVE
        assert first.closed == 1
        assert not first.is_open
        assert second.is_open


async def test_weights_are_loaded_once_for_all_who_ask_at_once(tmp_path: Path) -> None:
    """The service warms up while the host already starts a meeting: that loaded them twice."""
    demo = find_weights("demo", tmp_path)
    async with open_meetings(tmp_path) as (meetings, hearing):
        hearing.may_load.clear()
        loads = [asyncio.create_task(meetings.load(demo)) for _ in range(3)]
        await asyncio.sleep(0)
        hearing.may_load.set()
        first, second, third = await asyncio.gather(*loads)
        assert first is second is third
        assert hearing.engine.loaded == 1


async def test_an_engine_that_was_given_up_is_loaded_anew_for_the_next_meeting(
    tmp_path: Path,
) -> None:
    async with open_meetings(tmp_path) as (meetings, hearing):
        demo = find_weights("demo", tmp_path)
        lost = await meetings.load(demo)
        lost.worker.has_given_up = True
        assert await meetings.load(demo) is not lost
        assert hearing.loads == ["demo", "demo"]


async def test_weights_of_one_name_in_two_folders_are_not_the_same(tmp_path: Path) -> None:
    one = find_weights("demo", tmp_path)
    other = Weights(one.name, tmp_path, one.is_demo, one.languages, one.size_bytes)
    async with open_meetings(tmp_path) as (meetings, hearing):
        assert await meetings.load(one) is not await meetings.load(other)
        assert hearing.engine.loaded == 2
        threads = [each for each in threading.enumerate() if each.name == "captioner-asr"]
        assert len(threads) == 1  # the first ones were let go


async def test_weights_that_do_not_load_leave_nothing_behind(tmp_path: Path) -> None:
    async def fails(*_: object) -> None:
        raise WeightsError("bad_weights", "They do not load.")

    meetings = Meetings(
        house_settings(tmp_path),
        FakeDevices(),
        load_hearing=fails,  # type: ignore[arg-type]
    )
    for _ in range(2):
        with pytest.raises(WeightsError, match="do not load"):
            await meetings.create(wanted("mic-1"))
    assert meetings.meetings() == []


async def test_the_end_of_all_meetings_keeps_their_transcripts(tmp_path: Path) -> None:
    devices = FakeDevices()
    async with open_meetings(tmp_path, devices=devices) as (meetings, _):
        running = await begin(meetings, "mic-1")
        devices.sources["mic-1"].say("one two")
        await devices.sources["mic-1"].taken()
        await meetings.end_meetings()
        await meetings.end_meetings()
        folder = tmp_path / "meetings" / running.meeting.spec.id
        assert "one two" in (folder / "transcript.txt").read_text(encoding="utf-8")
        assert running.is_over
        await meetings.close()
        assert running.feed.is_closed
    assert not [each for each in threading.enumerate() if each.name == "captioner-asr"]


async def test_a_meeting_that_was_deleted_is_nowhere(tmp_path: Path) -> None:
    async with open_meetings(tmp_path) as (meetings, _):
        running = await begin(meetings, "mic-1")
        spec = running.meeting.spec
        await asyncio.gather(meetings.delete(spec.id), meetings.delete(spec.id))
        for look in (lambda: meetings.by_id(spec.id), lambda: meetings.by_code(spec.code)):
            with pytest.raises(MeetingError):
                look()
        with pytest.raises(MeetingError):
            await meetings.delete(MeetingId("never"))


async def test_a_recording_has_no_devices(tmp_path: Path) -> None:
    async with open_meetings(tmp_path, devices=NoDevices()) as (meetings, _):
        assert await meetings.devices() == []
        with pytest.raises(AudioError):
            await meetings.create(wanted("mic-1"))


async def test_codes_ids_and_epochs_are_never_the_same(tmp_path: Path) -> None:
    async with open_meetings(tmp_path) as (meetings, _):
        demo = find_weights("demo", tmp_path)
        specs = [
            (await meetings.prepare(demo, "", [ChannelSpec(ChannelId(1))])).meeting.spec
            for _ in range(200)
        ]
    for name in ("id", "epoch"):
        assert len({getattr(spec, name) for spec in specs}) == 200
    assert len({spec.code for spec in specs}) == 200


async def test_microphones_that_are_tried_out_while_the_weights_load_are_let_go(
    tmp_path: Path,
) -> None:
    """A device may be open only once: the meeting would have found its own microphones taken."""
    async with open_house(tmp_path) as house:
        house.hearing.may_load.clear()
        beginning = asyncio.create_task(house.begin(1))
        while not house.hearing.loads:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        rehearsal = await house.meetings.rehearse()
        house.hearing.may_load.set()
        await beginning
        assert rehearsal.is_over
        assert [house.source(number).is_open for number in (1, 2)] == [True, False]
