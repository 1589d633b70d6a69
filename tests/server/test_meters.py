import json
from collections.abc import Callable, Mapping
from typing import Any

from captioner.asr.load import Load
from captioner.audio.advice import Advice
from captioner.captions.meeting import Meeting
from captioner.captions.pace import Pace, SpeakerPace
from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, Muting
from captioner.server.desk import LevelReport
from captioner.server.feed import Feed
from captioner.server.meters import Meters
from tests.fakes.sample_meeting import spec
from tests.fakes.scripted_translator import QuietTranslations


class QuietHandle:
    """A meeting of two that goes on; see MeetingHandle."""

    def __init__(self) -> None:
        self.meeting = Meeting(spec("Anna", "Bram"))
        self.meeting.start(0.0)
        self.feed = Feed()
        self.viewers = 0
        self.translations = QuietTranslations()
        self.now_s = 0.0
        self.figures = Load()
        self.speaking = Pace()
        self.hears = True
        self.heard = LevelReport(ChannelId(1), -30.04, -20.06, True, "USB", 0.404, 12.0)

    def levels(self) -> list[LevelReport]:
        return [self.heard]

    def load(self) -> Load:
        return self.figures

    def pace(self) -> Pace:
        return self.speaking

    def sources(self) -> Mapping[ChannelId, str]:
        return {}

    def publish(self, command: Callable[[float], Entry]) -> Entry:
        return command(self.now_s)

    def mute_channel(self, channel: ChannelId, muting: Muting) -> None:
        self.meeting.mute_channel(channel, muting, self.now_s)

    async def end(self) -> None:
        self.meeting.end(self.now_s)


def lines(meters: Meters) -> list[dict[str, Any]]:
    return [json.loads(line) for line in meters.lines()]


def types(meters: Meters) -> list[str]:
    return [line["type"] for line in lines(meters)]


def test_each_kind_comes_at_once_and_then_at_its_own_pace() -> None:
    handle = QuietHandle()
    meters = Meters(handle)
    assert types(meters) == ["viewers", "levels", "load", "speaking"]
    assert types(meters) == []
    heard = []
    for step in range(1, 17):
        handle.now_s = step / 8
        heard += types(meters)
    counts = [heard.count(kind) for kind in ("levels", "load", "speaking")]
    assert counts == [8, 2, 1]


def test_the_number_of_viewers_is_told_when_it_changes() -> None:
    handle = QuietHandle()
    meters = Meters(handle)
    meters.lines()
    handle.viewers = 3
    assert lines(meters) == [{"type": "viewers", "count": 3}]
    assert lines(meters) == []


def test_a_level_says_what_to_do_about_it_where_there_is_something() -> None:
    class Quiet(QuietHandle):
        def levels(self) -> list[LevelReport]:
            return [LevelReport(ChannelId(1), -60.0, -50.0, True, "USB", advice=Advice.QUIET)]

    (quiet,) = lines(Meters(Quiet()))[1]["levels"]
    assert quiet["advice"]["code"] == "quiet"
    assert "nearer to the mouth" in quiet["advice"]["message"]
    (fine,) = lines(Meters(QuietHandle()))[1]["levels"]
    assert "advice" not in fine


def test_a_clock_that_is_started_anew_does_not_silence_the_meters() -> None:
    handle = QuietHandle()
    meters = Meters(handle)
    handle.now_s = 50.0
    meters.lines()
    handle.now_s = 0.01
    assert types(meters) == ["levels", "load", "speaking"]


def test_the_load_names_every_channel_and_rounds_for_people() -> None:
    handle = QuietHandle()
    handle.now_s = 12.3456
    handle.figures = Load(
        lag_s=0.4321,
        channel_lags_s={ChannelId(2): 0.4321},
        queue=2,
        batch_size=1.5,
        batch_s_median=0.12345,
        busy=0.0321,
        shed=4,
        finals=7,
        rejected={"loop": 1},
        problem="The GPU failed.",
    )
    assert lines(Meters(handle))[2] == {
        "type": "load",
        "at": 12.346,
        "lag_s": 0.43,
        "channels": [{"channel": 1, "lag_s": 0.0}, {"channel": 2, "lag_s": 0.43}],
        "queue": 2,
        "batch": 1.5,
        "decode_s": 0.123,
        "busy": 0.032,
        "shed": 4,
        "finals": 7,
        "rejected": {"loop": 1},
        "problem": "The GPU failed.",
    }


def test_a_meeting_that_is_over_has_no_load() -> None:
    handle = QuietHandle()
    handle.meeting.end(1.0)
    assert types(Meters(handle)) == ["viewers", "levels"]


def test_how_fast_people_speak_is_told_for_each_of_them() -> None:
    handle = QuietHandle()
    handle.speaking = Pace((SpeakerPace(ChannelId(1), 190, 0.25, is_fast=True),), is_break_due=True)
    assert lines(Meters(handle))[-1] == {
        "type": "speaking",
        "at": 0.0,
        "channels": [{"channel": 1, "wpm": 190, "overlap": 0.25, "fast": True}],
        "break_due": True,
    }
