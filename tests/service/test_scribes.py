import asyncio
import itertools

from captioner.asr.engine import DecodeKind
from captioner.asr.transcriber import DecodePlan
from captioner.audio.bleed.separation import Own
from captioner.audio.channel import Channel
from captioner.audio.frame import FRAME_SAMPLES, AudioFrame
from captioner.domain import ChannelId, Decision, SamplePos, Segment, Utterance, UtteranceId
from captioner.service.scribes import Listeners, Scribes
from captioner.settings import AsrSettings, AudioSettings
from tests.fakes.scripted_engine import HeldWorker, ScriptedEngine
from tests.fakes.tone_source import spoken

ONE = ChannelId(1)
FRAMES = 40


class Desk:
    """One channel in which one word is spoken; decodes come back when they are told to."""

    def __init__(self) -> None:
        numbers = itertools.count(1)
        self.engine = ScriptedEngine()
        self.worker = HeldWorker(self.engine)
        self.revised: list[Utterance] = []
        self.rejected: list[Decision] = []
        self.answers: list[bool] = []
        self.scribes = Scribes(
            self.worker,
            AsrSettings(),
            lambda: UtteranceId(f"u{next(numbers)}"),
            lambda: 0.0,
            Listeners(
                self.revised.append,
                self.rejected.append,
                self.answers.append,
                lambda: None,
                lambda heard: heard,
            ),
        )
        self.scribes.sit_down(ONE, "en")
        self.channel = Channel(ONE, AudioSettings(), SamplePos(0))
        for number in range(FRAMES):
            frame = AudioFrame(SamplePos(number * FRAME_SAMPLES), spoken(7, 1))
            self.channel.accept_frame(frame, 1.0)
        end = SamplePos(FRAMES * FRAME_SAMPLES)
        self.segment = Segment(ONE, SamplePos(0), end, SamplePos(0), end)

    def speak(self) -> DecodePlan:
        transcriber = self.scribes[ONE]
        transcriber.accept_opened(self.segment)
        plan = transcriber.accept_closed(self.segment)
        samples = self.channel.audio(self.segment.start, self.segment.end)
        self.scribes.enqueue(plan, Own(samples))
        return plan

    async def finish(self) -> None:
        for _ in range(8):
            await asyncio.sleep(0)
            self.worker.finish()
        await self.scribes.settle()


async def test_what_was_said_comes_back_as_a_final_and_is_an_answer() -> None:
    desk = Desk()
    plan = desk.speak()
    assert plan.kind is DecodeKind.FINAL
    await desk.finish()
    assert [each.text for each in desk.revised] == ["w7"]
    assert desk.answers == [True]


async def test_a_decode_that_fails_is_an_answer_without_a_text_each_time() -> None:
    desk = Desk()
    desk.engine.generate_fails = lambda _: RuntimeError("told to")
    desk.speak()
    await desk.finish()
    assert desk.answers == [False, False, False]


async def test_an_engine_that_hears_nothing_is_an_answer_without_a_text() -> None:
    desk = Desk()
    desk.engine.hears = lambda _: ""
    desk.speak()
    await desk.finish()
    assert desk.answers == [False]
    assert desk.revised == []


async def test_somebody_elses_voice_is_not_decoded_and_leaves_no_trace() -> None:
    desk = Desk()
    transcriber = desk.scribes[ONE]
    transcriber.accept_opened(desk.segment)
    desk.scribes.enqueue(transcriber.accept_closed(desk.segment), Own(spoken(7, 1), 0.01))
    await desk.finish()
    assert (desk.revised, desk.answers, transcriber.unfinished) == ([], [], 0)
    assert [(each.reason, each.figures) for each in desk.rejected] == [("bleed", {"left_db": -20})]


async def test_what_was_shown_of_somebody_elses_voice_is_taken_back() -> None:
    desk = Desk()
    transcriber = desk.scribes[ONE]
    transcriber.accept_opened(desk.segment)
    partial = transcriber.plan_partial(desk.segment)
    assert partial is not None
    desk.scribes.enqueue(partial, Own(spoken(7, FRAMES)))
    await desk.finish()
    desk.scribes.enqueue(transcriber.accept_closed(desk.segment), Own(spoken(7, 1), 0.01))
    shown, taken_back = desk.revised
    assert shown.text == "w7"
    assert (taken_back.text, taken_back.state, taken_back.reason) == ("", "final", "bleed")


async def test_what_is_thrown_away_comes_back_to_nobody_not_even_as_a_decision() -> None:
    desk = Desk()
    desk.engine.believes = lambda text, *_: (text, -9.0, 0.99)  # rejected, with its text
    desk.speak()
    desk.scribes.drop()
    await desk.finish()
    assert (desk.revised, desk.rejected, desk.answers) == ([], [], [])
    assert desk.scribes.lag_s == 0.0


def test_a_channel_that_is_back_keeps_its_transcriber_and_takes_the_new_language() -> None:
    desk = Desk()
    before = desk.scribes[ONE]
    desk.scribes.sit_down(ONE, "nl")
    assert desk.scribes[ONE] is before
    assert before.language == "nl"
