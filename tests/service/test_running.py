import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from captioner.asr.glossary import Term
from captioner.audio.frame import Samples
from captioner.captions.events import CaptionRevised, ChannelChanged
from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, Hypothesis
from captioner.errors import AudioError
from captioner.service.running import HOTWORD_TOKENS, Hearing, RunningMeeting, end_all, new_epoch
from captioner.settings import Settings
from tests.fakes.fake_clock import FakeClock
from tests.fakes.flaky_disk import FlakyPath
from tests.fakes.live_run import SETTINGS
from tests.fakes.sample_meeting import spec
from tests.fakes.scripted_engine import PromptWorker, ScriptedEngine
from tests.fakes.tone_source import (
    TimedToneSource,
    ToneModel,
    ToneSource,
    silence,
    spoken,
    unplugged,
)

ONE, TWO = ChannelId(1), ChannelId(2)
SENTENCE: list[Samples] = [spoken(1, 10), silence(8)]


class Opened:
    """A running meeting of two channels and every entry that its sink saw."""

    def __init__(
        self, clock: FakeClock, folder: Path | None = None, settings: Settings = SETTINGS
    ) -> None:
        self.entries: list[Entry] = []
        self.worker = PromptWorker(ScriptedEngine())
        hearing = Hearing(self.worker, ToneModel())
        self.running = RunningMeeting(
            spec("Anna", "Bram"), hearing, settings, clock, folder, [self.entries.append]
        )

    async def listen(self, *sources: ToneSource) -> None:
        """Listen to these until each has said all it has to say."""
        numbered = {ChannelId(number): source for number, source in enumerate(sources, 1)}
        await self.running.listen(numbered)
        for source in sources:
            if source.opened:
                await source.is_spent.wait()
        await self.running.live.settle()

    @property
    def finals(self) -> list[tuple[int, str]]:
        events = [entry.event for entry in self.entries]
        return [
            (event.channel, event.text)
            for event in events
            if isinstance(event, CaptionRevised) and event.state == "final"
        ]

    @property
    def lost(self) -> list[tuple[int, str | None]]:
        events = [entry.event for entry in self.entries]
        return [
            (event.channel, event.message) for event in events if isinstance(event, ChannelChanged)
        ]


async def test_what_microphones_hear_is_captioned_and_left_as_a_transcript(
    clock: FakeClock, tmp_path: Path
) -> None:
    opened = Opened(clock, tmp_path / "m1")
    anna, bram = ToneSource(SENTENCE), ToneSource([spoken(2, 10)])
    await opened.listen(anna, bram)
    await opened.running.end()
    assert sorted(opened.finals) == [(1, "w1"), (2, "w2")]
    assert opened.running.is_over
    assert (anna.closed, bram.closed) == (1, 1)
    files = sorted(path.name for path in (tmp_path / "m1").iterdir())
    assert files == ["transcript.json", "transcript.txt"]
    kept = json.loads((tmp_path / "m1" / "transcript.json").read_text())
    assert sorted(line["text"] for line in kept["utterances"]) == ["w1", "w2"]
    assert kept["ended"] is True


async def test_a_microphone_that_does_not_open_is_lost_and_the_others_go_on(
    clock: FakeClock,
) -> None:
    opened = Opened(clock)
    await opened.listen(ToneSource(SENTENCE), ToneSource(opens_with=unplugged()))
    assert opened.finals == [(1, "w1")]
    assert opened.lost == [(2, unplugged().message)]
    await opened.running.end()


