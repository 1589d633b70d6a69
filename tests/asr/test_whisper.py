"""Whisper itself, with the demo weights and the bundled meeting."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from captioner import resources
from captioner.asr.decoder import Decoded, decode_batch
from captioner.asr.engine import DecodeKind, DecodeRequest, Encoded, GenerateOptions
from captioner.asr.weights import Languages, Weights, check_weights
from captioner.asr.whisper import EncodedWindow, WhisperEngine
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.sources.recording import RecordedMeeting
from captioner.domain import ChannelId, SamplePos, UtteranceId
from captioner.errors import DecodeError, WeightsError


def nowhere(folder: Path) -> Weights:
    return Weights("small", folder, False, Languages.ENGLISH, 0)


def test_making_an_engine_touches_nothing() -> None:
    engine = WhisperEngine(nowhere(Path("/no/such/folder")))
    assert engine.name == "small"
    assert engine.languages == ("en",)


def test_an_engine_that_was_not_loaded_says_so() -> None:
    engine = WhisperEngine(nowhere(Path("/no/such/folder")))
    with pytest.raises(RuntimeError, match="comes first"):
        engine.encode(np.zeros(SAMPLE_RATE, np.float32), 15.0)


def copied(folder: Path, *, without: str) -> Weights:
    """The demo weights without one of their files."""
    copy = folder / "weights"
    shutil.copytree(resources.demo_weights_folder(), copy)
    (copy / without).unlink()
    return nowhere(copy)


@pytest.mark.weights
@pytest.mark.parametrize("missing", ["tokenizer.json", "model.bin"])
def test_weights_that_lack_a_file_are_refused_with_what_to_do(tmp_path: Path, missing: str) -> None:
    """Without its tokenizer faster-whisper would go and fetch OpenAI's from the network."""
    with pytest.raises(WeightsError) as raised:
        WhisperEngine(copied(tmp_path, without=missing), "cpu").load()
    assert raised.value.code == "bad_weights"
    assert missing in raised.value.message
    assert "--model" in raised.value.message


@pytest.mark.weights
@pytest.mark.parametrize("broken", ["tokenizer.json", "model.bin"])
def test_weights_with_a_damaged_file_are_refused_not_thrown_about(
    tmp_path: Path, broken: str
) -> None:
    """The tokenizer's library raises bare Exceptions, which went past every handler."""
    weights = copied(tmp_path, without=broken)
    (weights.folder / broken).write_text("{ this is damaged")
    with pytest.raises(WeightsError) as raised:
        WhisperEngine(weights, "cpu").load()
    assert raised.value.code == "bad_weights"


@pytest.fixture(scope="module")
def engine() -> WhisperEngine:
    loaded = WhisperEngine(check_weights(resources.demo_weights_folder()), "cpu", 1)
    loaded.load()
    return loaded


@pytest.fixture(scope="module")
def meeting() -> dict[int, Samples]:
    """The first 15 seconds of the bundled meeting, by channel."""
    recording = RecordedMeeting.open(resources.demo_meeting_folder())
    parts: dict[int, list[Samples]] = {}
    for number, step in enumerate(recording.steps()):
        if number * FRAME_SAMPLES > 15 * SAMPLE_RATE:
            break
        for channel, samples in step.items():
            parts.setdefault(channel, []).append(samples)
    return {channel: np.concatenate(samples) for channel, samples in parts.items()}


def piece(
    meeting: dict[int, Samples], channel: int, start_s: float, end_s: float, language: str = "en"
) -> DecodeRequest:
    sound = meeting[channel][round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)]
    return DecodeRequest(
        channel=ChannelId(channel),
        utterance=UtteranceId(f"u{channel}"),
        kind=DecodeKind.FINAL,
        start=SamplePos(0),
        end=SamplePos(len(sound)),
        samples=sound,
        language=language,
    )


def texts(engine: WhisperEngine, requests: Sequence[DecodeRequest]) -> list[str]:
    return [
        outcome.hypothesis.text if isinstance(outcome, Decoded) else f"! {outcome.message}"
        for outcome in decode_batch(engine, requests, 1)
    ]


def hear(engine: WhisperEngine, sound: Samples, options: GenerateOptions) -> str:
    return engine.generate([engine.encode(sound, 15.0)], ["en"], options)[0].text


def plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalpha() or letter == " ")


