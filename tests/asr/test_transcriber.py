import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.asr.agreement import ALONE_LAG_S, PACE_CHARACTERS_S
from captioner.asr.decoder import Decoded
from captioner.asr.engine import DecodeRequest
from captioner.asr.transcriber import (
    CROWD,
    EAGER_PARTIAL_S,
    FIRST_PARTIAL_S,
    MOST_ATTEMPTS,
    UNSURE_PARTIAL_S,
    DecodePlan,
    Transcriber,
    next_beat,
)
from captioner.domain import (
    ChannelId,
    Hypothesis,
    SamplePos,
    Segment,
    Utterance,
    UtteranceId,
    UtteranceState,
)
from captioner.settings import AsrSettings
from tests.fakes.sample_requests import request

SECOND = 16_000


def transcriber(interval_s: float = 1.0, language: str = "en") -> Transcriber:
    numbers = itertools.count(1)
    return Transcriber(
        ChannelId(1),
        language,
        AsrSettings(partial_interval_s=interval_s),
        lambda: UtteranceId(f"u{next(numbers)}"),
    )


def segment(start_s: float, end_s: float) -> Segment:
    start, end = SamplePos(round(start_s * SECOND)), SamplePos(round(end_s * SECOND))
    return Segment(ChannelId(1), start, end, start, end)


def asked(plan: DecodePlan | None, attempt: int = 1) -> DecodeRequest:
    """The request that whoever holds the sound makes of a plan."""
    assert plan is not None
    return replace(
        request(kind=plan.kind, length_s=0.001, attempt=attempt),
        utterance=plan.utterance,
        start=plan.segment.start,
        end=plan.segment.end,
    )


def words(text: str, language: str = "en") -> Decoded:
    return Decoded(Hypothesis(text, language, -0.1, 0.0))


def shown(utterance: Utterance | None) -> tuple[int, str, str]:
    assert utterance is not None
    return utterance.rev, str(utterance.state), utterance.text


def test_partials_and_a_final_are_numbered_from_one() -> None:
    one = transcriber()
    one.accept_opened(segment(1.0, 1.1))
    first = asked(one.plan_partial(segment(1.0, 1.8)))
    assert shown(one.accept_decoded(first, words("Good"))) == (1, "partial", "Good")
    second = asked(one.plan_partial(segment(1.0, 2.8)))
    assert shown(one.accept_decoded(second, words("Good day"))) == (2, "partial", "Good day")
    final = asked(one.accept_closed(segment(1.0, 3.0)))
    done = one.accept_decoded(final, words("Good day."))
    assert shown(done) == (3, "final", "Good day.")
    assert done is not None
    assert (done.start, done.end, done.stable) == (SECOND, 3 * SECOND, len("Good day."))
    assert done.reason is None
    assert one.unfinished == 0


def test_the_first_partial_comes_sooner_than_the_next_ones() -> None:
    one = transcriber(interval_s=2.0)
    one.accept_opened(segment(0.0, 0.1))
    assert one.plan_partial(segment(0.0, FIRST_PARTIAL_S - 0.01)) is None
    first = asked(one.plan_partial(segment(0.0, FIRST_PARTIAL_S)))
    one.accept_decoded(first, words("So"))
    beat = next_beat(round(FIRST_PARTIAL_S * SECOND), round(UNSURE_PARTIAL_S * SECOND)) / SECOND
    assert one.plan_partial(segment(0.0, beat - 0.01)) is None
    assert one.plan_partial(segment(0.0, beat)) is not None


def test_as_long_as_nothing_is_shown_the_next_partial_comes_soon() -> None:
    one = transcriber(interval_s=2.0)
    one.accept_opened(segment(0.0, 0.1))
    first = asked(one.plan_partial(segment(0.0, FIRST_PARTIAL_S)))
    assert one.accept_decoded(first, words("")) is None
    assert one.plan_partial(segment(0.0, FIRST_PARTIAL_S + EAGER_PARTIAL_S - 0.01)) is None
    assert one.plan_partial(segment(0.0, FIRST_PARTIAL_S + EAGER_PARTIAL_S)) is not None