async def test_a_driver_that_throws_anything_while_opening_costs_its_own_channel_only(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """It once left the microphones that had opened before it open, with nobody to close them."""
    opened = Opened(clock)
    broken = ToneSource(label="Jabra", opens_with=OSError("no such driver"))
    await opened.listen(ToneSource(SENTENCE), broken)
    assert opened.finals == [(1, "w1")]
    ((channel, message),) = opened.lost
    assert channel == 2
    assert message is not None
    assert "Jabra" in message
    assert "channel 2 does not open" in caplog.text
    await opened.running.end()


async def test_when_no_microphone_opens_the_host_is_told_why(clock: FakeClock) -> None:
    opened = Opened(clock)
    with pytest.raises(AudioError) as raised:
        await opened.listen(ToneSource(opens_with=unplugged()), ToneSource(opens_with=unplugged()))
    assert raised.value.code == "device_lost"
    assert opened.entries == []


async def test_a_meeting_that_was_ended_while_its_microphones_opened_hears_nothing(
    clock: FakeClock,
) -> None:
    """The host thought better of it; a microphone that stays open then is nobody's any more."""
    opened = Opened(clock)

    class Slow(ToneSource):
        async def open(self) -> None:
            await opened.running.end()
            await super().open()

    first, slow = ToneSource(SENTENCE), Slow(SENTENCE)
    await opened.running.listen({ONE: first, TWO: slow})
    assert (first.closed, slow.closed) == (1, 1)
    assert opened.finals == []


async def test_a_microphone_that_vanishes_finishes_its_words_and_says_so(clock: FakeClock) -> None:
    opened = Opened(clock)
    gone = ToneSource([spoken(1, 10)], ends_with=unplugged())
    await opened.listen(gone, ToneSource([spoken(2, 10)]))
    await gone.is_closed.wait()
    await opened.running.live.settle()
    assert opened.finals == [(1, "w1")]
    assert opened.lost == [(1, unplugged().message)]
    await opened.running.end()
    assert opened.finals == [(1, "w1"), (2, "w2")]


async def test_a_driver_that_throws_anything_costs_its_own_channel_only(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    opened = Opened(clock)
    broken = ToneSource([spoken(1, 10)], label="Jabra", ends_with=ZeroDivisionError("0"))
    await opened.listen(broken, ToneSource(SENTENCE))
    await broken.is_closed.wait()
    await opened.running.live.settle()
    assert sorted(opened.finals) == [(1, "w1"), (2, "w1")]
    ((channel, message),) = opened.lost
    assert channel == 1
    assert message is not None
    assert "Jabra" in message
    assert "channel 1 failed" in caplog.text
    await opened.running.end()


async def test_a_microphone_that_just_ends_is_told_like_one_that_vanished(clock: FakeClock) -> None:
    """It stayed "live" and silent: to a reader that looks as if nobody spoke."""
    opened = Opened(clock)
    ends = ToneSource([spoken(1, 10)], label="Jabra")
    ends.is_closed.set()
    await opened.listen(ends, ToneSource(SENTENCE))
    await ends.is_spent.wait()
    await asyncio.sleep(0)
    ((channel, message),) = opened.lost
    assert (channel, "Jabra" in str(message)) == (1, True)
    await opened.running.end()


async def test_a_meeting_ends_once_and_writes_its_transcript_once(
    clock: FakeClock, tmp_path: Path
) -> None:
    opened = Opened(clock, tmp_path)
    await opened.listen(ToneSource(SENTENCE), ToneSource())
    await asyncio.gather(opened.running.end(), opened.running.end())
    (tmp_path / "transcript.txt").unlink()
    await opened.running.end()
    assert not (tmp_path / "transcript.txt").exists()
    assert [entry.line for entry in opened.entries if '"ended"' in entry.line] == [
        opened.entries[-1].line
    ]


async def test_a_disk_that_is_full_is_told_and_stops_nothing(
    clock: FakeClock, tmp_path: Path
) -> None:
    opened = Opened(clock, FlakyPath(tmp_path))
    await opened.listen(ToneSource(SENTENCE), ToneSource())
    await opened.running.end()
    assert opened.running.is_over
    assert opened.running.problem is not None
    assert opened.running.problem.code == "disk_full"


async def test_without_a_folder_nothing_is_kept(clock: FakeClock) -> None:
    opened = Opened(clock)
    await opened.running.end()
    assert opened.running.problem is None


async def test_readers_are_woken_by_everything_that_happens(clock: FakeClock) -> None:
    opened = Opened(clock)
    with opened.running.feed.subscribe() as subscription:
        opened.running.publish(lambda at: opened.running.meeting.rename(ONE, "Ada", at))
        await asyncio.wait_for(subscription.wait(60), 10)
    assert opened.lost == [(1, None)]


async def test_ids_of_utterances_belong_to_the_meetings_run(clock: FakeClock) -> None:
    opened = Opened(clock)
    await opened.listen(ToneSource([*SENTENCE, *SENTENCE]), ToneSource())
    ids = {
        entry.event.utterance for entry in opened.entries if isinstance(entry.event, CaptionRevised)
    }
    assert ids == {"e1-00001", "e1-00002"}
    await opened.running.end()


async def test_levels_name_the_microphone_until_the_meeting_is_over(clock: FakeClock) -> None:
    opened = Opened(clock)
    await opened.listen(ToneSource([spoken(500, 10)], label="Desk"), ToneSource([silence(10)]))
    first, second = opened.running.levels()
    assert (first.channel, first.voice, first.source) == (1, True, "Desk")
    assert (second.voice, second.rms_db) == (False, -100.0)
    assert opened.running.sources() == {1: "Desk", 2: "Tone"}
    await opened.running.end()
    assert opened.running.levels() == []


async def test_a_device_with_a_clock_of_its_own_is_heard_by_when_its_sound_came(
    clock: FakeClock,
) -> None:
    """Its blocks had waited for two seconds while the other microphone was opened."""
    opened = Opened(clock)
    waiting = TimedToneSource([silence(20), *SENTENCE], began_s=clock.moment_s - 2.0)
    joined = TimedToneSource([silence(20), *SENTENCE], began_s=clock.moment_s)
    await opened.listen(waiting, joined)
    await opened.running.end()
    events = [entry.event for entry in opened.entries]
    starts = {each.channel: each.start for each in events if isinstance(each, CaptionRevised)}
    assert starts[ONE] == pytest.approx(20 * 0.032, abs=0.033)
    assert starts[TWO] == pytest.approx(20 * 0.032 + 2, abs=0.033)


async def test_levels_tell_what_nobody_took_in_time_besides_what_never_came(
    clock: FakeClock,
) -> None:
    opened = Opened(clock)
    device = TimedToneSource([silence(20)], began_s=clock.moment_s)
    await opened.listen(device, ToneSource([silence(1)]))
    device.lost_s = 1.5
    assert [level.gap_s for level in opened.running.levels()] == [1.5, 0.0]
    await opened.running.end()


async def test_one_meeting_that_does_not_end_well_does_not_keep_the_others_from_it(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = Opened(clock), Opened(clock)

    def refuse(entry: Entry) -> None:
        raise RuntimeError(f"not {entry.seq}")

    first.running._sinks = [refuse]
    await end_all([first.running, second.running])
    assert second.running.is_over
    assert "a meeting did not end well: not 1" in caplog.text


def test_an_epoch_is_never_given_twice() -> None:
    assert len({new_epoch() for _ in range(1000)}) == 1000


async def test_a_glossary_is_told_to_the_weights_only_if_that_was_asked_for(
    clock: FakeClock,
) -> None:
    """The worker is the same from meeting to meeting: no name of an earlier one must stay."""
    terms = (Term("Siobhan"), Term("Kowalski", ("Cow Alski",)))
    quiet = Opened(clock)
    quiet.running.use_glossary(terms)
    assert quiet.worker.hotwords == ""
    asked = replace(SETTINGS, asr=replace(SETTINGS.asr, hotwords=True))
    told = Opened(clock, settings=asked)
    told.running.use_glossary(terms)
    assert told.worker.hotwords == "Siobhan, Kowalski"
    told.running.use_glossary([Term(f"Somebody{number}") for number in range(200)])
    assert 0 < len(told.worker.hotwords) < 5 * HOTWORD_TOKENS
    told.running.use_glossary(())
    assert told.worker.hotwords == ""


async def test_the_speakers_are_no_misheard_terms(clock: FakeClock) -> None:
    opened = Opened(clock)
    opened.running.use_glossary([Term("Kowalski", ("Cow Alski",)), Term("Bramm")])
    heard = Hypothesis("So Bram met Cow Alski", "en", -0.1, 0.0)
    assert opened.running.live.correct(heard).text == "So Bram met Kowalski"
