"""Whisper through faster-whisper and CTranslate2; the only module of this room that imports them.

faster-whisper loads the weights, makes the features and knows the tokens. Encoding and decoding
call CTranslate2 itself, because faster-whisper always fills up to 30 s (docs/decisions/002).
"""

import logging
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from captioner.asr.engine import Encoded, GenerateOptions, WindowFloors
from captioner.asr.weights import Languages, Weights
from captioner.audio.frame import SAMPLE_RATE, Samples
from captioner.domain import Hypothesis
from captioner.errors import DecodeError, WeightsError

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

logger = logging.getLogger(__name__)

FRAMES_A_SECOND = 100
"""Feature frames that Whisper makes of a second of sound."""

TOKENS_A_SECOND = 18.0
"""Brisk speech has so many characters a second, and a small vocabulary a token for nearly each."""

FEWEST_TOKENS = 24
"""Room for a short sentence however short the sound."""

GPU_WORDS = ("cuda", "cublas", "cudnn", "out of memory")
"""CTranslate2 tells of a GPU in trouble by a RuntimeError with one of these in it."""

LONGEST_PROMPT = 224
"""Tokens of previous text that Whisper was trained with: half of its 448."""

RANDOM_SEED = 1
"""Any number: draws above temperature 0 are the same in every run, so that runs can be repeated."""

CORES_A_THREAD = 4
"""One decoding thread for so many cores. A second one costs more than it brings on steps this
small: 16 tokens of 8 rows took 184 ms with one thread and 273 ms with two (shape of Whisper tiny,
two cores) and half the CPU time; with the shape of small it was as fast at two thirds of it."""


@dataclass(frozen=True, slots=True, eq=False)
class EncodedWindow:
    """The encoder's output for one stretch."""

    window_s: float
    output: Any
    """A ctranslate2.StorageView of shape (stretches, frames / 2, width)."""
    row: int = 0
    """Which of the stretches that were encoded together."""