def test_a_long_first_word_is_looked_at_again_when_there_was_time_to_say_it() -> None:
    """The decodes before that would show nothing and cost as much."""
    one = transcriber(interval_s=2.0)
    one.accept_opened(segment(0.0, 0.1))
    first = asked(one.plan_partial(segment(0.0, FIRST_PARTIAL_S)))
    assert one.accept_decoded(first, words("Unbelievably so")) is None, "no time to say so much"
    said_s = ALONE_LAG_S + len("Unbelievably ") / PACE_CHARACTERS_S
    assert one.plan_partial(segment(0.0, said_s - 0.01)) is None
    second = asked(one.plan_partial(segment(0.0, said_s + 0.01)))
    assert shown(one.accept_decoded(second, words("Unbelievably so")))[2] == "Unbelievably"


def test_channels_that_speak_at_once_are_heard_at_once() -> None:
    """Whenever their voices began: in one batch a row costs the decoder a third."""
    due = set()
    for began_s in (0.0, 0.2, 0.37, 0.45):
        one = transcriber()
        one.accept_opened(segment(began_s, began_s + 0.1))
        for end_s in (began_s + 1.0, began_s + 2.0):
            asked_for = asked(one.plan_partial(segment(began_s, end_s)))
            one.accept_decoded(asked_for, words("So it is"))
        due.add(next(at for at in range(200, 500) if one.plan_partial(segment(began_s, at / 100))))
    assert due == {300}


def test_in_a_crowd_the_partials_of_each_come_less_often() -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    for end_s in (1.0, 3.0):
        asked_for = asked(one.plan_partial(segment(0.0, end_s)))
        one.accept_decoded(asked_for, words("So it is"))
    assert one.plan_partial(segment(0.0, 4.4), speaking=CROWD) is None
    assert one.plan_partial(segment(0.0, 4.4), speaking=CROWD - 1) is not None


@given(st.integers(0, 10_000_000), st.integers(1, 200_000))
def test_a_beat_is_about_an_interval_away(since: int, interval: int) -> None:
    beat = next_beat(since, interval)
    assert beat % interval == 0
    assert interval / 2 <= beat - since <= 1.5 * interval


def test_a_word_that_one_decode_said_is_looked_at_again_soon() -> None:
    """A wrong first word once stood for two seconds: one until it was disputed, one until two
    decodes agreed on another."""
    one = transcriber(interval_s=2.0)
    one.accept_opened(segment(0.0, 0.1))
    first = asked(one.plan_partial(segment(0.0, FIRST_PARTIAL_S)))
    assert shown(one.accept_decoded(first, words("So there"))) == (1, "partial", "So")
    soon = next_beat(round(FIRST_PARTIAL_S * SECOND), round(UNSURE_PARTIAL_S * SECOND)) / SECOND
    assert one.plan_partial(segment(0.0, soon - 0.01)) is None
    second = asked(one.plan_partial(segment(0.0, soon)))
    one.accept_decoded(second, words("So there is"))
    assert one.plan_partial(segment(0.0, 3.99)) is None, "two decodes bear it out"
    assert one.plan_partial(segment(0.0, 4.0)) is not None


def test_stable_words_that_the_final_changes_are_counted() -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    for end_s in (3.0, 4.0, 5.0):
        asked_for = asked(one.plan_partial(segment(0.0, end_s)))
        one.accept_decoded(asked_for, words("We met on Tuesday"))
    final = asked(one.accept_closed(segment(0.0, 5.5)))
    done = one.accept_decoded(final, words("We met on Thursday, then."))
    assert shown(done)[2] == "We met on Thursday, then."
    assert one.corrected == 1


def test_a_language_without_blanks_grows_with_every_partial_and_keeps_what_is_stable() -> None:
    one = transcriber(language="zh")
    one.accept_opened(segment(0.0, 0.1))
    seen: list[Utterance] = []
    for end_s, text in enumerate(("我们今天", "我们今天先讨论", "我们今天先讨论预算，"), 1):
        asked_for = asked(one.plan_partial(segment(0.0, float(end_s))))
        revised = one.accept_decoded(asked_for, words(text, "zh"))
        assert revised is not None, "each says more than the one before"
        seen.append(revised)
    assert [each.text for each in seen] == ["我们今天", "我们今天先讨论", "我们今天先讨论预算，"]
    assert [each.stable for each in seen] == [0, 0, 4]
    final = asked(one.accept_closed(segment(0.0, 3.5)))
    assert shown(one.accept_decoded(final, words("我们明天先讨论预算。", "zh")))[1] == "final"
    assert one.corrected == 1


