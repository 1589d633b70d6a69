"""Does sound arrive, does text arrive: a live meeting whose engine hangs, is silent or fails."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from captioner.asr.upkeep import GIVEN_UP, ON_THE_CPU, STARTED_ANEW
from captioner.captions.events import PaceChanged, StatusChanged
from captioner.captions.pace import Pace, SpeakerPace
from captioner.captions.timeline import Entry
from captioner.captions.watchdog import SOUND_S, Step
from captioner.domain import ChannelId, Muting
from captioner.service.vitals import TOLD_OF_PROBLEM, TOLD_OF_STEP
from tests.fakes.live_run import LiveRun
from tests.fakes.tone_source import silence

ONE = ChannelId(1)


@dataclass
class Watched(LiveRun):
    """A live meeting that is asked once a second whether all is well."""

    anew: list[bool] = field(default_factory=list)
    """What was started anew; whether with the weights."""

    def __post_init__(self) -> None:
        super().__post_init__()

        def start_anew(*, reload: bool) -> bool:
            self.anew.append(reload)
            return True

        self.worker.start_anew = start_anew  # type: ignore[method-assign]

    async def talk(self, seconds: int) -> None:
        """Words of a second each, with a pause after every one."""
        for _ in range(seconds):
            await self.say(1, 7, frames=23)
            self.live.look()

    async def be_silent(self, seconds: int) -> None:
        for _ in range(seconds):
            self.hear({1: silence(31), 2: silence(31)})
            self.live.look()

    @property
    def messages(self) -> list[str | None]:
        return [e.event.message for e in self.entries if isinstance(e.event, StatusChanged)]


async def test_silence_never_alarms() -> None:
    run = Watched()
    await run.be_silent(900)
    assert run.messages == [None]
    assert run.anew == []


async def test_a_meeting_that_is_well_is_left_alone() -> None:
    run = Watched()
    await run.talk(120)
    assert (run.messages, run.anew) == ([None], [])


@pytest.mark.parametrize("fault", ["nothing", "fails"])
async def test_an_engine_without_text_is_started_anew_then_loaded_anew_then_people_are_told(
    fault: str,
) -> None:
    run = Watched()
    if fault == "nothing":
        run.engine.hears = lambda _: ""
    else:
        run.engine.generate_fails = lambda _: RuntimeError("told to")
    await run.talk(130)
    assert run.anew == [False, True]
    assert run.messages == [
        None,
        *(TOLD_OF_STEP[step] for step in (Step.RESTART, Step.RELOAD, Step.TELL)),
    ]
    run.engine.hears, run.engine.generate_fails = (lambda _: "again"), (lambda _: None)
    await run.talk(3)
    assert run.messages[-1] is None, "text came again"
    assert run.texts()[-1] == "again"


async def test_names_are_expected_again_when_text_comes_again() -> None:
    """What starts anew expects none; they were gone for the rest of the meeting."""
    run = Watched()

    def start_anew(*, reload: bool) -> bool:
        run.anew.append(reload)
        run.worker.hotwords = ""
        return True

    run.worker.start_anew = start_anew  # type: ignore[method-assign]
    run.worker.hotwords = "Siobhan"
    run.engine.hears = lambda _: ""
    await run.talk(70)
    assert (run.anew, run.worker.hotwords) == ([False, True], "")
    run.engine.hears = lambda _: "again"
    await run.talk(3)
    assert run.worker.hotwords == "Siobhan"


async def test_a_decode_that_hangs_is_not_started_anew_twice() -> None:
    """The worker's own patience counts its time: the watchdog only says what came of it."""
    run = Watched(is_held=True)
    run.worker._part = []  # something is in hand
    await run.talk(90)
    assert run.anew == []
    told = TOLD_OF_PROBLEM[STARTED_ANEW]
    run.worker.problem = STARTED_ANEW
    run.live.look()
    run.live.look()
    assert str(run.messages[-1]).endswith(told), "after how far behind captions are"
    run.worker.problem = ""
    run.live.look()
    assert not str(run.messages[-1]).endswith(told)
    assert sum(str(each).endswith(told) for each in run.messages) == 1


@pytest.mark.parametrize("problem", [STARTED_ANEW, ON_THE_CPU, GIVEN_UP])
def test_whatever_a_host_is_told_of_the_engine_readers_have_a_sentence_for(problem: str) -> None:
    assert TOLD_OF_PROBLEM[problem]


async def test_sound_is_asked_about_first_and_a_microphone_that_hangs_is_lost_for_everybody() -> (
    None
):
    run = Watched()
    await run.talk(2)
    run.hear({2: silence(31)})
    run.clock.advance(SOUND_S)
    run.hear({1: silence(1)})
    run.live.look()
    (lost,) = run.changes
    assert (lost.channel, lost.change) == (2, "lost")
    assert lost.message is not None
    assert "Bram" in lost.message
    run.live.look()
    assert len(run.changes) == 1


async def test_a_muted_microphone_may_be_silent_as_a_device() -> None:
    run = Watched()
    await run.be_silent(1)
    run.live.mute_channel(ONE, Muting.MUTED)
    run.clock.advance(SOUND_S + 1)
    run.hear({2: silence(1)})
    run.live.look()
    assert [change.change for change in run.changes] == ["muted"]


async def test_the_room_is_told_that_somebody_is_too_fast_once_and_that_it_is_over() -> None:
    run = Watched()
    await run.be_silent(1)
    vitals = run.live.vitals
    fast = SpeakerPace(ONE, 230, 0.0, is_fast=True)
    shown = [Pace((fast,)), Pace((fast,)), Pace()]

    def report(now_s: float) -> Pace:  # noqa: ARG001
        return shown.pop(0)

    vitals._pace_meter.report = report  # type: ignore[method-assign]
    for _ in range(3):
        run.live.look()
    told = [each.event for each in run.entries if isinstance(each.event, PaceChanged)]
    assert [each.state for each in told] == ["fast", "well"]
    assert "channel" not in run.entries[-1].line


async def test_finals_make_the_pace() -> None:
    run = Watched()
    run.engine.hears = lambda _: "seven short words in one single second"
    await run.talk(15)
    (speaker,) = run.live.vitals.pace.speakers
    assert speaker.words_per_minute is not None
    assert speaker.words_per_minute > 300


async def test_a_listener_that_fails_stops_neither_the_look_nor_the_captions(
    caplog: pytest.LogCaptureFixture,
) -> None:
    run = Watched()
    await run.be_silent(1)
    run.worker.problem = GIVEN_UP
    sink: Any = run.live._on_entry

    def broken(entry: Entry) -> None:
        raise OSError(entry.line)

    run.live._on_entry = broken
    run.live.look()
    run.live._on_entry = sink
    assert "was not published" in caplog.text
    await run.say(1, 7)
    assert run.texts() == ["w7"]


async def test_nothing_is_asked_of_a_meeting_that_is_over() -> None:
    run = Watched()
    await run.be_silent(1)
    await run.live.end()
    run.worker.problem = GIVEN_UP
    run.live.look()
    assert run.statuses == ["live", "ended"]


async def test_a_look_that_fails_is_logged_and_the_next_one_is_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    run = Watched()
    await run.be_silent(1)

    def report(now_s: float) -> Pace:
        raise ArithmeticError(now_s)

    run.live.vitals._pace_meter.report = report  # type: ignore[method-assign]
    run.live.look()
    assert "could not be seen" in caplog.text
    await run.say(1, 7)
    assert run.texts() == ["w7"]
