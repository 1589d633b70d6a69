"""The checks of a running service; what a host is told of them: tests/server/test_check.py."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from captioner.asr.weights import Weights, find_weights
from captioner.audio.frame import SAMPLE_RATE, Samples
from captioner.audio.soundcheck import Likeness
from captioner.domain import Hypothesis
from captioner.errors import MeetingError
from captioner.service import checkup
from captioner.service.checkup import COLD, check_channels
from tests.fakes.fake_devices import silence_of, sound_of
from tests.fakes.open_house import open_house
from tests.fakes.recording_viewer import until

SPOKEN = np.concatenate((silence_of(1), sound_of("one two three four"), silence_of(0.5)))


def noise(seed: int) -> Samples:
    values = np.random.default_rng(seed).standard_normal(3 * SAMPLE_RATE)
    return (values * 0.01).astype(np.float32)


async def test_nothing_is_measured_before_somebody_asks(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        assert (await house.meetings.ready.lines())[0] == COLD
        assert await house.meetings.ready.channels() == ([], [])


async def test_one_microphone_on_two_channels_is_found_while_the_meeting_goes_on(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin(3)
        same = noise(1)
        for number, sound in ((1, same), (2, same * np.float32(0.5)), (3, noise(2))):
            house.source(number).play(sound)
            await house.source(number).taken()
        checks, (pair,) = await check_channels(running)
        assert [check.heard is not None for check in checks] == [True, True, True]
        assert (pair.one, pair.other, pair.likeness) == ("1", "2", Likeness.SAME)
        running.mute_channel(checks[0].channel, running.meeting.roster.entries[0].muting.MUTED)
        checks, pairs = await check_channels(running)
        assert (checks[0].heard, pairs) == (None, []), "what is muted is not looked at"


async def test_this_computer_knows_itself(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        assert house.meetings.ready.is_own_address("127.0.0.1")
        assert house.meetings.ready.is_own_address("::ffff:127.0.0.1")
        assert not house.meetings.ready.is_own_address("192.0.2.77")


async def test_weights_that_hear_one_language_suggest_none(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        ready = house.meetings.ready
        ready.recent = lambda _: SPOKEN
        assert await ready.suggest_language("mic-1", "demo", "en", ["nl", "en"]) is None
        assert house.hearing.loads == [], "nothing was loaded for it"


async def test_what_was_just_said_is_heard_in_each_language_that_comes_into_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path) as house:
        ready = house.meetings.ready
        ready.recent = lambda _: SPOKEN
        monkeypatch.setattr(checkup, "weights_languages", lambda _: ("en", "nl", "de"))
        tried = []

        def surer_in_dutch(_: object, languages: list[str], __: object) -> list[Hypothesis]:
            tried.extend(languages)
            return [
                Hypothesis("een twee drie", language, -0.2 if language == "nl" else -1.0, 0.0)
                for language in languages
            ]

        monkeypatch.setattr(house.hearing.engine, "generate", surer_in_dutch)
        assert await ready.suggest_language("mic-1", "demo", "en", ["nl", "xx", "en"]) == "nl"
        assert set(tried) == {"en", "nl"}
        assert await ready.suggest_language("mic-1", "demo", "nl", ["nl", "en"]) is None


async def test_captions_that_are_late_are_something_to_mend(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin(1)
        house.source(1).say("one")
        await house.source(1).taken()
        assert checkup.judge_load(running).ok
        running.publish(lambda at: running.meeting.fall_behind(4.2, at))
        late = checkup.judge_load(running)
        assert (late.ok, late.code) == (False, "engine_late")
        assert late.fix


async def test_a_check_takes_no_weights_from_a_meeting_that_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The meeting is none yet while its weights load: a check with other weights waited for that,
    then closed the worker that the meeting had just been given, and every final failed."""
    demo = find_weights("demo", tmp_path)
    other = Weights("other", tmp_path, demo.is_demo, demo.languages, demo.size_bytes)
    async with open_house(tmp_path) as house:
        ready = house.meetings.ready
        ready._find = lambda _: other
        ready.recent = lambda _: SPOKEN
        monkeypatch.setattr(checkup, "weights_languages", lambda _: ("en", "nl"))
        house.hearing.may_load.clear()
        beginning = asyncio.create_task(house.begin(1))
        await until(lambda: house.hearing.loads)
        measuring = asyncio.create_task(ready.measure("other"))
        suggesting = asyncio.create_task(ready.suggest_language("mic-1", "other", "en", ["nl"]))
        await asyncio.sleep(0)  # both have asked
        house.hearing.may_load.set()
        running = await beginning
        with pytest.raises(MeetingError, match="going on"):
            await measuring
        assert await suggesting is None
        assert house.hearing.loads == ["demo"]
        house.source(1).say("one two three")
        house.source(1).be_silent()
        await house.heard(running)
        assert [each.text for each in running.meeting.timeline.captions()] == ["one two three"]
