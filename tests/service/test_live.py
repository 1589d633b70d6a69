"""Sound in, captions out, with a scripted engine and detector; no thread, no sleep."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.asr.transcriber import MOST_ATTEMPTS
from captioner.asr.upkeep import GIVEN_UP, ON_THE_CPU, STARTED_ANEW
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.captions.events import CaptionRevised, StatusChanged
from captioner.domain import ChannelId, Decision, Muting, SamplePos
from captioner.errors import MeetingError
from tests.fakes.held_threads import HeldHouse
from tests.fakes.live_run import SETTINGS, LiveRun
from tests.fakes.room_sound import LoudnessDetector, Turn, room
from tests.fakes.scripted_engine import gpu_failed, refused
from tests.fakes.tone_source import silence, spoken, unplugged

ONE, TWO = ChannelId(1), ChannelId(2)


async def test_what_is_said_is_shown_while_it_is_said_and_final_after() -> None:
    run = LiveRun()
    for word in (1, 2, 3):
        run.hear({1: spoken(word, 24)})
        await run.live.settle()
    run.hear({1: silence(8)})
    await run.live.settle()
    shown = [(each.rev, each.state, each.text) for each in run.captions]
    assert shown == [
        (1, "partial", "w1"),
        (2, "partial", "w1 w2"),
        (3, "partial", "w1 w2 w3"),
        (4, "final", "w1 w2 w3"),
    ]
    assert run.statuses == ["live"]


async def test_the_first_sound_of_all_starts_the_meeting_at_its_first_sample() -> None:
    run = LiveRun()
    run.clock.advance(60.0)
    await run.say(2, 7)
    assert run.finals[0].start == 0.0
    assert run.entries[0].event.at == pytest.approx(0.032)


async def test_a_channel_that_joins_later_keeps_the_meetings_time() -> None:
    run = LiveRun()
    run.hear({1: silence(100)})
    await run.say(2, 7)
    assert run.finals[0].start == pytest.approx(3.2, abs=0.04)


async def test_two_who_speak_at_once_share_a_decode() -> None:
    run = LiveRun()
    both = [np.concatenate([spoken(word, 10), silence(8)]) for word in (1, 2)]
    run.hear({1: both[0], 2: both[1]})
    await run.live.settle()
    assert sorted(run.texts()) == ["w1", "w2"]
    assert ("w1", "w2") in [call.texts for call in run.engine.generated]


async def test_a_decode_error_on_one_channel_leaves_the_others_running() -> None:
    """A neighbour's server closed every connection of a meeting when one decode raised."""
    run = LiveRun()
    run.engine.generate_fails = lambda texts: (
        ZeroDivisionError("0") if any("w1" in text for text in texts) else None
    )
    for word in (2, 3):
        loud = [np.concatenate([spoken(level, 10), silence(8)]) for level in (1, word)]
        run.hear({1: loud[0], 2: loud[1]})
        await run.live.settle()
    assert run.texts(1) == []
    assert run.texts(2) == ["w2", "w3"]


async def test_a_final_that_fails_twice_is_there_at_the_third_try() -> None:
    run = LiveRun()
    failures = iter([refused(), refused()])
    run.engine.encode_fails = lambda _: next(failures, None)
    await run.say(1, 4, frames=3)
    assert run.texts() == ["w4"]


async def test_after_three_failures_the_last_partial_text_is_final() -> None:
    run = LiveRun(is_held=True)
    run.hear({1: spoken(1, 24)})
    await asyncio.sleep(0)
    run.worker.finish()
    run.engine.encode_fails = lambda _: refused()
    run.hear({1: np.concatenate([spoken(2, 3), silence(8)])})
    await asyncio.sleep(0)
    while run.worker.held:
        run.worker.finish()
    assert [(each.state, each.text) for each in run.captions] == [
        ("partial", "w1"),
        ("final", "w1"),
    ]


async def test_an_empty_final_withdraws_what_was_shown() -> None:
    run = LiveRun(is_held=True)
    run.hear({1: spoken(1, 24)})
    await asyncio.sleep(0)
    run.worker.finish()
    run.engine.hears = lambda _: ""
    run.hear({1: silence(8)})
    await asyncio.sleep(0)
    run.worker.finish()
    withdrawn = run.captions[-1]
    assert (withdrawn.state, withdrawn.text, withdrawn.reason) == ("final", "", "no_speech")
    assert withdrawn.rev == 2


