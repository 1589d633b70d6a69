"""The voice detector hears each channel for itself."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.vad import SileroDetector, SileroModel, weights_path
from captioner.errors import WeightsError


def speechlike(seed: int, seconds: float = 6.0) -> Samples:
    """Voiced syllables with pauses: harmonics of a gliding pitch under moving formants."""
    random = np.random.default_rng(seed)
    count = int(seconds * SAMPLE_RATE) // FRAME_SAMPLES * FRAME_SAMPLES
    t = np.arange(count) / SAMPLE_RATE
    pitch = 120 + 20 * np.sin(2 * np.pi * 0.7 * t + seed)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    formants = [700 + 250 * np.sin(2 * np.pi * 2.1 * t), 1300 + 500 * np.sin(2 * np.pi * 1.3 * t)]
    sound = np.zeros(count)
    for harmonic in range(1, 30):
        near = sum(np.exp(-(((harmonic * pitch - formant) / 180) ** 2)) for formant in formants)
        sound += np.sin(harmonic * phase) * (near + 0.02)
    syllables = np.clip(np.sin(2 * np.pi * 3.5 * t), 0, 1) * (np.sin(2 * np.pi * 0.3 * t) > -0.4)
    noisy = 0.1 * sound * syllables + 0.001 * random.standard_normal(count)
    return np.asarray(noisy, np.float32)


def frames(sound: Samples) -> list[Samples]:
    return list(sound.reshape(-1, FRAME_SAMPLES))


@pytest.fixture(scope="module")
def model() -> SileroModel:
    model = SileroModel()
    model.load()
    return model


def heard(model: SileroModel, sound: Samples) -> list[float]:
    detector = SileroDetector(model)
    return [detector.speech_probability(frame) for frame in frames(sound)]


def test_frame_by_frame_it_hears_what_it_hears_in_a_file(model: SileroModel) -> None:
    from faster_whisper.vad import get_vad_model

    sound = speechlike(1)
    # The file mode has the last 64 samples overwritten with zeros, so the last frame may differ.
    whole = get_vad_model()(sound.copy()).ravel()
    live = np.array(heard(model, sound))
    assert np.max(np.abs(live[:-1] - whole[:-1])) < 0.002
    assert live.max() > 0.5  # else the two would agree on nothing
    assert live.min() < 0.1


def test_two_interleaved_channels_hear_the_same_as_each_alone(model: SileroModel) -> None:
    sounds = [speechlike(1), speechlike(2)]
    detectors = [SileroDetector(model), SileroDetector(model)]
    together: list[list[float]] = [[], []]
    for pair in zip(frames(sounds[0]), frames(sounds[1]), strict=True):
        for which, frame in enumerate(pair):
            together[which].append(detectors[which].speech_probability(frame))
    assert together[0] == heard(model, sounds[0])
    assert together[1] == heard(model, sounds[1])
    assert together[0] != together[1]


def test_the_callers_samples_are_left_as_they_are(model: SileroModel) -> None:
    sound = speechlike(3, 1.0)
    before = sound.copy()
    sound.setflags(write=False)
    heard(model, sound)
    np.testing.assert_array_equal(sound, before)


def test_after_a_reset_nothing_of_the_past_is_left(model: SileroModel) -> None:
    detector = SileroDetector(model)
    for frame in frames(speechlike(1, 2.0)):
        detector.speech_probability(frame)
    detector.reset()
    sound = speechlike(2, 1.0)
    again = [detector.speech_probability(frame) for frame in frames(sound)]
    assert again == heard(model, sound)


def test_the_past_of_a_channel_counts(model: SileroModel) -> None:
    sound = speechlike(1, 2.0)
    detector = SileroDetector(model)
    first = [detector.speech_probability(frame) for frame in frames(sound)]
    second = [detector.speech_probability(frame) for frame in frames(sound)]
    assert first != second


def test_silence_is_not_speech(model: SileroModel) -> None:
    assert max(heard(model, np.zeros(50 * FRAME_SAMPLES, np.float32))) < 0.1


@pytest.mark.parametrize("length", [0, 511, 513, 1024])
def test_a_frame_of_another_length_is_refused(model: SileroModel, length: int) -> None:
    with pytest.raises(ValueError, match="512"):
        SileroDetector(model).speech_probability(np.zeros(length, np.float32))


def test_loading_twice_keeps_the_first_session(model: SileroModel) -> None:
    before = heard(model, speechlike(1, 0.5))
    model.load()
    assert heard(model, speechlike(1, 0.5)) == before


def test_a_model_that_was_not_loaded_says_so() -> None:
    with pytest.raises(RuntimeError, match="load"):
        SileroDetector(SileroModel()).speech_probability(np.zeros(FRAME_SAMPLES, np.float32))


def test_missing_weights_are_told_in_a_sentence() -> None:
    with pytest.raises(WeightsError, match="pip install") as caught:
        weights_path(package="no_such_package_anywhere")
    assert caught.value.code == "bad_weights"


def test_a_package_without_the_file_is_told_in_a_sentence() -> None:
    with pytest.raises(WeightsError, match="missing"):
        weights_path(package="json")


def test_a_damaged_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"not a model")
    with pytest.raises(WeightsError, match=r"cannot be read.*pip install"):
        SileroModel(damaged).load()


def test_neither_importing_nor_building_loads_anything() -> None:
    script = (
        "import sys; from captioner.audio.vad import SileroDetector, SileroModel, weights_path;"
        "SileroDetector(SileroModel()); weights_path();"
        "print([name for name in ('onnxruntime', 'faster_whisper', 'ctranslate2')"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_loading_leaves_the_engine_alone() -> None:
    script = (
        "import sys; from captioner.audio.vad import SileroModel; SileroModel().load();"
        "print([name for name in ('faster_whisper', 'ctranslate2') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
