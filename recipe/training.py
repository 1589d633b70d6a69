"""Training of the small Whisper: resumable, on an ordinary computer."""

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

from recipe.batches import Batch, batch_of
from recipe.difficulty import CLEAN, ROOMS
from recipe.examples import CLEAN_WINDOWS, WINDOWS, Composer, draw_batch
from recipe.losses import losses_of
from recipe.scoring import word_errors
from recipe.speech import LANGUAGES, Split
from recipe.tokens import TEXT_TOKENS, Vocabulary
from recipe.whisper_shape import Shape, Whisper


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


def composer_of(work: Path, seed: str) -> Composer:
    splits = {code: Split(work / "speech", f"train-{code}") for code in LANGUAGES}
    with np.load(work / "rooms.npz") as rooms:
        responses = {name: rooms[name] for name in rooms.files}
    return Composer(splits, responses, Vocabulary.load(work / "tokenizer.json"), seed)


def serve_batches(work: Path, seed: str, course: Course, step: int, out: Any) -> None:
    """A process of its own: makes batches ahead until it is ended."""
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
    work: Path,
    shape_of: dict[str, int],
    course: Course,
    seed: str,
    threads: int,
    save_every_s: float = 180,
) -> None:
    """Until the course is done; the same call goes on where the last one stopped."""
    torch.set_num_threads(threads)
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