@pytest.mark.weights
def test_the_first_sentence_of_the_bundled_meeting_is_heard(
    engine: WhisperEngine, meeting: dict[int, Samples]
) -> None:
    (text,) = texts(engine, [piece(meeting, 1, 0.5, 3.8)])
    assert plain(text) == "good morning everyone thank you for coming"


@pytest.mark.weights
def test_rows_decoded_together_say_what_they_say_alone(
    engine: WhisperEngine, meeting: dict[int, Samples]
) -> None:
    rows = [
        piece(meeting, 1, 0.5, 3.8),
        piece(meeting, 1, 7.0, 10.4),
        piece(meeting, 3, 10.6, 14.6),
        piece(meeting, 2, 3.9, 6.9),
    ]
    together = texts(engine, rows)
    assert together == [texts(engine, [row])[0] for row in rows]
    assert plain(together[1]) == "we have three open questions about the budget"
    assert len(set(together)) == 4


@pytest.mark.weights
def test_rows_encoded_together_say_what_they_say_alone_whoever_is_grouped(
    engine: WhisperEngine, meeting: dict[int, Samples]
) -> None:
    sounds = [
        piece(meeting, channel, start_s, end_s).samples
        for channel, start_s, end_s in ((1, 0.5, 3.8), (2, 3.9, 6.5), (3, 10.3, 14.2))
    ]
    options = GenerateOptions(longest_s=4.0)

    def said(rows: Sequence[Encoded]) -> list[str]:
        return [each.text for each in engine.generate(rows, ["en"] * len(rows), options)]

    alone = [engine.encode(sound, 10.0) for sound in sounds]
    together = engine.encode_together(sounds, 10.0)
    texts_alone = [text for row in alone for text in said([row])]
    assert said(together) == texts_alone
    assert [text for row in together for text in said([row])] == texts_alone
    assert said([together[2], together[0]]) == [texts_alone[2], texts_alone[0]]
    assert said([together[1], alone[0], together[2]]) == [texts_alone[at] for at in (1, 0, 2)]


@pytest.mark.weights
def test_rows_that_stay_together_are_not_copied(engine: WhisperEngine) -> None:
    rows = engine.encode_together([np.zeros(SAMPLE_RATE, np.float32)] * 2, 5.0)
    assert isinstance(rows[0], EncodedWindow)
    assert engine._join(rows) is rows[0].output
    assert engine._join(rows[:1]) is not rows[0].output


@pytest.mark.weights
def test_conditions_name_all_that_speed_depends_on(engine: WhisperEngine) -> None:
    conditions = engine.conditions
    for part in (engine.name, "bytes", "cpu int8", "1 threads", "cores", "ctranslate2 "):
        assert part in conditions


@pytest.mark.weights
def test_what_runs_on_the_cpu_has_nothing_to_fall_back_on(engine: WhisperEngine) -> None:
    assert not engine.fall_back()


@pytest.mark.weights
def test_a_gpu_whose_libraries_are_missing_is_found_out_before_the_first_meeting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """CTranslate2 loads them with the first encode, which once was in the first sentence said."""

    class WithoutLibraries(WhisperEngine):
        def _load_on(self, device: str, _: str) -> None:
            super()._load_on("cpu", "int8")
            self._runs_on = device

        def _encode(self, features: object) -> object:
            if self._runs_on == "cuda":
                raise RuntimeError("Library libcublas.so.12 is not found or cannot be loaded")
            return super()._encode(features)

    loaded = WithoutLibraries(check_weights(resources.demo_weights_folder()), "cuda", 1)
    loaded.load()
    assert "cpu int8" in loaded.conditions
    assert "The GPU cannot be used, so the CPU decodes: Library libcublas" in caplog.text


@pytest.mark.weights
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("CUDA failed with error out of memory", "gpu_failed"),
        ("cuBLAS failed with status CUBLAS_STATUS_NOT_INITIALIZED", "gpu_failed"),
        ("Library libcudnn_ops_infer.so.8 is not found", "gpu_failed"),
        ("Invalid input features shape", "decode_failed"),
    ],
)
def test_a_gpu_in_trouble_says_so_and_the_same_weights_go_on_on_the_cpu(
    said: str, code: str
) -> None:
    """No GPU here: the model is told that it ran on one, and what CTranslate2 would have said."""

    class Broken:
        max_length = 448
        is_multilingual = False

        def generate(self, *_: object, **__: object) -> None:
            raise RuntimeError(said)

    loaded = WhisperEngine(check_weights(resources.demo_weights_folder()), "cpu", 1)
    loaded.load()
    row = loaded.encode(np.zeros(SAMPLE_RATE, np.float32), 5.0)
    assert loaded._whisper is not None
    loaded._runs_on, loaded._whisper.model = "cuda", Broken()
    with pytest.raises(DecodeError) as raised:
        loaded.generate([row], ["en"], GenerateOptions(longest_s=1.0))
    assert raised.value.code == code
    assert said in raised.value.message
    assert loaded.fall_back()
    assert "cpu int8" in loaded.conditions
    assert len(loaded.generate([row], ["en"], GenerateOptions(longest_s=1.0))) == 1


