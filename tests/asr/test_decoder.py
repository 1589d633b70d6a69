from collections.abc import Sequence

import pytest

from captioner.asr.decoder import Decoded, Outcome, decode_batch
from captioner.asr.engine import DecodeKind
from captioner.audio.frame import Samples
from captioner.errors import DecodeError
from tests.fakes.sample_requests import request
from tests.fakes.scripted_engine import ScriptedEngine, refused
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


def test_with_one_beam_finals_and_partials_share_a_call() -> None:
    engine = ScriptedEngine()
    decode_batch(engine, [request(1), request(2, kind=DecodeKind.PARTIAL)], 1)
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


def test_nothing_to_decode_asks_the_engine_nothing() -> None:
    engine = ScriptedEngine()
    assert decode_batch(engine, [], 1) == []
    assert engine.encoded == []
    assert engine.generated == []
