from collections.abc import Sequence

import numpy as np
import pytest

from captioner.asr.decoder import (
    WHOLE_WINDOW_S,
    Decoded,
    Outcome,
    decode_batch,
    is_gpu_failure,
    rejection_of,
)
from captioner.asr.engine import DecodeKind, Encoded
from captioner.asr.grouping import Batching
from captioner.audio.frame import Samples
from captioner.errors import DecodeError
from tests.fakes.sample_requests import request
from tests.fakes.scripted_engine import ScriptedEngine, gpu_failed, refused
from tests.fakes.tone_source import heard


def texts(outcomes: Sequence[Outcome]) -> list[str]:
    return [
        outcome.hypothesis.text if isinstance(outcome, Decoded) else f"! {outcome.code}"
        for outcome in outcomes
    ]


def test_outcomes_come_in_the_order_of_the_requests_whatever_their_windows() -> None:
    engine = ScriptedEngine()
    requests = [
        request(1, word=1, length_s=20.0),
        request(2, word=2, length_s=2.0),
        request(3, word=3, length_s=20.0),
        request(4, word=4, length_s=2.0),
    ]
    assert texts(decode_batch(engine, requests, 1)) == ["w1", "w2", "w3", "w4"]


def test_rows_of_one_window_are_generated_together() -> None:
    engine = ScriptedEngine()
    requests = [
        request(1, word=1, length_s=2.0),
        request(2, word=2, length_s=20.0),
        request(3, word=3, length_s=5.0, language="nl"),
    ]
    decode_batch(engine, requests, 1)
    together, alone = engine.generated
    assert together.texts == ("w1", "w3")
    assert together.windows_s == (10.0, 10.0)
    assert together.languages == ("en", "nl")
    assert together.options.longest_s == 5.0
    assert alone.windows_s == (25.0,)


def test_partials_are_decoded_with_one_beam() -> None:
    engine = ScriptedEngine()
    decode_batch(engine, [request(1), request(2, kind=DecodeKind.PARTIAL)], 5)
    assert sorted(call.options.beam_size for call in engine.generated) == [1, 5]


def test_with_one_beam_finals_and_partials_of_one_window_share_a_call() -> None:
    engine = ScriptedEngine()
    rows = [request(1, length_s=9.0), request(2, kind=DecodeKind.PARTIAL, length_s=9.0)]
    decode_batch(engine, rows, 1)
    assert len(engine.generated) == 1


@pytest.mark.parametrize(
    "error",
    [refused(), MemoryError("no room"), IndexError("a row too few"), TypeError("None")],
    ids=lambda error: type(error).__name__,
)
def test_a_row_that_cannot_be_encoded_harms_no_other(error: Exception) -> None:
    """Anything but a DecodeError once failed the whole batch, three times over: the finals of all
    who spoke with the one bad row were lost."""
    engine = ScriptedEngine()
    engine.encode_fails = lambda samples: error if heard(samples) == "w2" else None
    requests = [request(channel, word=channel) for channel in (1, 2, 3)]
    assert texts(decode_batch(engine, requests, 1)) == ["w1", "! decode_failed", "w3"]


@pytest.mark.parametrize("error", [refused(), MemoryError("no room"), KeyError("nl")])
def test_a_row_that_cannot_be_generated_harms_no_other(error: Exception) -> None:
    engine = ScriptedEngine()
    engine.generate_fails = lambda spoken: error if "w2" in spoken else None
    requests = [request(channel, word=channel) for channel in (1, 2, 3)]
    assert texts(decode_batch(engine, requests, 1)) == ["w1", "! decode_failed", "w3"]
    assert [len(call.texts) for call in engine.generated] == [3, 1, 1, 1]


def test_one_window_that_fails_leaves_the_other_windows_alone() -> None:
    engine = ScriptedEngine()
    engine.generate_fails = lambda spoken: refused() if "w1" in spoken else None
    requests = [request(1, word=1), request(2, word=2, length_s=20.0)]
    assert texts(decode_batch(engine, requests, 1)) == ["! decode_failed", "w2"]