def test_a_rejected_text_is_never_shown() -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    first = asked(one.plan_partial(segment(0.0, 2.0)))
    looped = replace(words("so so so so so so"), rejection="loop")
    assert one.accept_decoded(first, looped) is None
    second = asked(one.plan_partial(segment(0.0, 4.0)))
    assert shown(one.accept_decoded(second, words("So it is"))) == (1, "partial", "So it is")
    final = asked(one.accept_closed(segment(0.0, 5.0)))
    withdrawn = one.accept_decoded(final, looped)
    assert shown(withdrawn) == (2, "final", "")
    assert withdrawn is not None
    assert (withdrawn.reason, withdrawn.stable) == ("loop", 0)


def test_at_most_one_partial_of_an_utterance_is_under_way() -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    first = asked(one.plan_partial(segment(0.0, 1.0)))
    assert one.plan_partial(segment(0.0, 9.0)) is None
    assert one.accept_failure(first) is None, "a partial that fails is simply missed"
    assert one.plan_partial(segment(0.0, 9.0)) is not None


def test_silence_is_not_worth_a_partial() -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    asked(one.plan_partial(segment(0.0, 1.0)))
    nothing_new = segment(0.0, 1.0)
    assert one.plan_partial(replace(nothing_new, audio_end=SamplePos(9 * SECOND))) is None


def test_nobody_speaks_so_nothing_is_planned() -> None:
    assert transcriber().plan_partial(segment(0.0, 9.0)) is None


@pytest.mark.parametrize("text", ["", "Good"])
def test_a_partial_that_says_nothing_new_is_not_shown(text: str) -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    first = asked(one.plan_partial(segment(0.0, 0.8)))
    one.accept_decoded(first, words("Good"))
    again = asked(one.plan_partial(segment(0.0, 1.8)))
    assert one.accept_decoded(again, words(text)) is None
    assert one.plan_partial(segment(0.0, 2.8)) is not None


def test_a_partial_that_comes_late_still_belongs_to_its_utterance() -> None:
    """The voice ended while its partial was being decoded, and the next one began."""
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    late = asked(one.plan_partial(segment(0.0, 1.0)))
    final = asked(one.accept_closed(segment(0.0, 1.2)))
    one.accept_opened(segment(2.0, 2.1))
    assert one.unfinished == 2
    revised = one.accept_decoded(late, words("Good"))
    assert shown(revised) == (1, "partial", "Good")
    assert revised is not None
    assert revised.id == "u1"
    assert shown(one.accept_decoded(final, words("Good."))) == (2, "final", "Good.")


def test_nothing_comes_after_a_final() -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    late = asked(one.plan_partial(segment(0.0, 1.0)))
    final = asked(one.accept_closed(segment(0.0, 1.2)))
    assert one.accept_decoded(final, words("Good.")) is not None
    assert one.accept_decoded(late, words("Good")) is None
    assert one.accept_failure(late) is None
    assert one.accept_decoded(final, words("Good!")) is None
    assert one.accept_failure(final) is None


def test_an_empty_final_withdraws_what_was_shown_and_says_why() -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    one.accept_decoded(asked(one.plan_partial(segment(0.0, 1.0))), words("Thank you."))
    final = asked(one.accept_closed(segment(0.0, 1.2)))
    withdrawn = one.accept_decoded(final, words(""))
    assert shown(withdrawn) == (2, "final", "")
    assert withdrawn is not None
    assert (withdrawn.reason, withdrawn.stable) == ("no_speech", 0)


def test_an_empty_final_of_which_nothing_was_shown_leaves_no_trace() -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    final = asked(one.accept_closed(segment(0.0, 0.4)))
    assert one.accept_decoded(final, words("")) is None
    assert one.unfinished == 0


def test_a_final_that_fails_is_tried_again_with_the_same_sound() -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    final = asked(one.accept_closed(segment(0.0, 1.2)))
    again = one.accept_failure(final)
    assert isinstance(again, DecodeRequest)
    assert again.attempt == 2
    assert again.samples is final.samples
    assert one.unfinished == 1


