"""Training of the translators: a few thousand steps each, resumable."""

import io
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import sentencepiece
import torch
import torch.nn.functional as F  # noqa: N812

from recipe.parallel import OTHER_SIGNS, training_pairs
from recipe.sentences import held_out_sentences
from recipe.translator_shape import Translator
from recipe.whisper_shape import Shape

PIECES = 2000
DIRECTIONS = (("en", "nl"), ("nl", "en"))


def train_pieces(file: Path, seed: str, count: int = 30_000) -> None:
    """One SentencePiece model for both languages; bytes for signs that it has not seen.

    Few strange names, so that nearly every word of the grammar is one piece: of a word in pieces a
    beam search now and then loses one ("verd" for "verouderd").
    """
    pairs = training_pairs(f"{seed} pieces", strange=0.1)
    texts = [
        text
        for pair, _ in zip(pairs, range(count), strict=False)
        for text in (pair.english, pair.dutch)
    ]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        vocab_size=PIECES,
        model_type="bpe",
        character_coverage=1.0,
        byte_fallback=True,
        normalization_rule_name="nmt_nfkc",
        user_defined_symbols=list(OTHER_SIGNS),
        split_digits=True,
        minloglevel=2,
        num_threads=1,
        shuffle_input_sentence=False,
        input_sentence_size=0,
    )
    file.write_bytes(model.getvalue())


def batches(
    pieces: sentencepiece.SentencePieceProcessor, source: str, target: str, seed: str, size: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Of one source length each, so that nothing has to be masked: (source, <s> target </s>)."""
    waiting: dict[int, list[tuple[list[int], list[int]]]] = defaultdict(list)
    end, start = pieces.eos_id(), pieces.bos_id()
    for pair in training_pairs(seed):
        ids = pieces.encode(pair.text(source))
        rows = waiting[len(ids)]
        rows.append((ids, [start, *pieces.encode(pair.text(target)), end]))
        if len(rows) == max(8, min(size, size * 13 // len(ids))):
            longest = max(len(row) for _, row in rows)
            targets = torch.tensor([row + [-100] * (longest - len(row)) for _, row in rows])
            yield torch.tensor([row for row, _ in rows]), targets
            rows.clear()


def rate_at(step: int, steps: int, highest: float = 2e-3, warm_up: int = 200) -> float:
    if step < warm_up:
        return highest * (step + 1) / warm_up
    done = (step - warm_up) / max(1, steps - warm_up)
    return highest * max(0.01, 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


def loss_of(model: Translator, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    given, wanted = target[:, :-1].clamp_min(0), target[:, 1:]
    with torch.autocast("cpu", torch.bfloat16):
        logits = model.decode(given, model.encode(source))
    # No label smoothing: it leaves the end token as likely everywhere as any other slip, and a beam
    # search that has found enough ends stops before the right one (97 % right instead of 100 %).
    return F.cross_entropy(logits.float().flatten(0, 1), wanted.flatten(), ignore_index=-100)


@torch.no_grad()
def exact_share(
    model: Translator,
    pieces: sentencepiece.SentencePieceProcessor,
    source: str,
    target: str,
    count: int,
) -> float:
    """Of held-out sentences, greedy, those that come out letter for letter."""
    model.eval()
    right = 0
    pairs = held_out_sentences()[:count]
    for pair in pairs:
        memory = model.encode(torch.tensor([pieces.encode(pair.text(source))]))
        ids = [pieces.bos_id()]
        while len(ids) < 80:
            best = int(model.decode(torch.tensor([ids]), memory)[0, -1].argmax())
            if best == pieces.eos_id():
                break
            ids.append(best)
        right += pieces.decode(ids[1:]) == pair.text(target)
    model.train()
    return right / len(pairs)


def train_translator(work: Path, source: str, target: str, steps: int, seed: str) -> None:
    """The same call goes on where the last one stopped."""
    torch.set_num_threads(1)
    random.seed(1)
    torch.manual_seed(1)
    file = work / "pieces.model"
    if not file.is_file():
        train_pieces(file, seed)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(file))
    shape = Shape(pieces.get_piece_size(), width=128, heads=2, encoder_layers=3, decoder_layers=2)
    model = Translator(shape)
    optimiser = torch.optim.AdamW(
        model.parameters(), betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    checkpoint = work / f"translator-{source}-{target}.pt"
    step = 0
    if checkpoint.is_file():
        kept = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        step = kept["step"]
    supply = batches(pieces, source, target, f"{seed} {source} {target} from {step}", 128)
    began, recent = time.monotonic(), 0.0
    while step < steps:
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, steps)
        loss = loss_of(model, *next(supply))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        recent += float(loss.detach())
        if step % 100 == 0:
            print(
                f"{source}-{target} step {step} loss {recent / 100:.3f}"
                f" {time.monotonic() - began:.0f} s",
                flush=True,
            )
            recent = 0.0
        if step % 500 == 0 or step == steps:
            print(f"  exact {exact_share(model, pieces, source, target, 100):.3f}", flush=True)
            kept = {
                "model": model.state_dict(),
                "optimiser": optimiser.state_dict(),
                "step": step,
                "shape": asdict(shape),
            }
            torch.save(kept, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