async def test_noise_of_which_nothing_was_shown_leaves_no_trace() -> None:
    run = LiveRun()
    run.engine.hears = lambda _: ""
    await run.say(1, 1, 2)
    assert run.captions == []


async def test_the_end_waits_for_the_last_words() -> None:
    """A neighbour cut its readers off in the middle of the last sentence."""
    run = LiveRun(is_held=True)
    run.hear({1: spoken(5, 10), 2: spoken(6, 10)})
    ending = asyncio.create_task(run.live.end())
    for _ in range(5):
        await asyncio.sleep(0)
        assert "ended" not in run.statuses or not run.worker.held
        run.worker.finish()
    await ending
    assert run.texts() == ["w5", "w6"]
    assert run.statuses == ["live", "ended"]
    assert run.entries[-1].event.type == "status", "and nothing comes after it"


async def test_the_last_samples_count_even_if_they_fill_no_frame() -> None:
    run = LiveRun()
    tail = spoken(5, 3)[: -FRAME_SAMPLES // 2]
    run.live.accept_block(ONE, tail)
    await run.live.end()
    assert run.texts() == ["w5"]
    assert run.finals[0].end == pytest.approx(0.096)


async def test_an_end_that_was_interrupted_is_finished_by_the_next() -> None:
    """Ctrl-C while the last words were being decoded: the second call took the meeting for ended,
    and its transcript said for ever that it was still going on."""
    run = LiveRun(is_held=True)
    run.hear({1: spoken(5, 10)})
    first = asyncio.create_task(run.live.end())
    await asyncio.sleep(0)
    first.cancel()
    second = asyncio.create_task(run.live.end())
    for _ in range(5):
        await asyncio.sleep(0)
        run.worker.finish()
    await second
    assert run.texts() == ["w5"]
    assert run.statuses == ["live", "ended"]


async def test_a_meeting_ends_once_however_often_it_is_told_to() -> None:
    run = LiveRun()
    await run.say(1, 1)
    await asyncio.gather(run.live.end(), run.live.end())
    await run.live.end()
    assert run.statuses == ["live", "ended"]
    run.hear({1: spoken(9, 10)})
    assert run.texts() == ["w1"], "what comes after the end is not heard"


async def test_a_lost_channel_finishes_its_words_says_so_once_and_leaves_the_others_alone() -> None:
    run = LiveRun()
    run.hear({1: spoken(1, 10), 2: spoken(2, 10)})
    run.live.lose_channel(ONE, unplugged())
    run.live.lose_channel(ONE, unplugged())
    await run.live.settle()
    await run.say(2, 3)
    assert run.texts(1) == ["w1"]
    assert run.texts(2) == ["w2 w3"]
    (lost,) = run.changes
    assert (lost.channel, lost.change, lost.state) == (1, "lost", "lost")
    assert lost.message == unplugged().message


async def test_a_microphone_that_comes_back_goes_on_at_the_meetings_time() -> None:
    run = LiveRun()
    await run.say(1, 1)
    run.live.lose_channel(ONE, unplugged())
    run.live.regain_channel(TWO)  # it was never away
    for _ in range(20):
        await run.say(2, 2)
    away_s = run.live.now_s
    run.live.regain_channel(ONE)
    run.live.regain_channel(ONE)
    await run.say(1, 3)
    assert run.texts(1) == ["w1", "w3"]
    assert run.finals[-1].start == pytest.approx(away_s, abs=0.001)
    assert [each.change for each in run.changes] == ["lost", "back"]


async def test_muted_sound_is_neither_heard_nor_measured_and_the_words_before_it_are_finished() -> (
    None
):
    frames = 0

    def count() -> None:
        nonlocal frames
        frames += 1

    run = LiveRun(watch=count)
    run.hear({1: spoken(1, 10), 2: spoken(7, 10)})
    run.live.mute_channel(ONE, Muting.MUTED)
    await run.live.settle()
    assert run.texts(1) == ["w1"], "not a word of it waits for the microphone to be heard again"
    before = frames
    run.hear({1: spoken(2, 40)})
    assert frames == before, "the voice detector sees nothing of it"
    assert [level.channel for level in run.live.levels()] == [2]
    run.live.mute_channel(ONE, Muting.HEARD)
    run.hear({1: silence(15)})
    said_at_s = run.live.now_s
    await run.say(1, 3)
    await run.live.end()
    assert run.texts(1) == ["w1", "w3"]
    (_, after) = (final for final in run.finals if final.channel == 1)
    assert after.start == pytest.approx(said_at_s, abs=0.032)  # a frame begins where it may
    assert [each.change for each in run.changes] == ["muted", "unmuted"]


async def test_what_a_phone_kept_while_it_was_private_is_never_captioned() -> None:
    run = LiveRun()
    await run.say(1, 1)
    run.live.mute_channel(ONE, Muting.PRIVATE)
    kept = np.concatenate([spoken(5, 10), silence(10)] * 3)
    run.clock.advance(len(kept) / SAMPLE_RATE)  # its Wi-Fi was away all the time
    run.live.mute_channel(ONE, Muting.HEARD)
    for at in range(0, len(kept), FRAME_SAMPLES):
        run.live.accept_block(ONE, kept[at : at + FRAME_SAMPLES])
    run.hear({1: silence(15)})
    await run.say(1, 2)
    await run.live.end()
    assert run.texts(1) == ["w1", "w2"]


async def test_a_channel_can_be_private_before_its_first_sound() -> None:
    run = LiveRun()
    run.live.mute_channel(ONE, Muting.PRIVATE)
    run.live.mute_channel(ONE, Muting.PRIVATE)
    await run.say(1, 1)
    await run.say(2, 2)
    await run.live.end()
    assert run.texts() == ["w2"]
    (muted,) = run.changes
    assert (muted.change, muted.state, muted.muting) == ("muted", "muted", "private")


async def test_a_channel_that_never_came_is_lost_before_the_meeting_begins() -> None:
    run = LiveRun()
    run.live.lose_channel(TWO, unplugged())
    await run.say(1, 1)
    await run.live.end()
    assert [entry.event.type for entry in run.entries][:2] == ["channel", "status"]
    assert run.texts() == ["w1"]


async def test_a_channel_whose_detector_fails_can_still_be_lost_in_good_order() -> None:
    run = LiveRun()
    run.hear({1: spoken(1, 10)})
    run.live.accept_block(ONE, spoken(1, 1)[:100])
    run.detectors[0].fails_with = RuntimeError("onnx")
    with pytest.raises(RuntimeError):
        run.live.accept_block(ONE, spoken(1, 1))
    run.live.lose_channel(ONE, unplugged())
    await run.live.settle()
    assert run.texts() == ["w1"]
    assert len(run.changes) == 1


async def test_a_listener_that_fails_does_not_stop_the_captions_for_ever() -> None:
    """Whatever `on_entry` throws once left the finished batch in hand: no decode came after it."""
    run = LiveRun()
    await run.say(1, 1)
    taken = run.entries.append
    failures = iter([OSError("no room")])

    def fail_once(entry: object) -> None:
        if isinstance(getattr(entry, "event", None), CaptionRevised):
            for failure in failures:
                raise failure
        taken(entry)  # type: ignore[arg-type]

    run.live._on_entry = fail_once
    await run.say(1, 2)
    await run.say(1, 3)
    assert run.texts()[-1] == "w3"


async def test_a_late_partial_still_comes_before_its_final() -> None:
    """The voice ended while the partial was in hand; its final waits behind it."""
    run = LiveRun(is_held=True)
    run.hear({1: spoken(1, 24)})
    await asyncio.sleep(0)
    run.hear({1: silence(8)})
    for _ in range(3):
        await asyncio.sleep(0)
        run.worker.finish()
    assert [(each.rev, each.state) for each in run.captions] == [(1, "partial"), (2, "final")]


async def test_slow_decodes_queue_finals_in_order_and_no_stale_partials() -> None:
    run = LiveRun(is_held=True)
    for word in range(1, 5):
        await run.say(1, word, frames=10)
        await asyncio.sleep(0)
    while run.worker.held:
        run.worker.finish()
    assert run.texts() == ["w1", "w2", "w3", "w4"]
    partials = [each for each in run.captions if each.state == "partial"]
    assert len(partials) <= 1, "partials of utterances that have ended are not worth a decode"


async def test_a_very_long_utterance_loses_no_word_where_it_is_cut() -> None:
    run = LiveRun()
    await run.say(1, *range(1, 41), frames=6)
    assert len(run.finals) > 1
    heard_there = [word for text in run.texts() for word in text.split()]
    once = [word for at, word in enumerate(heard_there) if heard_there[at - 1 : at] != [word]]
    assert once == [f"w{word}" for word in range(1, 41)]


async def test_readers_are_told_that_captions_fall_behind_and_when_they_have_caught_up() -> None:
    run = LiveRun(is_held=True)
    run.hear({1: np.concatenate([spoken(1, 10), silence(200)])})
    await asyncio.sleep(0)
    assert run.statuses == ["live", "overloaded"]
    late = next(each.event for each in run.entries if each.event.type == "status" and each.seq > 1)
    assert isinstance(late, StatusChanged)
    assert late.lag_s == pytest.approx(4.0, abs=0.2)
    assert run.live.meeting.hello(run.live.now_s).meeting.state == "overloaded"
    assert run.live.load().lag_s > 4
    for _ in range(3):
        await asyncio.sleep(0)
        run.worker.finish()
    assert run.live.load().lag_s == 0
    run.hear({1: silence(90)})
    assert run.statuses[-1] == "overloaded", "a short breath is not enough"
    run.hear({1: silence(10)})
    assert run.statuses == ["live", "overloaded", "live"]


async def test_a_meeting_that_keeps_up_has_figures_and_no_complaint() -> None:
    run = LiveRun()
    await run.say(1, 1, 2)
    await run.say(2, 3)
    run.engine.encode_fails = lambda _: refused()
    await run.say(1, 4)
    load = run.live.load()
    assert (load.finals, load.queue, load.lag_s) == (3, 0, 0)
    assert load.failed >= 3
    assert load.batches > 3
    assert load.speech_s == pytest.approx(4 * 0.16, abs=0.1)
    assert run.statuses == ["live"]


async def test_a_meeting_that_catches_up_in_its_last_breath_is_not_late_after_its_end() -> None:
    run = LiveRun(is_held=True)
    run.hear({1: np.concatenate([spoken(1, 10), silence(200)])})
    ending = asyncio.create_task(run.live.end())
    for _ in range(5):
        await asyncio.sleep(0)
        run.worker.finish()
    await ending
    assert run.statuses == ["live", "overloaded", "ended"]


async def test_a_listener_that_fails_costs_no_microphone_when_captions_are_late() -> None:
    run = LiveRun(is_held=True)
    run.hear({1: spoken(1, 10)})

    def fail(_: object) -> None:
        raise OSError("no room")

    run.live._on_entry = fail
    run.hear({1: silence(200)})
    assert run.live.meeting.shown_state == "overloaded"


async def test_names_are_put_right_in_partials_and_finals_alike() -> None:
    """A name that was shown right must not come back wrong with the final."""
    run = LiveRun()
    run.live.correct = lambda heard: replace(heard, text=heard.text.replace("w2", "Kowalski"))
    for word in (1, 2, 3):
        run.hear({1: spoken(word, 12)})
        await run.live.settle()
    run.hear({1: silence(8)})
    await run.live.settle()
    assert run.texts() == ["w1 Kowalski w3"]
    assert any(each.state == "partial" for each in run.captions)
    assert not [each for each in run.captions if "w2" in each.text]


async def test_what_was_heard_and_not_believed_is_counted_by_reason_and_told() -> None:
    run = LiveRun()
    told: list[Decision] = []
    run.live.on_decision = told.append
    run.engine.believes = lambda text, *_: (text, -2.0 if text == "w2" else -0.1, 0.0)
    await run.say(1, 2)
    await run.say(2, 2)
    await run.say(2, 2)
    await run.say(2, 3)
    assert run.texts() == ["w3"], "no trace of what nobody was shown"
    assert run.live.load().rejected == {"unlikely": 3}
    assert [(each.channel, each.kind, each.reason, each.heard) for each in told] == [
        (1, "final", "unlikely", "w2"),
        (2, "final", "unlikely", "w2"),
        (2, "final", "unlikely", "w2"),
    ]


async def test_a_shown_text_that_turns_out_to_be_invented_is_withdrawn_with_the_reason() -> None:
    run = LiveRun()
    run.hear({1: spoken(1, 24)})
    await run.live.settle()
    assert run.captions
    run.engine.believes = lambda text, *_: (text, -2.0, 0.0)
    run.hear({1: silence(8)})
    await run.live.settle()
    (final,) = run.finals
    assert (final.text, final.stable, final.reason) == ("", 0, "unlikely")


async def test_a_listener_to_decisions_that_fails_costs_no_caption() -> None:
    run = LiveRun()

    def fail(_: Decision) -> None:
        raise OSError("no space")

    run.live.on_decision = fail
    run.engine.believes = lambda text, *_: (text, -2.0 if text == "w1" else -0.1, 0.0)
    await run.say(1, 1)
    await run.say(1, 2)
    assert run.texts() == ["w2"]
    assert run.live.load().rejected == {"unlikely": 1}


async def test_levels_say_what_a_host_should_do_about_a_microphone() -> None:
    run = LiveRun()
    run.hear({1: silence(200), 2: spoken(100, 200)})
    assert [level.advice for level in run.live.levels()] == ["silent", None]


async def test_levels_show_who_has_a_voice() -> None:
    run = LiveRun()
    run.hear({1: spoken(500, 10), 2: silence(10)})
    first, second = run.live.levels()
    assert (first.channel, first.has_voice, second.has_voice) == (1, True, False)
    assert first.level.rms_db > -10 > second.level.rms_db


async def test_a_channel_that_the_meeting_does_not_have_is_refused() -> None:
    run = LiveRun()
    with pytest.raises(MeetingError):
        run.live.accept_block(ChannelId(9), spoken(1, 1))


async def test_no_sound_is_no_beginning() -> None:
    run = LiveRun()
    run.live.accept_block(ONE, silence(0))
    assert run.entries == []


async def test_channels_opened_before_the_start_count_from_zero() -> None:
    run = LiveRun()
    run.live.open_channel(TWO, SamplePos(0))
    run.live.start()
    await run.say(2, 1)
    assert run.finals[0].start == 0.0
    assert run.statuses == ["live"]


def hear_device(run: LiveRun, channel: ChannelId, sound: Samples) -> None:
    """Frame by frame, each the moment its last sample was taken."""
    for at in range(0, len(sound), FRAME_SAMPLES):
        run.clock.advance(FRAME_SAMPLES / SAMPLE_RATE)
        run.live.accept_block(channel, sound[at : at + FRAME_SAMPLES], run.clock.moment_s)


async def test_a_device_that_was_lost_and_is_back_goes_on_after_the_gap() -> None:
    """With its next sound; what was said before it left is still decoded and loses nothing."""
    run = LiveRun(is_held=True)
    told: list[Decision] = []
    run.live.on_decision = told.append
    hear_device(run, ONE, np.concatenate([silence(20), spoken(1, 10)]))
    run.live.lose_channel(ONE, unplugged())
    run.clock.advance(30.0)
    hear_device(run, ONE, np.concatenate([silence(20), spoken(2, 10), silence(20)]))
    for _ in range(5):
        await asyncio.sleep(0)
        run.worker.finish()
    assert run.texts() == ["w1", "w2"]
    first, second = run.finals
    assert second.start - first.start == pytest.approx(30 + 30 * 0.032, abs=0.04)
    (gap,) = told
    assert (gap.what, gap.reason, gap.channel) == ("gap", "away", ONE)
    assert run.live.intake.gap_s(ONE) == pytest.approx(30, abs=0.1)


async def test_a_channel_that_was_broken_off_goes_on_where_its_next_sound_arrives() -> None:
    """A host has muted it, or chosen another microphone: nobody is told that it is lost."""
    run = LiveRun()
    hear_device(run, ONE, np.concatenate([silence(20), spoken(1, 10)]))
    run.live.break_off(ONE)
    run.live.break_off(TWO)
    run.clock.advance(7.0)
    hear_device(run, ONE, np.concatenate([silence(20), spoken(2, 10), silence(20)]))
    await run.live.settle()
    assert run.texts() == ["w1", "w2"]
    assert run.finals[1].start == pytest.approx(50 * 0.032 + 7, abs=0.033)
    assert run.changes == []


async def test_a_device_that_leaves_in_its_first_breath_is_still_heard() -> None:
    """Its sound was held back until its place would be known."""
    run = LiveRun()
    hear_device(run, ONE, spoken(1, 6))
    assert run.entries == []
    await run.live.end()
    assert run.texts() == ["w1"]


async def test_a_listener_to_gaps_that_fails_costs_no_sound() -> None:
    run = LiveRun()

    def fail(_: Decision) -> None:
        raise OSError("no space")

    run.live.on_decision = fail
    hear_device(run, ONE, silence(50))
    run.clock.advance(0.4)
    hear_device(run, ONE, np.concatenate([silence(50), spoken(2, 10), silence(20)]))
    await run.live.settle()
    assert run.texts() == ["w2"]
    assert run.finals[0].start == pytest.approx(100 * 0.032 + 0.4, abs=0.033)


OUTCOMES = st.lists(
    st.sampled_from(["well", "well", "well", "encode", "generate", "burst", "empty"]), max_size=40
)
TURNS = st.lists(
    st.tuples(
        st.sampled_from(["both", "one", "two", "nobody"]),
        st.integers(1, 16),
        st.sampled_from(["", "", "decode", "decode", "lose one", "lose two"]),
    ),
    max_size=25,
)


@given(turns=TURNS, outcomes=OUTCOMES, has_faults=st.booleans())
def test_every_segment_with_a_text_ends_in_exactly_one_final(
    turns: list[tuple[str, int, str]], outcomes: list[str], has_faults: bool
) -> None:
    """Over random speech, decodes that fail or are slow, microphones lost and a sudden end."""
    run, words, lost = asyncio.run(_random_meeting(turns, outcomes if has_faults else []))
    _check_promises(run)
    assert [change.channel for change in run.changes] == lost
    if not has_faults:
        for channel, spoken_there in words.items():
            heard_there = [word for text in run.texts(channel) for word in text.split()]
            missing = set(spoken_there) - set(heard_there)
            assert missing == set(), "a voice that was long enough has no final"


async def _random_meeting(
    turns: list[tuple[str, int, str]], outcomes: list[str]
) -> tuple[LiveRun, dict[int, list[str]], list[int]]:
    """The run, the words that were long enough to count per channel, and the channels lost."""
    run = LiveRun(is_held=True)
    script = iter(outcomes)

    def maybe(_: object) -> Exception | None:
        outcome = next(script, "well")
        run.engine.hears = (lambda _: "") if outcome == "empty" else heard_as_it_is
        return {"encode": refused(), "burst": MemoryError("burst")}.get(outcome)

    def maybe_all(_: Sequence[str]) -> Exception | None:
        return refused() if next(script, "well") == "generate" else None

    heard_as_it_is = run.engine.hears
    run.engine.encode_fails, run.engine.generate_fails = maybe, maybe_all
    words: dict[int, list[str]] = {1: [], 2: []}
    lost: list[int] = []
    for number, (who, frames, then) in enumerate(turns, 1):
        sounds: dict[int, Samples] = {}
        for channel, name in ((1, "one"), (2, "two")):
            if channel in lost:
                continue
            is_speaking = who in (name, "both")
            sounds[channel] = spoken(number, frames) if is_speaking else silence(frames)
            if is_speaking and frames >= 2:
                words[channel].append(f"w{number}")
        if sounds:
            run.hear(sounds)
        await asyncio.sleep(0)
        if then == "decode":
            run.worker.finish()
        elif then and (channel := 1 if then == "lose one" else 2) not in lost:
            lost.append(channel)
            run.live.lose_channel(ChannelId(channel), unplugged())
            run.live.lose_channel(ChannelId(channel), unplugged())
    ending = asyncio.create_task(run.live.end())
    while not ending.done():
        await asyncio.sleep(0)
        run.worker.finish()
    await ending
    return run, words, lost


def _check_promises(run: LiveRun) -> None:
    utterances: dict[str, list[CaptionRevised]] = {}
    for caption in run.captions:
        utterances.setdefault(caption.utterance, []).append(caption)
    for revisions in utterances.values():
        assert [each.rev for each in revisions] == list(range(1, len(revisions) + 1))
        states = [each.state for each in revisions]
        assert states == ["partial"] * (len(states) - 1) + ["final"]
        assert len({(each.start, each.channel) for each in revisions}) == 1
        final = revisions[-1]
        assert final.text or final.reason
        assert final.text or len(revisions) > 1, "nothing was shown, so nothing is withdrawn"
    for channel in (1, 2):
        spans = [(each.start, each.end) for each in run.finals if each.channel == channel]
        assert spans == sorted(spans), "finals of one channel come in order"
        assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(spans))
    assert [entry.seq for entry in run.entries] == list(range(1, len(run.entries) + 1))
    moments = [entry.event.at for entry in run.entries]
    assert moments == sorted(moments)
    assert run.statuses[-1] == "ended"
    assert run.entries[-1].event.type == "status"


