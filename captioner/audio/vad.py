"""Is somebody speaking? The Silero voice detector, one state per channel, 32 ms at a time."""

import importlib.util
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from captioner.audio.frame import FRAME_SAMPLES, Samples
from captioner.errors import WeightsError

_CONTEXT_SAMPLES = 64
"""What the model wants to see again of the frame before."""

_STATE_SHAPE = (1, 1, 128)
_FILE = Path("assets") / "silero_vad_v6.onnx"

_Array = npt.NDArray[np.float32]


class SpeechDetector(Protocol):
    """Follows one channel and tells how likely it is that somebody speaks."""

    def speech_probability(self, samples: Samples) -> float:
        """0 to 1 for the next 512 samples of the channel, which are left as they are."""

    def reset(self) -> None:
        """Forget what was heard: the next samples do not follow on the last ones."""


class SileroModel:
    """The weights, loaded once and shared by the detectors of all channels.

    Its runs hold no state and may come from any thread; one takes about 0.09 ms.
    """

    def __init__(self, path: Path | None = None) -> None:
        """`path`: another file than the one that faster-whisper carries."""
        self._path = path
        self._session: Any = None

    def load(self) -> None:
        """Read the weights. Raises WeightsError; a second call is free.

        faster-whisper is only looked up, not imported: it would bring its engine along.
        """
        if self._session is not None:
            return
        import onnxruntime  # here, so that importing this module stays cheap

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # 0.1 ms of work: a second thread only costs
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        path = self._path or weights_path()
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's errors have no common base
            raise _unusable(f"cannot be read ({path})") from error

    def run(self, window: _Array, h: _Array, c: _Array) -> tuple[float, _Array, _Array]:
        """One window of ONE channel; several rows would be taken for its consecutive windows."""
        if self._session is None:
            raise RuntimeError("load() comes before run()")
        probabilities, h, c = self._session.run(None, {"input": window, "h": h, "c": c})
        return float(probabilities[0]), h, c


class SileroDetector:
    """The detector of one channel: its own memory over the shared model."""

    def __init__(self, model: SileroModel) -> None:
        self._model = model
        self.reset()

    def reset(self) -> None:
        self._window = np.zeros((1, _CONTEXT_SAMPLES + FRAME_SAMPLES), np.float32)
        self._h = np.zeros(_STATE_SHAPE, np.float32)
        self._c = np.zeros(_STATE_SHAPE, np.float32)

    def speech_probability(self, samples: Samples) -> float:
        if samples.shape != (FRAME_SAMPLES,):
            raise ValueError(f"one frame is {FRAME_SAMPLES} samples: {samples.shape}")
        self._window[0, :_CONTEXT_SAMPLES] = self._window[0, -_CONTEXT_SAMPLES:]
        self._window[0, _CONTEXT_SAMPLES:] = samples
        probability, self._h, self._c = self._model.run(self._window, self._h, self._c)
        return probability


def weights_path(package: str = "faster_whisper") -> Path:
    """Where the package that carries the detector's weights has them. Raises WeightsError."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / _FILE
        if path.is_file():
            return path
    raise _unusable("is missing from the faster-whisper package")


def _unusable(what: str) -> WeightsError:
    return WeightsError(
        "bad_weights",
        f"The voice detector {what}:"
        " `pip install --force-reinstall faster-whisper` brings it back.",
    )