class WhisperEngine:
    """Weights in CTranslate2 form, decoded greedily or with beams, without timestamps.

    `device` is auto, cpu or cuda. On auto a GPU is used if there is one that works, else the CPU:
    int8 on a CPU, float16 on a GPU.
    """

    def __init__(self, weights: Weights, device: str = "auto", cpu_threads: int = 0) -> None:
        self._weights = weights
        self._device = device
        self._threads = cpu_threads or max(1, (os.cpu_count() or 1) // CORES_A_THREAD)
        self._whisper: WhisperModel | None = None
        self._runs_on = ""
        self._given_up: list[WhisperModel] = []
        """Kept for ever: freeing memory of a GPU that has failed can end the process."""
        self._tokenizers: dict[str, Tokenizer] = {}
        self._suppressed: list[int] = []

    @property
    def name(self) -> str:
        return self._weights.name

    @property
    def languages(self) -> tuple[str, ...]:
        return weights_languages(self._weights)

    @property
    def conditions(self) -> str:
        from ctranslate2 import __version__ as version

        whisper = self._loaded()
        return (
            f"{self.name} {self._weights.size_bytes} bytes,"
            f" {self._runs_on} {whisper.model.compute_type}, {self._threads} threads,"
            f" {os.cpu_count()} cores {platform.machine()}, ctranslate2 {version}"
        )

    @property
    def floors(self) -> WindowFloors:
        return self._weights.floors

    def load(self) -> None:
        """Read the weights. Raises WeightsError("bad_weights") with what to do."""
        self._whisper = None  # a second time there is no room for both
        if not (self._weights.folder / "tokenizer.json").is_file():
            # faster-whisper would ask the Hugging Face hub for OpenAI's.
            raise self._bad_weights("tokenizer.json is missing")
        from ctranslate2 import get_cuda_device_count

        wants_gpu = self._device == "cuda" or (
            self._device == "auto" and get_cuda_device_count() > 0
        )
        if wants_gpu:
            try:
                self._load_on("cuda", "float16")
                # Libraries that are missing are missed at the first encode, and not before.
                self._encode(self._features(np.zeros(SAMPLE_RATE, np.float32), 1.0))
                return
            except Exception as error:  # tokenizers raises the bare class
                logger.warning("The GPU cannot be used, so the CPU decodes: %s.", error)
                self._given_up += [self._whisper] if self._whisper is not None else []
        self._load_on_cpu()

    def fall_back(self) -> bool:
        if self._runs_on != "cuda":
            return False
        self._device = "cpu"  # from now on: a GPU that failed is not asked again
        self._given_up.append(self._loaded())
        self._load_on_cpu()
        return True

    def encode(self, samples: Samples, window_s: float) -> Encoded:
        """Features and encoder; the window is filled up with digital silence."""
        return EncodedWindow(window_s, self._encode(self._features(samples, window_s)))

    def encode_together(self, stretches: Sequence[Samples], window_s: float) -> list[Encoded]:
        features = np.stack([self._features(samples, window_s) for samples in stretches])
        output = self._encode(features)
        return [EncodedWindow(window_s, output, row) for row in range(len(stretches))]

    def generate(
        self, rows: Sequence[Encoded], languages: Sequence[str], options: GenerateOptions
    ) -> list[Hypothesis]:
        """One call of the decoder for all rows; every prompt has the same number of task tokens.

        What was said before is not in the prompt, hotwords are: text that was invented once would
        be continued for ever (a loop that prompts itself), and rows of one call need prompts of one
        length. Each stretch is heard for itself.
        """
        whisper = self._loaded()
        prompts = [self._prompt(language, options.hotwords) for language in languages]
        longest = FEWEST_TOKENS + round(TOKENS_A_SECOND * options.longest_s)
        try:
            results = whisper.model.generate(
                self._join(rows),
                prompts,
                beam_size=options.beam_size if options.temperature == 0 else 1,
                sampling_topk=1 if options.temperature == 0 else 0,
                sampling_temperature=options.temperature or 1.0,
                # CTranslate2 keeps half of this for the prompt, however short the prompt is.
                max_length=min(whisper.max_length, 2 * longest),
                return_scores=True,
                return_no_speech_prob=True,
                suppress_blank=True,
                suppress_tokens=self._suppressed,
            )
        except (RuntimeError, ValueError) as error:
            raise self._explain("decoder", error) from error
        return [
            self._hypothesis(result, language)
            for result, language in zip(results, languages, strict=True)
        ]

    def _features(self, samples: Samples, window_s: float) -> Any:
        room = round(window_s * SAMPLE_RATE)
        filled = np.zeros(room, np.float32)
        filled[: min(len(samples), room)] = samples[:room]
        features = self._loaded().feature_extractor(filled, padding=0)
        frames = round(window_s * FRAMES_A_SECOND)
        return np.ascontiguousarray(features[:, :frames], np.float32)

    def _encode(self, features: Any) -> Any:
        whisper = self._loaded()
        try:
            return whisper.encode(features)
        except (RuntimeError, ValueError) as error:
            raise self._explain("encoder", error) from error

    def _explain(self, part: str, error: Exception) -> DecodeError:
        said = str(error)
        is_gpu = self._runs_on == "cuda" and any(word in said.lower() for word in GPU_WORDS)
        return DecodeError(
            "gpu_failed" if is_gpu else "decode_failed", f"The {part} failed: {said}."
        )

    def _load_on_cpu(self) -> None:
        try:
            self._load_on("cpu", "int8")
        except Exception as error:
            raise self._bad_weights(str(error)) from error

    def _load_on(self, device: str, compute_type: str) -> None:
        from ctranslate2 import set_random_seed
        from faster_whisper import WhisperModel
        from faster_whisper.transcribe import get_suppressed_tokens

        set_random_seed(RANDOM_SEED)
        whisper = WhisperModel(
            str(self._weights.folder),
            device=device,
            compute_type=compute_type,
            cpu_threads=self._threads,
            local_files_only=True,
        )
        self._whisper, self._runs_on = whisper, device
        try:
            tokens = get_suppressed_tokens(self._tokenizer("en"), [-1]) or ()
        except DecodeError as error:
            raise ValueError(error.message) from error
        self._suppressed = [token for token in tokens if token is not None]

    def _bad_weights(self, reason: str) -> WeightsError:
        return WeightsError(
            "bad_weights",
            f"The weights in {self._weights.folder} do not load ({reason});"
            " fetch them again or choose others with --model.",
        )

    def _loaded(self) -> "WhisperModel":
        if self._whisper is None:
            raise RuntimeError("load() comes first")
        return self._whisper

    def _prompt(self, language: str, hotwords: str) -> list[int]:
        """The task tokens, behind the hotwords as previous text; the same length in every row."""
        tokenizer = self._tokenizer(language)
        before = [tokenizer.sot_prev, *tokenizer.encode(f" {hotwords}")] if hotwords else []
        return [*before[:LONGEST_PROMPT], *tokenizer.sot_sequence, tokenizer.no_timestamps]

    def _tokenizer(self, language: str) -> "Tokenizer":
        from faster_whisper.tokenizer import Tokenizer

        if language not in self._tokenizers:
            whisper = self._loaded()
            many = whisper.model.is_multilingual
            knows = whisper.hf_tokenizer.token_to_id(f"<|{language}|>") is not None
            if not (knows if many else language == "en"):
                raise DecodeError(
                    "decode_failed", f"The weights {self.name} do not know the language {language}."
                )
            self._tokenizers[language] = Tokenizer(
                whisper.hf_tokenizer,
                many,
                task="transcribe" if many else None,
                language=language if many else None,
            )
        return self._tokenizers[language]

    def _join(self, rows: Sequence[Encoded]) -> Any:
        from ctranslate2 import StorageView

        mine = [row for row in rows if isinstance(row, EncodedWindow)]
        first = mine[0].output
        is_whole = all(row.output is first for row in mine)
        if is_whole and [row.row for row in mine] == list(range(first.shape[0])):
            return first  # nobody has been left out, so nothing has to be copied
        # A GPU's encoder output cannot be seen as an array where it lies: it goes through the CPU,
        # each output once.
        outputs = {id(row.output): row.output for row in mine}
        seen = {at: np.array(output.to_device(_cpu())) for at, output in outputs.items()}
        picked = [seen[id(row.output)][row.row : row.row + 1] for row in mine]
        return StorageView.from_array(np.concatenate(picked))

    def _hypothesis(self, result: Any, language: str) -> Hypothesis:
        tokens: list[int] = result.sequences_ids[0]
        tokenizer = self._tokenizers[language]
        return Hypothesis(
            text=" ".join(tokenizer.decode(tokens).split()),
            language=language,
            # CTranslate2's score is the mean over the tokens; the end token counts as one more.
            average_log_probability=result.scores[0] * len(tokens) / (len(tokens) + 1),
            no_speech_probability=result.no_speech_prob,
        )


def weights_languages(weights: Weights) -> tuple[str, ...]:
    """ISO 639-1 codes of the languages that weights can be told to hear, English first."""
    if weights.heard or weights.languages is Languages.ENGLISH:
        return weights.heard or ("en",)
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    return ("en", *sorted(code for code in _LANGUAGE_CODES if code != "en"))


def _cpu() -> Any:
    from ctranslate2 import Device

    return Device.cpu