class HeldRun(LiveRun):
    """A meeting whose decodes can hang, and run on a GPU that can fail; see HeldHouse."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.house = HeldHouse(self.engine)
        self.live = self._live(self.house.worker)
        self.engine.generate_fails = lambda _: gpu_failed() if self.engine.runs_on_gpu else None

    async def load(self) -> None:
        loading = asyncio.create_task(self.house.worker.load())
        await asyncio.sleep(0)
        self.house.thread.finish()
        await loading

    async def step(self, what: str) -> None:
        """Let the thread finish, hang, or fail on a GPU; or one that hung come back after all."""
        await _turns()
        if what == "hang":
            self.house.timer.advance(50.0)
        elif what == "late":
            for thread in self.house.threads[:-1]:
                thread.finish()
        else:
            self.engine.runs_on_gpu = what == "gpu"
            self.house.thread.finish()
        await _turns()

    async def end(self, steps: Sequence[str] = ()) -> None:
        script = iter(steps)
        ending = asyncio.create_task(self.live.end())
        for _ in range(1000):
            await self.step(next(script, "well"))
            if ending.done():
                break
        await asyncio.wait_for(ending, 1)


async def _turns() -> None:
    for _ in range(6):
        await asyncio.sleep(0)


async def test_a_gpu_that_fails_in_the_middle_of_a_meeting_costs_no_word() -> None:
    run = HeldRun()
    await run.load()
    for word, how in ((1, "well"), (2, "gpu"), (3, "well")):
        run.hear({1: np.concatenate([spoken(word, 10), silence(8)])})
        await run.step(how)
    await run.end()
    assert run.texts() == ["w1", "w2", "w3"]
    assert run.engine.fell_back == 1
    assert run.live.load().problem == ON_THE_CPU


async def test_a_decode_that_hangs_is_done_again_while_the_sound_waits() -> None:
    run = HeldRun()
    await run.load()
    run.hear({1: np.concatenate([spoken(1, 10), silence(8)])})
    await run.step("hang")
    assert run.live.load().problem == STARTED_ANEW
    run.hear({1: np.concatenate([spoken(2, 10), silence(8)]), 2: spoken(3, 18)})
    await run.step("late")
    assert run.texts() == []
    await run.end()
    assert sorted(run.texts()) == ["w1", "w2", "w3"]


async def test_a_meeting_whose_engine_is_gone_for_good_still_ends_with_what_was_shown() -> None:
    run = HeldRun()
    await run.load()
    run.hear({1: spoken(1, 24)})
    await run.step("well")
    run.hear({1: silence(8)})
    await run.end(["hang"] * 100)
    assert [(each.state, each.text) for each in run.captions] == [
        ("partial", "w1"),
        ("final", "w1"),
    ]
    assert run.live.load().problem == GIVEN_UP
    assert run.statuses[-1] == "ended"


STEPS = st.sampled_from(["well", "well", "well", "gpu", "late", "hang"])


@given(
    turns=st.lists(
        st.tuples(
            st.sampled_from(["both", "one", "two", "nobody"]), st.integers(1, 16), st.none() | STEPS
        ),
        max_size=15,
    ),
    steps=st.lists(STEPS, max_size=12),
    hangs=st.integers(0, 6),
)
def test_every_word_has_its_final_over_hangs_and_a_failing_gpu(
    turns: list[tuple[str, int, str | None]], steps: list[str], hangs: int
) -> None:
    """With so many hangs at most; up to two cost no word, as a final is tried three times."""
    run, words = asyncio.run(_shaken_meeting(turns, steps, hangs))
    _check_promises(run)
    if hangs < MOST_ATTEMPTS:
        assert not run.house.worker.has_given_up
        for channel, spoken_there in words.items():
            heard_there = [word for text in run.texts(channel) for word in text.split()]
            assert set(spoken_there) <= set(heard_there)


async def _shaken_meeting(
    turns: list[tuple[str, int, str | None]], steps: list[str], hangs: int
) -> tuple[HeldRun, dict[int, list[str]]]:
    run = HeldRun()
    await run.load()
    left = itertools.count(hangs, -1)

    def allowed(step: str) -> str:
        return "well" if step == "hang" and next(left) <= 0 else step

    words: dict[int, list[str]] = {1: [], 2: []}
    for number, (who, frames, step) in enumerate(turns, 1):
        sounds: dict[int, Samples] = {}
        for channel, name in ((1, "one"), (2, "two")):
            is_speaking = who in (name, "both")
            sounds[channel] = spoken(number, frames) if is_speaking else silence(frames)
            if is_speaking and frames >= 2:
                words[channel].append(f"w{number}")
        run.hear(sounds)
        if step is not None:
            await run.step(allowed(step))
    await run.end([allowed(step) for step in steps])
    return run, words


class RoomRun(LiveRun):
    """Two microphones that hear each other; the engine hears nothing but that somebody spoke."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.engine.hears = lambda _: "said"
        self.told: list[Decision] = []
        self.live.on_decision = self.told.append
        for number in range(1, len(self.names) + 1):
            self.live.open_channel(ChannelId(number), SamplePos(0))

    def _new_detector(self) -> LoudnessDetector:
        return LoudnessDetector()

    async def play(self, *turns: Turn) -> None:
        end_s = max(until_s for _, _, until_s in turns) + 1
        sounds = room(len(self.names), (-6, 6)).hear(turns, end_s)
        self.hear(dict(enumerate(sounds, 1)))
        await self.live.end()

    def spans(self, channel: int) -> list[tuple[float, float]]:
        return [(each.start, each.end) for each in self.finals if each.channel == channel]