@pytest.mark.weights
def test_weights_are_read_anew_on_a_gpu_until_it_fails() -> None:
    """No GPU here: whatever is loaded lies on the CPU, and the engine is told where it should."""
    asked = []

    class Pretending(WhisperEngine):
        def _load_on(self, device: str, _: str) -> None:
            assert self._whisper is None or self._whisper in self._given_up, "no room for both"
            super()._load_on("cpu", "int8")
            asked.append(device)
            self._runs_on = device

    loaded = Pretending(check_weights(resources.demo_weights_folder()), "cuda", 1)
    for _ in range(2):
        loaded.load()
    assert loaded.fall_back()
    loaded.load()
    assert asked == ["cuda", "cuda", "cpu", "cpu"]


@pytest.mark.weights
def test_a_language_that_the_weights_do_not_know_fails_its_own_row_only(
    engine: WhisperEngine, meeting: dict[int, Samples]
) -> None:
    rows = [
        piece(meeting, 1, 0.5, 3.8),
        piece(meeting, 2, 3.9, 6.5, language="xx"),
        piece(meeting, 3, 10.3, 14.2),
    ]
    first, unknown, last = decode_batch(engine, rows, 1)
    assert isinstance(first, Decoded)
    assert isinstance(last, Decoded)
    assert isinstance(unknown, DecodeError)
    assert "do not know the language xx" in unknown.message


@pytest.mark.weights
def test_a_hypothesis_says_how_sure_it_is(
    engine: WhisperEngine, meeting: dict[int, Samples]
) -> None:
    (outcome,) = decode_batch(engine, [piece(meeting, 1, 0.5, 3.8)], 1)
    assert isinstance(outcome, Decoded)
    assert -1.0 < outcome.hypothesis.average_log_probability < 0.0
    assert 0.0 <= outcome.hypothesis.no_speech_probability <= 1.0
    assert outcome.hypothesis.language == "en"
    assert outcome.hypothesis.text == " ".join(outcome.hypothesis.text.split()), "one line"


@pytest.mark.weights
def test_sound_of_any_length_can_be_decoded(engine: WhisperEngine) -> None:
    """Nothing at all, less than a frame of features, and more than a window holds."""
    for samples in (0, 1, 100, 31 * SAMPLE_RATE):
        row = engine.encode(np.zeros(samples, np.float32), 30.0)
        (hypothesis,) = engine.generate([row], ["en"], GenerateOptions(longest_s=30.0))
        assert hypothesis.language == "en", samples


@pytest.mark.weights
def test_a_warmer_draw_is_a_hypothesis_like_any_other(
    engine: WhisperEngine, meeting: dict[int, Samples]
) -> None:
    sound = piece(meeting, 1, 0.5, 3.8).samples
    row = engine.encode(sound, 30.0)
    options = GenerateOptions(longest_s=3.3, beam_size=5, temperature=0.4)
    (hypothesis,) = engine.generate([row], ["en"], options)
    assert plain(hypothesis.text).startswith("good morning")
    assert -1.0 < hypothesis.average_log_probability < 0.0


@pytest.mark.weights
def test_warmer_draws_are_the_same_in_every_run(meeting: dict[int, Samples]) -> None:
    """A replay on simulated time can be repeated to the letter; the seed is set at each load, and
    counts for threads that draw for the first time."""
    sound = piece(meeting, 1, 0.5, 3.8).samples
    options = GenerateOptions(longest_s=3.3, temperature=3.0)
    drawn = []
    for _ in range(2):
        fresh = WhisperEngine(check_weights(resources.demo_weights_folder()), "cpu", 1)
        fresh.load()
        drawn.append([hear(fresh, sound, options) for _ in range(2)])
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 2, "a draw it is"
