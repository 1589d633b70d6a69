"""Training of the small Whisper: resumable, on one thread of an ordinary computer."""

import json
import math
import multiprocessing
import os
import queue
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from recipe.examples import (
    CLEAN,
    CLEAN_WINDOWS,
    IGNORED,
    ROOMS,
    WINDOWS,
    Composer,
    Example,
    draw_batch,
)
from recipe.scoring import word_errors
from recipe.speech import LANGUAGES, Split
from recipe.tokens import TEXT_TOKENS, Vocabulary
from recipe.whisper_shape import Shape, Whisper

GUIDED_LAYER = 1
GUIDED_HEADS = (0, 1)
"""Of that decoder layer; their attention is pulled to where each word is said."""


@dataclass(frozen=True, slots=True)
class Course:
    """The steps of the training, and what changes when."""

    steps: int
    """All of them; the rate falls over the last third."""
    clean_until: int
    """Steps of clean, short windows, until the encoder's own loss has bitten."""
    guided_from: int
    rate: float = 1.2e-3
    warm_up: int = 300
    seconds: float = 40.0
    """Of sound in a batch."""

    def rate_at(self, step: int) -> float:
        """Rises, stays, and falls by a cosine to a fiftieth over the last third."""
        if step < self.warm_up:
            return self.rate * (step + 1) / self.warm_up
        fall = self.steps // 3
        done = (step - (self.steps - fall)) / fall
        if done <= 0:
            return self.rate
        return self.rate * max(0.02, 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


@dataclass(slots=True)
class Batch:
    """Examples as arrays of one size."""

    window_s: float
    features: np.ndarray
    tokens: np.ndarray
    targets: np.ndarray
    untimed: np.ndarray
    """Rows with text of which no times are known."""
    text: np.ndarray
    """Theirs, one after another."""
    text_lengths: np.ndarray
    spans: np.ndarray
    """(row, position, first frame, frame after the last)."""
    frames: np.ndarray
    """For each row and encoder frame the text token that is said there, TEXT_TOKENS where none is,
    IGNORED where that is not known."""


def batch_of(window_s: float, examples: list[Example], filler: int) -> Batch:
    longest = max(len(each.tokens) for each in examples) - 1
    tokens = np.full((len(examples), longest), filler, np.int64)
    targets = np.full((len(examples), longest), IGNORED, np.int64)
    spans: list[tuple[int, int, int, int]] = []
    frames = round(window_s * 50)
    said = np.full((len(examples), frames), IGNORED, np.int64)
    for row, each in enumerate(examples):
        tokens[row, : len(each.tokens) - 1] = each.tokens[:-1]
        targets[row, : len(each.targets)] = each.targets
        if each.spans or not each.text:
            said[row] = TEXT_TOKENS
        for position, start_s, end_s in each.spans:
            first = min(frames - 1, round(start_s * 50))
            after = min(frames, max(first + 1, round(end_s * 50)))
            spans.append((row, position, first, after))
            if each.tokens[position + 1] < TEXT_TOKENS:
                said[row, first:after] = each.tokens[position + 1]
    untimed = [row for row, each in enumerate(examples) if each.text and not each.spans]
    return Batch(
        window_s,
        np.stack([each.features for each in examples]),
        tokens,
        targets,
        np.array(untimed, np.int64),
        np.array([token for row in untimed for token in examples[row].text], np.int64),
        np.array([len(examples[row].text) for row in untimed], np.int64),
        np.array(spans, np.int64).reshape(-1, 4),
        said,
    )


def composer_of(work: Path, seed: str) -> Composer:
    splits = {code: Split(work / "speech", f"train-{code}") for code in LANGUAGES}
    with np.load(work / "rooms.npz") as rooms:
        responses = {name: rooms[name] for name in rooms.files}
    return Composer(splits, responses, Vocabulary.load(work / "tokenizer.json"), seed)


def serve_batches(work: Path, seed: str, course: Course, step: int, out: Any) -> None:
    """A process of its own: makes batches ahead until it is ended."""
    os.nice(0)
    composer = composer_of(work, f"{seed} from {step}")
    filler = Vocabulary.load(work / "tokenizer.json").end
    parent = os.getppid()
    while True:
        is_clean = step < course.clean_until
        recipe, windows = (CLEAN, CLEAN_WINDOWS) if is_clean else (ROOMS, WINDOWS)
        batch = batch_of(*draw_batch(composer, recipe, windows, course.seconds), filler)
        while True:
            try:
                out.put((step, batch), timeout=5)
                break
            except queue.Full:
                if os.getppid() != parent:
                    return
        step += 1


@dataclass(slots=True)
class Losses:
    words: torch.Tensor
    helper: torch.Tensor
    frames: torch.Tensor
    guide: torch.Tensor | None


def losses_of(model: Whisper, batch: Batch, is_guided: bool) -> Losses:
    """Cross entropy of the tokens; of the encoder's frames where the times of words are known, and
    else CTC; how far attention is from the words.

    The frames' loss bites at once, where CTC has to find out first which frame says what.
    """
    with torch.autocast("cpu", torch.bfloat16):
        memory = model.encoder(torch.from_numpy(batch.features))
        logits, attention = model.decoder(
            torch.from_numpy(batch.tokens), memory, GUIDED_LAYER if is_guided else -1
        )
        heard = model.helper(memory)
    words = F.cross_entropy(
        logits.float().flatten(0, 1),
        torch.from_numpy(batch.targets).flatten(),
        ignore_index=IGNORED,
    )
    helper = untimed_loss(heard, batch)
    said = torch.from_numpy(batch.frames).flatten()
    frames = F.cross_entropy(heard.float().flatten(0, 1), said, ignore_index=IGNORED)
    if not (said != IGNORED).any():  # a mean over nothing
        frames = heard.new_zeros((), dtype=torch.float32)
    guide = None
    if attention is not None and len(batch.spans):
        guide = guided_loss(attention, torch.from_numpy(batch.spans))
    return Losses(words, helper, frames, guide)


def untimed_loss(heard: torch.Tensor, batch: Batch) -> torch.Tensor:
    """CTC per token of the rows whose words have no times."""
    rows = torch.from_numpy(batch.untimed)
    if not len(rows):
        return heard.new_zeros((), dtype=torch.float32)
    lengths = torch.from_numpy(batch.text_lengths)
    losses = F.ctc_loss(
        heard[rows].float().log_softmax(-1).transpose(0, 1),
        torch.from_numpy(batch.text),
        torch.full((len(rows),), heard.shape[1]),
        lengths,
        blank=TEXT_TOKENS,
        reduction="none",
        zero_infinity=True,
    )
    return losses.sum() / lengths.sum()


def guided_loss(log_weights: torch.Tensor, spans: torch.Tensor) -> torch.Tensor:
    """Mean over positions and guided heads of the cross entropy to "evenly over these frames"."""
    row, position, first, after = spans.unbind(1)
    chosen = log_weights[:, list(GUIDED_HEADS)][row, :, position]  # (spans, heads, frames)
    frames = torch.arange(chosen.shape[-1])
    inside = (frames >= first[:, None]) & (frames < after[:, None])
    share = inside.float() / inside.sum(1, keepdim=True)
    return -(chosen * share[:, None]).sum(-1).mean()


class Training:
    """Weights, optimiser and step, kept in one file."""

    def __init__(self, work: Path, shape: Shape, course: Course, seed: str) -> None:
        self.work, self.course, self.seed = work, course, seed
        self.vocabulary = Vocabulary.load(work / "tokenizer.json")
        torch.manual_seed(1)
        self.model = Whisper(shape, TEXT_TOKENS)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(),
            lr=course.rate,
            betas=(0.9, 0.98),
            weight_decay=0.02,
            fused=True,
        )
        self.step = 0
        self.trained_s = 0.0
        self._recent: list[tuple[float, ...]] = []

    @property
    def checkpoint(self) -> Path:
        return self.work / "whisper.pt"

    def resume(self) -> bool:
        if not self.checkpoint.is_file():
            return False
        kept = torch.load(self.checkpoint, weights_only=True)
        self.model.load_state_dict(kept["model"])
        self.optimiser.load_state_dict(kept["optimiser"])
        self.step, self.trained_s = kept["step"], kept["trained_s"]
        return True

    def save(self) -> None:
        kept = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "trained_s": self.trained_s,
            "shape": asdict(self.model.shape),
        }
        fresh = self.checkpoint.with_suffix(".new")
        torch.save(kept, fresh)
        fresh.replace(self.checkpoint)

    def advance(self, batch: Batch) -> None:
        """One step."""
        began = time.monotonic()
        rate = self.course.rate_at(self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        losses = losses_of(self.model, batch, self.step >= self.course.guided_from)
        total = losses.words + 0.3 * losses.helper + losses.frames
        if losses.guide is not None:
            total = total + 0.15 * losses.guide
        self.optimiser.zero_grad()
        total.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        if torch.isfinite(norm):
            self.optimiser.step()
        guide = float(losses.guide.detach()) if losses.guide is not None else 0.0
        parts = (losses.words, losses.helper, losses.frames)
        self._recent.append((*(float(part.detach()) for part in parts), guide))
        self.step += 1
        self.trained_s += time.monotonic() - began

    def say(self) -> str:
        means = np.mean(np.array(self._recent or [(0.0, 0.0, 0.0, 0.0)]), axis=0)
        self._recent.clear()
        return (
            f"step {self.step} words {means[0]:.3f} ctc {means[1]:.3f}"
            f" frames {means[2]:.3f} guide {means[3]:.3f}"
            f" {self.trained_s / max(1, self.step):.2f} s/step"
        )


def held_out_errors(training: Training, language: str, count: int = 24) -> float:
    """Share of words wrong, greedy, clean, zeros behind: quick, along the way."""
    split = Split(training.work / "speech", f"held-out-{language}")
    from recipe.features import window_features

    lines = split.lines[:: max(1, len(split.lines) // count)][:count]
    model, v = training.model.eval(), training.vocabulary
    wrong = total = 0
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for line in lines:
            sound = split.sound(line) * np.float32(10 ** (-23 / 20))
            window_s = math.ceil(len(sound) / 16000 + 0.6)
            features = torch.from_numpy(window_features(sound, window_s, zeros=True)[None])
            memory = model.encoder(features)
            tokens = [v.start, v.language(language), v.transcribe, v.no_timestamps]
            first = len(tokens)
            while len(tokens) < first + 60:
                logits, _ = model.decoder(torch.tensor([tokens]), memory)
                best = int(logits[0, -1].argmax())
                if best == v.end:
                    break
                tokens.append(best)
            heard = v.tokenizer.decode(tokens[first:])
            errors, words = word_errors(line.text, heard)
            wrong, total = wrong + errors, total + words
    training.model.train()
    return wrong / total


def train(
    work: Path, shape_of: dict[str, int], course: Course, seed: str, save_every_s: float = 180
) -> None:
    """Until the course is done; the same call goes on where the last one stopped."""
    torch.set_num_threads(1)
    vocabulary = Vocabulary.load(work / "tokenizer.json")
    training = Training(work, Shape(vocabulary.size, **shape_of), course, seed)
    resumed = training.resume()
    count = sum(parameter.numel() for parameter in training.model.parameters())
    print(
        f"{'resumed' if resumed else 'new'}: {count:,} parameters, {json.dumps(asdict(course))}",
        flush=True,
    )
    context = multiprocessing.get_context("spawn")
    batches = context.Queue(maxsize=6)
    maker = context.Process(
        target=serve_batches, args=(work, seed, course, training.step, batches), daemon=True
    )
    maker.start()
    saved_at = time.monotonic()
    try:
        while training.step < course.steps:
            _, batch = batches.get()
            training.advance(batch)
            if training.step % 50 == 0:
                print(training.say(), flush=True)
            if training.step % 500 == 0:
                errors = {code: f"{held_out_errors(training, code):.3f}" for code in LANGUAGES}
                print(f"step {training.step} held-out errors {errors}", flush=True)
            if time.monotonic() - saved_at > save_every_s:
                training.save()
                saved_at = time.monotonic()
        training.save()
    finally:
        maker.terminate()