WITH_BLEED = replace(SETTINGS, audio=replace(SETTINGS.audio, bleed=True))


async def test_a_voice_that_is_in_both_microphones_is_captioned_once_under_its_own_name() -> None:
    run = RoomRun(settings=WITH_BLEED)
    await run.play((0, 1.0, 3.5), (1, 5.0, 7.5))
    assert run.spans(1) == [pytest.approx((1.0, 3.5), abs=0.15)]
    assert run.spans(2) == [pytest.approx((5.0, 7.5), abs=0.15)]
    _check_promises(run)


async def test_what_was_left_out_is_told_with_its_owner() -> None:
    run = RoomRun(settings=WITH_BLEED)
    await run.play((0, 1.0, 3.5), (1, 5.0, 7.5))
    assert [(each.what, each.reason, each.channel) for each in run.told] == [
        ("suppressed", "bleed", TWO),
        ("suppressed", "bleed", ONE),
    ]
    assert [each.figures["owner"] for each in run.told] == [1, 2]
    assert run.told[0].start / SAMPLE_RATE == pytest.approx(1.0, abs=0.3)
    assert run.told[0].end / SAMPLE_RATE == pytest.approx(3.5, abs=0.4)


async def test_two_who_really_speak_at_once_are_both_captioned() -> None:
    run = RoomRun(settings=WITH_BLEED)
    await run.play((0, 1.0, 3.0), (1, 4.0, 6.0), (0, 7.0, 11.0), (1, 8.0, 10.5))
    assert run.spans(1)[1] == pytest.approx((7.0, 11.0), abs=0.3)
    assert run.spans(2)[1] == pytest.approx((8.0, 10.5), abs=0.3)
    assert len(run.finals) == 4


async def test_without_the_setting_every_microphone_is_captioned_by_itself() -> None:
    run = RoomRun()
    await run.play((0, 1.0, 3.5))
    assert len(run.spans(1)) == 1
    assert len(run.spans(2)) >= 1
    assert run.told == []


async def test_a_microphone_lost_in_the_middle_of_anothers_words_leaves_them_whole() -> None:
    run = RoomRun(settings=WITH_BLEED)
    sounds = room(2, (-6, 6)).hear([(0, 1.0, 5.0)], 6)
    cut = 100 * FRAME_SAMPLES
    run.hear({1: sounds[0][:cut], 2: sounds[1][:cut]})
    run.live.lose_channel(TWO, unplugged())
    run.hear({1: sounds[0][cut:]})
    await run.live.end()
    assert run.spans(1)[0][0] == pytest.approx(1.0, abs=0.15)
    assert run.spans(1)[-1][1] == pytest.approx(5.0, abs=0.15)
    assert run.spans(2) == []