def test_after_three_failures_the_last_partial_text_is_final() -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    partial = asked(one.plan_partial(segment(0.0, 2.0)))
    one.accept_decoded(partial, words("Goede dag", "nl"))
    final = asked(one.accept_closed(segment(0.0, 2.2)))
    for _ in range(MOST_ATTEMPTS - 1):
        again = one.accept_failure(final)
        assert isinstance(again, DecodeRequest)
        final = again
    given_up = one.accept_failure(final)
    assert isinstance(given_up, Utterance)
    assert shown(given_up) == (2, "final", "Goede dag")
    assert given_up.language == "nl"
    assert given_up.end == round(2.2 * SECOND)


def test_after_three_failures_without_a_partial_nothing_is_said() -> None:
    one = transcriber()
    one.accept_opened(segment(0.0, 0.1))
    final = asked(one.accept_closed(segment(0.0, 1.2)), attempt=MOST_ATTEMPTS)
    assert one.accept_failure(final) is None
    assert one.unfinished == 0


def test_closing_what_never_opened_is_a_fault_of_the_program() -> None:
    with pytest.raises(RuntimeError, match="only after it opened"):
        transcriber().accept_closed(segment(0.0, 1.0))


ANSWERS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["a", "ab", "abc", "", "fail"])), max_size=60
)


@given(
    spans=st.lists(st.integers(1, 8), min_size=1, max_size=6), answers=ANSWERS, patience=st.data()
)
def test_however_decodes_come_back_an_utterance_has_one_final_and_revs_that_grow_by_one(
    spans: list[int], answers: list[tuple[int, str]], patience: st.DataObject
) -> None:
    one = transcriber(interval_s=0.2)
    waiting: list[DecodeRequest] = []
    published: dict[UtteranceId, list[Utterance]] = {}
    script = iter(answers)

    def answer(index: int, text: str) -> None:
        asked_for = waiting.pop(index % len(waiting))
        if text == "fail":
            result = one.accept_failure(asked_for)
        else:
            result = one.accept_decoded(asked_for, words(text))
        if isinstance(result, DecodeRequest):
            waiting.append(result)
        elif result is not None:
            published.setdefault(result.id, []).append(result)

    at = 0.0
    for span in spans:
        one.accept_opened(segment(at, at + 0.1))
        for step in range(1, span + 1):
            if plan := one.plan_partial(segment(at, at + step / 4)):
                waiting.append(asked(plan))
            is_quick: bool = patience.draw(st.booleans())
            if waiting and is_quick:
                answer(*next(script, (0, "a")))
        waiting.append(asked(one.accept_closed(segment(at, at + span / 4))))
        at += span
    while waiting:
        answer(*next(script, (0, "")))

    assert one.unfinished == 0
    for revisions in published.values():
        assert [each.rev for each in revisions] == list(range(1, len(revisions) + 1))
        states = [each.state for each in revisions]
        assert states == [UtteranceState.PARTIAL] * (len(states) - 1) + [UtteranceState.FINAL]
        assert len({each.start for each in revisions}) == 1
        assert (revisions[-1].reason is None) == bool(revisions[-1].text)


def test_what_is_dropped_is_taken_back_once_and_its_decodes_are_not_wanted() -> None:
    """One was shown in part and is spoken still; of the other nothing was ever shown."""
    talk = transcriber()
    hidden, shown = segment(0.0, 2.0), segment(3.0, 5.0)
    talk.accept_opened(hidden)
    never = asked(talk.accept_closed(hidden))
    talk.accept_opened(shown)
    partial = asked(talk.plan_partial(shown))
    hypothesis = Hypothesis("between us two", "en", -0.1, 0.0)
    for _ in range(2):
        revised = talk.accept_decoded(partial, Decoded(hypothesis))
        if revised is None:
            break
    assert talk.knows(never.utterance)
    (dropped,) = talk.drop()
    assert (dropped.id, dropped.state, dropped.text) == (partial.utterance, "final", "")
    assert (dropped.rev, dropped.reason, dropped.stable) == (2, "private", 0)
    assert talk.unfinished == 0
    assert not talk.knows(never.utterance)
    for late in (never, partial):
        assert talk.accept_decoded(late, Decoded(hypothesis)) is None
        assert talk.accept_failure(late) is None
    assert talk.drop() == []