def test_an_engine_that_answers_for_too_few_rows_is_asked_row_by_row() -> None:
    class Forgetful(ScriptedEngine):
        def generate(self, rows, languages, options):  # type: ignore[no-untyped-def]
            hypotheses = super().generate(rows, languages, options)
            return hypotheses[:1]

    requests = [request(1, word=1), request(2, word=2)]
    assert texts(decode_batch(Forgetful(), requests, 1)) == ["w1", "w2"]


def test_an_engines_own_error_is_explained_in_words() -> None:
    engine = ScriptedEngine()

    def no_memory(_: Samples) -> Exception:
        return MemoryError("cannot allocate")

    engine.encode_fails = no_memory
    (outcome,) = decode_batch(engine, [request()], 1)
    assert isinstance(outcome, DecodeError)
    assert outcome.message == "The engine failed (MemoryError): cannot allocate."


def test_a_partial_is_decoded_in_a_shorter_window_than_a_final() -> None:
    engine = ScriptedEngine()
    decode_batch(engine, [request(1), request(2, kind=DecodeKind.PARTIAL)], 1)
    assert engine.encoded == [(16_000, 10.0), (16_000, 5.0)]


TOGETHER = Batching(encodes_together=True)


def test_rows_of_one_window_are_encoded_together_where_that_pays() -> None:
    engine = ScriptedEngine()
    requests = [request(channel, word=channel, length_s=2.0) for channel in (1, 2, 3)]
    requests.append(request(4, word=4, length_s=20.0))
    outcomes = decode_batch(engine, requests, 1, batching=TOGETHER)
    assert texts(outcomes) == ["w1", "w2", "w3", "w4"]
    assert engine.encode_calls == [3, 1]
    decode_batch(engine, requests, 1)
    assert engine.encode_calls == [3, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("error", [refused(), MemoryError("no room"), TypeError("None")])
def test_a_joint_encode_that_fails_is_done_row_by_row(error: Exception) -> None:
    engine = ScriptedEngine()
    engine.encode_fails = lambda samples: error if heard(samples) == "w2" else None
    requests = [request(channel, word=channel) for channel in (1, 2, 3)]
    outcomes = decode_batch(engine, requests, 1, batching=TOGETHER)
    assert texts(outcomes) == ["w1", "! decode_failed", "w3"]
    assert engine.encode_calls == [3, 1, 1, 1]


def test_a_joint_encode_that_answers_for_too_few_rows_is_done_row_by_row() -> None:
    class Forgetful(ScriptedEngine):
        def encode_together(self, stretches, window_s):  # type: ignore[no-untyped-def]
            return super().encode_together(stretches, window_s)[:1]

    requests = [request(1, word=1), request(2, word=2)]
    assert texts(decode_batch(Forgetful(), requests, 1, batching=TOGETHER)) == ["w1", "w2"]


@pytest.mark.parametrize(("largest", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (8, [5])])
def test_no_call_of_the_decoder_has_more_rows_than_pay(largest: int, sizes: list[int]) -> None:
    engine = ScriptedEngine()
    requests = [request(channel, word=channel) for channel in range(1, 6)]
    outcomes = decode_batch(engine, requests, 1, batching=Batching(largest_batch=largest))
    assert texts(outcomes) == ["w1", "w2", "w3", "w4", "w5"]
    assert [len(call.texts) for call in engine.generated] == sizes


def test_a_gpu_that_failed_is_not_asked_row_by_row() -> None:
    """Every further call would fail too, slowly: the CPU has to take over first."""
    engine = ScriptedEngine()
    engine.generate_fails = lambda _: gpu_failed()
    requests = [request(channel) for channel in (1, 2, 3)]
    outcomes = decode_batch(engine, requests, 1)
    assert texts(outcomes) == ["! gpu_failed"] * 3
    assert all(map(is_gpu_failure, outcomes))
    assert len(engine.generated) == 1
    engine.encode_fails = lambda _: gpu_failed()
    assert texts(decode_batch(engine, requests, 1, batching=TOGETHER)) == ["! gpu_failed"] * 3
    assert engine.encode_calls[-1] == 3


@pytest.mark.parametrize("part", ["encoder", "decoder"])
def test_a_gpu_that_fails_at_the_second_hearing_of_a_bad_final_fails_that_final(part: str) -> None:
    """Kept as rejected, words that were said would be lost to a fault of the machine."""
    engine = ScriptedEngine()
    engine.believes = lambda text, *_: (text, -2.0 if text == "w1" else -0.1, 0.0)
    encodes = engine.encode

    def encode(samples: Samples, window_s: float) -> Encoded:
        if window_s == WHOLE_WINDOW_S:
            if part == "encoder":
                raise gpu_failed()
            engine.generate_fails = lambda _: gpu_failed()
        return encodes(samples, window_s)

    engine.encode = encode  # type: ignore[method-assign]
    outcomes = decode_batch(engine, [request(1, word=1), request(2, word=2)], 1)
    assert texts(outcomes) == ["! gpu_failed", "w2"]


LOOP = "and so on and so on and so on and so on"


def looping(until_s: float, until_temperature: float = 0.0) -> ScriptedEngine:
    """An engine that goes round on word 2 in windows shorter, and colder, than these."""
    engine = ScriptedEngine()

    def believes(text: str, window_s: float, temperature: float) -> tuple[str, float, float]:
        is_lost = text == "w2" and (window_s < until_s or temperature < until_temperature)
        return (LOOP if is_lost else text, -0.1, 0.0)

    engine.believes = believes
    return engine


def rejections(outcomes: Sequence[Outcome]) -> list[str | None]:
    return [each.rejection if isinstance(each, Decoded) else each.code for each in outcomes]


def calls(engine: ScriptedEngine) -> list[tuple[int, float, float]]:
    """Rows, window and temperature of every call."""
    return [
        (len(call.texts), call.windows_s[0], call.options.temperature) for call in engine.generated
    ]


def test_a_final_that_looks_bad_is_heard_again_in_a_whole_window_alone() -> None:
    engine = looping(until_s=30.0)
    outcomes = decode_batch(engine, [request(word, word=word) for word in (1, 2, 3)], 1)
    assert texts(outcomes) == ["w1", "w2", "w3"]
    assert rejections(outcomes) == [None, None, None]
    assert calls(engine) == [(3, 10.0, 0.0), (1, 30.0, 0.0)]
    assert [each.fallbacks for each in outcomes if isinstance(each, Decoded)] == [0, 1, 0]


def test_a_decoder_that_slipped_gets_one_draw_and_nothing_is_encoded_twice() -> None:
    engine = looping(until_s=30.0, until_temperature=0.4)
    (outcome,) = decode_batch(engine, [request(word=2)], 5)
    assert isinstance(outcome, Decoded)
    assert (outcome.hypothesis.text, outcome.rejection, outcome.fallbacks) == ("w2", None, 2)
    assert calls(engine) == [(1, 10.0, 0.0), (1, 30.0, 0.0), (1, 30.0, 0.4)]
    assert [window_s for _, window_s in engine.encoded] == [10.0, 30.0]
    assert [call.options.beam_size for call in engine.generated] == [5, 5, 1]


def test_a_long_final_is_in_a_whole_window_at_once() -> None:
    engine = looping(until_s=30.0, until_temperature=0.4)
    (outcome,) = decode_batch(engine, [request(word=2, length_s=29.0)], 1)
    assert texts([outcome]) == ["w2"]
    assert calls(engine) == [(1, 30.0, 0.0), (1, 30.0, 0.4)]
    assert len(engine.encoded) == 1


def test_two_bad_finals_are_heard_again_together() -> None:
    engine = looping(until_s=30.0)
    outcomes = decode_batch(engine, [request(1, word=2), request(2, word=2)], 1)
    assert texts(outcomes) == ["w2", "w2"]
    assert calls(engine) == [(2, 10.0, 0.0), (2, 30.0, 0.0)]


def test_a_final_that_never_looks_good_is_rejected_as_it_was_first_heard() -> None:
    engine = looping(until_s=99.0)
    (outcome,) = decode_batch(engine, [request(word=2)], 1)
    assert isinstance(outcome, Decoded)
    assert (outcome.hypothesis.text, outcome.rejection, outcome.fallbacks) == (LOOP, "loop", 2)
    assert outcome.figures["words"] == 12.0


def test_chance_is_not_asked_for_words_that_are_only_unlikely() -> None:
    engine = ScriptedEngine()
    engine.believes = lambda text, *_: (text, -1.4, 0.7)
    (outcome,) = decode_batch(engine, [request()], 1)
    assert rejections([outcome]) == ["no_speech"]
    assert calls(engine) == [(1, 10.0, 0.0), (1, 30.0, 0.0)]


def test_a_second_hearing_without_words_does_not_clear_the_first() -> None:
    engine = ScriptedEngine()
    engine.believes = lambda text, window_s, _: (text if window_s < 30 else "", -1.4, 0.0)
    (outcome,) = decode_batch(engine, [request()], 1)
    assert (texts([outcome]), rejections([outcome])) == (["w1"], ["unlikely"])


def test_a_partial_that_looks_bad_is_not_heard_again() -> None:
    engine = looping(until_s=30.0)
    (outcome,) = decode_batch(engine, [request(word=2, kind=DecodeKind.PARTIAL)], 1)
    assert rejections([outcome]) == ["loop"]
    assert len(engine.generated) == 1


def test_a_partial_may_be_ahead_of_its_speaker_and_a_final_may_not() -> None:
    """Half a sentence is decoded as a whole one; the words that there was no time for wait."""
    engine = ScriptedEngine()
    engine.believes = lambda *_: ("Anna can you send the agenda before Monday", -0.1, 0.0)
    early = [request(1, kind=DecodeKind.PARTIAL, length_s=0.5), request(2, length_s=0.5)]
    assert rejections(decode_batch(engine, early, 1)) == [None, "too_fast"]


@pytest.mark.parametrize("step", ["encode", "generate"])
def test_a_second_hearing_that_fails_leaves_the_first_verdict(step: str) -> None:
    engine = looping(until_s=30.0)

    def fails(_: object) -> Exception | None:
        return refused() if len(engine.generated) > 1 or len(engine.encoded) > 2 else None

    if step == "encode":
        engine.encode_fails = fails
    else:
        engine.generate_fails = fails
    outcomes = decode_batch(engine, [request(1, word=1), request(2, word=2)], 1)
    assert rejections(outcomes) == [None, "loop"]


def test_sound_without_a_voice_is_not_decoded_and_harms_no_other() -> None:
    engine = ScriptedEngine()
    quiet = request(1)
    quiet.samples[:] = 0.0
    hissing = request(2)
    hissing.samples[:] = 0.05 * np.random.default_rng(1).normal(size=len(hissing.samples))
    outcomes = decode_batch(engine, [quiet, hissing, request(3, word=3)], 1)
    assert rejections(outcomes) == ["too_quiet", "steady_noise", None]
    assert texts(outcomes) == ["", "", "w3"]
    assert len(engine.encoded) == 1
    assert calls(engine) == [(1, 10.0, 0.0)], "and not heard again"


def test_hotwords_reach_the_engine_and_their_echo_nobody() -> None:
    engine = ScriptedEngine()
    engine.believes = lambda *_: ("Noor Yusuf Daan Bram", -0.1, 0.0)
    (outcome,) = decode_batch(engine, [request()], 1, "Anna, Noor, Yusuf, Daan, Bram")
    assert {call.options.hotwords for call in engine.generated} == {"Anna, Noor, Yusuf, Daan, Bram"}
    assert rejections([outcome]) == ["echo"]


def test_only_what_was_rejected_is_told() -> None:
    engine = looping(until_s=99.0)
    rows = [request(1), request(2, word=2)]
    believed, rejected = decode_batch(engine, rows, 1)
    assert rejection_of(rows[0], believed) is None
    assert rejection_of(rows[0], refused()) is None
    decision = rejection_of(rows[1], rejected)
    assert decision is not None
    assert (decision.what, decision.kind, decision.channel) == ("rejected", "final", 2)
    assert (decision.reason, decision.heard) == ("loop", LOOP)
    assert (decision.start, decision.end) == (0, 16_000)
    assert decision.figures["average_log_probability"] == -0.1


def test_nothing_to_decode_asks_the_engine_nothing() -> None:
    engine = ScriptedEngine()
    assert decode_batch(engine, [], 1) == []
    assert engine.encoded == []
    assert engine.generated == []
