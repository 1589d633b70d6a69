from captioner.asr.engine import DecodeKind, Engine
from captioner.asr.weights import Languages, Weights
from captioner.asr.whisper import WhisperEngine
from tests.fakes.sample_requests import request
from tests.fakes.scripted_engine import ScriptedEngine


def test_the_length_of_a_request_is_that_of_its_sound() -> None:
    assert request(length_s=2.5).length_s == 2.5


def test_a_request_is_the_first_try_of_a_final_or_a_partial() -> None:
    assert request().attempt == 1
    assert {f"{kind}" for kind in DecodeKind} == {"partial", "final"}


def test_the_scripted_engine_and_whisper_keep_one_contract() -> None:
    """Checked by the type checker; here so that a fake that drifts away is found."""
    from pathlib import Path

    weights = Weights("none", Path("nowhere"), False, Languages.ENGLISH, 0)
    engines: list[Engine] = [ScriptedEngine(), WhisperEngine(weights)]
    assert [engine.name for engine in engines] == ["scripted", "none"]
    assert all("en" in engine.languages for engine in engines)
